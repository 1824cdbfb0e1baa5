using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// The id of an input in a card. A submission has nothing but ids and texts, so the id tells how to read the text: several
/// answers come joined with commas, a box that is not ticked says "false".
/// </summary>
/// <param name="Kind">How the answer is to be read.</param>
/// <param name="Input">Its name in the dialog.</param>
internal sealed record Field(FieldKind Kind, string Input)
{
    /// <summary>Whether the answers are people.</summary>
    public bool IsPeople => Kind is FieldKind.Person or FieldKind.People;

    /// <summary>The id of an input.</summary>
    public string Id => $"{(char)Kind}:{Input}";

    /// <summary>The field of an input.</summary>
    public static Field Of(Input input) =>
        new(
            input switch
            {
                CheckInput => FieldKind.Tick,
                PersonInput { Many: true } => FieldKind.People,
                PersonInput => FieldKind.Person,
                ChoiceInput { Many: true } => FieldKind.Several,
                _ => FieldKind.One,
            },
            input.Id
        );

    /// <summary>Reads <see cref="Id"/>; null when it is none of ours.</summary>
    public static Field? Read(string id) =>
        id.Length > 2 && id[1] == ':' && Enum.IsDefined((FieldKind)id[0])
            ? new Field((FieldKind)id[0], id[2..])
            : null;

    /// <summary>The value of a choice, such that a comma in it does not part it.</summary>
    public string Value(string value) =>
        Kind is FieldKind.Several or FieldKind.People
            ? value
                .Replace("%", "%25", StringComparison.Ordinal)
                .Replace(",", "%2C", StringComparison.Ordinal)
            : value;

    /// <summary>The answers in what was submitted.</summary>
    public IEnumerable<string> Values(string submitted) =>
        Kind switch
        {
            _ when submitted.Length == 0 => [],
            FieldKind.Tick => submitted == "true" ? ["true"] : [],
            FieldKind.Several or FieldKind.People => submitted
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(value =>
                    value
                        .Replace("%2C", ",", StringComparison.Ordinal)
                        .Replace("%25", "%", StringComparison.Ordinal)
                ),
            _ => [submitted],
        };
}

/// <summary>How an answer is to be read.</summary>
internal enum FieldKind
{
    /// <summary>As it is.</summary>
    One = 'v',

    /// <summary>Joined with commas.</summary>
    Several = 'm',

    /// <summary>True or false.</summary>
    Tick = 't',

    /// <summary>Somebody.</summary>
    Person = 'p',

    /// <summary>Some people, joined with commas.</summary>
    People = 'g',
}
