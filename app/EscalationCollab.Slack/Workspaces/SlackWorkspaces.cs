using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;

namespace EscalationCollab.Slack.Workspaces;

/// <summary>
/// The workspaces the app is installed in. One is configured by its token; which one that is, Slack says once, and it is
/// remembered, so that a start while Slack is away still knows whose deliveries to take.
/// </summary>
internal sealed class SlackWorkspaces(SlackOptions options, SlackApi api, IStore store)
    : IDisposable
{
    private const string Remembered = "slack-workspace";
    private readonly SemaphoreSlim _asking = new(1);
    private volatile SlackWorkspace? _configured;

    /// <summary>Every workspace there is.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<IReadOnlyList<SlackWorkspace>> AllAsync(CancellationToken cancellation) =>
        [await ConfiguredAsync(cancellation)];

    /// <summary>The workspace that a delivery names, or null when the app is not installed there.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> FindAsync(
        string? team,
        string? enterprise,
        CancellationToken cancellation
    ) =>
        await ConfiguredAsync(cancellation) is var workspace && workspace.Is(team, enterprise)
            ? workspace
            : null;

    /// <summary>The workspace of a tenant, or null when it has none.</summary>
    /// <exception cref="SlackException">Slack has to be asked and does not answer.</exception>
    public async Task<SlackWorkspace?> OfAsync(TenantId tenant, CancellationToken cancellation) =>
        tenant == TenantId.Default ? await ConfiguredAsync(cancellation) : null;

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

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
        var identity = new Identity(
            Fingerprint,
            answer.Text("team_id") ?? "",
            answer.Text("enterprise_id") ?? "",
            answer.Text("team") ?? "",
            answer.Text("url") ?? "",
            answer.Text("user_id") ?? ""
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
        string BotUser
    )
    {
        public SlackWorkspace ToWorkspace(SlackToken token) =>
            new(
                TenantId.Default,
                token,
                Team,
                Enterprise,
                Name,
                Uri.TryCreate(Url, UriKind.Absolute, out var url)
                    ? url
                    : new Uri("https://app.slack.com/"),
                BotUser
            );
    }
}
