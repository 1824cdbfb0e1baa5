using System.Globalization;
using System.Net;
using System.Text;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Host.Gallery;

/// <summary>
/// The pages to look at everything: one per language, by area, with switches for light, dark and narrow and for how much
/// people wrote. Plain CSS, so that it works from the file system.
/// </summary>
internal static class GalleryPages
{
    private const string Switches = """
        .bar { position: sticky; top: 0; z-index: 8; display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; padding: 10px 20px; border-bottom: 1px solid var(--line); background: var(--raised); color: var(--text); }
        .bar fieldset { display: flex; gap: 10px; align-items: center; }
        .bar strong { margin-inline-end: 6px; }
        .areas { display: flex; flex-wrap: wrap; gap: 4px 14px; padding: 12px 20px 0; }
        main { padding: 0 20px 80px; }
        main h2 { margin: 34px 0 4px; scroll-margin-top: 70px; }
        .exhibit { margin: 22px 0 0; max-width: 760px; }
        .exhibit > p { display: flex; gap: 12px; margin-bottom: 6px; font-size: .84rem; color: var(--muted); overflow-wrap: anywhere; }
        .exhibit > p a { white-space: nowrap; }
        .exhibit .dialog { position: static; max-height: none; width: 100%; }
        .page-frame { display: block; width: 100%; height: 46rem; border: 1px solid var(--line); border-radius: var(--radius); resize: vertical; }
        body { height: auto; }
        body:has(#light:checked) { color-scheme: light; }
        body:has(#dark:checked) { color-scheme: dark; }
        body:has(#narrow:checked) .exhibit { max-width: 368px; }
        body:has(#usual:checked) .exhibit:not(.usual), body:has(#longest:checked) .exhibit:not(.longest), body:has(#shortest:checked) .exhibit:not(.shortest) { display: none; }
        """;

    /// <summary>The page of a language. English is <c>index.html</c>.</summary>
    public static string FileOf(string language) =>
        language == Languages.Fallback ? "index.html" : $"index.{language}.html";

    /// <summary>Writes the page of a language.</summary>
    /// <param name="fragments">Each exhibit with what is shown of it, in order.</param>
    /// <param name="frames">Each page outside chat with its file, in order.</param>
    /// <param name="folders">The renderers' folders with the endings of their files.</param>
    public static string Page(
        string language,
        IReadOnlyList<(Exhibit Exhibit, string Html)> fragments,
        IReadOnlyList<(PageExhibit Exhibit, string File)> frames,
        IReadOnlyList<(string Folder, string Extension)> folders
    )
    {
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Gallery · {language}</title>
            <link rel="stylesheet" href="sandbox/sandbox.css">
            <style>
            {Switches}
            </style>
            </head>
            <body>
            <form class="bar">
            <span><strong>Gallery</strong>{fragments.Count + frames.Count} exhibits</span>
            <span>{string.Join(" ", Languages.All.Select(l => LinkTo(l, language)))}</span>
            {Radio("look", ("light", "Light"), ("dark", "Dark"))}
            {Radio("width", ("wide", "Wide"), ("narrow", "400 px"))}
            {Radio(
                "voice",
                ("usual", "Usual"),
                ("longest", "Longest"),
                ("shortest", "Shortest"),
                ("all", "All")
            )}
            </form>
            <nav class="areas">{string.Join("\n", fragments.Select(f => f.Exhibit.Area).Distinct().Select(area => $"<a href=\"#{area}\">{area}</a>"))}
            <a href="#pages">Pages</a></nav>
            <main>

            """
        );
        foreach (var area in fragments.GroupBy(f => f.Exhibit.Area))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{area.Key}\">{area.Key}</h2>\n");
            foreach (var (exhibit, html) in area)
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"""
                    <article class="exhibit {exhibit.Voice}">
                    <p><span>{exhibit.Name} · {exhibit.Variant} · {exhibit.Voice} · {WebUtility.HtmlEncode(
                        exhibit.Reader.Name
                    )}</span>{string.Join(
                        " ",
                        folders.Select(f =>
                            $"<a href=\"{f.Folder}/{exhibit.FileName}.{language}.{f.Extension}\">{f.Folder}</a>"
                        )
                    )}</p>
                    {html}
                    </article>

                    """
                );
        }
        page.Append("<h2 id=\"pages\">Pages</h2>\n");
        foreach (var (exhibit, file) in frames)
            page.Append(
                CultureInfo.InvariantCulture,
                $"""
                <article class="exhibit {exhibit.Voice}">
                <p><span>{Path.GetFileNameWithoutExtension(
                    file
                )}</span><a href="{file}">page</a></p>
                <iframe class="page-frame" src="{file}" loading="lazy" title="{exhibit.Name}"></iframe>
                </article>

                """
            );
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string LinkTo(string language, string here) =>
        language == here
            ? $"<strong>{language}</strong>"
            : $"<a href=\"{FileOf(language)}\">{language}</a>";

    private static string Radio(string name, params (string Id, string Label)[] choices) =>
        "<fieldset>"
        + string.Concat(
            choices.Select(
                (choice, index) =>
                    $"<label><input type=\"radio\" name=\"{name}\" id=\"{choice.Id}\"{(index == 0 ? " checked" : "")}> {choice.Label}</label>"
            )
        )
        + "</fieldset>";
}
