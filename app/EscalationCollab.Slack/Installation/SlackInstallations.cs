using System.Collections.Immutable;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Slack.Installation;

/// <summary>
/// The installations made by link, with tokens that work: one that is about to expire is exchanged before it is handed out,
/// one exchange at a time, because a refresh token counts once.
/// </summary>
internal sealed class SlackInstallations(
    IStore store,
    TokenVault vault,
    SlackOAuth oauth,
    TimeProvider time,
    ILogger<SlackInstallations> log
) : IDisposable
{
    /// <summary>A token with less life than this left is exchanged first. Slack's live for twelve hours.</summary>
    public static readonly Duration Early = Duration.FromHours(1);

    /// <summary>How long an exchange that failed is not tried again: the old token mostly works for a while.</summary>
    public static readonly Duration Pause = Duration.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1);
    private Instant _notBefore = Instant.MinValue;
    private ImmutableArray<SlackInstallation>? _known;

    /// <summary>Every installation, the oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public async Task<ImmutableArray<SlackInstallation>> AllAsync(CancellationToken cancellation)
    {
        var now = time.Moment();
        if (_known is { } known && (now < _notBefore || known.All(made => IsFresh(made, now))))
            return known;
        await _one.WaitAsync(cancellation);
        try
        {
            var all = _known ?? await LoadAsync(cancellation);
            var fresh = ImmutableArray.CreateBuilder<SlackInstallation>(all.Length);
            foreach (var made in all)
                fresh.Add(
                    IsFresh(made, time.Moment()) ? made : await ExchangeAsync(made, cancellation)
                );
            _known = fresh.ToImmutable();
            return fresh.ToImmutable();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Keeps a new installation, or the new tokens of one that was there.</summary>
    public async Task AddAsync(SlackInstallation made, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await store.WriteAsync(
                connection =>
                {
                    new InstallationRows(connection, vault).Save(made);
                    return true;
                },
                cancellation
            );
            _known = null;
        }
        finally
        {
            _one.Release();
        }
        log.LogInformation("Installed in {Workspace}", made);
    }

    /// <summary>The app was removed from a workspace: its tokens are wiped.</summary>
    /// <returns>Whether it was one of these.</returns>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var all = _known ?? await LoadAsync(cancellation);
            if (all.FirstOrDefault(made => made.Id == id) is not { } gone)
                return false;
            await store.WriteAsync(
                connection => new InstallationRows(connection, vault).Remove(gone, time.Moment()),
                cancellation
            );
            _known = null;
            log.LogWarning("Removed from {Workspace}; its token was forgotten", gone);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static bool IsFresh(SlackInstallation made, Instant now) =>
        made.Refresh.Length == 0 || made.ExpiresAt is null || now + Early < made.ExpiresAt;

    private async Task<ImmutableArray<SlackInstallation>> LoadAsync(CancellationToken cancellation)
    {
        var all = await store.ReadAsync(
            connection =>
                new InstallationRows(connection, vault).All(name =>
                    log.LogError(
                        "The token of {Workspace} cannot be decrypted: the folder data/keys is not the one it was encrypted with. Put it back, or install the app there again",
                        name
                    )
                ),
            cancellation
        );
        return [.. all];
    }

    /// <summary>The next token, or the old one when Slack gives none now: it may still work, and the next call tries again.</summary>
    private async Task<SlackInstallation> ExchangeAsync(
        SlackInstallation made,
        CancellationToken cancellation
    )
    {
        try
        {
            // Once Slack has answered, the old refresh token is spent: what it answered must be kept, whoever waited is gone or not.
            var next = await oauth.RefreshAsync(made, CancellationToken.None);
            await store.WriteAsync(
                connection =>
                {
                    new InstallationRows(connection, vault).SaveTokens(next);
                    return true;
                },
                CancellationToken.None
            );
            return next;
        }
        catch (SlackOAuthException failed)
        {
            log.LogError(
                failed,
                "The token of {Workspace} could not be renewed. {Remedy}",
                made,
                failed.MayPass ? "It is tried again" : "Install the app there again"
            );
            _notBefore = time.Moment() + Pause;
            return made;
        }
    }
}
