using System.Collections.Immutable;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>Reads the <c>value</c> of a <c>task/submit</c>.</summary>
internal static class DialogReading
{
    // No answer of ours is longer.
    private const int LongestAnswer = 20_000;

    /// <summary>The dialog with its answers; null when it is none of ours or of another version.</summary>
    /// <param name="personOf">
    /// Our person behind an Entra object id; null when there is none. Then the answer stays the id, which the form refuses
    /// beside its field.
    /// </param>
    public static SubmittedDialog? Of(JsonElement value, Func<string, PersonId?> personOf)
    {
        var submitted = CardReading.DataOf(value);
        if (
            CardData.Read(submitted)?.Act
            is not { Kind: CarriedKind.Submits, Route: var route, Data: var packed }
        )
            return null;
        var (data, origin) = DialogData.Apart(packed);
        var inputs = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        foreach (var (field, answers) in Answers(submitted))
            inputs[field.Input] =
            [
                .. answers.Select(answer =>
                    field.IsPeople ? PersonBehind(answer, personOf) : answer
                ),
            ];
        return new SubmittedDialog(route, data, origin, inputs.ToImmutable());
    }

    /// <summary>The Entra object ids that are chosen, to be looked up before <see cref="Of"/>.</summary>
    public static ImmutableArray<string> Users(JsonElement value) =>
        [
            .. Answers(CardReading.DataOf(value))
                .Where(answer => answer.Field.IsPeople)
                .SelectMany(answer => answer.Values)
                .Where(answer => Inputs.OursBehind(answer) is null)
                .Distinct(),
        ];

    private static string PersonBehind(string answer, Func<string, PersonId?> personOf) =>
        (Inputs.OursBehind(answer) ?? personOf(answer))?.Value ?? answer;

    private static IEnumerable<(Field Field, IEnumerable<string> Values)> Answers(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var property in data.EnumerateObject())
            if (Field.Read(property.Name) is { } field)
                yield return (field, field.Values(AsText(property.Value)));
    }

    private static string AsText(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { Length: <= LongestAnswer } text
                ? text
                : "",
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            _ => "",
        };
}
