using System.Collections.Immutable;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>Reads the <c>view</c> of a <c>view_submission</c>.</summary>
internal static class ViewReading
{
    /// <summary>The dialog with its answers; null when the view is none of ours.</summary>
    /// <param name="personOf">
    /// Our person behind a Slack user; null when there is none. Then the answer stays the Slack id, which the form refuses
    /// beside its field.
    /// </param>
    public static SubmittedDialog? Of(JsonElement view, Func<string, PersonId?> personOf)
    {
        if (
            Carried.Read(view.Text("private_metadata"))
            is not { Kind: CarriedKind.Submits, Route: var route, Data: var packed }
        )
            return null;
        var (data, origin) = DialogData.Apart(packed);
        var inputs = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        foreach (var (input, answer) in Answers(view))
            inputs[input] =
            [
                .. Values(answer)
                    .Select(value =>
                        value.IsUser ? personOf(value.Text)?.Value ?? value.Text : value.Text
                    ),
            ];
        return new SubmittedDialog(route, data, origin, inputs.ToImmutable());
    }

    /// <summary>The Slack users that are chosen in a view, to be looked up before <see cref="Of"/>.</summary>
    public static ImmutableArray<string> Users(JsonElement view) =>
        [
            .. Answers(view)
                .SelectMany(answer => Values(answer.Answer))
                .Where(value => value.IsUser)
                .Select(value => value.Text)
                .Distinct(),
        ];

    private static IEnumerable<(string Input, JsonElement Answer)> Answers(JsonElement view)
    {
        if (view.Part("state")?.Part("values") is not { ValueKind: JsonValueKind.Object } values)
            yield break;
        foreach (var block in values.EnumerateObject())
            if (
                Inputs.InputOf(block.Name) is { } input
                && block.Value.ValueKind == JsonValueKind.Object
            )
                foreach (var answer in block.Value.EnumerateObject())
                    yield return (input, answer.Value);
    }

    private static IEnumerable<(string Text, bool IsUser)> Values(JsonElement answer)
    {
        IEnumerable<(string?, bool)> values = answer.Text("type") switch
        {
            "plain_text_input" or "number_input" => [(answer.Text("value"), false)],
            "static_select" or "external_select" or "radio_buttons" =>
            [
                (answer.Text("selected_option", "value"), false),
            ],
            "multi_static_select" or "checkboxes" => answer
                .List("selected_options")
                .Select(option => (option.Text("value"), false)),
            "users_select" => [(answer.Text("selected_user"), true)],
            "multi_users_select" => answer
                .List("selected_users")
                .Select(user =>
                    (user.ValueKind == JsonValueKind.String ? user.GetString() : null, true)
                ),
            "datepicker" => [(answer.Text("selected_date"), false)],
            "timepicker" => [(answer.Text("selected_time"), false)],
            _ => [],
        };
        return values
            .Where(value => !string.IsNullOrEmpty(value.Item1))
            .Select(value => (value.Item1!, value.Item2));
    }
}
