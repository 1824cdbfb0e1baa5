using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Gallery;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Gallery;

public sealed class ExhibitionTests(ExhibitionTests.Played played)
    : IClassFixture<ExhibitionTests.Played>
{
    [Fact]
    public void Played_EveryNoticeDialogAndQuery_IsShown() =>
        played.Exhibition.Gaps.Should().BeEmpty("a slice without an example is never looked at");

    [Fact]
    public void Cards_EveryButton_LeadsSomewhere()
    {
        var slices = Core.Product.Slices(
            new Core.Tools(Scenes.Words, [], new Uri("https://esc.example/"))
        );
        var routes = slices.Routes.ToHashSet();

        played
            .Exhibition.Exhibits.Where(exhibit => exhibit.Card is not null)
            .SelectMany(exhibit => GalleryStage.ButtonsOf(exhibit.Card!))
            .Select(button =>
                button switch
                {
                    Does does => (InteractionKind.Action, does.ActionId),
                    Opens opens => (InteractionKind.OpenDialog, opens.DialogId),
                    _ => default((InteractionKind, string)?),
                }
            )
            .OfType<(InteractionKind, string)>()
            .Distinct()
            .Should()
            .OnlyContain(route => routes.Contains(route));
    }

    [Fact]
    public async Task Html_EveryLanguage_NoKeyIsLeftUnsaidAndNoMarkupComesThrough()
    {
        await using var html = new HtmlExhibits(Scenes.Words, NullLoggerFactory.Instance);
        var keys = Scenes.Words.Keys;
        foreach (var exhibit in played.Exhibition.Exhibits)
        foreach (var language in Languages.All)
        {
            var text = await html.FragmentAsync(exhibit, language, CancellationToken.None);
            text.Should().NotContain("<script>", exhibit.FileName);
            if (exhibit.Card is { } card)
                foreach (var said in Scenes.Texts(Scenes.Words.In(card, language)))
                    keys.Should().NotContain(said.ToString(), exhibit.FileName);
        }
    }

    /// <summary>The lives are played once for all tests.</summary>
    public sealed class Played : IAsyncLifetime
    {
        public Exhibition Exhibition { get; private set; } = null!;

        public async Task InitializeAsync() => Exhibition = await PlayedExhibition.Played;

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
