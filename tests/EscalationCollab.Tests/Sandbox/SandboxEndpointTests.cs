using System.Net;
using EscalationCollab.Core;
using EscalationCollab.Web.Sandbox;
using NodaTime;

namespace EscalationCollab.Tests.Sandbox;

public sealed class SandboxEndpointTests(SandboxServer server) : IClassFixture<SandboxServer>
{
    private const string Composer = "id=\"composer\"";

    [Fact]
    public async Task Root_FirstVisit_LandsInTheInboxAsAnaWithAWelcome()
    {
        using var browser = new Browser(server.Address);

        var html = await browser.GoAsync("/");

        browser.Path.Should().Be("/sandbox/r/support-inbox");
        html.Should()
            .Contain("Ana Souza")
            .And.Contain("Boas-vindas")
            .And.Contain("Carlos Menezes (Acme Pagamentos)");
    }

    [Fact]
    public async Task Say_Text_IsThereForEverybodyAndUnreadForOthers()
    {
        using var ana = new Browser(server.Address, "ana");
        using var helen = new Browser(server.Address, "helen");
        await helen.GoAsync("/sandbox/r/support-latam");
        await ana.GoAsync("/sandbox/r/support-latam");

        await ana.SendAsync(Composer, ("text", "Uma palavra rara: jabuticaba"));

        ana.Path.Should().Be("/sandbox/r/support-latam");
        ana.Html.Should().Contain("jabuticaba");
        (await helen.GoAsync("/sandbox/r/engineering")).Should().Contain("1 unread message");
        (await helen.GoAsync("/sandbox/r/support-latam")).Should().Contain("id=\"new-line\"");
        (await helen.GoAsync("/sandbox/r/engineering")).Should().NotContain("1 unread message");
    }

    [Fact]
    public async Task Say_SameFormTwice_IsOneMessage()
    {
        using var browser = new Browser(server.Address, "priya");
        await browser.GoAsync("/sandbox/r/engineering");
        var form = browser.Form(Composer);

        await browser.PostAsync(form, ("text", "Pressed twice"));
        await browser.PostAsync(form, ("text", "Pressed twice"));

        Count(browser.Html, "Pressed twice").Should().Be(1);
    }

    [Fact]
    public async Task Post_WithoutProof_ChangesNothingAndSaysSo()
    {
        using var browser = new Browser(server.Address, "james");
        await browser.GoAsync("/sandbox/r/support-inbox");

        await browser.SendAsync(Composer, ("text", "Forged"), ("token", "forged"));

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Html.Should().Contain("out of date").And.Contain("Back to the rooms");
        (await browser.GoAsync("/sandbox/r/support-inbox")).Should().NotContain("Forged");
    }

    [Fact]
    public async Task Post_PageOfSomebodyElse_DoesNotActInTheWrongName()
    {
        using var browser = new Browser(server.Address);
        await browser.GoAsync("/sandbox/r/support-inbox");
        var asAna = browser.Form(Composer);
        await browser.SendAsync("/act-as", ("person", "james"));

        await browser.PostAsync(asAna, ("text", "Written as Ana, sent as James"));

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        (await browser.GoAsync("/sandbox/r/support-inbox")).Should().NotContain("sent as James");
    }

    [Fact]
    public async Task Room_Restricted_IsOnlyThereForItsMembers()
    {
        await server.ChangeAsync(rows =>
        {
            rows.AddRoom(
                new RoomRow
                {
                    Id = "esc-secret",
                    Name = "esc-secret",
                    Restricted = true,
                },
                Now
            );
            rows.AddMembers("esc-secret", [new PersonId("helen")]);
        });
        using var helen = new Browser(server.Address, "helen");
        using var tom = new Browser(server.Address, "tom");

        (await helen.GoAsync("/sandbox/r/esc-secret")).Should().Contain("Only its members");
        await tom.GoAsync("/sandbox/r/esc-secret");

        tom.Status.Should().Be(HttpStatusCode.NotFound);
        (await tom.GoAsync("/sandbox/r/engineering")).Should().NotContain("esc-secret");
        await tom.SendAsync(Composer, ("text", "Let me in"), ("room", "esc-secret"));
        tom.Status.Should().Be(HttpStatusCode.NotFound);
        (await server.ReadAsync(rows => rows.Newest("esc-secret"))).Should().Be(0);
    }

