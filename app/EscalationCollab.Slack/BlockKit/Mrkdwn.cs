using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// A <see cref="Text"/> in Slack's own markup, for the places that take no rich text: fields, small print and
/// notifications. Slack has no way to escape its marks, so in literal text they are replaced by signs that look alike.
/// </summary>
internal sealed partial class Mrkdwn
{
    private const char ZeroWidthSpace = '\u200B';

    private readonly StringBuilder _out = new();
    private readonly SlackReader _reader;
    private readonly Func<Mention, string?> _user;
    private bool _markEnded;

    private Mrkdwn(SlackReader reader, Func<Mention, string?> user) =>
        (_reader, _user) = (reader, user);

    /// <summary>The text as mrkdwn.</summary>
    /// <param name="user">The Slack user to mention a person by; null for their name.</param>
    public static string Of(Text text, SlackReader reader, Func<Mention, string?>? user = null)
    {
        var writer = new Mrkdwn(reader, user ?? (mention => reader.UserOf(mention.Person)));
        writer.Write(reader.Format.Words.Resolve(text, reader.Format.Language));
        return writer._out.ToString();
    }

    /// <summary>Literal text that shows as it is and marks nothing.</summary>
    public static string Literally(string text)
    {
        var plain = LineQuote().Replace(Literal.Clean(text), "›");
        plain = Shortcode().Replace(plain, "\uA789$1\uA789");
        plain = Everybody().Replace(plain, "@\u2060$1");
        var safe = new StringBuilder(plain.Length + 16);
        for (var i = 0; i < plain.Length; i++)
            safe.Append(
                plain[i] switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '*' => "∗",
                    '~' => "∼",
                    '`' => "ˋ",
                    // Inside a word it marks nothing, and there it is part of a name that people copy.
                    '_' when !IsInside(plain, i) => "ˍ",
                    var c => c.ToString(),
                }
            );
        return safe.ToString();
    }

    private void Write(Text text)
    {
        foreach (var part in text.Parts)
            Write(part);
    }

    private void Write(Inline part)
    {
        switch (part)
        {
            case Plain plain:
                Append(Literally(plain.Value));
                break;
            case Bold bold:
                WriteBold(bold.Value);
                break;
            case Code code:
                Mark('`', Literally(OneLine(code.Value)).Trim());
                break;
            case Mention mention:
                Append(
                    _user(mention) is { } user
                        ? $"<@{user}>"
                        : Literally(_reader.NameOf(mention.Person))
                );
                break;
            case Link link:
                var label = Literally(OneLine(_reader.Tell(link.Label)));
                Append(
                    _reader.AddressOf(link.Address) is { } address
                        ? $"<{Escaped(address)}|{label}>"
                        : label
                );
                break;
            case RoomLink room:
                Append(
                    _reader.ChannelOf(room.Escalation) is { } channel
                        ? $"<#{channel}>"
                        : room.Escalation.ToString()
                );
                break;
            case Moment moment:
                Append(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"<!date^{DateToken.Seconds(moment.At)}^{DateToken.Format(moment, _reader)}|{Literally(DateToken.Fallback(moment, _reader))}>"
                    )
                );
                break;
            default:
                Append(Literally(_reader.Tell((Text)part)));
                break;
        }
    }

    // A mark does not reach over a line break, and mentions and dates inside it stay what they are.
    private void WriteBold(Text inner)
    {
        var written = Of(inner, _reader, _user).Replace("*", "", StringComparison.Ordinal);
        var lines = written.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                _out.Append('\n');
            Mark('*', lines[i].Trim());
        }
    }

    private void Mark(char mark, string inner)
    {
        if (inner.Length == 0)
            return;
        if (_out.Length > 0 && !char.IsWhiteSpace(_out[^1]))
            _out.Append(ZeroWidthSpace);
        _out.Append(mark).Append(inner).Append(mark);
        _markEnded = true;
    }

    private void Append(string text)
    {
        if (text.Length == 0)
            return;
        // A mark ends only before something that is no part of a word.
        if (_markEnded && !char.IsWhiteSpace(text[0]))
            _out.Append(ZeroWidthSpace);
        _markEnded = false;
        _out.Append(text);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Escaped(string address) =>
        address
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal);

    private static bool IsInside(string text, int at) =>
        at > 0
        && at < text.Length - 1
        && char.IsLetterOrDigit(text[at - 1])
        && char.IsLetterOrDigit(text[at + 1]);

    [GeneratedRegex(@"(?<=^[ \t]*)>", RegexOptions.Multiline)]
    private static partial Regex LineQuote();

    [GeneratedRegex(@":([a-z0-9_+'-]+):", RegexOptions.IgnoreCase)]
    private static partial Regex Shortcode();

    [GeneratedRegex(@"@(here|channel|everyone|group)", RegexOptions.IgnoreCase)]
    private static partial Regex Everybody();
}
