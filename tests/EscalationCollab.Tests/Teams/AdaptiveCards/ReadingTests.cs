using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Tests.Sandbox;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

public sealed class ReadingTests
{
    private static readonly Carried Same = new(
        CarriedKind.Does,
        "status.same",
        ActionData.None.With("esc", "1042")
    );

    [Fact]
    public void CardReading_ExecuteSubmitAndFetch_GiveTheAct()
    {
        var data = CardData.Write(Same).ToJsonString();

        Of("""{"action":{"type":"Action.Execute","verb":"x","data":""" + data + "}}")
            .Should()
            .Be(new Pressed(Same));
        Of("""{"context":{"theme":"dark"},"data":""" + data + "}").Should().Be(new Pressed(Same));
        Of(data).Should().Be(new Pressed(Same));
        Of(CardData.Fetching(Same).ToJsonString()).Should().Be(new Pressed(Same));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("""{"act":"d1:a."}""")]
    [InlineData("""{"ec":"1","act":"d1:a."}""")]
    [InlineData("""{"ec":1}""")]
    [InlineData("""{"ec":1,"act":null}""")]
    [InlineData("""{"ec":1,"act":7}""")]
    [InlineData("""{"ec":1,"act":{}}""")]
    [InlineData("""{"ec":1,"act":"z1:a."}""")]
    [InlineData("""{"ec":1,"act":"d99999999999:a."}""")]
    [InlineData("""{"action":{"data":"x"}}""")]
    [InlineData("""{"action":[]}""")]
    [InlineData("""{"data":[{"ec":1}]}""")]
    public void CardReading_SomethingElse_IsNothing(string json)
    {
        Of(json).Should().BeNull();
        DialogReading.Of(Element(json), TeamsScenes.PersonOf).Should().BeNull();
        DialogReading.Users(Element(json)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"ec":2,"act":"d1:a."}""")]
    [InlineData("""{"ec":0}""")]
    [InlineData("""{"ec":1e99,"act":"d1:a."}""")]
    public void CardReading_AnotherVersion_IsOutOfDate(string json)
    {
        Of(json).Should().Be(Pressed.OutOfDate);
        DialogReading.Of(Element(json), TeamsScenes.PersonOf).Should().BeNull();
    }

    [Fact]
    public void CardReading_MoreThanAnActionCarries_IsNothing()
    {
        var much = new Carried(
            CarriedKind.Does,
            "a",
            ActionData.None.With("t", new string('x', 4_000))
        );

        Of($$"""{"ec":1,"act":{{JsonSerializer.Serialize(much.Write())}}}""").Should().BeNull();
        ((Action)(() => CardData.Write(much))).Should().Throw<CardException>();
    }

    [Fact]
    public void DialogReading_EveryKindOfInput_GivesWhatTheFormReads()
    {
        var task = Surfaces.Dialog(
            SampleCompany.EveryInput(),
            TeamsScenes.Reader(),
            new DialogOrigin("19:a", "17")
        );

        var value = Submitted(
            task,
            ("line", "\"one\""),
            ("lines", "\"\""),
            ("few", "\"b\""),
            ("many", "\"x,y\""),
            ("long", "\"o4\""),
            ("silent", "\"true\""),
            ("owner", "\"aad-diego\""),
            ("customer", "\"baltlog\""),
            ("day", "\"2026-12-02\""),
            ("time", "\"10:15\""),
            ("amount", "12.5"),
            ("csat", "\"4\"")
        );
        var submitted = DialogReading.Of(value, TeamsScenes.PersonOf)!;

        submitted.Route.Should().Be("every.input");
        submitted.Origin.Should().Be(new DialogOrigin("19:a", "17"));
        submitted
            .Inputs.ToDictionary(i => i.Key, i => string.Join('+', i.Value))
            .Should()
            .BeEquivalentTo(
                new Dictionary<string, string>
                {
                    ["line"] = "one",
                    ["lines"] = "",
                    ["few"] = "b",
                    ["many"] = "x+y",
                    ["long"] = "o4",
                    ["silent"] = "true",
                    ["owner"] = "diego",
                    ["customer"] = "baltlog",
                    ["day"] = "2026-12-02",
                    ["time"] = "10:15",
                    ["amount"] = "12.5",
                    ["csat"] = "4",
                }
            );
        DialogReading.Users(value).Should().Equal("aad-diego");
        CardReading.Of(value)!.Act!.Kind.Should().Be(CarriedKind.Submits);
    }

    [Fact]
    public void DialogReading_PeopleOfElsewhereAndWithoutAccount_AreToldApart()
    {
        var dialog = new Dialog("d", "D", "Go", [new PersonInput("who", "Who") { Many = true }]);
        var task = Surfaces.Dialog(
            dialog,
            TeamsScenes.Reader() with
            {
                UserOf = _ => null,
            },
            DialogOrigin.None
        );

        var value = Submitted(task, ("who", "\"ours:ana,aad-tomas,11111111-stranger\""));

        DialogReading
            .Of(value, TeamsScenes.PersonOf)!
            .Inputs["who"]
            .Should()
            .Equal("ana", "tomas", "11111111-stranger");
        DialogReading.Users(value).Should().Equal("aad-tomas", "11111111-stranger");
        ((string?)Input(task, "who")["choices"]![0]!["value"]).Should().StartWith("ours:");
    }

    [Fact]
    public void DialogReading_SeveralChoicesWithCommas_StayWhole()
    {
        var dialog = new Dialog(
            "d",
            "D",
            "Go",
            [new ChoiceInput("c", "C", [new("a,b", "A"), new("100%", "B")]) { Many = true }]
        );
        var task = Surfaces.Dialog(dialog, TeamsScenes.Reader(), DialogOrigin.None);
        var values = Input(task, "c")["choices"]!.AsArray().Select(c => (string)c!["value"]!);

        var value = Submitted(task, ("c", JsonSerializer.Serialize(string.Join(',', values))));

        DialogReading.Of(value, TeamsScenes.PersonOf)!.Inputs["c"].Should().Equal("a,b", "100%");
    }

    [Fact]
    public void Dialog_ShownAgain_KeepsWhatWasAnsweredAndSaysWhatIsWrongBesideTheField()
    {
        var answers = ImmutableDictionary<string, ImmutableArray<string>>
            .Empty.Add("line", ["typed"])
            .Add("many", ["x", "y"])
            .Add("silent", ["true"])
            .Add("owner", ["diego"])
            .Add("customer", ["baltlog"])
            .Add("day", ["2026-12-02"])
            .Add("time", ["10:15"])
            .Add("amount", ["12.5"]);
        var refused = new Reply.Refused(
            "Please check.",
            ImmutableDictionary<string, Text>
                .Empty.Add("owner", Phrase.Of("form.required"))
                .Add("not-shown", "Elsewhere.")
        );

        var task = Surfaces.Dialog(
            SampleCompany.EveryInput(),
            TeamsScenes.Reader(),
            DialogOrigin.None,
            refused,
            answers
        );

        CardLint.Of(task).Should().BeEmpty();
        var expected = new Dictionary<string, string>
        {
            ["line"] = "typed",
            ["many"] = "x,y",
            ["silent"] = "true",
            ["owner"] = "aad-diego",
            ["customer"] = "baltlog",
            ["day"] = "2026-12-02",
            ["time"] = "10:15",
            ["amount"] = "12.5",
        };
        foreach (var (input, value) in expected)
            Input(task, input)["value"]!.ToString().Should().Be(value, input);
        var body = CardLint.CardOf(task)!["body"]!.AsArray();
        CardLint.Texts(body[0]).Should().Contain(text => text.Contains("Elsewhere."));
        var at = body.IndexOf(Input(task, "owner"));
        CardLint
            .Texts(body[at - 1])
            .Should()
            .Contain(text => text.Contains("Please fill this in."));
        ((string?)body[at - 1]!["inlines"]![0]!["color"]).Should().Be("Attention");
    }

    private static Pressed? Of(string json) => CardReading.Of(Element(json));

    private static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    private static JsonObject Input(JsonObject task, string input) =>
        CardLint.CardOf(task)!["body"]!
            .AsArray()
            .OfType<JsonObject>()
            .Single(element => Field.Read((string?)element["id"] ?? "")?.Input == input);

    /// <summary>The task module as Teams sends it back: the data of its button with the answers among it.</summary>
    private static JsonElement Submitted(
        JsonObject task,
        params (string Input, string Json)[] answers
    )
    {
        var data = (JsonObject)CardLint.CardOf(task)!["actions"]![0]!["data"]!.DeepClone();
        foreach (var (input, json) in answers)
            data[(string)Input(task, input)["id"]!] = JsonNode.Parse(json);
        return JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["data"] = data,
                ["context"] = new JsonObject { ["theme"] = "default" },
            }
        );
    }
}
