using Dapper;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>The tables <c>survey</c>, which figures are counted from, and <c>survey_link</c>, by which an answer finds its survey.</summary>
internal static class SurveyRows
{
    /// <summary>Brings the rows up to date with a change.</summary>
    public static void Project(Escalation before, Escalation after, Records records)
    {
        if (ReferenceEquals(before.Survey, after.Survey))
            return;
        var board = after.Survey;
        foreach (var link in board.Links.Except(before.Survey.Links))
            SaveLink(after, link, records);
        if (board.State == SurveyState.NotDelivered && before.Survey.Links.Length > 0)
            Forget(after, records);
        if (board.SentAt is not null || board.AnsweredAt is not null)
            Save(after, records);
    }

    /// <summary>Whose survey a link leads to, or null. Costs the same whatever is asked: one look into an index.</summary>
    public static (TenantId Tenant, EscalationNumber Number)? Find(
        System.Data.IDbConnection connection,
        string hash
    ) =>
        connection.QueryFirstOrDefault<LinkRow>(
            "SELECT tenant, number FROM survey_link WHERE token_hash = @hash",
            new { hash }
        )
            is { } row
            ? (new TenantId(row.Tenant), new EscalationNumber(row.Number))
            : null;

    /// <summary>When an address was last asked since a moment, apart from one survey; null when it was not.</summary>
    /// <param name="round">With <paramref name="number"/> the survey that does not count; null counts all.</param>
    public static Instant? LastAsked(
        Records records,
        string email,
        Instant since,
        EscalationNumber number,
        int? round
    ) =>
        records.Connection.ExecuteScalar<long?>(
            """
            SELECT MAX(made_at) FROM survey_link
            WHERE tenant = @tenant AND contact = @contact AND made_at > @since
              AND NOT (number = @number AND round = @round)
            """,
            new
            {
                tenant = records.Tenant.Value,
                contact = Address(email),
                since = since.ToUnixTimeMilliseconds(),
                number = number.Value,
                round = round ?? 0,
            }
        )
            is { } at
            ? Instant.FromUnixTimeMilliseconds(at)
            : null;

    private static void SaveLink(Escalation after, string hash, Records records) =>
        records.Connection.Execute(
            """
            INSERT INTO survey_link (tenant, number, token_hash, round, contact, made_at)
            VALUES (@tenant, @number, @hash, @round, @contact, @at)
            ON CONFLICT (tenant, number, token_hash) DO NOTHING
            """,
            new
            {
                tenant = records.Tenant.Value,
                number = after.Number.Value,
                hash,
                round = after.Survey.Round,
                contact = Address(after.Survey.Address),
                at = after.ChangedAt.ToUnixTimeMilliseconds(),
            }
        );

    private static string Address(string email) => email.Trim().ToLowerInvariant();

    /// <summary>A letter that was refused asked nobody.</summary>
    private static void Forget(Escalation after, Records records) =>
        records.Connection.Execute(
            "DELETE FROM survey_link WHERE tenant = @tenant AND number = @number AND round = @round",
            new
            {
                tenant = records.Tenant.Value,
                number = after.Number.Value,
                round = after.Survey.Round,
            }
        );

    /// <summary>One row a survey, whatever the number of its links; it goes by the hash of the first.</summary>
    private static void Save(Escalation after, Records records)
    {
        var board = after.Survey;
        records.Connection.Execute(
            """
            INSERT INTO survey (tenant, number, token_hash, sent_at, reminded_at, expires_at, answered_at, resolution,
                communication, effort, recommendation, comment)
            VALUES (@tenant, @number, @hash, @sent, @reminded, @expires, @answered, @resolution,
                @communication, @effort, @recommendation, @comment)
            ON CONFLICT (tenant, number, token_hash) DO UPDATE SET sent_at = excluded.sent_at,
                reminded_at = excluded.reminded_at, expires_at = excluded.expires_at, answered_at = excluded.answered_at,
                resolution = excluded.resolution, communication = excluded.communication, effort = excluded.effort,
                recommendation = excluded.recommendation, comment = excluded.comment
            """,
            new
            {
                tenant = records.Tenant.Value,
                number = after.Number.Value,
                hash = board.First,
                sent = (board.SentAt ?? board.AnsweredAt)?.ToUnixTimeMilliseconds(),
                reminded = board.RemindedAt?.ToUnixTimeMilliseconds(),
                expires = board.ExpiresAt?.ToUnixTimeMilliseconds(),
                answered = board.AnsweredAt?.ToUnixTimeMilliseconds(),
                resolution = board.Answers?.Resolution,
                communication = board.Answers?.Communication,
                effort = board.Answers?.Effort,
                recommendation = board.Answers?.Recommendation,
                comment = board.Answers is { Comment.Length: > 0 } answers ? answers.Comment : null,
            }
        );
    }

    private sealed record LinkRow(string Tenant, long Number);
}
