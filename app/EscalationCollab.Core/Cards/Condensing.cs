namespace EscalationCollab.Core.Cards;

/// <summary>
/// What to leave out of a card that is too much for one message. Every cut shows as "…", and the message gets a button to
/// the whole.
/// </summary>
public static class Condensing
{
    /// <summary>How long a text and how many rows may be, from the gentlest step to the hardest.</summary>
    private static readonly (int Text, int Rows, int Blocks)[] Steps =
    [
        (1_500, 50, 24),
        (900, 40, 24),
        (600, 30, 24),
        (400, 20, 24),
        (250, 12, 24),
        (150, 8, 20),
        (80, 5, 14),
        (60, 3, 8),
    ];

    /// <summary>The card at every step; its phrases must have been said already, so that what people wrote can be seen.</summary>
    public static IEnumerable<Card> Of(Card card) =>
        Steps.Select(step =>
        {
            var shorter = card.Map(text => Shorter(text, step.Text));
            return shorter with
            {
                Blocks =
                [
                    .. Most(shorter, step.Blocks)
                        .Select(block => Shorter(block, step.Text, step.Rows)),
                ],
            };
        });

    // What may be done stays in any case.
    private static List<Block> Most(Card card, int most)
    {
        var left = most;
        return card.Blocks.Where(block => block is Actions || left-- > 0).ToList();
    }

    private static Block Shorter(Block block, int text, int rows) =>
        block switch
        {
            Table table when table.Rows.Length > rows => table with
            {
                Rows =
                [
                    .. table.Rows.Take(rows),
                    [.. table.Headings.Select((_, i) => i == 0 ? (Text)"…" : "")],
                ],
            },
            Facts facts when facts.Items.Length > rows => new Facts([
                .. facts.Items.Take(rows),
                new Fact("…", "…"),
            ]),
            Letter letter => letter with
            {
                To = Literal.Shorten(letter.To, text),
                Subject = Literal.Shorten(letter.Subject, text),
                // A letter is what the card is about: it keeps more than what is said around it.
                PlainBody = Literal.Shorten(letter.PlainBody, 4 * text),
            },
            _ => block,
        };

    private static Text Shorter(Text text, int most) =>
        new([
            .. text.Parts.Select(part =>
                part switch
                {
                    Plain plain => new Plain(Literal.Shorten(plain.Value, most)),
                    Code code => new Code(Literal.Shorten(code.Value, most)),
                    Bold bold => new Bold(Shorter(bold.Value, most)),
                    Link link => link with { Label = Shorter(link.Label, most) },
                    _ => part,
                }
            ),
        ]);
}