    [Theory]
    [InlineData("dm~ana~marco")]
    [InlineData("dm~escalationcollab~marco")]
    [InlineData("dm~tom~stranger")]
    [InlineData("dm~tom~marco")]
    [InlineData("dm~tom")]
    [InlineData("nowhere")]
    [InlineData("..%2F..%2Fetc")]
    public async Task Room_OfOthersOrNone_IsNotFound(string room)
    {
        using var tom = new Browser(server.Address, "tom");

        await tom.GoAsync($"/sandbox/r/{room}");

        tom.Status.Should().Be(HttpStatusCode.NotFound);
        tom.Html.Should().Contain("There is no such room");
    }

    [Fact]
    public async Task Say_ToAColleague_IsBetweenTheTwo()
    {
        var room = DirectRooms.Id(new PersonId("priya"), new PersonId("james"));
        using var james = new Browser(server.Address, "james");
        await james.GoAsync($"/sandbox/r/{room}");

        await james.SendAsync(Composer, ("text", "Between us"));

        james.Html.Should().Contain("Between us");
        using var priya = new Browser(server.Address, "priya");
        (await priya.GoAsync($"/sandbox/r/{room}")).Should().Contain("Between us");
    }

    [Fact]
    public async Task Say_Markup_StaysText()
    {
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/engineering");

        await browser.SendAsync(
            Composer,
            ("text", "<script>alert(1)</script> <!channel> <@U1> [x](javascript:1) @helen")
        );

        browser
            .Html.Should()
            .Contain("&lt;script&gt;alert(1)&lt;/script&gt; &lt;!channel&gt;")
            .And.NotContain("<script>alert");
    }

    [Fact]
    public async Task Say_ControlCharacters_AreLeftOut()
    {
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/engineering");

        await browser.SendAsync(Composer, ("text", "be\u0001fore\u001b[31m\u0007 after\r\nnext"));

        browser.Html.Should().Contain("before[31m after&#xA;next");
    }

    [Fact]
    public async Task Say_Nul_IsRefusedKindly()
    {
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/engineering");

        await browser.SendAsync(Composer, ("text", "be\u0000fore"));

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Html.Should().Contain("could not be read");
    }

    [Fact]
    public async Task Say_HundredKilobytes_IsRefusedAndKept()
    {
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/engineering");

        await browser.SendAsync(Composer, ("text", new string('x', 100_000)));

        browser.Status.Should().Be(HttpStatusCode.OK);
        browser
            .Html.Should()
            .Contain("That is 100,000 characters")
            .And.Contain("xxxxxxxx</textarea>");
    }

    [Fact]
    public async Task Say_TwoMegabytes_IsRefusedKindly()
    {
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/engineering");

        await browser.SendAsync(Composer, ("text", new string('x', 2_000_000)));

        browser.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        browser.Html.Should().Contain("too large");
    }

    [Fact]
    public async Task Say_InAnArchivedRoom_IsRefusedAndKept()
    {
        await server.ChangeAsync(rows =>
            rows.AddRoom(new RoomRow { Id = "esc-old", Name = "esc-old" }, Now)
        );
        using var browser = new Browser(server.Address, "tom");
        await browser.GoAsync("/sandbox/r/esc-old");
        var form = browser.Form(Composer);
        await server.ChangeAsync(rows => rows.ChangeRoom("esc-old", archived: true));

        await browser.PostAsync(form, ("text", "Too late"));

        browser.Html.Should().Contain("This room is archived");
        (await server.ReadAsync(rows => rows.Newest("esc-old"))).Should().Be(0);
    }

    [Theory]
    [InlineData("/escalate")]
    [InlineData("/esc help")]
    [InlineData("  /ESCALATE   Help ")]
    public async Task Command_Help_IsOnlyVisibleToWhoAsked(string typed)
    {
        using var tom = new Browser(server.Address, "tom");
        await tom.GoAsync("/sandbox/r/escalations");

        await tom.SendAsync(Composer, ("text", typed));

        tom.Html.Should().Contain("Only visible to you").And.Contain("<code>/escalate new</code>");
        using var james = new Browser(server.Address, "james");
        (await james.GoAsync("/sandbox/r/escalations")).Should().NotContain("Only visible to you");
        await tom.SendAsync("/dismiss");
    }

