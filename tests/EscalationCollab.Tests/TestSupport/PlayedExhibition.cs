using EscalationCollab.Core.Gallery;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>The lives of the gallery, played once for all tests that look at what they show.</summary>
internal static class PlayedExhibition
{
    private static readonly Lazy<Task<Exhibition>> Playing = new(() =>
        Exhibition.PlayAsync(
            Scenes.Policy,
            Scenes.Words,
            Scenes.Company,
            _ => { },
            CancellationToken.None
        )
    );

    public static Task<Exhibition> Played => Playing.Value;
}
