using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>How words look. Colours are meanings that Teams shows in its light, dark and high-contrast themes.</summary>
internal sealed record Look
{
    /// <summary>Like running text.</summary>
    public static readonly Look Usual = new();

    /// <summary>Small print.</summary>
    public static readonly Look Small = new() { Size = "Small", IsSubtle = true };

    /// <summary>Emphasised.</summary>
    public static readonly Look Strong = new() { IsBold = true };

    /// <summary>Null for the usual size.</summary>
    public string? Size { get; init; }

    /// <summary>Null for the usual colour.</summary>
    public string? Color { get; init; }

    /// <summary>Fainter.</summary>
    public bool IsSubtle { get; init; }

    /// <summary>Bold.</summary>
    public bool IsBold { get; init; }

    /// <summary>The colour that underlines a tone; null for none.</summary>
    public static string? ColorOf(Tone tone) =>
        tone switch
        {
            Tone.Good => "Good",
            Tone.Warning => "Warning",
            Tone.Bad => "Attention",
            _ => null,
        };

    /// <summary>Adds it to a text run or text block.</summary>
    public JsonObject On(JsonObject text)
    {
        if (Size is not null)
            text["size"] = Size;
        if (IsBold)
            text["weight"] = "Bolder";
        if (Color is not null)
            text["color"] = Color;
        if (IsSubtle)
            text["isSubtle"] = true;
        return text;
    }
}

/// <summary>
/// A <see cref="Text"/> as text runs: a tree, as ours is. No client looks for Markdown in a run, so literal text stays
/// literal.
/// </summary>
internal static class RichText
{
    /// <summary>The lines of a text whose phrases were said. An empty one stands for a blank line.</summary>
    /// <param name="joined">Whether they are joined to one line instead.</param>
    public static IEnumerable<Text> Lines(Text text, bool joined = false)
    {
        var line = new List<Inline>();
        foreach (var part in Parted(text))
            if (part is null && joined)
                line.Add(new Plain(" "));
            else if (part is null)
            {
                yield return new Text([.. line]);
                line.Clear();
            }
            else
                line.Add(part);
        yield return new Text([.. line]);
    }

    /// <summary>The runs of a line; none when it would show nothing.</summary>
    public static List<JsonObject> Runs(Text line, TeamsReader reader, Look look)
    {
        var runs = new List<JsonObject>();
        Write(runs, line, reader, look);
        return runs;
    }

    /// <summary>A block of runs.</summary>
    public static JsonObject Block(IEnumerable<JsonObject> runs) =>
        new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray([.. runs]) };

    // Null stands for the end of a line.
    private static IEnumerable<Inline?> Parted(Text text)
    {
        foreach (var part in text.Parts)
            switch (part)
            {
                case Plain plain:
                    var lines = plain.Value.ReplaceLineEndings("\n").Split('\n');
                    for (var i = 0; i < lines.Length; i++)
                    {
                        if (i > 0)
                            yield return null;
                        if (lines[i].Length > 0)
                            yield return new Plain(lines[i]);
                    }
                    break;
                case Bold bold:
                    foreach (var inner in Parted(bold.Value))
                        yield return inner is null ? null : new Bold(inner);
                    break;
                default:
                    yield return part;
                    break;
            }
    }

    private static void Write(List<JsonObject> runs, Text text, TeamsReader reader, Look look)
    {
        foreach (var part in text.Parts)
            switch (part)
            {
                case Bold bold:
                    Write(runs, bold.Value, reader, look with { IsBold = true });
                    break;
                case Code code:
                    Add(runs, Safe.Plain(code.Value), look, monospace: true);
                    break;
                case Link link when reader.AddressOf(link.Address) is { } address:
                    AddLink(runs, reader.Tell(link.Label), address, look);
                    break;
                case Link link:
                    Write(runs, link.Label, reader, look);
                    break;
                case RoomLink room
                    when reader.RoomOf(room.Escalation) is { } link
                        && reader.AddressOf(link) is { } address:
                    AddLink(runs, room.Escalation.ToString(), address, look);
                    break;
                default:
                    Add(runs, reader.Tell((Text)part), look);
                    break;
            }
    }

    // Neighbours that look the same are one run: shorter, and read aloud as one.
    private static void Add(List<JsonObject> runs, string text, Look look, bool monospace = false)
    {
        if (text.Length == 0)
            return;
        var run = look.On(new JsonObject { ["type"] = "TextRun", ["text"] = text });
        if (monospace)
            run["fontType"] = "Monospace";
        if (runs is [.., { } last] && LooksLike(last, run))
            last["text"] = Safe.Plain((string)last["text"]! + text);
        else
            runs.Add(run);
    }

    private static void AddLink(List<JsonObject> runs, string label, string address, Look look)
    {
        if (label.Length == 0)
            return;
        var run = look.On(new JsonObject { ["type"] = "TextRun", ["text"] = label });
        run["underline"] = true;
        run["color"] = "Accent";
        run.Remove("isSubtle");
        run["selectAction"] = new JsonObject { ["type"] = "Action.OpenUrl", ["url"] = address };
        runs.Add(run);
    }

    private static bool LooksLike(JsonObject one, JsonObject other) =>
        one.Count == other.Count
        && one.All(p =>
            p.Key == "text"
            || (other.TryGetPropertyValue(p.Key, out var v) && JsonNode.DeepEquals(p.Value, v))
        );
}
