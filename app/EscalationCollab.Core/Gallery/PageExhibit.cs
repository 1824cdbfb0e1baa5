using System.Collections.Immutable;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>What a page outside chat shows, in one language. How the page looks is the matter of who serves it.</summary>
/// <param name="Area">The room of the house it comes from, such as <c>Surveys</c>.</param>
/// <param name="Name">What it is, such as <c>page.survey.open</c>.</param>
/// <param name="Voice">How much people wrote: <c>usual</c>, <c>longest</c> or <c>shortest</c>.</param>
/// <param name="Language">One of <see cref="Languages.All"/>.</param>
public sealed record PageExhibit(string Area, string Name, string Voice, string Language)
{
    /// <summary>The survey, or null.</summary>
    public SurveySheet? Sheet { get; init; }

    /// <summary>The post-mortem, or null.</summary>
    public PostMortemReading? Document { get; init; }

    /// <summary>A file's name without folder and ending.</summary>
    public string FileName => $"{Name}.{Voice}.{Language}";
}

/// <summary>The pages outside chat about what was played.</summary>
internal static class PlayedPages
{
    public static async Task<ImmutableArray<PageExhibit>> AllAsync(
        GalleryStage stage,
        Voice voice,
        Wordbook words,
        CancellationToken cancellation
    ) =>
        [
            .. from language in Languages.All
            from page in Sheets(voice, language, stage.Now)
            select page,
            .. await DocumentsAsync(stage, voice, words, cancellation),
        ];

    private static IEnumerable<PageExhibit> Sheets(Voice voice, string language, Instant now)
    {
        var open = new SurveySheet(SheetState.Open, now)
        {
            Company = voice.TextFor("company", 60),
            Language = language,
            Zone = "Europe/Vilnius",
            Number = new EscalationNumber(1042),
            Contact = voice.TextFor("contact", 60),
            Summary = voice.Summary,
            ExpiresAt = now + Duration.FromDays(14),
        };
        var answered = open with { State = SheetState.Answered, AnsweredAt = now };
        var promise = new SurveyFollowUp(
            voice.TextFor("contact", 60),
            now.InUtc().Date.PlusDays(7)
        );
        var thanked = answered with { JustAnswered = true };
        return
        [
            Of("open", open),
            Of("thanks", thanked),
            Of("thanks-after-low-marks", thanked with { FollowUp = promise }),
            Of("answered", answered),
            Of("expired", open with { State = SheetState.Expired }),
            Of("unknown", new SurveySheet(SheetState.Unknown, now) { Language = language }),
        ];

        PageExhibit Of(string state, SurveySheet sheet) =>
            new("Surveys", $"page.survey.{state}", voice.Name, language) { Sheet = sheet };
    }

    /// <summary>The post-mortem that was written most of, for inside and for the customer.</summary>
    private static async Task<IEnumerable<PageExhibit>> DocumentsAsync(
        GalleryStage stage,
        Voice voice,
        Wordbook words,
        CancellationToken cancellation
    )
    {
        var documents = new PostMortemDocuments(words.Folder, words);
        var situation = new Situation(
            TenantId.Default,
            stage.Now,
            PersonId.Product,
            stage.Policy,
            stage.Company
        );
        var played = await stage.Store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                return Enumerable
                    .Range(1, int.MaxValue)
                    .Select(number => records.Load(new EscalationNumber(1000 + number)))
                    .TakeWhile(escalation => escalation is not null)
                    .Where(escalation => escalation!.PostMortem?.Customer is not null)
                    .Select(escalation => (escalation!, records.Events(escalation!.Number)))
                    .LastOrDefault();
            },
            cancellation
        );
        if (played is not ({ } escalation, var events))
            return [];
        var title = PostMortemDocuments.TitleOf(escalation);
        return Languages.All.SelectMany(language =>
            new[]
            {
                Of(
                    "inside",
                    language,
                    documents.Internal(language, escalation, events, situation).Document
                ),
                Of(
                    "customer",
                    language,
                    documents.Customer(language, escalation, situation).Document ?? ""
                ),
            }
        );

        PageExhibit Of(string reader, string language, string markdown) =>
            new("PostMortems", $"page.post-mortem.{reader}", voice.Name, language)
            {
                Document = new PostMortemReading(title, language, markdown, IsDraft: false),
            };
    }
}
