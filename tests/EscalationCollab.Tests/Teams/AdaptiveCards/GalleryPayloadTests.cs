using System.Text.Json.Nodes;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.Gallery;
using EscalationCollab.Tests.EndToEnd;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>Everything people are shown, in every language, with the usual, the longest and the shortest texts.</summary>
[Collection(BrowserTests.Name)]
public sealed class GalleryPayloadTests(Chromium chromium)
{
    private static readonly TeamsExhibits Teams = new(Scenes.Words);

    // Looked at by several tests, changed by none.
    private static readonly Lazy<Task<List<(string Name, JsonObject Payload)>>> Rendered = new(
        RenderAsync
    );

    [Fact]
    public async Task Payloads_EveryLanguageAndLength_FitTeamsLimitsAndSchema()
    {
        var seen = 0;
        foreach (var (name, payload) in await AllAsync())
        {
            CardLint.Of(payload).Should().BeEmpty(name);
            seen++;
        }
        seen.Should().BeGreaterThan(3_000);
    }

    [Fact]
    public async Task Payloads_EveryLanguage_LeaveNoKeyUnsaid()
    {
        var keys = Scenes.Words.Keys;
        foreach (var (name, payload) in await AllAsync())
        foreach (var text in CardLint.Texts(payload))
            keys.Should().NotContain(text, name);
    }

    [Fact]
    public async Task Cards_WithTheUsualTexts_AreShownWhole()
    {
        foreach (var (name, payload) in await AllAsync())
            if (name.Contains(".usual.", StringComparison.Ordinal))
                payload.ToJsonString().Should().NotContain("\"act\":\"w", name);
    }

    [RequiresFact("teams-packages")]
    public async Task Payloads_EveryShape_AreWhatMicrosoftsOwnTypesTake()
    {
        var payloads = (await AllAsync()).Select(named => named.Payload).ToList();

        (await TypeCheck.RunAsync(payloads)).Should().BeEmpty();
    }

    [RequiresFact("teams-packages")]
    public async Task Types_APayloadBrokenOnPurpose_AreNotTaken()
    {
        var card = await BrokenAsync(card => card["body"]![0]!["spacing"] = "loud");
        var task = (JsonObject)(await AllAsync()).First(IsTask).Payload.DeepClone();
        task["height"] = "tall";

        (await TypeCheck.RunAsync([card])).Should().Contain("loud");
        (await TypeCheck.RunAsync([task])).Should().Contain("tall");
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Cards_EveryShape_AreParsedAndShownByMicrosoftsRenderer()
    {
        var browser = await chromium.OpenAsync();
        var cards = (await AllAsync()).Select(named => CardLint.CardOf(named.Payload));

        (await BrowserCheck.RunAsync(browser, cards.OfType<JsonObject>())).Should().BeEmpty();
    }

    [RequiresFact("teams-packages", "chromium")]
    public async Task Renderer_ACardBrokenOnPurpose_IsNotTaken()
    {
        var browser = await chromium.OpenAsync();
        var broken = await BrokenAsync(card => card["body"]![0]!["type"] = "Sparkle");
        var table = await BrokenAsync(card => card["body"]![0]!["spacing"] = "loud");

        (await BrowserCheck.RunAsync(browser, [CardLint.CardOf(broken)!])).Should().NotBeEmpty();
        (await BrowserCheck.RunAsync(browser, [CardLint.CardOf(table)!])).Should().NotBeEmpty();
    }

    private static async Task<JsonObject> BrokenAsync(Action<JsonObject> change)
    {
        var payload = (JsonObject)
            (await AllAsync())
                .First(named => named.Name.StartsWith("escalation-card", StringComparison.Ordinal))
                .Payload.DeepClone();
        change(CardLint.CardOf(payload)!);
        return payload;
    }

    private static bool IsTask((string Name, JsonObject Payload) named) =>
        named.Payload["card"] is not null;

    private static Task<List<(string Name, JsonObject Payload)>> AllAsync() => Rendered.Value;

    private static async Task<List<(string Name, JsonObject Payload)>> RenderAsync()
    {
        var played = await PlayedExhibition.Played;
        return
        [
            .. Languages.All.SelectMany(language =>
                played
                    .Exhibits.Concat(Teams.Own(played.Exhibits[0]))
                    .Where(exhibit => exhibit.OnlyIn is null || exhibit.OnlyIn == language)
                    .Select(exhibit =>
                        (Name(exhibit, language), Teams.PayloadOf(exhibit, language))
                    )
            ),
        ];
    }

    private static string Name(Exhibit exhibit, string language) =>
        $"{exhibit.FileName}.{language}";
}
