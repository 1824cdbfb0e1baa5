using System.Text;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>A line in Markdown, for the text blocks that mention somebody; everything else is rich text.</summary>
internal static partial class MarkedText
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
                    // Not bold: where a mark would open or close depends on what people wrote beside it.
                    Bold bold => Of(bold.Value, reader, mentions),
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
        return AtStart().Replace(marked.ToString().ReplaceLineEndings(" "), "\u2060");
    }

    // A bracket of somebody's would end the label.
    private static string Linked(string label, string address) =>
        label.Length == 0
            ? ""
            : $"[{label.Replace('[', '(').Replace(']', ')')}]({address.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})";

    // What would be a list, a heading or code at the start of a line, whatever parts it was put together from.
    [GeneratedRegex(@"^\s*(?=[^\p{L}<])")]
    private static partial Regex AtStart();
}
