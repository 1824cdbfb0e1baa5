using System.Data;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>
/// What the page of a survey link needs: looking changes nothing, answering happens once. A guessed link costs one look
/// into an index, whatever it is, and never reaches the writer.
/// </summary>
public sealed class SurveyDesk(
    IStore store,
    Slices slices,
    Situations situations,
    TimeProvider time
)
{
    /// <summary>What a link leads to. Any text is allowed.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public Task<SurveySheet> LookAsync(string token, CancellationToken cancellation)
    {
        var hash = SurveyToken.Hash(token);
        return store.ReadAsync(connection => Look(connection, hash).Sheet, cancellation);
    }

    /// <summary>
    /// Takes the answers, if the link is open: the sheet then says <see cref="SurveySheet.JustAnswered"/>. Otherwise nothing
    /// happens, and the sheet says why.
    /// </summary>
    /// <exception cref="ArgumentException">An answer is outside its scale.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot take the answers now; they may be sent again.</exception>
    public async Task<SurveySheet> AnswerAsync(
        string token,
        SurveyAnswers answers,
        CancellationToken cancellation
    )
    {
        var hash = SurveyToken.Hash(token);
        var sheet = await store.ReadAsync(connection => Look(connection, hash).Sheet, cancellation);
        return sheet.State == SheetState.Open
            ? await store.WriteAsync(
                connection => Answer(connection, new AnswerTheSurvey(hash, answers)),
                cancellation
            )
            : sheet;
    }

    private SurveySheet Answer(IDbConnection connection, AnswerTheSurvey command)
    {
        var (found, sheet) = Look(connection, command.TokenHash);
        if (found is not var (escalation, situation, records) || sheet.State != SheetState.Open)
            return sheet;
        var decision = AnswerSurvey.Decide(escalation, command, situation);
        var after = Commit.Write(escalation, decision, situation, records, slices);
        return Sheet(after, command.TokenHash, situation) with { JustAnswered = true };
    }

    private (Found? Found, SurveySheet Sheet) Look(IDbConnection connection, string hash)
    {
        if (SurveyRows.Find(connection, hash) is not var (tenant, number))
            return (null, SurveySheet.Unknown(time.Moment()));
        var records = new Records(connection, tenant);
        var situation = situations.Of(records, PersonId.Product);
        return records.Load(number) is { } escalation
            ? (new Found(escalation, situation, records), Sheet(escalation, hash, situation))
            : (null, SurveySheet.Unknown(situation.Now));
    }

    private static SurveySheet Sheet(Escalation escalation, string hash, Situation situation)
    {
        var board = escalation.Survey;
        return new SurveySheet(AnswerSurvey.StateOf(escalation, hash, situation.Now), situation.Now)
        {
            Company = situation.Directory.Company,
            Language = escalation.Customer.Language,
            Zone = escalation.Customer.Zone,
            Number = escalation.Number,
            Contact = board.Contact,
            Summary = escalation.Summary,
            ExpiresAt = board.ExpiresAt,
            AnsweredAt = board.AnsweredAt,
            FollowUp =
                board is { IsLow: true, AnsweredAt: { } answered }
                && situation.Directory.Find(LowScore.Responsible(escalation)) is { } person
                    ? new SurveyFollowUp(
                        person.Name,
                        LowScore.Until(escalation, situation with { Now = answered })
                    )
                    : null,
        };
    }

    private sealed record Found(Escalation Escalation, Situation Situation, Records Records);
}

/// <summary>What the page of a survey link shows. Nothing but the state and the time is known of a link that leads nowhere.</summary>
/// <param name="State">What can be done.</param>
/// <param name="Now">As of when.</param>
public sealed record SurveySheet(SheetState State, Instant Now)
{
    /// <summary>The company that asks, or empty.</summary>
    public string Company { get; init; } = "";

    /// <summary>The customer's language, or null.</summary>
    public string? Language { get; init; }

    /// <summary>The customer's IANA zone.</summary>
    public string Zone { get; init; } = "Etc/UTC";

    /// <summary>The case.</summary>
    public EscalationNumber Number { get; init; }

    /// <summary>Who is asked.</summary>
    public string Contact { get; init; } = "";

    /// <summary>The case in one line.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Until when it can be answered.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>When it was answered.</summary>
    public Instant? AnsweredAt { get; init; }

    /// <summary>True for the one call that took the answers.</summary>
    public bool JustAnswered { get; init; }

    /// <summary>Who comes back to the customer until when, after low marks; null otherwise.</summary>
    public SurveyFollowUp? FollowUp { get; init; }

    internal static SurveySheet Unknown(Instant now) => new(SheetState.Unknown, now);
}

/// <summary>A promise to come back to the customer.</summary>
/// <param name="Person">The name of who does.</param>
/// <param name="Until">The last day, in the customer's zone.</param>
public sealed record SurveyFollowUp(string Person, LocalDate Until);
