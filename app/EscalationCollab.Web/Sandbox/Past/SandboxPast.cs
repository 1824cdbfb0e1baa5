using System.Data;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using YamlDotNet.Core;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>
/// Gives the trial company a past, so that lists, figures and post-mortems have something to show. Nothing of it is
/// written by hand into tables: the acts of a script are played through the product itself under the clock of then. They
/// are played on a copy in memory while people are served already, under numbers put aside before anybody could declare
/// something, and brought over in one transaction: once and whole, whenever the process dies.
/// </summary>
internal sealed class SandboxPast(
    IStore store,
    Situations situations,
    Tools tools,
    PastLetters? letters,
    ICustomerMailbox mailbox,
    TimeProvider time,
    ILoggerFactory logs,
    string templatesFolder
)
{
    private const string Done = "sandbox-past-seeded";
    private readonly ILogger _log = logs.CreateLogger<SandboxPast>();

    /// <summary>Puts the past's numbers aside, unless it was played or people have declared something before.</summary>
    /// <returns>Whether there is a past to be played.</returns>
    /// <exception cref="InvalidDataException">The script cannot be read.</exception>
    public async Task<bool> ReserveAsync(CancellationToken cancellation)
    {
        if (await ReservedAsync(cancellation) is not null)
            return true;
        if (!await IsWantedAsync(cancellation) || Read() is not { } file)
            return false;
        var now = time.Moment();
        return await store.WriteAsync(
            connection =>
                IsUntouched(connection)
                && PastReservation.Make(connection, file.Escalations.Length, now),
            cancellation
        );
    }

    /// <summary>Plays the past unless it was.</summary>
    /// <returns>The names of the escalations that the policy of now does not allow to happen so; they are left out.</returns>
    /// <exception cref="InvalidDataException">The script cannot be read.</exception>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellation)
    {
        var leftOut = new HashSet<string>();
        await ReserveAsync(cancellation);
        var reserved = await ReservedAsync(cancellation);
        var file = reserved is null ? null : Read();
        while (file is not null)
            try
            {
                await PlayAsync(reserved!, file, leftOut, cancellation);
                break;
            }
            catch (PastActRefusedException refused)
            {
                // Somebody changed the policy before the first start: no reason not to start.
                _log.LogWarning("{Problem} This past escalation is left out", refused.Message);
                leftOut.Add(refused.Escalation);
            }
        return leftOut;
    }

    private async Task PlayAsync(
        PastReservation reserved,
        PastFile file,
        HashSet<string> leftOut,
        CancellationToken cancellation
    )
    {
        using var stage = await store.ReadAsync(ScratchDatabase.CopyOf, cancellation);
        reserved.ClearStage(stage);
        using var rehearsal = new Rehearsal(stage, situations, tools, letters, logs, reserved.At);
        await rehearsal.PlayAsync(file, leftOut, cancellation);
        MarkRead(stage, rehearsal);
        await store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, Visitors.Tenant);
                if (records.Setting(Done) is not null)
                    return false;
                reserved.BringOver(stage, connection);
                records.SaveSetting(Done, reserved.At.ToString());
                return true;
            },
            cancellation
        );
    }

    private Task<PastReservation?> ReservedAsync(CancellationToken cancellation) =>
        store.ReadAsync(
            connection =>
                new Records(connection, Visitors.Tenant).Setting(Done) is null
                    ? PastReservation.Of(connection)
                    : null,
            cancellation
        );

    private Task<bool> IsWantedAsync(CancellationToken cancellation) =>
        store.ReadAsync(IsUntouched, cancellation);

    private static bool IsUntouched(IDbConnection connection) =>
        new Records(connection, Visitors.Tenant).Setting(Done) is null
        && connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM escalation WHERE tenant = @tenant",
            new { tenant = Visitors.Tenant.Value }
        ) == 0;

    /// <summary>It is long ago: everybody has read it.</summary>
    private void MarkRead(IDbConnection connection, Rehearsal rehearsal)
    {
        var rows = new ChatRows(connection, Visitors.Tenant);
        foreach (var person in rows.Directory().People.Keys)
        foreach (var room in rows.Visible(person).Where(room => room.Member))
            if (rows.Newest(room.Id) is var newest && newest > rehearsal.NewestBefore)
                rows.SaveRead(room.Id, person, new ReadRow { Message = newest, Line = newest });
        foreach (var address in rehearsal.Addressees)
        foreach (var mail in mailbox.To(address))
            rows.SaveOpenedMail(address, mail.Id);
    }

    private PastFile? Read()
    {
        var path = Path.Combine(templatesFolder, "sandbox", "past.yaml");
        if (!File.Exists(path))
            return null;
        try
        {
            return PastFile.Load(path);
        }
        catch (YamlException error)
        {
            throw new InvalidDataException(
                $"sandbox/past.yaml line {error.Start.Line}: {error.Message} Put the delivered file back, correct it, or take it away.",
                error
            );
        }
    }
}

/// <summary>The product refused an act of the script.</summary>
internal sealed class PastActRefusedException(string escalation, string message)
    : Exception(message)
{
    /// <summary>The name of the escalation in the script.</summary>
    public string Escalation => escalation;
}
