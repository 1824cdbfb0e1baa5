using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// A <see cref="Text"/> as Slack's rich text: a tree, as ours is. Literal text is a leaf of its own there, so nothing in it
/// can become a mention, a link or a mark, and it shows exactly as it was written.
/// </summary>
internal static class RichText
{
    /// <summary>The leaves of a text, in reading order; none when it would show nothing.</summary>
    /// <param name="user">The Slack user to mention a person by; null for their name.</param>
    public static List<JsonObject> Leaves(
        Text text,
        SlackReader reader,
        Func<Mention, string?> user
    )
    {
        var leaves = new List<JsonObject>();
        Write(
            leaves,
            reader.Format.Words.Resolve(text, reader.Format.Language),
            reader,
            user,
            bold: false
        );
        return leaves;
    }

    /// <summary>A block of one element.</summary>
    public static JsonObject Block(params IEnumerable<JsonObject> elements) =>
        new() { ["type"] = "rich_text", ["elements"] = Json(elements) };

    /// <summary>A line or paragraph.</summary>
    public static JsonObject Section(IEnumerable<JsonObject> leaves) =>
        new() { ["type"] = "rich_text_section", ["elements"] = Json(leaves) };

    /// <summary>Words set apart.</summary>
    public static JsonObject Quote(IEnumerable<JsonObject> leaves) =>
        new() { ["type"] = "rich_text_quote", ["elements"] = Json(leaves) };

    /// <summary>Points of a list.</summary>
    public static JsonObject List(IEnumerable<JsonObject> sections) =>
        new()
        {
            ["type"] = "rich_text_list",
            ["style"] = "bullet",
            ["elements"] = Json(sections),
        };

    /// <summary>Literal text as a leaf.</summary>
    public static JsonObject Leaf(string text, bool bold = false, bool code = false) =>
        Styled(new JsonObject { ["type"] = "text", ["text"] = text }, bold, code);

    /// <summary>
    /// The leaves in groups of at most <see cref="BlockKitLimits.Text"/> characters; a leaf too long for one is split
    /// between lines or words. Nothing is lost.
    /// </summary>
    public static IEnumerable<List<JsonObject>> Groups(IEnumerable<JsonObject> leaves)
    {
        var group = new List<JsonObject>();
        var length = 0;
        foreach (var leaf in leaves.SelectMany(Pieces))
        {
            var more = LengthOf(leaf);
            if (length + more > BlockKitLimits.Text && group.Count > 0)
            {
                yield return group;
                (group, length) = ([], 0);
            }
            group.Add(leaf);
            length += more;
        }
        if (group.Count > 0)
            yield return group;
    }

    /// <summary>The characters a leaf shows.</summary>
    public static int LengthOf(JsonObject leaf) =>
        ((string?)leaf["text"] ?? (string?)leaf["fallback"] ?? "            ").Length;

    private static IEnumerable<JsonObject> Pieces(JsonObject leaf)
    {
        if ((string?)leaf["type"] != "text" || LengthOf(leaf) <= BlockKitLimits.Text)
            return [leaf];
        return Literal
            .Split((string)leaf["text"]!, BlockKitLimits.Text)
            .Select(piece =>
            {
                var part = (JsonObject)leaf.DeepClone();
                part["text"] = piece;
                return part;
            });
    }

    private static void Write(
        List<JsonObject> leaves,
        Text text,
        SlackReader reader,
        Func<Mention, string?> user,
        bool bold
    )
    {
        foreach (var part in text.Parts)
            switch (part)
            {
                case Bold inner:
                    Write(leaves, inner.Value, reader, user, bold: true);
                    break;
                case Code code:
                    Add(leaves, Literal.Clean(code.Value), bold, code: true);
                    break;
                case Mention mention when user(mention) is { } slackUser:
                    leaves.Add(
                        Styled(new JsonObject { ["type"] = "user", ["user_id"] = slackUser }, bold)
                    );
                    break;
                case Mention mention:
                    Add(leaves, Literal.Clean(reader.NameOf(mention.Person)), bold);
                    break;
                case RoomLink room when reader.ChannelOf(room.Escalation) is { } channel:
                    leaves.Add(
                        Styled(
                            new JsonObject { ["type"] = "channel", ["channel_id"] = channel },
                            bold
                        )
                    );
                    break;
                case Link link when reader.AddressOf(link.Address) is { } address:
                    leaves.Add(
                        Styled(
                            new JsonObject
                            {
                                ["type"] = "link",
                                ["url"] = address,
                                ["text"] = reader.Tell(link.Label),
                            },
                            bold
                        )
                    );
                    break;
                case Link link:
                    Write(leaves, link.Label, reader, user, bold);
                    break;
                case Moment moment:
                    leaves.Add(
                        Styled(
                            new JsonObject
                            {
                                ["type"] = "date",
                                ["timestamp"] = DateToken.Seconds(moment.At),
                                ["format"] = DateToken.Format(moment, reader),
                                ["fallback"] = DateToken.Fallback(moment, reader),
                            },
                            bold
                        )
                    );
                    break;
                default:
                    Add(leaves, reader.Tell((Text)part), bold);
                    break;
            }
    }

    // Neighbours in the same style are one leaf: shorter, and read aloud as one.
    private static void Add(List<JsonObject> leaves, string text, bool bold, bool code = false)
    {
        if (text.Length == 0)
            return;
        var leaf = Leaf(text, bold, code);
        if (
            leaves is [.., { } last]
            && (string?)last["type"] == "text"
            && JsonNode.DeepEquals(last["style"], leaf["style"])
        )
            last["text"] = (string)last["text"]! + text;
        else
            leaves.Add(leaf);
    }

    private static JsonObject Styled(JsonObject leaf, bool bold, bool code = false)
    {
        if (!bold && !code)
            return leaf;
        var style = new JsonObject();
        if (bold)
            style["bold"] = true;
        if (code)
            style["code"] = true;
        leaf["style"] = style;
        return leaf;
    }

    private static JsonArray Json(IEnumerable<JsonObject> items) => [.. items];
}
