using System.Text;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>A line in Markdown, for the text blocks that mention somebody; everything else is rich text.</summary>
internal static class MarkedText
{
    /// <summary>The line as Markdown, in which nothing but our own marks marks anything.</summary>
    public static string Of(Text line, TeamsReader reader, Mentions mentions)
    {
        var marked = new StringBuilder();
        foreach (var part in line.Parts)
            marked.Append(
                part switch
                {
                    Mention mention when mentions.TagOf(mention.Person) is { } tag => tag,
                    Bold bold when mentions.In(bold.Value) => Of(bold.Value, reader, mentions),
                    Bold bold => Strong(Safe.Marked(reader.Tell(bold.Value))),
                    Link link when reader.AddressOf(link.Address) is { } address => Linked(
                        Safe.Marked(reader.Tell(link.Label)),
                        address
                    ),
                    Link link => Safe.Marked(reader.Tell(link.Label)),
                    RoomLink room
                        when reader.RoomOf(room.Escalation) is { } link
                            && reader.AddressOf(link) is { } address => Linked(
                        room.Escalation.ToString(),
                        address
                    ),
                    _ => Safe.Marked(reader.Tell((Text)part)),
                }
            );
        return marked.ToString();
    }

    // A mark opens and closes only beside letters.
    private static string Strong(string text) =>
        text.Length > 0 && char.IsLetterOrDigit(text[0]) && char.IsLetterOrDigit(text[^1])
            ? $"**{text}**"
            : text;

    private static string Linked(string label, string address) =>
        label.Length == 0
            ? ""
            : $"[{label}]({address.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})";
}