    [Fact]
    public async Task Command_Unknown_SaysWhatThereIs()
    {
        using var tom = new Browser(server.Address, "tom");
        await tom.GoAsync("/sandbox/r/engineering");

        await tom.SendAsync(Composer, ("text", "/escalate nwe"));
        tom.Html.Should().Contain("<code>/escalate new</code>");

        await tom.SendAsync(Composer, ("text", "/giphy cat"));
        tom.Html.Should()
            .Contain("/giphy</code> is not a command here")
            .And.Contain("/giphy cat</textarea>");
    }

    [Fact]
    public async Task Dialog_Mistake_KeepsEveryAnswerAndSaysWhatToChange()
    {
        using var tom = new Browser(server.Address, "tom");
        await tom.GoAsync("/sandbox/r/engineering");
        await tom.SendAsync(Composer, ("text", "/escalate new"));
        tom.Path.Should().Contain("?dialog=");

        await tom.SendAsync(
            "dialog-form",
            ("in.customer", "acme"),
            ("in.summary", "Tellers cannot sign in"),
            ("in.details", "All 212 of them & \"more\"")
        );

        tom.Path.Should().Contain("?dialog=");
        tom.Html.Should()
            .Contain("Please fill this in.")
            .And.Contain("value=\"Tellers cannot sign in\"")
            .And.Contain("All 212 of them &amp; &quot;more&quot;");
    }

    [Fact]
    public async Task Dialog_SentTwice_DeclaresOneEscalation()
    {
        using var tom = new Browser(server.Address, "tom");
        await tom.GoAsync("/sandbox/r/engineering");
        await tom.SendAsync(Composer, ("text", "/escalate new"));
        var form = tom.Form("dialog-form");
        (string, string)[] answers =
        [
            ("in.customer", "pinewood"),
            ("in.summary", "Export stops halfway"),
            ("in.reason", "MissingExpertise"),
        ];

        await tom.PostAsync(form, answers);
        tom.Path.Should().Be("/sandbox/r/engineering");
        tom.Html.Should().Contain("Only visible to you");
        await tom.PostAsync(form, answers);

        tom.Html.Should().Contain("it did not happen twice");
    }

    [Fact]
    public async Task Shortcut_OnAMessage_PrefillsTheDialogWithIt()
    {
        using var james = new Browser(server.Address, "james");
        await james.GoAsync("/sandbox/r/support-inbox");
        var message = james.Html.LastIndexOf("212 caixas", StringComparison.Ordinal);
        var id = System
            .Text.RegularExpressions.Regex.Matches(james.Html, "id=\"m-(\\d+)\"")
            .Last(match => match.Index < message)
            .Groups[1]
            .Value;

        await james.SendAsync($"name=\"message\" value=\"{id}\"");

        james
            .Html.Should()
            .Contain("Carlos Menezes (Acme Pagamentos)")
            .And.MatchRegex("value=\"acme\" selected");
    }

    [Fact]
    public async Task Theme_Chosen_StaysAndLeadsBack()
    {
        using var tom = new Browser(server.Address, "tom");
        await tom.GoAsync("/sandbox/r/engineering");

        await tom.SendAsync("/theme", ("theme", "dark"));

        tom.Path.Should().Be("/sandbox/r/engineering");
        tom.Html.Should().Contain("data-theme=\"dark\"");
    }

    [Fact]
    public async Task Mailbox_OfAContact_IsThereAndOfAStrangerNot()
    {
        using var tom = new Browser(server.Address, "tom");

        (await tom.GoAsync("/sandbox/mail/carlos.menezes@acme-pagamentos.example"))
            .Should()
            .Contain("Acme Pagamentos");
        await tom.GoAsync("/sandbox/mail/root@localhost");

        tom.Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Prepare_Again_AddsNothing()
    {
        var before = await server.ReadAsync(rows => rows.Newest("support-inbox"));

        await new SandboxSeed(
            server.Store,
            TimeProvider.System,
            TestSupport.Templates.Root
        ).RunAsync(default);

        (await server.ReadAsync(rows => rows.Newest("support-inbox"))).Should().Be(before);
    }

    private static Instant Now => Instant.FromUtc(2026, 3, 2, 9, 0);

    private static int Count(string text, string part) =>
        text.Split(part, StringSplitOptions.None).Length - 1;
}
