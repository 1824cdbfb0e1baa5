using System.Text.RegularExpressions;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Pages;
using EscalationCollab.Web.Sandbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace EscalationCollab.Web.Gallery;

/// <summary>Pages outside chat as files: the components that are served, with the style sheets beside them.</summary>
public sealed partial class HtmlPages(Wordbook words, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly PageRenderer _pages = new(logs);

    /// <summary>The style sheets and pictures the pages refer to, by file name.</summary>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Assets =>
        WebAssets.Names.Select(name => (name, WebAssets.Content(name)));

    /// <summary>The page, and further ones it becomes, such as a form with mistakes: file names without ending, with what is in them.</summary>
    public async Task<IReadOnlyList<(string FileName, string Html)>> RenderAsync(
        PageExhibit exhibit,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(exhibit);
        if (exhibit.Document is { } document)
            return
            [
                (
                    exhibit.FileName,
                    Local(
                        await _pages.RenderAsync<PostMortemPage>(
                            new()
                            {
                                [nameof(PostMortemPage.Document)] = document,
                                [nameof(PostMortemPage.Words)] = words,
                                [nameof(PostMortemPage.Language)] = exhibit.Language,
                                [nameof(PostMortemPage.MarkdownAddress)] = "#",
                            },
                            cancellation
                        )
                    )
                ),
            ];
        var sheet = exhibit.Sheet!;
        var page = await SurveyAsync(
            sheet,
            SurveyPages.KindOf(sheet),
            SurveyForm.Blank,
            cancellation
        );
        if (sheet.State != SheetState.Open)
            return [(exhibit.FileName, page)];
        var mistaken = await SurveyAsync(sheet, SurveyPageKind.Questions, Mistaken, cancellation);
        return
        [
            (exhibit.FileName, page),
            ((exhibit with { Name = exhibit.Name + "-with-mistakes" }).FileName, mistaken),
        ];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pages.DisposeAsync();

    // Nothing chosen, and more written than fits.
    private static SurveyForm Mistaken { get; } =
        SurveyForm.Read(
            new FormCollection(
                new Dictionary<string, StringValues>
                {
                    [SurveyForm.CommentField] = new string('x', Form.LongText + 1),
                }
            )
        );

    private Task<string> SurveyAsync(
        SurveySheet sheet,
        SurveyPageKind kind,
        SurveyForm form,
        CancellationToken cancellation
    ) =>
        _pages.RenderAsync<SurveyPage>(
            new()
            {
                [nameof(SurveyPage.Kind)] = kind,
                [nameof(SurveyPage.Sheet)] = sheet,
                [nameof(SurveyPage.Form)] = form,
                [nameof(SurveyPage.Format)] = new ReaderFormat(
                    words,
                    new Reader(sheet.Language ?? Languages.Fallback, sheet.Zone),
                    sheet.Now
                ),
            },
            cancellation
        );

    private static string Local(string page) => AssetAddress().Replace(page, "$1");

    [GeneratedRegex(@"/assets/([a-z.]+)\?v=[0-9a-f]+")]
    private static partial Regex AssetAddress();
}
