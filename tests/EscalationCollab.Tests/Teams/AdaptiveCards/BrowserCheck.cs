using System.Text.Json.Nodes;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>
/// Cards in Microsoft's own JavaScript renderer, <c>adaptivecards</c>, in a real browser, with Markdown switched on as in
/// Teams.
/// </summary>
internal static class BrowserCheck
{
    // Teams takes it in cards of every version, as its documentation shows with one of 1.2; the library came to it later.
    private const string PeoplePicker =
        "Property \"choices.data\" is supported in version 1.6, but you are using version 1.5.";

    // Charts are Teams' own: the library that knows no others says so, and goes by their fallback.
    private const string UnknownChart = "Unknown element type \"Chart.";

    private const string Script = """
        shapes => {
          const md = window.markdownit({ html: false, linkify: false });
          AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
            result.outputHtml = md.render(text);
            result.didProcess = true;
          };
          const problems = new Set();
          for (const shape of shapes) {
            try {
              const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
              const card = new AdaptiveCards.AdaptiveCard();
              // It counts the overflow menu too.
              card.hostConfig = new AdaptiveCards.HostConfig({ actions: { maxActions: 10 } });
              card.parse(JSON.parse(shape), context);
              for (let i = 0; i < context.eventCount; i++) problems.add(context.getEventAt(i).message);
              for (const event of card.validateProperties().validationEvents) problems.add(event.message);
              const shown = card.render();
              if (!shown || shown.innerText.trim().length === 0 && !shown.textContent) problems.add("shows nothing");
            } catch (error) {
              problems.add(String(error));
            }
          }
          return [...problems];
        }
        """;

    private const string Showing = """
        json => {
          const md = window.markdownit({ html: false, linkify: false });
          AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
            result.outputHtml = md.render(text);
            result.didProcess = true;
          };
          const card = new AdaptiveCards.AdaptiveCard();
          card.parse(JSON.parse(json), new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
          const shown = card.render();
          document.body.replaceChildren(shown);
          const marks = "strong,em,h1,h2,h3,h4,h5,h6,ul,ol,blockquote,code,pre,s,hr,table table,img:not(.ac-image img),script";
          return [
            ...[...shown.querySelectorAll(marks)].filter(e => !e.closest(".ac-image")).map(e => e.outerHTML),
            ...[...shown.querySelectorAll("a[href]")].map(a => "a " + a.getAttribute("href")),
          ];
        }
        """;

    /// <summary>What it says about the cards; empty when it takes and shows all of them.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(
        IBrowser browser,
        IEnumerable<JsonObject> cards
    ) =>
        [
            .. (await OnPageAsync<string[]>(browser, Script, Shapes.Of(cards))).Where(said =>
                said != PeoplePicker && !said.StartsWith(UnknownChart, StringComparison.Ordinal)
            ),
        ];

    /// <summary>What a card came to mark: every element that Markdown makes, and every address.</summary>
    public static async Task<IReadOnlyList<string>> MarksAsync(IBrowser browser, JsonObject card) =>
        await OnPageAsync<string[]>(browser, Showing, card.ToJsonString());

    private static async Task<T> OnPageAsync<T>(IBrowser browser, string script, object argument)
    {
        var page = await browser.NewPageAsync();
        try
        {
            await page.SetContentAsync("<!doctype html><body></body>");
            foreach (
                var file in new[]
                {
                    "adaptivecards/dist/adaptivecards.min.js",
                    "markdown-it/dist/markdown-it.min.js",
                }
            )
                await page.AddScriptTagAsync(new() { Path = PathOf(file) });
            return await page.EvaluateAsync<T>(script, argument);
        }
        finally
        {
            await page.CloseAsync();
        }
    }

    private static string PathOf(string file) =>
        Path.Combine(Templates.Repository(), "tests/peers/teams/node_modules", file);
}
