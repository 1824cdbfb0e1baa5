using System.Data;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;
using YamlDotNet.Core;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>
/// Gives the trial company a past, so that lists, figures and post-mortems have something to show. Nothing of it is
/// written by hand into tables: the acts of a script are played through the product itself under the clock of then. All in
/// one transaction, once, and only before anybody has declared something.
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

    /// <summary>Plays the past unless it was.</summary>
    /// <returns>The names of the escalations that the policy of now does not allow to happen so; they are left out.</returns>
    /// <exception cref="InvalidDataException">The script cannot be read.</exception>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellation)
    {
        var leftOut = new HashSet<string>();
        var (wanted, now) = (await IsWantedAsync(cancellation), time.Moment());
        var file = wanted ? Read() : null;
        while (file is not null)
            try
            {
                await store.WriteAsync(
                    connection => Play(connection, file, leftOut, now),
                    cancellation
                );
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

    private Task<bool> IsWantedAsync(CancellationToken cancellation) =>
        store.ReadAsync(
            connection =>
                new Records(connection, Visitors.Tenant).Setting(Done) is null
                && connection.ExecuteScalar<long>(
                    "SELECT COUNT(*) FROM escalation WHERE tenant = @tenant",
                    new { tenant = Visitors.Tenant.Value }
                ) == 0,
            cancellation
        );

    // The writer waits for the rehearsal: nobody is served yet, and letters are recognised when it is played again.
    private bool Play(
        IDbConnection connection,
        PastFile file,
        IReadOnlySet<string> leftOut,
        Instant now
    )
    {
        using var rehearsal = new Rehearsal(connection, situations, tools, letters, logs, now);
        rehearsal.PlayAsync(file, leftOut).GetAwaiter().GetResult();
        MarkRead(connection, rehearsal);
        new Records(connection, Visitors.Tenant).SaveSetting(Done, now.ToString());
        return true;
    }

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
