using System.Text.Json.Nodes;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.Gallery;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>Everything people are shown, in every language, with the usual, the longest and the shortest texts.</summary>
public sealed class GalleryPayloadTests
{
    private static readonly SlackExhibits Slack = new(Scenes.Words);

    // Looked at by several tests, changed by none.
    private static readonly Lazy<Task<List<(string Name, JsonObject Payload)>>> Rendered = new(
        RenderAsync
    );

    [Fact]
    public async Task Payloads_EveryLanguageAndLength_FitSlacksLimits()
    {
        var seen = 0;
        foreach (var (name, payload) in await AllAsync())
        {
            LimitsLint.Of(payload).Should().BeEmpty(name);
            seen++;
        }
        seen.Should().BeGreaterThan(3_000);
    }

    [Fact]
    public async Task Payloads_EveryLanguage_LeaveNoKeyUnsaid()
    {
        var keys = Scenes.Words.Keys;
        foreach (var (name, payload) in await AllAsync())
        foreach (var text in LimitsLint.Texts(payload))
            keys.Should().NotContain(text, name);
    }

    [Fact]
    public async Task Cards_WithTheUsualTexts_AreShownWhole()
    {
        foreach (var (name, payload) in await AllAsync())
            if (name.Contains(".usual.", StringComparison.Ordinal))
                payload.ToJsonString().Should().NotContain("\"action_id\":\"whole\"", name);
    }

    [RequiresFact("slack-packages")]
    public async Task Payloads_EveryShape_AreWhatSlacksOwnTypesTake()
    {
        var payloads = (await AllAsync()).Select(named => named.Payload).ToList();

        (await TypeCheck.RunAsync(payloads)).Should().BeEmpty();
    }

    [RequiresFact("slack-packages")]
    public async Task Types_APayloadBrokenOnPurpose_AreNotTaken()
    {
        var payload = (JsonObject)
            (await AllAsync())
                .First(named => named.Name.StartsWith("escalation-card", StringComparison.Ordinal))
                .Payload.DeepClone();
        payload["blocks"]![0]!["emphasis"] = "loud";

        (await TypeCheck.RunAsync([payload])).Should().Contain("emphasis");
    }

    private static Task<List<(string Name, JsonObject Payload)>> AllAsync() => Rendered.Value;

    private static async Task<List<(string Name, JsonObject Payload)>> RenderAsync()
    {
        var played = await PlayedExhibition.Played;
        return
        [
            .. Languages.All.SelectMany(language =>
                played
                    .Exhibits.Where(exhibit => exhibit.OnlyIn is null || exhibit.OnlyIn == language)
                    .Select(exhibit =>
                        (Name(exhibit, language), Slack.PayloadOf(exhibit, language))
                    )
            ),
        ];
    }

    private static string Name(Exhibit exhibit, string language) =>
        $"{exhibit.FileName}.{language}";
}
