using EscalationCollab.Core.Cards;
using EscalationCollab.Web;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Sandbox;

/// <summary>Writes pages to look at into the folder named by SANDBOX_LOOK; checks without it that each can be rendered.</summary>
public sealed class LookTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    [InlineData("it")]
    [InlineData("lt")]
    public async Task Page_EveryView_Renders(string language)
    {
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        var room = SampleCompany.Workspace(SampleCompany.Room());
        var views = new Dictionary<string, WorkspaceView>
        {
            ["room"] = room,
            ["room-dark"] = room with { Theme = Theme.Dark },
            ["dialog"] = room with { Dialog = Open(SampleCompany.StatusDialog()) },
            ["inputs"] = room with
            {
                Dialog = Open(SampleCompany.EveryInput()) with { State = Wrong },
            },
            ["mail"] = SampleCompany.Workspace(SampleCompany.Mailbox()),
            ["archived"] = SampleCompany.Workspace(
                SampleCompany.Room() with
                {
                    Archived = true,
                    Messages = [],
                    Pinned = null,
                }
            ),
        };
        foreach (var (name, view) in views)
        {
            var html = await pages.PageAsync(view, SampleCompany.Context(language), default);

            html.Should()
                .StartWith("<!DOCTYPE html>")
                .And.NotMatchRegex(@">(sandbox|cards|button)\.[a-z-]+<");
            Write($"{name}.{language}.html", html);
        }
    }

    private static OpenDialog Open(Dialog dialog) => new(dialog, "/sandbox/r/esc-1042");

    private static readonly DialogState Wrong = DialogState.New with
    {
        Errors = DialogState.New.Errors.Add("line", "Please write at least one word."),
    };

    private static void Write(string name, string html)
    {
        if (Environment.GetEnvironmentVariable("SANDBOX_LOOK") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        foreach (var asset in WebAssets.Names)
            File.WriteAllBytes(
                Path.Combine(folder, "assets", asset),
                WebAssets.Content(asset).Span
            );
        File.WriteAllText(
            Path.Combine(folder, name),
            html.Replace("\"/assets/", "\"assets/", StringComparison.Ordinal)
        );
    }
}
