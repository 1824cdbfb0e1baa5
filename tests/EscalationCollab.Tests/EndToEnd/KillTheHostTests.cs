using System.Diagnostics;
using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Host.Api;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// The product as built, killed without warning while people work with it. <c>KILLS=100</c> is the long proof; a few
/// kills are part of every run.
/// </summary>
public sealed class KillTheHostTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20260302;
    private const int Troupes = 3;
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("KILLS") ?? "8",
        CultureInfo.InvariantCulture
    );
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("kill-the-host");
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Kill_WhileTheMainJobIsPlayed_LosesNothingAcknowledgedAndDoublesNothing()
    {
        var clock = Stopwatch.StartNew();
        var token = await TokenAsync();
        using var host = new HostProcess(_data.FullName);
        await host.StartAsync();
        var ledger = new Ledger();
        using var curtain = new CancellationTokenSource();
        var troupes = Enumerable
            .Range(0, Troupes)
            .Select(i => new Troupe(host.Address, token, $"{(char)('a' + i)}", ledger))
            .ToList();
        var plays = troupes.Select(troupe => troupe.PlayAsync(curtain.Token)).ToList();

        for (var kill = 0; kill < Kills; kill++)
        {
            await MomentAsync(kill, ledger);
            await host.KillAsync();
            if (plays.Find(play => play.IsFaulted) is { } failed)
                await failed;
            await host.StartAsync();
        }
        await curtain.CancelAsync();
        await Task.WhenAll(plays);
        var repeated = troupes.Sum(troupe => troupe.Repeated);
        troupes.ForEach(troupe => troupe.Dispose());
        await SettleAsync(host);

        await using var store = OpenStore();
        var stored = await store.ReadAsync(StoredPlay.Read, CancellationToken.None);
        var faults = stored.Faults(ledger, Path.Combine(_data.FullName, "mail"));
        output.WriteLine(
            $"{Kills} kills in {clock.Elapsed.TotalSeconds:0} s: {stored.Escalations.Count} escalations, "
                + $"{ledger.Acknowledged.Count} acknowledged acts, {stored.Events} events, {stored.Messages} messages, {stored.Letters} letters, "
                + $"{repeated} requests sent again"
        );
        host.Mistakes.Should().BeEmpty("nothing went wrong inside");
        faults.Should().BeEmpty();
        stored.Escalations.Should().NotBeEmpty();
    }

    // At any moment; right after an answer; and while the room of a new escalation is being opened.
    private async Task MomentAsync(int kill, Ledger ledger)
    {
        var limit = TimeSpan.FromSeconds(10);
        switch (kill % 4)
        {
            case 0:
                await PauseAsync(_random.Next(2_500));
                break;
            case 1:
                await ledger.WaitForAsync(Act.Written, limit);
                break;
            case 2:
                await ledger.WaitForAsync(Act.Declared, limit);
                break;
            default:
                await ledger.WaitForAsync(Act.Declared, limit);
                await PauseAsync(_random.Next(120));
                break;
        }
    }

    // What is due is performed after the last start; then it is stopped once more as roughly as before. A busy machine
    // gets longer each time.
    private async Task SettleAsync(HostProcess host)
    {
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            await PauseAsync(1_500 * attempt);
            await host.KillAsync();
            await using (var store = OpenStore())
                if (await store.ReadAsync(StoredPlay.Due, CancellationToken.None) == 0)
                    return;
            await host.StartAsync();
        }
    }

    private static Task PauseAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    private async Task<string> TokenAsync()
    {
        await using var store = OpenStore();
        var (token, hash) = ApiTokens.Make();
        await store.WriteAsync(
            connection =>
                ApiTokens.Add(
                    connection,
                    TenantId.Default,
                    "play",
                    hash,
                    TimeProvider.System.Moment()
                ),
            CancellationToken.None
        );
        return token;
    }

    private SqliteStore OpenStore() =>
        SqliteStore.Open(
            new Places(_data.FullName, Templates.Root).Database,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
}
