using System.Collections.Immutable;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// A refusal names what was typed so that it is recognised, not so that it is read again: a hundred thousand characters
/// typed must not come back as an answer that no platform takes.
/// </summary>
internal static class Quoting
{
    /// <summary>Longest text of a person that a refusal repeats, in characters.</summary>
    public const int Longest = 120;

    /// <summary>The answer with what it quotes cut to <see cref="Longest"/>; answers that are no refusals stay as they are.</summary>
    public static Reply Shorten(Reply reply) =>
        reply is Reply.Refused(var sentence, var fields)
            ? new Reply.Refused(
                Shorten(sentence),
                fields.ToImmutableDictionary(field => field.Key, field => Shorten(field.Value))
            )
            : reply;

    // Our own words stand in phrases and are found by key; literal text is what somebody wrote.
    private static Text Shorten(Text text) => new([.. text.Parts.Select(Shorten)]);

    private static Inline Shorten(Inline part) =>
        part switch
        {
            Plain plain => new Plain(Cut(plain.Value)),
            Code code => new Code(Cut(code.Value)),
            Bold bold => new Bold(Shorten(bold.Value)),
            Phrase phrase => phrase with
            {
                Places = phrase.Places.ToImmutableSortedDictionary(
                    place => place.Key,
                    place => Shorten(place.Value),
                    StringComparer.Ordinal
                ),
            },
            _ => part,
        };

    private static string Cut(string text)
    {
        if (text.Length <= Longest)
            return text;
        var end = char.IsHighSurrogate(text[Longest - 2]) ? Longest - 2 : Longest - 1;
        return text[..end].TrimEnd() + "…";
    }
}
