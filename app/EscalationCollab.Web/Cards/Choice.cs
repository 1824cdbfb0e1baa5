using System.Collections.Immutable;
using EscalationCollab.Core.People;

namespace EscalationCollab.Web.Cards;

/// <summary>An entry of a people or customer picker.</summary>
/// <param name="Value">The id that is submitted.</param>
/// <param name="Name">The name shown.</param>
/// <param name="Note">A title or tier that tells namesakes apart; may be empty.</param>
public sealed record Choice(string Value, string Name, string Note)
{
    /// <summary>Everybody of the company, by name.</summary>
    public static ImmutableArray<Choice> People(CompanyDirectory directory) =>
        Sorted(directory?.People.Values.Select(p => new Choice(p.Id.Value, p.Name, p.Title)));

    /// <summary>Every customer, by name.</summary>
    public static ImmutableArray<Choice> Customers(CardContext context) =>
        Sorted(
            context?.Directory.Customers.Values.Select(c => new Choice(
                c.Id.Value,
                c.Name,
                context.Tell(context.TierName(c.Tier))
            ))
        );

    private static ImmutableArray<Choice> Sorted(IEnumerable<Choice>? choices) =>
        [
            .. (choices ?? [])
                .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(c => c.Value, StringComparer.Ordinal),
        ];
}
