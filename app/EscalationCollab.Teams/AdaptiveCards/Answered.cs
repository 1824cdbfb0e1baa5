using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using NodaTime.Text;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>A dialog that is shown again because something was wrong: with what was answered, and with what to change.</summary>
internal static class Answered
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture(
        "HH:mm"
    );

    /// <summary>The input with what was answered in it. What a field cannot hold, such as a number that is none, is left out.</summary>
    public static Input With(
        Input input,
        ImmutableDictionary<string, ImmutableArray<string>> answers
    )
    {
        var given = answers.GetValueOrDefault(input.Id, []);
        var only = given.IsEmpty ? "" : given[0];
        return input switch
        {
            TextInput text => text with { Initial = only },
            ChoiceInput choice => choice with { Initial = given },
            CheckInput check => check with { Initial = only == "true" },
            PersonInput person => person with
            {
                Initial = [.. given.Select(id => new PersonId(id))],
            },
            CustomerInput customer => customer with
            {
                Initial = only.Length == 0 ? null : new CustomerId(only),
            },
            DateInput date => date with
            {
                Initial = LocalDatePattern.Iso.Parse(only) is { Success: true } day
                    ? day.Value
                    : null,
            },
            TimeInput time => time with
            {
                Initial = Clock.Parse(only) is { Success: true } clock ? clock.Value : null,
            },
            NumberInput number => number with
            {
                Initial = decimal.TryParse(
                    only,
                    NumberStyles.Number,
                    CultureInfo.InvariantCulture,
                    out var value
                )
                    ? value
                    : null,
            },
            _ => input,
        };
    }

    /// <summary>What was wrong beyond the fields that the dialog shows; the whole sentence when nothing else would be said.</summary>
    public static List<string> Elsewhere(Dialog dialog, Reply.Refused refused, TeamsReader reader)
    {
        var shown = dialog.Inputs.Select(input => input.Id).ToHashSet();
        var elsewhere = refused
            .Fields.Where(field => !shown.Contains(field.Key))
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => reader.Tell(field.Value))
            .ToList();
        if (elsewhere.Count == 0 && !refused.Fields.Keys.Any(shown.Contains))
            elsewhere.Add(reader.Tell(refused.Sentence));
        return elsewhere;
    }
}
