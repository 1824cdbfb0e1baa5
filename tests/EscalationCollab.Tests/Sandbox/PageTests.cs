using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Sandbox;

public sealed partial class PageTests
{
    [Fact]
    public async Task Page_WithEverything_UsesEachIdOnce()
    {
        var html = await PageAsync();

        Ids().Matches(html).Select(m => m.Groups[1].Value).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Page_WithEverything_HasNothingItsOwnPolicyForbids()
    {
        // Frames carry their own document inside an attribute; what stands there is shown isolated.
        var html = Frames().Replace(await PageAsync(), "");

        html.Should().NotMatchRegex(@"\sstyle\s*=").And.NotMatchRegex(@"<[^>]*\son[a-z]+\s*=");
        Regex.Count(html, "<script").Should().Be(1);
    }

    [Fact]
    public async Task Page_DialogOpen_TheRestIsInert()
    {
        var view = SampleCompany.Workspace(SampleCompany.Room());
        var closed = await RenderAsync(view);
        var open = await RenderAsync(
            view with
            {
                Dialog = new OpenDialog(SampleCompany.StatusDialog(), "/sandbox/r/esc-1042"),
            }
        );

        closed.Should().NotContain(" inert");
        open.Should().MatchRegex(@"id=""workspace"" inert").And.Contain("aria-modal=\"true\"");
    }

    [Fact]
    public async Task Page_EveryForm_CarriesProofAndAKeyOfItsOwn()
    {
        var html = await PageAsync();

        var forms = Regex.Count(html, "<form ");
        Regex.Count(html, "name=\"token\" value=\"proof\"").Should().Be(forms);
        var keys = Keys().Matches(html).Select(m => m.Value).ToList();
        keys.Should().HaveCount(forms).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("Ana Souza", "AS")]
    [InlineData("Ieva Marija Petrauskaitė", "IP")]
    [InlineData("support", "S")]
    [InlineData("Carlos Menezes (Acme Pagamentos)", "CM")]
    [InlineData(" ", "?")]
    public void Initials_OfNames_AreFirstAndLast(string name, string expected) =>
        Portrait.Initials(name).Should().Be(expected);

    [Fact]
    public void Tint_OfAPerson_NeverChanges() => Portrait.Tint(new PersonId("ana")).Should().Be(1);

    private static Task<string> PageAsync() =>
        RenderAsync(
            SampleCompany.Workspace(SampleCompany.Room()) with
            {
                Dialog = new OpenDialog(SampleCompany.EveryInput(), "/sandbox/r/esc-1042"),
            }
        );

    private static async Task<string> RenderAsync(WorkspaceView view)
    {
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        return await pages.PageAsync(view, SampleCompany.Context(), default);
    }

    [GeneratedRegex(@"\sid=""([^""]+)""")]
    private static partial Regex Ids();

    [GeneratedRegex(@"srcdoc=""[^""]*""")]
    private static partial Regex Frames();

    [GeneratedRegex(@"name=""key"" value=""[^""]+""")]
    private static partial Regex Keys();
}
