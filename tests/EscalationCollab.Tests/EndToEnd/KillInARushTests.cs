using System.Collections.Concurrent;
using Dapper;
using EscalationCollab.Core.Storage;
using EscalationCollab.Faults;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// The product as built, killed while more clicks come from Slack than it can decide: those it has acknowledged are stored
/// and not decided yet.
/// </summary>
public sealed class KillInARushTests : IAsyncLifetime
{
    private const int Kills = 2;
    private const int Escalations = 10;
    private const int Callers = 24;
    private const int Rush = 200;

    private readonly ConcurrentBag<string> _acknowledged = [];
    private Case _case = null!;
    private HostProcess _host = null!;

    public async Task InitializeAsync() => _case = await Case.StartAsync();

    public async Task DisposeAsync()
    {
        _host.Dispose();
        await _case.DisposeAsync();
    }

    [Fact]
    public async Task Kill_InARushOfClicks_EveryAcknowledgedOneIsDecidedOnce()
    {
        var numbers = new List<Core.EscalationNumber>();
        for (var i = 0; i < Escalations; i++)
            numbers.Add(await _case.OwnedAsync());
        var before = await _case.StoredAsync();
        _host = new HostProcess(_case.App.Data);
        await _case.App.LeaveToAsync(_host.Address);
        var left = 0L;

        for (var kill = 0; kill < Kills; kill++)
        {
            await _host.StartAsync();
            using var end = new CancellationTokenSource();
            var rush = Enumerable
                .Range(0, Callers)
                .Select(i => Task.Run(() => ClickAsync(numbers[i % numbers.Count], end.Token)))
                .ToList();
            var enough = _acknowledged.Count + Rush;
            await Eventually.IsTrueAsync(() => _acknowledged.Count >= enough, "a rush");
            await _host.KillAsync();
            await end.CancelAsync();
            await Task.WhenAll(rush);
            left += await AskAsync("SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL");
        }
        await DecidedAsync();

        left.Should().BePositive("otherwise nothing was killed between its two halves");
        var decided = (await KeysAsync()).Select(key => key.Split(':')[4]).ToList();
        decided.Should().OnlyHaveUniqueItems();
        _acknowledged.Should().NotBeEmpty().And.BeSubsetOf(decided);
        (await AskAsync("SELECT COUNT(*) FROM event WHERE kind = 'status-unchanged'") - before)
            .Should()
            .Be(decided.Count, "each was decided together with its key");
        _host.Mistakes.Should().BeEmpty("nothing went wrong inside");
    }

    // Until the process is gone: what was sent then may or may not have been taken.
    private async Task ClickAsync(Core.EscalationNumber number, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var click = _case.Click(number);
            try
            {
                if ((await _case.SendAsync(click)).Status == 200)
                    _acknowledged.Add((string)click.Payload["actions"]![0]!["action_ts"]!);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    // Started as often as it takes, and killed again before it is looked at. A busy machine gets longer each time.
    private async Task DecidedAsync()
    {
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            await _host.StartAsync();
            await Task.Delay(
                TimeSpan.FromSeconds(3 * attempt),
                TimeProvider.System,
                CancellationToken.None
            );
            await _host.KillAsync();
            if (await AskAsync("SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL") == 0)
                return;
        }
    }

    private async Task<List<string>> KeysAsync()
    {
        await using var store = OpenStore();
        return await store.ReadAsync(
            connection =>
                connection
                    .Query<string>("SELECT key FROM inbox WHERE key LIKE 'slack:%:action:%'")
                    .AsList(),
            CancellationToken.None
        );
    }

    private async Task<long> AskAsync(string sql)
    {
        await using var store = OpenStore();
        return await store.ReadAsync(
            connection => connection.ExecuteScalar<long>(sql),
            CancellationToken.None
        );
    }

    private SqliteStore OpenStore() =>
        SqliteStore.Open(
            new Places(_case.App.Data, Templates.Root).Database,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
}
