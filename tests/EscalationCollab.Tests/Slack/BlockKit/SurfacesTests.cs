using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Sandbox;
using NodaTime;

namespace EscalationCollab.Tests.Slack.BlockKit;

public sealed class SurfacesTests
{
    private const string Many = "A long story about a customer. ";

    [Fact]
    public void Message_MoreThanFits_IsShortenedVisiblyWithAButtonToTheWhole()
    {
        var story = string.Concat(Enumerable.Repeat(Many, 95));
        var card = Card.Of("Story", [.. Enumerable.Range(0, 20).Select(_ => new Paragraph(story))]);

        var message = Surfaces.Message(card, SlackScenes.Reader(), "effect-7");

        message.IsShortened.Should().BeTrue();
        LimitsLint.Of(Payload(message)).Should().BeEmpty();
        LimitsLint.Texts(message.Blocks).Count(text => text.EndsWith('…')).Should().Be(20);
        Values(message.Blocks)
            .Should()
            .ContainSingle()
            .Which.Should()
            .Be(new Carried(CarriedKind.ShowsWhole, "effect-7", ActionData.None));
        var whole = Surfaces.Whole(card, SlackScenes.Reader());
        LimitsLint.Of(whole).Should().BeEmpty();
        string.Concat(LimitsLint.Texts(whole["blocks"])).Should().Contain(story.Trim());
    }

    [Fact]
    public void Message_TooManyBlocksAndRows_IsShortenedAndKeepsItsButtons()
    {
        var long_ = string.Concat(Enumerable.Repeat(Many, 80));
        var card = Card.Of(
            "Story",
            [
                .. Enumerable
                    .Range(0, 22)
                    .Select(i => new Facts([
                        .. Enumerable.Range(0, 9).Select(j => new Fact($"{i}.{j}", long_)),
                    ])),
                new Table(
                    ["a", "b"],
                    [
                        .. Enumerable
                            .Range(0, 50)
                            .Select(_ => ImmutableArray.Create<Text>(long_, "x")),
                    ]
                ),
                Actions.Of(new Does("Do it", "do.it", ActionData.None)),
            ]
        );

        var message = Surfaces.Message(card, SlackScenes.Reader(), "k");

        LimitsLint.Of(Payload(message)).Should().BeEmpty();
        Values(message.Blocks).Select(v => v!.Route).Should().Equal("do.it", "k");
    }

    [Fact]
    public void Message_InARoom_RingsOnlyThoseToBeNotified()
    {
        var card = Card.Of(
            "x",
            new Paragraph(
                (Text)new Mention(SampleCompany.Ana.Id)
                    + " asks "
                    + new Mention(SampleCompany.Tomas.Id)
            ),
            Facts.Of(("Owner", new Mention(SampleCompany.Ana.Id)), ("Other", "x"))
        ) with
        {
            Notify = [SampleCompany.Tomas.Id, SampleCompany.Giulia.Id, new PersonId("no-account")],
        };

        var rings = Surfaces.Message(card, SlackScenes.Reader() with { MentionsRing = true }, "k");
        var quiet = Surfaces.Message(card, SlackScenes.Reader(), "k");

        rings.Blocks.ToJsonString().Should().NotContain("U0ANA").And.Contain("Ana Souza");
        Mentions(rings).Should().Equal("U0GIULIA", "U0TOMAS");
        Mentions(quiet).Should().Equal("U0ANA", "U0TOMAS");
        quiet
            .Blocks.ToJsonString(EscalationCollab.Core.Payloads.Payload.Writing)
            .Should()
            .Contain("<@U0ANA>");
        rings.Text.Should().NotContain("<@");
    }

    [Fact]
    public void Moments_AreLeftToTheReadersClient()
    {
        var message = Surfaces.Message(
            Card.Line(
                Phrase.Of(
                    "time.due",
                    ("when", new Moment(SampleCompany.Now + Duration.FromMinutes(20)))
                )
            ),
            SlackScenes.Reader("pt-BR"),
            "k"
        );

        message
            .Text.Should()
            .Contain("<!date^1795523400^{date_short_pretty} às {time}|14:30, horário de Vilnius>");
        var date = message.Blocks[0]!["elements"]![0]!["elements"]!
            .AsArray()
            .Single(leaf => (string?)leaf!["type"] == "date")!;
        ((long)date["timestamp"]!).Should().Be(1795523400);
    }

