using System.Globalization;
using System.Net;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Web.Gallery;

/// <summary>Exhibits as the Sandbox shows them: the same components, the same style sheet, each file a page of its own.</summary>
public sealed class HtmlExhibits(Wordbook words, ILoggerFactory logs)
    : IExhibitRenderer,
        IAsyncDisposable
{
    private const string Plain =
        "body { height: auto; padding: 16px; max-width: 760px; } .dialog { position: static; max-height: none; width: 100%; }";

    private readonly PageRenderer _pages = new(logs);

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public string Extension => "html";

    /// <inheritdoc/>
    public async Task<string> RenderAsync(
        Exhibit exhibit,
        string language,
        CancellationToken cancellation
    ) => PageOf(exhibit, language, await FragmentAsync(exhibit, language, cancellation));

    /// <summary>A page around an exhibit.</summary>
    public string PageOf(Exhibit exhibit, string language, string fragment) =>
        $"""
            <!doctype html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(TitleOf(exhibit, language))}</title>
            <link rel="stylesheet" href="sandbox.css">
            <style>{Plain}</style>
            </head>
            <body>
            {fragment}
            </body>
            </html>

            """;

    /// <summary>The exhibit alone, without a page around it.</summary>
    public async Task<string> FragmentAsync(
        Exhibit exhibit,
        string language,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(exhibit);
        var context = ContextOf(exhibit, language);
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"{exhibit.FileName.Replace('.', '-')}-{language}"
        );
        if (exhibit.Card is { } card)
            return await _pages.CardAsync(words.In(card, language), context, id, cancellation);
        var dialog = words.In(exhibit.Dialog!, language);
        var form = await _pages.DialogAsync(dialog, context, id, DialogState.New, cancellation);
        // A page full of dialogs must not jump to the last one.
        return $"""
            <section class="dialog">
            <header class="dialog-head"><h2>{WebUtility.HtmlEncode(
                context.Tell(dialog.Title)
            )}</h2></header>
            {form.Replace(" autofocus", "", StringComparison.Ordinal)}
            </section>
            """;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pages.DisposeAsync();

    /// <summary>What a phone would show: the summary of a card, the title of a dialog.</summary>
    public string TitleOf(Exhibit exhibit, string language)
    {
        ArgumentNullException.ThrowIfNull(exhibit);
        Text title = exhibit.Card?.Summary ?? exhibit.Dialog!.Title;
        return ContextOf(exhibit, language).Tell(title);
    }

    private CardContext ContextOf(Exhibit exhibit, string language)
    {
        var key = 0;
        return new CardContext
        {
            Reader = exhibit.Reader.Id,
            Format = new ReaderFormat(
                words,
                new Reader(language, exhibit.Reader.Zone),
                exhibit.Now
            ),
            Now = exhibit.Now,
            // The same files every time, so that two galleries can be compared.
            NewKey = () => (++key).ToString(CultureInfo.InvariantCulture),
            AntiForgery = new HiddenField("token", "gallery"),
            BasePath = "#",
            Directory = exhibit.Directory,
            RoomAddress = number => $"#{number}",
        };
    }
}
