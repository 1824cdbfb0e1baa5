using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Slack.WebApi;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>
/// The workspaces the app is installed in. One may be configured by its token; which one that is, Slack says once, and it
/// is remembered, so that a start while Slack is away still knows whose deliveries to take. Others are installed by link.
/// </summary>
/// <param name="installed">Null when nothing can be installed by link.</param>
internal sealed class SlackWorkspaces(
    SlackOptions options,
    SlackApi api,
    IStore store,
    TimeProvider time,
    SlackInstallations? installed = null
) : IDisposable
{
    /// <summary>Leads everybody to the workspace they are signed in to.</summary>
    private static readonly Uri AnyWorkspace = new("https://app.slack.com/");

    private const string Remembered = "slack-workspace";
    private readonly SlackPlaces _places = new(store);
    private readonly SlackOrganisations _organisations = new(api, time);
    private readonly SemaphoreSlim _asking = new(1);
    private volatile SlackWorkspace? _configured;

    /// <summary>Every workspace there is, those of organisations included; the one that war rooms are opened in first.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<IReadOnlyList<SlackWorkspace>> AllAsync(CancellationToken cancellation)
    {
        var all = new List<SlackWorkspace>();
        foreach (var made in await InstalledAsync(cancellation))
            if (made.IsOfOrganisation)
                all.AddRange(await _organisations.OfAsync(made, cancellation));
            else
                all.Add(made);
        return all;
    }

    /// <summary>The workspace that a delivery names, or null when the app is not installed there.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> FindAsync(
        string? team,
        string? enterprise,
        CancellationToken cancellation
    )
    {
        var all = await InstalledAsync(cancellation);
        var found =
            all.FirstOrDefault(workspace => team is { Length: > 0 } && workspace.Team == team)
            ?? all.FirstOrDefault(workspace => workspace.Is(team, enterprise));
        // Of an organisation, the delivery itself tells the workspace: Slack need not be asked while somebody waits.
        return found is { IsOfOrganisation: true } ? found with { Team = team ?? "" } : found;
    }

    /// <summary>The workspace in which war rooms of a tenant are opened, or null when it has none.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> OfAsync(TenantId tenant, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(workspace => workspace.Tenant == tenant);

    /// <summary>The workspaces of a tenant, the first one first.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<IReadOnlyList<SlackWorkspace>> AllOfAsync(
        TenantId tenant,
        CancellationToken cancellation
    ) => [.. (await AllAsync(cancellation)).Where(workspace => workspace.Tenant == tenant)];

    /// <summary>
    /// The workspace in which a channel is; the first one where nobody noted it. Null when the app was removed from it, or
    /// the tenant has none.
    /// </summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> InAsync(
        TenantId tenant,
        string channel,
        CancellationToken cancellation
    )
    {
        var all = await AllOfAsync(tenant, cancellation);
        return await _places.FindAsync(tenant, channel, cancellation) is { } noted
                ? all.FirstOrDefault(workspace => workspace.Place == noted)
            : all is [var first, ..] ? first
            : null;
    }

    /// <summary>Notes in which workspace a channel is, once there may be several.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task NoteAsync(
        SlackWorkspace workspace,
        string channel,
        CancellationToken cancellation
    )
    {
        if (
            workspace.IsOfOrganisation
            || (await InstalledAsync(cancellation)).Count(one => one.Tenant == workspace.Tenant) > 1
        )
            await _places.NoteAsync(workspace.Tenant, channel, workspace.Place, cancellation);
    }

    /// <summary>
    /// Where something new of a tenant is made: where an earlier attempt chose, else as <paramref name="choose"/> says, else
    /// in the first workspace. Kept, so that another attempt does not make it a second time elsewhere.
    /// </summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> ForAsync(
        TenantId tenant,
        string effect,
        Func<IReadOnlyList<SlackWorkspace>, Task<SlackWorkspace?>> choose,
        CancellationToken cancellation
    )
    {
        var all = await AllOfAsync(tenant, cancellation);
        if (all.Count < 2)
            return all is [var only] ? only : null;
        var key = $"effect:{effect}";
        var chosen =
            await _places.FindAsync(tenant, key, cancellation)
            ?? await _places.NoteAsync(
                tenant,
                key,
                (await choose(all) ?? all[0]).Place,
                cancellation
            );
        return all.FirstOrDefault(workspace => workspace.Place == chosen) ?? all[0];
    }

    /// <summary>The war rooms that went with a removed workspace; none while the tenant has no other one to go on in.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<IReadOnlyList<string>> LostWithAsync(
        SlackWorkspace removed,
        bool wasFirst,
        CancellationToken cancellation
    ) =>
        (await AllOfAsync(removed.Tenant, cancellation)).Any(other =>
            other.Token.Workspace != removed.Token.Workspace
        )
            ? await _places.WarRoomsInAsync(
                removed.Tenant,
                removed.Token.Workspace,
                wasFirst,
                cancellation
            )
            : [];

    /// <summary>The app was removed there: nothing is sent there any more, and a token that was installed is forgotten.</summary>
    public async Task RemovedAsync(
        SlackWorkspace workspace,
        string why,
        CancellationToken cancellation
    )
    {
        api.PauseWorkspace(workspace.Token, why);
        if (installed is not null)
            await installed.RemoveAsync(workspace.Token.Workspace, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private async Task<IReadOnlyList<SlackWorkspace>> InstalledAsync(CancellationToken cancellation)
    {
        var all = new List<SlackWorkspace>();
        if (options.BotToken.Length > 0)
            all.Add(await ConfiguredAsync(cancellation));
        if (installed is not null)
            foreach (var made in await installed.AllAsync(cancellation))
                all.Add(WorkspaceOf(made));
        return all;
    }

    private async Task<SlackWorkspace> ConfiguredAsync(CancellationToken cancellation)
    {
        if (_configured is { } known)
            return known;
        await _asking.WaitAsync(cancellation);
        try
        {
            return _configured ??=
                await RecalledAsync(cancellation) ?? await AskedAsync(cancellation);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<SlackWorkspace> AskedAsync(CancellationToken cancellation)
    {
        var answer = await api.CallAsync(Token, SlackMethod.AuthTest, [], cancellation);
        // https://docs.slack.dev/enterprise/developing-for-enterprise-orgs: it names the organisation where a team would be.
        var everywhere = answer.Flag("is_enterprise_install");
        var identity = new Identity(
            Fingerprint,
            everywhere ? "" : answer.Text("team_id") ?? "",
            answer.Text("enterprise_id") ?? "",
            answer.Text("team") ?? "",
            answer.Text("url") ?? "",
            answer.Text("user_id") ?? "",
            everywhere
        );
        await store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                records.SaveSetting(Remembered, JsonSerializer.Serialize(identity));
                // Customers read it; an administrator's own choice stays.
                if (records.LoadDirectory().Company.Length == 0 && identity.Name.Length > 0)
                    records.SaveCompanyName(identity.Name);
                return true;
            },
            cancellation
        );
        return identity.ToWorkspace(Token);
    }

    private async Task<SlackWorkspace?> RecalledAsync(CancellationToken cancellation)
    {
        var text = await store.ReadAsync(
            connection => new Records(connection, TenantId.Default).Setting(Remembered),
            cancellation
        );
        var identity = text is null ? null : JsonSerializer.Deserialize<Identity>(text);
        // Another token may be of another workspace.
        return identity?.Fingerprint == Fingerprint ? identity.ToWorkspace(Token) : null;
    }

    private static SlackWorkspace WorkspaceOf(SlackInstallation made) =>
        new(
            made.Tenant,
            new SlackToken(made.Id, made.Token),
            made.Team,
            made.Enterprise,
            made.Name,
            AddressOf(made.Url),
            made.BotUser
        );

    private static Uri AddressOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) ? url : AnyWorkspace;

    private SlackToken Token => new("configured", options.BotToken);

    // Enough to notice a changed token, far too little to find it out.
    private string Fingerprint =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(options.BotToken)
            )
        )[..12];

    private sealed record Identity(
        string Fingerprint,
        string Team,
        string Enterprise,
        string Name,
        string Url,
        string BotUser,
        bool OfOrganisation = false
    )
    {
        public SlackWorkspace ToWorkspace(SlackToken token) =>
            new(
                TenantId.Default,
                OfOrganisation ? token with { Workspace = Enterprise } : token,
                Team,
                Enterprise,
                Name,
                AddressOf(Url),
                BotUser
            );
    }
}