    [Fact]
    public void Header_LongerThanSlacksLargeLine_IsSaidWholeInBold()
    {
        var title = new string('t', 200);

        var message = Surfaces.Message(Card.Of("x", new Header(title)), SlackScenes.Reader(), "k");

        ((string?)message.Blocks[0]!["type"]).Should().Be("rich_text");
        LimitsLint.Texts(message.Blocks).Should().Equal(title);
    }

    [Fact]
    public void Actions_MoreThanFive_GoIntoTheMenuUnlessTheyAskOrCarryMuch()
    {
        CardAction[] actions =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i => new Does($"Button {i}", $"b{i}", ActionData.None)),
            new Does("Asks", "asks", ActionData.None)
            {
                Confirm = new Confirm("Really?", "Yes", "No"),
                Style = ActionStyle.Danger,
            },
            new Does("Carries", "carries", ActionData.None.With("t", new string('x', 200))),
            new Opens("Opens", "opens", ActionData.None),
        ];

        var message = Surfaces.Message(
            Card.Of("x", Actions.Of(actions)),
            SlackScenes.Reader(),
            "k"
        );

        var elements = message.Blocks[0]!["elements"]!.AsArray();
        elements
            .Where(e => (string?)e!["type"] == "button")
            .Select(e => (string)e!["text"]!["text"]!)
            .Should()
            .Equal("Button 0", "Button 1", "Button 2", "Button 3", "Button 4", "Asks", "Carries");
        elements[^1]!["options"]!
            .AsArray()
            .Select(o => (string)o!["text"]!["text"]!)
            .Should()
            .Equal("Button 5", "Opens");
        ((string?)elements[5]!["confirm"]!["style"]).Should().Be("danger");
        LimitsLint.Of(Payload(message)).Should().BeEmpty();
    }

    [Fact]
    public void Actions_SameRouteTwice_HaveStableIdsOfTheirOwn()
    {
        var card = Card.Of(
            "x",
            Actions.Of(
                new Does("One", "same", ActionData.None.With("n", "1")),
                new Does("Two", "same", ActionData.None.With("n", "2"))
            ),
            Actions.Of(new Does("Three", "same", ActionData.None.With("n", "3")))
        );

        var ids = Surfaces
            .Message(card, SlackScenes.Reader(), "k")
            .Blocks.SelectMany(b => b!["elements"]!.AsArray())
            .Select(e => (string)e!["action_id"]!);

        ids.Should().Equal("does:same", "does:same#2", "does:same#3");
    }

    [Fact]
    public void Action_DataThatFitsNoButton_FailsWhenRendered()
    {
        // CardRules refuses it first; this is what would happen if it ever did not.
        var card = new Card(
            "x",
            [new Actions([new Does("x", "r", ActionData.None.With("t", new string('x', 2_000)))])]
        );

        var rendering = () => Surfaces.Message(card, SlackScenes.Reader(), "k");

        rendering.Should().Throw<CardException>();
    }

    [Fact]
    public void Links_OfOurPages_AreMadeWholeAndOthersOnlyTheWeb()
    {
        var reader = SlackScenes.Reader();
        reader
            .AddressOf(new Uri("/e/1042", UriKind.Relative))
            .Should()
            .Be("https://support.example/e/1042");
        reader.AddressOf(new Uri("javascript:alert(1)")).Should().BeNull();
        reader.AddressOf(new Uri("slack://open")).Should().BeNull();
        reader.AddressOf(new Uri("//evil.example/", UriKind.Relative)).Should().BeNull();
        (reader with { PublicUrl = null })
            .AddressOf(new Uri("/e/1", UriKind.Relative))
            .Should()
            .BeNull();
    }

    [Fact]
    public void Table_SecondOneOrInAView_IsAListThatNamesEachCell()
    {
        var table = new Table(
            ["Customer", "Count"],
            [
                ["Acme", "4"],
            ]
        );

        var message = Surfaces.Message(Card.Of("x", table, table), SlackScenes.Reader(), "k");

        message.Blocks.Select(b => (string?)b!["type"]).Should().Equal("table", "rich_text");
        string.Concat(LimitsLint.Texts(message.Blocks[1])).Should().Be("Acme · Count: 4");
        LimitsLint
            .Of(Surfaces.Home([Card.Of("x", table)], SlackScenes.Reader()))
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Home_MoreThanFits_CountsWhatIsLeftOut()
    {
        var cards = Enumerable
            .Range(0, 60)
            .Select(i => Card.Of($"{i}", new Header($"Card {i}"), new Paragraph("x")))
            .ToList();

        var home = Surfaces.Home(cards, SlackScenes.Reader());

        LimitsLint.Of(home).Should().BeEmpty();
        LimitsLint
            .Texts(home["blocks"])
            .Last()
            .Should()
            .MatchRegex(@"^\d+ more parts are not shown here\.$");
    }

    [Fact]
    public void Option_LongerThanSlackShows_IsSaidWholeAboveTheInput()
    {
        var whole = string.Concat(Enumerable.Repeat(Many, 4)).Trim();
        var dialog = new Dialog(
            "d",
            "D",
            "Go",
            [new ChoiceInput("c", "Which", [new("a", whole), new("b", "Short")])]
        );

        var view = Surfaces.Modal(dialog, SlackScenes.Reader(), DialogOrigin.None);

        LimitsLint.Of(view).Should().BeEmpty();
        LimitsLint.Texts(view["blocks"]![0]).Should().Contain(whole);
    }

    [Fact]
    public void Customers_MoreThanASelectHolds_AreAskedForWhileTyped()
    {
        var customers = Enumerable
            .Range(0, 150)
            .Select(i => new Customer(new($"c{i}"), $"Customer {i:000}"))
            .Append(new Customer(new("acme"), "Acme"));
        var reader = SlackScenes.Reader() with
        {
            Directory = new CompanyDirectory(
                ImmutableDictionary<PersonId, Person>.Empty,
                customers.ToImmutableDictionary(c => c.Id)
            ),
        };
        var dialog = new Dialog(
            "d",
            "D",
            "Go",
            [new CustomerInput("c", "Which") { Initial = new("acme") }]
        );

        var view = Surfaces.Modal(dialog, reader, DialogOrigin.None);
        var options = new Inputs(reader).CustomerOptions("er 01")["options"]!.AsArray();

        var element = view["blocks"]![0]!["element"]!;
        ((string?)element["type"]).Should().Be("external_select");
        ((string?)element["initial_option"]!["value"]).Should().Be("acme");
        options.Select(o => (string)o!["value"]!).Should().HaveCount(10).And.StartWith("c10");
        new Inputs(reader).CustomerOptions("")["options"]!.AsArray().Should().HaveCount(100);
    }

    [Theory]
    [InlineData("👩🏽‍💻👩🏽‍💻", 8, "👩🏽‍💻…")]
    [InlineData("one two three", 9, "one two…")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("👩🏽‍💻", 3, "…")]
    public void Shorten_NeverInsideACharacter(string text, int most, string expected) =>
        Literal.Shorten(text, most).Should().Be(expected);

    [Fact]
    public void Split_AnyText_LosesNothingButLineBreaksAtTheCuts()
    {
        var text =
            string.Concat(Enumerable.Repeat("Žydi sodai 👩🏽‍💻 one\n", 400))
            + new string('x', 5_000);

        var pieces = Literal.Split(text, 3_000).ToList();

        pieces.Should().OnlyContain(piece => piece.Length <= 3_000 && piece.Length > 0);
        string.Concat(pieces).Replace("\n", "").Should().Be(text.Replace("\n", ""));
    }

    private static JsonObject Payload(SlackMessage message) =>
        new() { ["text"] = message.Text, ["blocks"] = message.Blocks.DeepClone() };

    private static List<Carried?> Values(JsonArray blocks) =>
        [
            .. blocks
                .Where(b => (string?)b!["type"] == "actions")
                .SelectMany(b => b!["elements"]!.AsArray())
                .Select(e => Carried.Read((string?)e!["value"])),
        ];

    private static List<string> Mentions(SlackMessage message) =>
        [
            .. message
                .Blocks.Where(b => (string?)b!["type"] == "rich_text")
                .SelectMany(b => b!["elements"]![0]!["elements"]!.AsArray())
                .Select(leaf => (string?)leaf!["user_id"])
                .OfType<string>(),
        ];
}
