using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>What a <c>view_submission</c> is answered with.</summary>
internal static class DialogAnswers
{
    // Not documented; a sentence below a field is short in any case.
    private const int MostError = 500;

    /// <summary>
    /// A refusal: each sentence below its field, what belongs to no field that is shown below the first one. A view
    /// without fields is replaced by one that says it.
    /// </summary>
    /// <param name="view">The view that was submitted.</param>
    public static JsonObject Refuse(JsonElement view, Reply.Refused refused, SlackReader reader)
    {
        var fields = view.List("blocks")
            .Where(block => block.Text("type") == "input")
            .Select(block => block.Text("block_id"))
            .Where(id => Inputs.InputOf(id) is not null)
            .Select(id => (Block: id!, Input: Inputs.InputOf(id)!))
            .DistinctBy(field => field.Input)
            .ToList();
        if (fields.Count == 0)
            return Replace(Saying(refused.Sentence, reader));
        var told = fields
            .Where(field => refused.Fields.ContainsKey(field.Input))
            .ToDictionary(field => field.Block, field => reader.Tell(refused.Fields[field.Input]));
        var elsewhere = refused
            .Fields.Where(field => fields.TrueForAll(shown => shown.Input != field.Key))
            .Select(field => reader.Tell(field.Value))
            .ToList();
        if (told.Count == 0 && elsewhere.Count == 0)
            elsewhere.Add(reader.Tell(refused.Sentence));
        if (elsewhere.Count > 0)
        {
            var first = fields[0].Block;
            told[first] = string.Join(
                ' ',
                [
                    .. told.TryGetValue(first, out var own) ? [own] : Array.Empty<string>(),
                    .. elsewhere,
                ]
            );
        }
        return new JsonObject
        {
            ["response_action"] = "errors",
            ["errors"] = new JsonObject(
                told.Select(error =>
                    KeyValuePair.Create(
                        error.Key,
                        (JsonNode?)Literal.Shorten(error.Value, MostError)
                    )
                )
            ),
        };
    }

    /// <summary>Puts another view in its place.</summary>
    public static JsonObject Replace(JsonObject view) =>
        new() { ["response_action"] = "update", ["view"] = view };

    /// <summary>Puts another view on top of it.</summary>
    public static JsonObject Push(JsonObject view) =>
        new() { ["response_action"] = "push", ["view"] = view };

    /// <summary>Closes every view.</summary>
    public static JsonObject Close() => new() { ["response_action"] = "clear" };

    /// <summary>A view that only says a sentence.</summary>
    public static JsonObject Saying(Text sentence, SlackReader reader) =>
        Surfaces.Whole(Card.Line(sentence), reader);
}
