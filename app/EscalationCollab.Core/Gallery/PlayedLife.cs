namespace EscalationCollab.Core.Gallery;

/// <summary>
/// Lives of escalations played on a <see cref="GalleryStage"/> so that every card and dialog is shown at least once. A new
/// slice adds its step here; a test tells which notice, dialog or command no step leads to.
/// </summary>
internal static class PlayedLife
{
    /// <summary>A customer at whom nobody can be written to.</summary>
    public const string Nobody = "pinewood";

    public static async Task PlayAsync(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        await Circumstances.ProposeTickets(stage, voice, cancellation);
        await Circumstances.AddCustomer(stage);
        await Circumstances.EditPolicy(stage, voice, cancellation);
        await Circumstances.EditLetter(stage, voice, cancellation);
        await Circumstances.LoseAccess(stage, voice, cancellation);
        await ShortLives.NobodyAnswers(stage, voice, cancellation);
        await ShortLives.NobodyApproves(stage, voice, cancellation);
        await ShortLives.DeclinedAndMerged(stage, voice);
        await ShortLives.SharedChannel(stage, voice);
        await FullLife.PlayAsync(stage, voice, cancellation);
    }
}
