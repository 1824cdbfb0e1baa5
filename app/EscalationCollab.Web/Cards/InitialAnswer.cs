using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using NodaTime.Text;

namespace EscalationCollab.Web.Cards;

/// <summary>What an input holds before anybody touches it, as a form would submit it.</summary>
internal static class InitialAnswer
{
    /// <summary>The values of an input; none when it is empty.</summary>
    public static ImmutableArray<string> Of(Input input) =>
        input switch
        {
            TextInput { Initial: { Length: > 0 } text } => [text],
            ChoiceInput choice => choice.Initial,
            CheckInput { Initial: true } => ["true"],
            PersonInput person => [.. person.Initial.Select(p => p.Value)],
            CustomerInput { Initial: { } customer } => [customer.Value],
            DateInput { Initial: { } date } => [LocalDatePattern.Iso.Format(date)],
            TimeInput { Initial: { } time } =>
            [
                time.ToString("HH:mm", CultureInfo.InvariantCulture),
            ],
            NumberInput { Initial: { } number } => [Invariant(number)],
            _ => [],
        };

    /// <summary>A number as HTML number fields want it.</summary>
    public static string Invariant(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
