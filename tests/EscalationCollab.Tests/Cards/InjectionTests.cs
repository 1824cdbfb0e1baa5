using EscalationCollab.Core.Cards;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Cards;

/// <summary>No text of a person or customer becomes markup, an attribute or a link that runs something.</summary>
public sealed class InjectionTests
{
    private const string Hostile =
        "<script>steal()</script>\" onmouseover=\"steal()\" ' x='1 --><img src=x onerror=steal()></textarea></title>&amp;";

    [Fact]
    public async Task Card_HostileTextEverywhere_StaysText()
    {
        var cards = new[]
        {
            SampleCompany.EscalationCard(),
            SampleCompany.MetricsCard(),
            SampleCompany.NudgeCard(),
            Card.Of(
                Hostile,
                new Picture(new Uri("https://example.org/p.png"), Hostile),
                new Paragraph(new Code(Hostile)),
                new Letter(Hostile, Hostile, Hostile, Hostile),
                Actions.Of(new Does("x", Hostile, ActionData.None.With(Hostile, Hostile)))
            ),
        };
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        foreach (var card in cards)
            Harmless(
                await pages.CardAsync(card.Map(_ => Hostile), SampleCompany.Context(), "c", default)
            );
    }

    [Fact]
    public async Task Dialog_HostileTextAndAnswers_StayText()
    {
        var dialog = SampleCompany.EveryInput().Map(_ => Hostile);
        var state = DialogState.New with
        {
            Problem = Hostile,
            Answers = DialogState.New.Answers.Add("line", [Hostile]).Add("lines", [Hostile]),
            Errors = DialogState.New.Errors.Add("line", Hostile),
        };
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);

        Harmless(await pages.DialogAsync(dialog, SampleCompany.Context(), "d", state, default));
    }

    [Fact]
    public async Task Page_HostileNames_StayText()
    {
        var who = new PersonView(new("ana"), Hostile, Hostile);
        var room = SampleCompany.Room() with
        {
            Topic = Hostile,
            Members = [who],
            Draft = Hostile,
            DraftProblem = Hostile,
            Messages = [new("1", who, SampleCompany.Now) { Body = Hostile }],
        };
        var view = SampleCompany.Workspace(room with { Pinned = null }) with
        {
            Company = Hostile,
            Me = who,
            Actors = [who],
        };
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);

        Harmless(await pages.PageAsync(view, SampleCompany.Context(), default));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("relative/page")]
    public void Address_NotWebMailOrOurs_IsRefused(string address)
    {
        Uri.TryCreate(address, UriKind.RelativeOrAbsolute, out var either).Should().BeTrue();
        SafeAddress.Link(either!).Should().BeNull();
        SafeAddress.Picture(either!).Should().BeNull();
        if (Uri.TryCreate(address, UriKind.Relative, out var relative))
            SafeAddress.Link(relative).Should().BeNull();
    }

    [Theory]
    [InlineData("https://example.org/a?b=1", "https://example.org/a?b=1")]
    [InlineData("http://example.org/", "http://example.org/")]
    [InlineData("mailto:a@example.org", "mailto:a@example.org")]
    [InlineData("/e/1042", "/e/1042")]
    public void Address_WebMailOrOurs_IsALink(string address, string expected) =>
        SafeAddress.Link(new Uri(address, UriKind.RelativeOrAbsolute)).Should().Be(expected);

    [Fact]
    public async Task Link_Refused_ShowsItsWordsOnly()
    {
        await using var pages = new PageRenderer(NullLoggerFactory.Instance);
        var html = await pages.CardAsync(
            Card.Line(new Link("free gift", new Uri("javascript:steal()"))),
            SampleCompany.Context(),
            "c",
            default
        );
        html.Should().Contain("free gift").And.NotContain("<a").And.NotContain("javascript:");
    }

    private static void Harmless(string html)
    {
        html.Should().Contain("&lt;script&gt;");
        html.Should()
            .NotContain("<script>steal")
            .And.NotContain("<img src=x")
            .And.NotContain("\" onmouseover=\"")
            .And.NotContain("</textarea></title>");
    }
}
