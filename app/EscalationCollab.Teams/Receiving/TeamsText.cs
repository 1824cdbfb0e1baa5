using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.Installation;

namespace EscalationCollab.Teams.Receiving;

/// <summary>What somebody wrote, without Teams' markup.</summary>
internal static partial class TeamsText
{
    // No command and no message that is worth escalating is longer; what is cut off stays behind its link.
    private const int Longest = 40_000;

    /// <summary>A message to the app, without the mention that called it. Other people stay, by name.</summary>
    public static string Command(Activity activity)
    {
        var text = Cut(activity.Payload.Text("text") ?? "");
        foreach (var entity in activity.Payload.List("entities"))
            if (
                entity.Text("type") == "mention"
                && entity.Text("mentioned", "id") == activity.Bot
                && entity.Text("text") is { Length: > 0 } mention
            )
                text = text.Replace(mention, " ", StringComparison.Ordinal);
        text = Plain(text).Trim();
        // Typed without choosing it from the list it is no mention, but meant as one.
        const string called = "@" + TeamsManifest.AppName;
        return text.StartsWith(called, StringComparison.OrdinalIgnoreCase)
            ? text[called.Length..].Trim()
            : text;
    }

    /// <summary>HTML as people read it.</summary>
    public static string Plain(string html)
    {
        var text = Breaks().Replace(Cut(html), "\n");
        text = WebUtility.HtmlDecode(Tags().Replace(text, ""));
        return Blank().Replace(text.Replace('\u00a0', ' '), "\n\n").Trim();
    }

    /// <summary>What a message says that a command was used on; an attachment goes by its name.</summary>
    public static string OfMessage(JsonElement message)
    {
        var body = message.Part("body") ?? default;
        var content = body.Text("content") ?? "";
        var text = body.Text("contentType") == "text" ? Cut(content).Trim() : Plain(content);
        return text.Length > 0
            ? text
            : string.Join(
                ", ",
                message
                    .List("attachments")
                    .Select(file => file.Text("name"))
                    .Where(name => name is { Length: > 0 })
                    .Take(10)
            );
    }

    private static string Cut(string text)
    {
        if (text.Length <= Longest)
            return text;
        return text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)];
    }

    [GeneratedRegex(
        @"<br\s*/?>|</(p|div|li|tr|h[1-6]|blockquote|pre)>",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Breaks();

    // A "<" that begins no tag is one that somebody typed.
    [GeneratedRegex("</?[a-zA-Z][^<>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\n\s*\n\s*", RegexOptions.NonBacktracking)]
    private static partial Regex Blank();
}
