using System.Data;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>
/// The numbers put aside for the past before anybody is served, so that it can be played beside what people do and brought
/// to them afterwards. Kept, so that a past that was interrupted is played again under the same numbers and the same clock.
/// </summary>
/// <param name="At">The now of the past: the moment of the first start.</param>
/// <param name="Number">The last escalation number before those put aside.</param>
/// <param name="Message">The last message before those put aside.</param>
/// <param name="Effect">The last effect before those put aside.</param>
internal sealed record PastReservation(Instant At, long Number, long Message, long Effect)
{
    private const string Kept = "sandbox-past-reserved";

    // Nobody sees these two; many times what the script needs.
    private const long Messages = 100_000;
    private const long Effects = 100_000;

    private static readonly string[] Counted = ["escalation", "sandbox-message"];

    // What people and the seed have said about the company; the past changes none of it.
    private static readonly string[] NotOfThePast =
    [
        "schema_version",
        "person",
        "customer",
        "setting",
        "counter",
        "api_token",
    ];

    /// <summary>What was put aside, or null.</summary>
    public static PastReservation? Of(IDbConnection connection) =>
        new Records(connection, Visitors.Tenant).Setting(Kept) is { } kept
            ? JsonSerializer.Deserialize<PastReservation>(kept, Json.Options)
            : null;

    /// <summary>Puts numbers aside; whoever declares something from now on gets later ones.</summary>
    public static bool Make(IDbConnection connection, int escalations, Instant now)
    {
        var records = new Records(connection, Visitors.Tenant);
        var reserved = new PastReservation(
            now,
            records.NextNumber().Value - 1,
            records.Next("sandbox-message") - 1,
            connection.ExecuteScalar<long>(
                "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'"
            )
        );
        SetCounter(connection, Counted[0], reserved.Number + escalations);
        SetCounter(connection, Counted[1], reserved.Message + Messages);
        SetEffects(connection, reserved.Effect + Effects);
        records.SaveSetting(Kept, JsonSerializer.Serialize(reserved, Json.Options));
        return true;
    }

    /// <summary>Takes from a copy what people did since, so that the past is played in the company as it was before.</summary>
    public void ClearStage(IDbConnection stage)
    {
        foreach (
            var table in Tables(stage).Except(["sandbox_room", "sandbox_member", "sandbox_message"])
        )
            stage.Execute($"DELETE FROM {table}");
        stage.Execute(
            """
            DELETE FROM sandbox_room WHERE number IS NOT NULL;
            DELETE FROM sandbox_message WHERE id > @Message;
            DELETE FROM counter WHERE name <> 'directory'
            """,
            new { Message }
        );
        SetCounter(stage, Counted[0], Number);
        SetCounter(stage, Counted[1], Message);
        SetEffects(stage, Effect);
    }

    /// <summary>Brings what was played to those who are served. What is there already stays as it is.</summary>
    public void BringOver(IDbConnection stage, IDbConnection connection)
    {
        foreach (var table in Tables(stage).Except(["sandbox_read"]))
            Copy(stage, connection, table, "DO NOTHING");
        Copy(
            stage,
            connection,
            "sandbox_read",
            "DO UPDATE SET message = MAX(message, excluded.message), line = MAX(line, excluded.line)"
        );
    }

    private void Copy(IDbConnection stage, IDbConnection connection, string table, string known)
    {
        // The messages of before are there, or were taken away since.
        var condition = table == "sandbox_message" ? "WHERE id > @Message" : "";
        var rows = stage
            .Query($"SELECT * FROM {table} {condition}", new { Message })
            .Cast<IDictionary<string, object?>>()
            .ToList();
        if (rows is not [var first, ..])
            return;
        var columns = first.Keys.ToList();
        connection.Execute(
            $"""
            INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(
                ", ",
                columns.Select(name => $"@{name}")
            )})
            ON CONFLICT {known}
            """,
            rows.Select(row => new DynamicParameters(row))
        );
    }

    private static IEnumerable<string> Tables(IDbConnection connection) =>
        connection
            .Query<string>(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
            .Except(NotOfThePast);

    private static void SetCounter(IDbConnection connection, string name, long value) =>
        connection.Execute(
            """
            INSERT INTO counter (tenant, name, value) VALUES (@tenant, @name, @value)
            ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value
            """,
            new
            {
                tenant = Visitors.Tenant.Value,
                name,
                value,
            }
        );

    private static void SetEffects(IDbConnection connection, long value) =>
        connection.Execute(
            """
            DELETE FROM sqlite_sequence WHERE name = 'outbox';
            INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', @value)
            """,
            new { value }
        );
}
