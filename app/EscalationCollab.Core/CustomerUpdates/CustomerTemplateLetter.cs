using System.Text;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// A filled-in letter before it is laid out: paragraphs, boxes and the place of the survey link. The marks are characters
/// of the private use area, which are taken out of every value, so nobody's text can contain them.
/// </summary>
internal static class CustomerTemplateLetter
{
    public const char Link = '\ue000';
    public const char BoxStart = '\ue001';
    public const char BoxEnd = '\ue002';

    /// <summary>The text version: paragraphs with one empty line between them.</summary>
    public static string Plain(string letter, Uri? link) =>
        string.Join("\n\n", Sections(letter).SelectMany(s => s.Paragraphs))
            .Replace(Link.ToString(), link?.AbsoluteUri ?? "", StringComparison.Ordinal) + "\n";

    /// <summary>The HTML of the paragraphs; the layout goes around it.</summary>
    /// <param name="letter">The filled-in letter.</param>
    /// <param name="link">Where the survey is.</param>
    /// <param name="button">The words on the button that leads there.</param>
    public static string Html(string letter, Uri? link, string button)
    {
        var html = new StringBuilder();
        foreach (var (inBox, paragraphs) in Sections(letter))
        {
            if (inBox)
                html.Append(
                    """<table role="presentation" class="box" width="100%" cellpadding="0" cellspacing="0"><tr><td class="box">"""
                );
            foreach (var paragraph in paragraphs)
                Paragraph(html, paragraph, link, button);
            if (inBox)
                html.Append("</td></tr></table>");
            html.Append('\n');
        }
        return html.ToString();
    }

    private static void Paragraph(StringBuilder html, string paragraph, Uri? link, string button)
    {
        var address = Escape(link?.AbsoluteUri ?? "");
        if (paragraph.Length == 1 && paragraph[0] == Link)
        {
            html.Append(
                    "<table role=\"presentation\" class=\"action\" cellpadding=\"0\" cellspacing=\"0\">"
                )
                .Append("<tr><td class=\"action\"><a class=\"action\" href=\"")
                .Append(address)
                .Append("\">")
                .Append(Escape(button))
                .Append("</a></td></tr></table>\n<p class=\"small\">")
                .Append(address)
                .Append("</p>\n");
            return;
        }
        var text = Escape(paragraph)
            .Replace("\n", "<br>\n", StringComparison.Ordinal)
            .Replace(
                Link.ToString(),
                $"""<a href="{address}">{address}</a>""",
                StringComparison.Ordinal
            );
        html.Append("<p>").Append(text).Append("</p>\n");
    }

    /// <summary>Text as HTML text or as the value of an attribute in quotes.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>Boxes and what is between them, each as its paragraphs, without those that came out empty.</summary>
    private static IEnumerable<(bool InBox, List<string> Paragraphs)> Sections(string letter)
    {
        var inBox = false;
        foreach (var piece in letter.ReplaceLineEndings("\n").Split(BoxStart, BoxEnd))
        {
            var paragraphs = Paragraphs(piece).ToList();
            if (paragraphs.Count > 0)
                yield return (inBox, paragraphs);
            inBox = !inBox;
        }
    }

    private static IEnumerable<string> Paragraphs(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd()).Append(""))
            if (line.Length > 0)
                lines.Add(line);
            else if (lines.Count > 0)
            {
                yield return string.Join('\n', lines);
                lines.Clear();
            }
    }
}
