using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Gallery;
using EscalationCollab.Tests.Sandbox;
using NodaTime;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

public sealed class SurfacesTests
{
    private const string Many = "A long story about a customer. ";

    [Fact]
    public void Message_MoreThanFits_IsShortenedVisiblyWithAButtonToTheWhole()
    {
        var story = string.Concat(Enumerable.Repeat(Many, 95));
        var card = Card.Of("Story", [.. Enumerable.Range(0, 20).Select(_ => new Paragraph(story))]);

        var message = Surfaces.Message(card, TeamsScenes.Room(), "effect-7");

        message.IsShortened.Should().BeTrue();
        CardLint.Of(TeamsExhibits.ActivityOf(message)).Should().BeEmpty();
        CardLint.Texts(message.Attachment).Count(text => text.EndsWith('…')).Should().Be(20);
        var whole = Offered(message).Should().ContainSingle().Subject;
        ((string?)whole["data"]!["msteams"]!["type"]).Should().Be("task/fetch");
        Carried
            .Read((string?)whole["data"]!["act"])
            .Should()
            .Be(new Carried(CarriedKind.ShowsWhole, "effect-7", ActionData.None));
    }

    [Fact]
    public void Whole_OfAShortenedCard_HoldsMoreThanTheMessage()
    {
        var story = string.Concat(Enumerable.Repeat(Many, 60));
        var card = Card.Of("Story", [.. Enumerable.Range(0, 18).Select(_ => new Paragraph(story))]);

        var whole = Surfaces.Whole(card, TeamsScenes.Reader());

        CardLint.Of(whole).Should().BeEmpty();
        string.Concat(CardLint.Texts(whole)).Should().Contain(story.Trim());
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
            Notify = [SampleCompany.Tomas.Id, SampleCompany.Giulia.Id, new("no-account")],
        };

        var rings = Surfaces.Message(card, TeamsScenes.Room(), "k");
        var quiet = Surfaces.Message(card, TeamsScenes.Reader(), "k");

