using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Tenants;

/// <summary>
/// The organisations the app is in. With <see cref="TeamsOptions.TenantId"/> there is one, and it is the product's own, so
/// that Slack and Teams serve the same people; otherwise each Entra tenant is an organisation apart. What is known of one
/// is kept up to date by every proven activity.
/// </summary>
internal sealed class TeamsTenants(
    TeamsOptions options,
    IStore store,
    TimeProvider time,
    ILogger<TeamsTenants> log
) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private volatile IReadOnlyList<TeamsTenant>? _known;

    /// <summary>All of them.</summary>
    public async Task<IReadOnlyList<TeamsTenant>> AllAsync(CancellationToken cancellation) =>
        _known ??= await store.ReadAsync(
            connection => new TenantRows(connection).All(),
            cancellation
        );

    /// <summary>One by its Entra tenant, or null when the app is not there.</summary>
    public async Task<TeamsTenant?> FindAsync(string? entra, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(one => one.Entra == entra);

    /// <summary>One by the tenant it is here, or null.</summary>
    public async Task<TeamsTenant?> OfAsync(TenantId tenant, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(one => one.Tenant == tenant);

    /// <summary>What a proven activity says of its organisation: one never met is taken up.</summary>
    /// <param name="serviceUrl">On the list of hosts.</param>
    /// <param name="bot">The activity's recipient; may be empty.</param>
    public async Task<TeamsTenant> MeetAsync(
        string entra,
        Uri serviceUrl,
        string bot,
        CancellationToken cancellation
    )
    {
        var met = await ChangeAsync(
            entra,
            known =>
                known is null
                    ? new TeamsTenant(TenantOf(entra), entra, serviceUrl, "", "", "", bot)
                    : known with
                    {
                        ServiceUrl = serviceUrl,
                        Bot = bot.Length > 0 ? bot : known.Bot,
                    },
            cancellation
        );
        return met!;
    }

    /// <summary>The app was added to a team. The first one, or the one that is configured, gets the war rooms.</summary>
    /// <param name="team">Its Microsoft 365 group.</param>
    /// <param name="general">Its first channel.</param>
    public Task AddedAsync(
        string entra,
        string team,
        string general,
        string name,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            entra,
            known =>
                known is not null && Wants(known, team)
                    ? known with
                    {
                        Team = team,
                        General = general,
                        Name = name,
                    }
                    : known,
            cancellation
        );

    /// <summary>The app was removed from a team: no war rooms are opened there any more.</summary>
    public async Task RemovedAsync(string entra, string team, CancellationToken cancellation)
    {
        await ChangeAsync(
            entra,
            known =>
                known?.Team == team ? known with { Team = "", General = "", Name = "" } : known,
            cancellation
        );
        log.LogWarning("The app was removed from the team {Team} of Teams", team);
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private bool Wants(TeamsTenant known, string team) =>
        options.Team.Length > 0
            ? string.Equals(options.Team, team, StringComparison.OrdinalIgnoreCase)
            : !known.HasTeam || known.Team == team;

    private TenantId TenantOf(string entra) =>
        options.TenantId.Length > 0 ? TenantId.Default : new TenantId(entra);

    private async Task<TeamsTenant?> ChangeAsync(
        string entra,
        Func<TeamsTenant?, TeamsTenant?> change,
        CancellationToken cancellation
    )
    {
        // Nearly every activity says what is known already.
        if (await FindAsync(entra, cancellation) is { } known && change(known) == known)
            return known;
        await _changing.WaitAsync(cancellation);
        try
        {
            var before = await FindAsync(entra, cancellation);
            if (change(before) is not { } now)
                return before;
            _known = await store.WriteAsync(
                connection =>
                {
                    var rows = new TenantRows(connection);
                    rows.Save(now, time.Moment());
                    return rows.All();
                },
                CancellationToken.None
            );
            return now;
        }
        finally
        {
            _changing.Release();
        }
    }
}
