using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Sandbox;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>The check of the limits sees what Slack would refuse: each payload here is broken on purpose.</summary>
public sealed class LimitsLintTests
{
    private static readonly Dictionary<string, Action<JsonObject>> MessageFaults = new()
    {
        ["no text"] = m => m["text"] = "",
        ["no blocks"] = m => m["blocks"] = new JsonArray(),
        ["51 blocks"] = m => Fill((JsonArray)m["blocks"]!, 51),
        ["too heavy"] = m =>
        {
            for (var i = 0; i < 5; i++)
                ((JsonArray)m["blocks"]!).Add(Parts.Context(new string('x', 2_900)));
        },
        ["two tables"] = m =>
        {
            ((JsonArray)m["blocks"]!).Add(Table());
            ((JsonArray)m["blocks"]!).Add(Table());
        },
        ["long header"] = m => First(m, "header")["text"]!["text"] = new string('x', 151),
        ["empty header"] = m => First(m, "header")["text"]!["text"] = "",
        ["11 fields"] = m =>
        {
            var fields = (JsonArray)First(m, "section")["fields"]!;
            while (fields.Count < 11)
                fields.Add(fields[0]!.DeepClone());
        },
        ["long field"] = m => First(m, "section")["fields"]![0]!["text"] = new string('x', 2_001),
        ["empty leaf"] = m => First(m, "rich_text")["elements"]![0]!["elements"]![0]!["text"] = "",
        ["broadcast"] = m =>
            First(m, "rich_text")["elements"]![0]!["elements"]![0]!["type"] = "broadcast",
        ["long button"] = m =>
            First(m, "actions")["elements"]![0]!["text"]!["text"] = new string('x', 76),
        ["long value"] = m =>
            First(m, "actions")["elements"]![0]!["value"] = new string('x', 2_001),
        ["same action_id"] = m =>
            First(m, "actions")["elements"]![1]!["action_id"] = (string)
                First(m, "actions")["elements"]![0]!["action_id"]!,
        ["six in a menu"] = m => Fill(Menu(m), 6),
        ["long menu value"] = m => Menu(m)[0]!["value"] = new string('x', 151),
    };

    private static readonly Dictionary<string, Action<JsonObject>> ModalFaults = new()
    {
        ["long title"] = v => v["title"]!["text"] = new string('x', 25),
        ["long submit"] = v => v["submit"]!["text"] = new string('x', 25),
        ["no submit"] = v => v.Remove("submit"),
        ["long metadata"] = v => v["private_metadata"] = new string('x', 3_001),
        ["a table"] = v => ((JsonArray)v["blocks"]!).Add(Table()),
        ["same block_id"] = v =>
            v["blocks"]![1]!["block_id"] = (string)v["blocks"]![0]!["block_id"]!,
        ["long label"] = v => v["blocks"]![0]!["label"]!["text"] = new string('x', 2_001),
        ["long option"] = v => Options(v)[0]!["text"]!["text"] = new string('x', 76),
        ["long option value"] = v => Options(v)[0]!["value"] = new string('x', 151),
        ["11 radio buttons"] = v => Fill(Options(v), 11),
        ["101 blocks"] = v => Fill((JsonArray)v["blocks"]!, 101),
        ["unknown initial"] = v =>
            Answers(v, "long")["initial_option"]!["value"] = "something else",
        ["long initial"] = v => Answers(v, "line")["initial_value"] = new string('x', 3_001),
    };

    public static TheoryData<string> MessageFaultNames => [.. MessageFaults.Keys];

    public static TheoryData<string> ModalFaultNames => [.. ModalFaults.Keys];

    [Fact]
    public void Samples_AsRendered_HaveNoProblem()
    {
        LimitsLint.Of(Message()).Should().BeEmpty();
        LimitsLint.Of(Modal()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(MessageFaultNames))]
    public void Message_BrokenOnPurpose_IsSeen(string fault)
    {
        var message = Message();
        MessageFaults[fault](message);

        LimitsLint.Of(message).Should().NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(ModalFaultNames))]
    public void Modal_BrokenOnPurpose_IsSeen(string fault)
    {
        var modal = Modal();
        ModalFaults[fault](modal);

        LimitsLint.Of(modal).Should().NotBeEmpty();
    }

    private static JsonObject Message()
    {
        var message = Surfaces.Message(SampleCompany.EscalationCard(), SlackScenes.Reader(), "key");
        return new JsonObject { ["text"] = message.Text, ["blocks"] = message.Blocks };
    }

    private static JsonObject Modal() =>
        Surfaces.Modal(SampleCompany.EveryInput(), SlackScenes.Reader(), DialogOrigin.None);

    private static JsonObject First(JsonObject message, string type) =>
        ((JsonArray)message["blocks"]!)
            .OfType<JsonObject>()
            .First(block =>
                (string?)block["type"] == type && (type != "section" || block["fields"] is not null)
            );

    private static JsonArray Menu(JsonObject message) =>
        (JsonArray)
            ((JsonArray)First(message, "actions")["elements"]!)
                .OfType<JsonObject>()
                .First(element => (string?)element["type"] == "overflow")["options"]!;

    private static JsonObject Answers(JsonObject view, string input) =>
        (JsonObject)
            ((JsonArray)view["blocks"]!)
                .OfType<JsonObject>()
                .First(block => Inputs.InputOf((string?)block["block_id"]) == input)["element"]!;

    private static JsonArray Options(JsonObject view) =>
        (JsonArray)Answers(view, "few")["options"]!;

    private static JsonObject Table() =>
        new()
        {
            ["type"] = "table",
            ["rows"] = new JsonArray(
                new JsonArray(new JsonObject { ["type"] = "raw_text", ["text"] = "x" })
            ),
        };

    private static void Fill(JsonArray items, int count)
    {
        while (items.Count < count)
        {
            var copy = (JsonObject)items[0]!.DeepClone();
            copy.Remove("block_id");
            if (copy["value"] is not null)
                copy["value"] = $"v{items.Count}";
            items.Add(copy);
        }
    }
}
