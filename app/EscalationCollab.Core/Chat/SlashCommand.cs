namespace EscalationCollab.Core.Chat;

/// <summary>A slash command as typed.</summary>
/// <param name="Word">The command word, in lower case.</param>
/// <param name="Argument">What was typed after it.</param>
public sealed record SlashCommand(string Word, string Argument)
{
    private static readonly string[] Names = ["/escalate", "/esc"];

    /// <summary>Reads <c>/escalate word argument</c>; null when it is something else.</summary>
    public static SlashCommand? Read(string text)
    {
        var (name, rest) = Cut(text);
        return Names.Contains(name, StringComparer.OrdinalIgnoreCase) ? Plain(rest) : null;
    }

    /// <summary>Reads <c>word argument</c>; nothing at all asks for help.</summary>
    public static SlashCommand Plain(string text)
    {
        var (word, argument) = Cut(text);
        return new SlashCommand(word.Length == 0 ? "help" : word.ToLowerInvariant(), argument);
    }

    private static (string First, string Others) Cut(string text)
    {
        var trimmed = text.Trim();
        var end = trimmed.IndexOfAny([' ', '\n', '\t']);
        return end < 0 ? (trimmed, "") : (trimmed[..end], trimmed[end..].Trim());
    }
}