        var entities = rings.Attachment!["content"]!["msteams"]!["entities"]!.AsArray();
        entities
            .Select(e => (string)e!["mentioned"]!["id"]!)
            .Should()
            .BeEquivalentTo("aad-tomas", "aad-giulia");
        var texts = CardLint.Texts(rings.Attachment).ToList();
        texts.Should().Contain("Ana Souza asks <at>Tomas Kazlauskas</at>");
        texts.Should().Contain("<at>Giulia Ferri</at>");
        CardLint.Texts(quiet.Attachment).Should().NotContain(text => text.Contains("<at>"));
        rings.Summary.Should().NotContain("<at>");
    }

    [Fact]
    public void Mentions_TwoPeopleOfOneName_AreTwo()
    {
        var reader = TeamsScenes.Room() with
        {
            UserOf = person => new("aad-" + person.Value, "Ana"),
        };
        var card = Card.Of("x", new Header("x")) with
        {
            Notify = [SampleCompany.Ana.Id, SampleCompany.Tomas.Id],
        };

        var message = Surfaces.Message(card, reader, "k");

        CardLint.Of(TeamsExhibits.ActivityOf(message)).Should().BeEmpty();
        message.Attachment!["content"]!["msteams"]!["entities"]!
            .AsArray()
            .Select(e => (string)e!["text"]!)
            .Should()
            .Equal("<at>Ana</at>", "<at>Ana (2)</at>");
    }

    [Fact]
    public void Message_OnePlainSentence_IsATextWithItsTimeAndZone()
    {
        var line = Card.Line(
            Phrase.Of(
                "time.due",
                ("when", new Moment(SampleCompany.Now + Duration.FromMinutes(20)))
            )
        );

        var message = Surfaces.Message(line, TeamsScenes.Room("pt-BR"), "k");

        message.Attachment.Should().BeNull();
        message.Text.Should().Be("prazo 24 de novembro às 14:30 (horário de Vilnius)");
        Surfaces
            .Message(line, TeamsScenes.Reader(), "k")
            .Text.Should()
            .Be("due 24 November, 14:30");
    }

    [Fact]
    public void Times_OnACardInARoom_NameTheirZoneOnceAndTheirDay()
    {
        var message = Surfaces.Message(SampleCompany.EscalationCard(), TeamsScenes.Room("lt"), "k");

        var texts = CardLint.Texts(message.Attachment!["content"]!["body"]).ToList();
        texts.Count(text => text.Contains("Vilniaus laiku")).Should().Be(1);
        texts[^1].Should().Be("Visi laikai nurodyti Vilniaus laiku.");
        texts.Should().NotContain(text => text.Contains("po 20 min"));
    }

    [Fact]
    public void Actions_EachKind_BecomesWhatTeamsHasForIt()
    {
        var card = Card.Of(
            "x",
            EscalationCollab.Core.Cards.Actions.Of(
                new Does("Do", "does.it", ActionData.None) { Style = ActionStyle.Primary },
                new Opens("Open", "opens.it", ActionData.None),
                new Visits("Visit", new Uri("/e/1042", UriKind.Relative)),
                new Visits("Nowhere", new Uri("javascript:alert(1)")),
                new Does("Ask", "asks.it", ActionData.None)
                {
                    Style = ActionStyle.Danger,
                    Confirm = new Confirm("Really?", "Yes, do", "No, keep"),
                }
            )
        );

        var message = Surfaces.Message(card, TeamsScenes.Room(), "k");

        CardLint.Of(TeamsExhibits.ActivityOf(message)).Should().BeEmpty();
        var actions = Offered(message);
        actions
            .Select(a => ((string)a["type"]!, (string)a["title"]!, (string?)a["style"]))
            .Should()
            .Equal(
                ("Action.Execute", "Do", "positive"),
                ("Action.Submit", "Open", null),
                ("Action.OpenUrl", "Visit", null),
                ("Action.ToggleVisibility", "Ask", "destructive"),
                ("Action.Execute", "Yes, do", "destructive"),
                ("Action.ToggleVisibility", "No, keep", null)
            );
        ((string?)actions[0]["fallback"]!["type"]).Should().Be("Action.Submit");
        ((string?)actions[1]["data"]!["msteams"]!["type"]).Should().Be("task/fetch");
        ((string?)actions[2]["url"]).Should().Be("https://support.example/e/1042");
        var question = message.Attachment!["content"]!["body"]![1]!;
        ((bool?)question["isVisible"]).Should().BeFalse();
        ((string?)actions[3]["targetElements"]![0]).Should().Be((string?)question["id"]);
        ((string?)actions[5]["targetElements"]![0]).Should().Be((string?)question["id"]);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 0)]
    [InlineData(7, 2)]
    [InlineData(10, 5)]
    public void Actions_MoreThanFive_GoIntoTheMenu(int count, int inMenu)
    {
        var card = Card.Of(
            "x",
            new Actions([
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new Does($"Button {i}", $"b{i}", ActionData.None)),
            ])
        );

        var message = Surfaces.Message(card, TeamsScenes.Room(), "k");

        Offered(message).Count(a => (string?)a["mode"] == "secondary").Should().Be(inMenu);
        CardLint.Of(TeamsExhibits.ActivityOf(message)).Should().BeEmpty();
    }

    [Fact]
    public void Message_WithViewers_AsksForAViewOfTheirOwn()
    {
        var viewers = new[] { "29:a", "29:b" };

        var message = Surfaces.Message(
            SampleCompany.EscalationCard(),
            TeamsScenes.Room(),
            "k",
            viewers
        );
        var crowd = Surfaces.Message(
            SampleCompany.EscalationCard(),
            TeamsScenes.Room(),
            "k",
            [.. Enumerable.Range(0, 61).Select(i => $"29:{i}")]
        );

        CardLint.Of(TeamsExhibits.ActivityOf(message)).Should().BeEmpty();
        var refresh = message.Attachment!["content"]!["refresh"]!;
        refresh["userIds"]!.AsArray().Should().HaveCount(2);
        Carried
            .Read((string?)refresh["action"]!["data"]!["act"])
            .Should()
            .Be(new Carried(CarriedKind.Refreshes, "k", ActionData.None));
        crowd.Attachment!["content"]!["refresh"].Should().BeNull();
    }

    [Fact]
    public void Table_TooWideForAPhone_IsAListThatNamesEachCell()
    {
        var wide = new Table(
            ["Customer", "One", "Two", "Three", "Four"],
            [
                ["Acme", "1", "2", "", "4"],
            ]
        );

        var message = Surfaces.Message(Card.Of("x", wide), TeamsScenes.Room(), "k");

        CardLint
            .Texts(message.Attachment!["content"]!["body"])
            .Should()
            .Equal("Acme", "One: 1 · Two: 2 · Four: 4");
    }

    [Fact]
    public void Picture_ThatTeamsDoesNotLoad_IsSaidInWords()
    {
        var card = Card.Of(
            "x",
            new Picture(new Uri("http://elsewhere.example/p.png"), "The curve falls"),
            new Picture(new Uri("/p.png", UriKind.Relative), "The curve rises")
        );

        var body = Surfaces.Message(card, TeamsScenes.Room(), "k").Attachment!["content"]!["body"]!;

        ((string?)body[0]!["type"]).Should().Be("RichTextBlock");
        ((string?)body[1]!["altText"]).Should().Be("The curve rises");
    }

    [Fact]
    public void Customers_MoreThanTravel_AreAskedForWhileTyped()
    {
        var customers = Enumerable
            .Range(0, 150)
            .Select(i => new Customer(new($"c{i}"), $"Customer {i:000}"))
            .Append(new Customer(new("zeta"), "Zeta"));
        var reader = TeamsScenes.Reader() with
        {
            Directory = new CompanyDirectory(
                ImmutableDictionary<EscalationCollab.Core.PersonId, Person>.Empty,
                customers.ToImmutableDictionary(c => c.Id)
            ),
        };
        var dialog = new Dialog(
            "d",
            "D",
            "Go",
            [new CustomerInput("c", "Which") { Initial = new("zeta") }]
        );

        var task = Surfaces.Dialog(dialog, reader, DialogOrigin.None);
        var found = Answers.CustomersFor("er 01", reader)["value"]!["results"]!.AsArray();

        CardLint.Of(task).Should().BeEmpty();
        var input = CardLint.CardOf(task)!["body"]![0]!;
        ((string?)input["choices.data"]!["dataset"]).Should().Be("customers");
        ((string?)input["value"]).Should().Be("zeta");
        found.Select(o => (string)o!["value"]!).Should().HaveCount(10).And.StartWith("c10");
    }

    [Fact]
    public void Dialog_WithAWholeCompanyInIt_Fits()
    {
        var people = Enumerable
            .Range(0, 400)
            .Select(i => new Person(
                new($"p{i}"),
                $"Žygimantė Kazlauskienė-Petrauskaitė {i}",
                $"p{i}@northwind.example",
                "Vyresnioji klientų sėkmės vadovė",
                "lt",
                "Europe/Vilnius"
            ))
            .ToImmutableDictionary(p => p.Id);
        var reader = TeamsScenes.Reader("lt") with
        {
            Directory = new CompanyDirectory(
                people,
                ImmutableDictionary<EscalationCollab.Core.CustomerId, Customer>.Empty
            ),
        };
        var dialog = new Dialog(
            "d",
            "D",
            "Go",
            [
                .. Enumerable
                    .Range(0, 6)
                    .Select(i => new PersonInput($"p{i}", "Who") { Initial = [new("p399")] }),
            ]
        );

        var task = Surfaces.Dialog(dialog, reader, DialogOrigin.None);

        CardLint.Of(task).Should().BeEmpty();
    }

    [Fact]
    public void Answers_EachKind_SayWhatTheyShould()
    {
        var reader = TeamsScenes.Reader("it");

        ((string?)Answers.Saying(Answers.OutOfDate, reader)["task"]!["value"])
            .Should()
            .Contain("versione");
        ((string?)Answers.Message(Answers.OutOfDate, reader)["type"])
            .Should()
            .Be("application/vnd.microsoft.activity.message");
        var message = Surfaces.Message(SampleCompany.EscalationCard(), reader, "k");
        ((string?)Answers.Card(message.Attachment!)["value"]!["type"]).Should().Be("AdaptiveCard");
    }

    private static List<JsonObject> Offered(TeamsMessage message) =>
        [
            .. Found(message.Attachment)
                .Where(part =>
                    part["title"] is not null && part["data"] is not null
                    || (string?)part["type"] is "Action.OpenUrl" or "Action.ToggleVisibility"
                ),
        ];

    private static IEnumerable<JsonObject> Found(JsonNode? node, string name = "") =>
        node switch
        {
            JsonObject part when name is "fallback" or "selectAction" => [],
            JsonObject part => ((string?)part["type"] ?? "").StartsWith(
                "Action.",
                StringComparison.Ordinal
            )
                ? [part]
                : part.SelectMany(p => Found(p.Value, p.Key)),
            JsonArray list => list.SelectMany(item => Found(item, name)),
            _ => [],
        };
}
