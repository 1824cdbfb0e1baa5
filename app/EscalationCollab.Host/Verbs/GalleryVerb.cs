using System.CommandLine;
using System.Text;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using EscalationCollab.Host.Gallery;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Gallery;
using EscalationCollab.Teams.Gallery;
using EscalationCollab.Web.Gallery;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>gallery --out DIR</c>: every card, dialog, letter and page in every language, to be looked at.</summary>
internal static class GalleryVerb
{
    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description =
            "Folder to write to; made when missing, files of an earlier gallery are replaced.",
        Required = true,
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new Command(
            "gallery",
            "Write every card, dialog, letter and page in every language, with an index.html to look at them."
        )
        {
            Out,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var places = CommonOptions.PlacesOf(parsed);
        var folder = parsed.GetRequiredValue(Out);
        var (written, gaps) = await ProgressBar.RunAsync(
            "Writing the gallery",
            bar => WriteAsync(places, folder.FullName, bar, cancellation)
        );
        Console.WriteLine(
            $"{written} files in {folder.FullName}; open {Path.Combine(folder.FullName, "index.html")}"
        );
        foreach (var gap in gaps)
            Console.Error.WriteLine(gap);
        return gaps.Count == 0 ? CommandLine.Fine : CommandLine.ProblemFound;
    }

    /// <summary>Writes everything.</summary>
    /// <returns>How many exhibits were written and what could not be shown.</returns>
    internal static async Task<(int Written, IReadOnlyList<string> Gaps)> WriteAsync(
        Places places,
        string folder,
        Action<double> bar,
        CancellationToken cancellation
    )
    {
        if (PolicyFile.Load(places.Policy).Policy is not { } policy)
            throw new StartException("The policy has problems; the verb 'validate' lists them.");
        var words = Wordbook.Load(places.Templates);
        var company = CompanyFile.Load(Path.Combine(places.Templates, "sandbox", "company.yaml"));
        var exhibition = await Exhibition.PlayAsync(
            policy,
            words,
            company.Directory,
            share => bar(share * 0.3),
            cancellation
        );
        await using var html = new HtmlExhibits(words, NullLoggerFactory.Instance);
        await using var pages = new HtmlPages(words, NullLoggerFactory.Instance);
        // The renderers of further platforms stand here.
        IExhibitRenderer[] others = [new SlackExhibits(words), new TeamsExhibits(words)];
        foreach (var renderer in (IExhibitRenderer[])[html, .. others])
            Directory.CreateDirectory(Path.Combine(folder, renderer.Name));
        var (written, share) = (0, 0.3);
        var step = 0.7 / (exhibition.Exhibits.Length * Languages.All.Length);
        foreach (var language in Languages.All)
        {
            var fragments = new List<(Exhibit, string)>();
            foreach (var exhibit in exhibition.Exhibits)
            {
                bar(share += step);
                if (exhibit.OnlyIn is { } only && only != language)
                    continue;
                var fragment = await html.FragmentAsync(exhibit, language, cancellation);
                fragments.Add((exhibit, fragment));
                await SaveAsync(html, html.PageOf(exhibit, language, fragment));
                foreach (var other in others)
                    await SaveAsync(
                        other,
                        await other.RenderAsync(exhibit, language, cancellation)
                    );
                written += 1 + others.Length;

                Task SaveAsync(IExhibitRenderer renderer, string text) =>
                    WriteTextAsync(PathOf(folder, renderer, exhibit, language), text, cancellation);
            }
            foreach (var other in others)
            foreach (var own in other.Own(exhibition.Exhibits[0]))
            {
                await WriteTextAsync(
                    PathOf(folder, other, own, language),
                    await other.RenderAsync(own, language, cancellation),
                    cancellation
                );
                written++;
            }
            var frames = new List<(PageExhibit, string)>();
            foreach (var exhibit in exhibition.Pages.Where(page => page.Language == language))
            foreach (var (name, page) in await pages.RenderAsync(exhibit, cancellation))
            {
                var file = $"{html.Name}/{name}.{html.Extension}";
                frames.Add((exhibit, file));
                await WriteTextAsync(Path.Combine(folder, file), page, cancellation);
                written++;
            }
            await WriteTextAsync(
                Path.Combine(folder, GalleryPages.FileOf(language)),
                GalleryPages.Page(
                    language,
                    fragments,
                    frames,
                    [(html.Name, html.Extension), .. others.Select(o => (o.Name, o.Extension))]
                ),
                cancellation
            );
        }
        foreach (var (name, content) in HtmlPages.Assets)
            await File.WriteAllBytesAsync(
                Path.Combine(folder, html.Name, name),
                content.ToArray(),
                cancellation
            );
        return (written, exhibition.Gaps);
    }

    private static string PathOf(
        string folder,
        IExhibitRenderer renderer,
        Exhibit exhibit,
        string language
    ) => Path.Combine(folder, renderer.Name, $"{exhibit.FileName}.{language}.{renderer.Extension}");

    private static Task WriteTextAsync(string path, string text, CancellationToken cancellation) =>
        File.WriteAllTextAsync(path, text, new UTF8Encoding(false), cancellation);
}
