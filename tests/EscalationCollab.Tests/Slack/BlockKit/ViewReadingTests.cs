using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Sandbox;

namespace EscalationCollab.Tests.Slack.BlockKit;

public sealed class ViewReadingTests
{
    [Fact]
    public void Of_EveryKindOfInput_GivesWhatTheFormReads()
    {
        var view = Submitted(
            SampleCompany.EveryInput(),
            ("line", """{"type":"plain_text_input","value":"one"}"""),
            ("few", """{"type":"radio_buttons","selected_option":{"value":"b"}}"""),
            ("many", """{"type":"checkboxes","selected_options":[{"value":"x"},{"value":"y"}]}"""),
            ("long", """{"type":"static_select","selected_option":{"value":"o4"}}"""),
            ("silent", """{"type":"checkboxes","selected_options":[{"value":"true"}]}"""),
            ("owner", """{"type":"users_select","selected_user":"U0DIEGO"}"""),
            ("customer", """{"type":"external_select","selected_option":{"value":"baltlog"}}"""),
            ("day", """{"type":"datepicker","selected_date":"2026-12-02"}"""),
            ("time", """{"type":"timepicker","selected_time":"10:15"}"""),
            ("amount", """{"type":"number_input","value":"12.5"}"""),
            ("csat", """{"type":"radio_buttons","selected_option":{"value":"4"}}"""),
            ("lines", """{"type":"plain_text_input","value":null}""")
        );

        var submitted = ViewReading.Of(view, SlackScenes.PersonOf)!;

        submitted.Route.Should().Be("every.input");
        submitted.Origin.Should().Be(new DialogOrigin("C1", "1.2"));
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
    }

    [Fact]
    public void Of_AViewOfSomebodyElse_IsNothing()
    {
        using var view = JsonDocument.Parse(
            """{"private_metadata":"other","state":{"values":{}}}"""
        );

        ViewReading.Of(view.RootElement, SlackScenes.PersonOf).Should().BeNull();
    }

    [Fact]
    public void Users_ChosenPeople_AreNamedOnce()
    {
        var view = Submitted(
            SampleCompany.EveryInput(),
            ("owner", """{"type":"multi_users_select","selected_users":["U1","U2","U1"]}""")
        );

        ViewReading.Users(view).Should().Equal("U1", "U2");
        // Nobody of ours: the form refuses it beside the field.
        ViewReading
            .Of(view, SlackScenes.PersonOf)!
            .Inputs["owner"]
            .Should()
            .Equal("U1", "U2", "U1");
    }

    [Fact]
    public void Refuse_WithFields_SaysEachBesideItsBlock()
    {
        var view = Submitted(SampleCompany.EveryInput());
        var refused = new Reply.Refused(
            "Please check.",
            ImmutableDictionary<string, Text>
                .Empty.Add("owner", Phrase.Of("form.required"))
                .Add("not-shown", "Elsewhere.")
        );

        var answer = DialogAnswers.Refuse(view, refused, SlackScenes.Reader());

        var blocks = view.GetProperty("blocks")
            .EnumerateArray()
            .Select(b => b.GetProperty("block_id").GetString()!)
            .ToList();
        ((string?)answer["response_action"]).Should().Be("errors");
        var errors = (JsonObject)answer["errors"]!;
        errors.Select(e => e.Key).Should().BeSubsetOf(blocks).And.HaveCount(2);
        ((string?)errors[blocks[0]]).Should().Be("Elsewhere.");
        errors.Select(e => Inputs.InputOf(e.Key)).Should().BeEquivalentTo("line", "owner");
    }

    [Fact]
    public void Refuse_WithoutFields_SaysTheSentenceBelowTheFirst()
    {
        var view = Submitted(SampleCompany.StatusDialog());
        var refused = new Reply.Refused(
            "Ana did it at 14:02.",
            ImmutableDictionary<string, Text>.Empty
        );

        var errors = (JsonObject)
            DialogAnswers.Refuse(view, refused, SlackScenes.Reader())["errors"]!;

        errors
            .Should()
            .ContainSingle()
            .Which.Value!.GetValue<string>()
            .Should()
            .Be("Ana did it at 14:02.");
    }

    [Fact]
    public void Refuse_AViewThatOnlyShows_IsReplacedByTheSentence()
    {
        var view = Submitted(
            new Dialog("shows", "Shows", "Go on", []) { Introduction = [new Paragraph("x")] }
        );
        var refused = new Reply.Refused("Too late.", ImmutableDictionary<string, Text>.Empty);

        var answer = DialogAnswers.Refuse(view, refused, SlackScenes.Reader());

        ((string?)answer["response_action"]).Should().Be("update");
        LimitsLint.Of((JsonObject)answer["view"]!).Should().BeEmpty();
        LimitsLint.Texts(answer).Should().Contain("Too late.");
    }

    [Fact]
    public void Modal_ShownAgainWithAnotherAnswer_HasAnotherBlockForIt()
    {
        var dialog = SampleCompany.StatusDialog();
        var again = dialog with
        {
            Inputs =
            [
                ((TextInput)dialog.Inputs[0]) with
                {
                    Initial = "new",
                },
                .. dialog.Inputs[1..],
            ],
        };

        var before = Ids(Surfaces.Modal(dialog, SlackScenes.Reader(), DialogOrigin.None));
        var after = Ids(Surfaces.Modal(again, SlackScenes.Reader(), DialogOrigin.None));

        after[0].Should().NotBe(before[0]);
        after[1..].Should().Equal(before[1..]);
    }

    private static List<string> Ids(JsonObject view) =>
        [.. ((JsonArray)view["blocks"]!).Select(b => (string?)b!["block_id"]).OfType<string>()];

    /// <summary>The modal as Slack sends it back, with answers.</summary>
    private static JsonElement Submitted(
        Dialog dialog,
        params (string Input, string Json)[] answers
    )
    {
        var view = Surfaces.Modal(dialog, SlackScenes.Reader(), new DialogOrigin("C1", "1.2"));
        var values = new JsonObject();
        foreach (var block in ((JsonArray)view["blocks"]!).OfType<JsonObject>())
            if (
                Inputs.InputOf((string?)block["block_id"]) is { } input
                && answers.FirstOrDefault(a => a.Input == input).Json is { } answer
            )
                values[(string)block["block_id"]!] = new JsonObject
                {
                    [(string)block["element"]!["action_id"]!] = JsonNode.Parse(answer),
                };
        view["state"] = new JsonObject { ["values"] = values };
        return JsonSerializer.SerializeToElement(view);
    }
}
