using System.Collections.Concurrent;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.Storage;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Outbox;

public sealed class OutboxWorkerTests : IAsyncLifetime
{
    private static readonly TenantId Acme = new("acme");
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly EscalationNumber First = new(1001);
    private static readonly EscalationNumber Second = new(1002);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outbox");
    private readonly ManualTime _time = new();
    private readonly Performer _performer = new();
    private SqliteStore _store;
    private OutboxWorker _worker;

    public OutboxWorkerTests()
    {
        _store = OpenStore();
        _worker = NewWorker();
    }

    private SqliteStore OpenStore() =>
        SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            _time,
            NullLogger<SqliteStore>.Instance
        );

    private OutboxWorker NewWorker(OutboxOptions? options = null) =>
        new(
            _store,
            _performer,
            _time,
            new Random(1),
            NullLogger<OutboxWorker>.Instance,
            options,
            TestTypes.Effects
        );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _worker.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<int> Add(EscalationNumber? number, params Effect[] effects) =>
        _store.WriteAsync(
            connection =>
            {
                TestTypes.Of(connection).AddEffects(effects, number, _time.Moment());
                return 0;
            },
            None
        );

    private Task<int> Add(params Effect[] effects) => Add(null, effects);

    private Task<long> Count(string where) =>
        _store.ReadAsync(
            c => c.ExecuteScalar<long>($"SELECT COUNT(*) FROM outbox WHERE {where}"),
            None
        );

    private static async Task Until(Func<bool> reached)
    {
        for (var patience = 0; !reached(); patience++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            patience.Should().BeLessThan(20_000, "it should have happened by now");
        }
    }

    [Fact]
    public async Task RunDue_EffectsNowAndLater_PerformsThoseThatAreDue()
    {
        var due = _time.Moment() + Duration.FromHours(1);
        await Add(new TestEffect("now"), new TestEffect("later", At: due));

        (await _worker.RunDueAsync(None)).Should().Be(1);
        _performer.Names.Should().Equal("now");
        _time.Advance(Duration.FromHours(1));
        (await _worker.RunDueAsync(None)).Should().Be(1);
        (await _worker.RunDueAsync(None)).Should().Be(0);

        _performer.Names.Should().Equal("now", "later");
        _performer.Items[1].Due.Should().Be(due);
        (await Count("done_at IS NULL")).Should().Be(0);
    }

    [Fact]
    public async Task RunDue_DoneWithCommit_WritesBothOrNeither()
    {
        await Add(new TestEffect("good"), new TestEffect("bad"));
        _performer.Answer = (item, _) =>
            Performed.Done(connection =>
            {
                TestTypes.Of(connection).SaveSetting(Performer.NameOf(item), "done");
                if (Performer.NameOf(item) == "bad")
                    throw new FormatException("wrong");
            });

        await _worker.RunDueAsync(None);

        var settings = await _store.ReadAsync(
            c => c.Query<string>("SELECT name FROM setting").ToList(),
            None
        );
        settings.Should().Equal("good");
        (await Count("done_at IS NULL AND attempts = 1 AND last_error LIKE '%wrong%'"))
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task RunDue_OneEscalationOneLane_KeepsTheOrderThroughFailures()
    {
        await Add(First, new TestEffect("a1"), new TestEffect("a2"), new TestEffect("a3"));
        await Add(Second, new TestEffect("b1"), new TestEffect("b2"));
        await Add(First, new TestEffect("m1", "mail"));
        _performer.Answer = (item, attempt) =>
            Performer.NameOf(item) == "a1" && attempt < 3
                ? Performed.Failed("not yet")
                : Performed.Done();

        await _worker.RunDueAsync(None);
        _performer.Succeeded.Should().BeEquivalentTo("b1", "b2", "m1");
        for (var minute = 0; minute < 5; minute++)
        {
            _time.Advance(Duration.FromMinutes(1));
            await _worker.RunDueAsync(None);
        }

        _performer.Succeeded.Where(name => name[0] == 'a').Should().Equal("a1", "a2", "a3");
        _performer.Names.Count(name => name == "a1").Should().Be(3);
    }

    [Fact]
    public async Task RunDue_KeepsFailing_PausesLongerThenGivesUp()
    {
        await Add(new TestEffect("poison"));
        _performer.Answer = (_, _) => throw new FormatException("broken");
        var pauses = new List<Duration>();
        var last = _time.Moment();
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            while (await _worker.RunDueAsync(None) == 0)
                _time.Advance(Duration.FromSeconds(1));
            pauses.Add(_time.Moment() - last);
            last = _time.Moment();
        }
        _time.Advance(Duration.FromDays(1));
        (await _worker.RunDueAsync(None)).Should().Be(0);

        pauses[1].TotalSeconds.Should().BeInRange(1, 3);
        pauses[2].TotalSeconds.Should().BeInRange(6, 11);
        pauses[7].TotalSeconds.Should().BeInRange(2700, 4501);
        var letters = new DeadLetters(_store, _time);
        var dead = (await letters.ListAsync(Acme, None)).Should().ContainSingle().Subject;
        dead.Attempts.Should().Be(8);
        dead.Error.Should().Contain("broken");
        (await letters.ListAsync(new TenantId("other"), None)).Should().BeEmpty();
    }

    [Fact]
    public async Task Replay_DeadLetter_IsTriedAgainUnderItsOldIdentity()
    {
        _worker = NewWorker(new OutboxOptions { Attempts = 1 });
        await Add(First, new TestEffect("poison"), new TestEffect("next"));
        _performer.Answer = (item, _) =>
            Performer.NameOf(item) == "poison" ? Performed.Failed("no") : Performed.Done();
        await _worker.RunDueAsync(None);
        _performer.Succeeded.Should().Equal(["next"], "a given up effect holds up nobody");

        var letters = new DeadLetters(_store, _time);
        var dead = (await letters.ListAsync(Acme, None)).Single();
        (await letters.ReplayAsync(new TenantId("other"), dead.Id, None)).Should().BeFalse();
        (await letters.ReplayAsync(Acme, dead.Id, None)).Should().BeTrue();
        _performer.Answer = (_, _) => Performed.Done();
        await _worker.RunDueAsync(None);

        _performer.Items[^1].EffectId.Should().Be($"{dead.Id}");
        (await letters.ListAsync(Acme, None)).Should().BeEmpty();
        (await letters.ReplayAsync(Acme, dead.Id, None)).Should().BeFalse();
    }

    [Fact]
    public async Task Discard_DeadLetter_IsGoneForGood()
    {
        _worker = NewWorker(new OutboxOptions { Attempts = 1 });
        await Add(new TestEffect("poison"));
        _performer.Answer = (_, _) => Performed.Failed("no");
        await _worker.RunDueAsync(None);
        var letters = new DeadLetters(_store, _time);
        var dead = (await letters.ListAsync(Acme, None)).Single();

        (await letters.DiscardAsync(Acme, dead.Id, None)).Should().BeTrue();

        (await letters.ListAsync(Acme, None)).Should().BeEmpty();
        (await _worker.RunDueAsync(None)).Should().Be(0);
    }

    [Fact]
    public async Task RunDue_Later_WaitsAsToldAndNeverGivesUp()
    {
        await Add(First, new TestEffect("limited"), new TestEffect("behind"));
        await Add(Second, new TestEffect("other"));
        _performer.Answer = (item, _) =>
            Performer.NameOf(item) == "limited"
                ? Performed.Later(Duration.FromSeconds(30), "429")
                : Performed.Done();
        for (var round = 0; round < 20; round++)
        {
            await _worker.RunDueAsync(None);
            _time.Advance(Duration.FromSeconds(29));
            (await _worker.RunDueAsync(None)).Should().Be(0, "nobody calls before Retry-After");
            _time.Advance(Duration.FromSeconds(1));
        }
        _performer.Succeeded.Should().Equal("other");
        _performer.Answer = (_, _) => Performed.Done();
        await _worker.RunDueAsync(None);
        _performer.Succeeded.Should().Equal("other", "limited", "behind");
        _performer.Items.Select(item => item.Attempt).Should().AllBeEquivalentTo(1);
    }

    [Fact]
    public async Task RunDue_KeyOfAStartedEffect_NoLongerCoalesces()
    {
        await Add(new TestEffect("v1", Key: "card"), new TestEffect("v2", Key: "card"));
        _performer.Answer = (_, _) => Performed.Failed("no");
        await _worker.RunDueAsync(None);
        await Add(new TestEffect("v3", Key: "card"), new TestEffect("v4", Key: "card"));
        _performer.Answer = (_, _) => Performed.Done();
        _time.Advance(Duration.FromMinutes(1));
        await _worker.RunDueAsync(None);
        _performer.Succeeded.Should().BeEquivalentTo("v1", "v3");
    }

    [Fact]
    public async Task RunDue_UnreadableKind_IsPutAsideAtOnce()
    {
        await Add(First, new TestEffect("from the future"), new TestEffect("next"));
        await _store.WriteAsync(
            c => c.Execute("UPDATE outbox SET kind = 'unknown' WHERE payload LIKE '%future%'"),
            None
        );
        await _worker.RunDueAsync(None);
        _performer.Names.Should().Equal("next");
        (await new DeadLetters(_store, _time).ListAsync(Acme, None)).Should().ContainSingle();
    }

    [Fact]
    public async Task RunDue_HangingLane_LeavesRoomForOthers()
    {
        var hang = new TaskCompletionSource();
        _performer.Wait = item => item.Lane() == "slow" ? hang.Task : Task.CompletedTask;
        await Add([
            .. Enumerable.Range(0, 100).Select(i => new TestEffect($"s{i}", "slow")),
            .. Enumerable.Range(0, 100).Select(i => new TestEffect($"q{i}", "quick")),
        ]);
        await _worker.StartAsync(None);
        await Until(() => _performer.Succeeded.Count == 100);
        _performer.Succeeded.Should().OnlyContain(name => name[0] == 'q');
        _performer.Names.Count(name => name[0] == 's').Should().Be(new OutboxOptions().PerLane);
        hang.SetResult();
        await Until(() => _performer.Succeeded.Count == 200);
        await _worker.StopAsync(None);
        _performer.Names.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Lease_LostWhileRunning_FirstHolderWritesNothing()
    {
        var hang = new TaskCompletionSource();
        var other = new Performer();
        _performer.Wait = _ => hang.Task;
        _performer.Answer = (_, _) =>
            Performed.Done(c => TestTypes.Of(c).SaveSetting("first", "x"));
        other.Answer = (_, _) => Performed.Done(c => TestTypes.Of(c).SaveSetting("second", "x"));
        using var taker = new OutboxWorker(
            _store,
            other,
            _time,
            new Random(2),
            NullLogger<OutboxWorker>.Instance,
            null,
            TestTypes.Effects
        );
        await Add(new TestEffect("once"));
        var stuck = _worker.RunDueAsync(None);
        await Until(() => _performer.Names.Count == 1);
        (await taker.RunDueAsync(None)).Should().Be(0, "the lease still runs");
        _time.Advance(Duration.FromMinutes(5));
        (await taker.RunDueAsync(None)).Should().Be(1);
        hang.SetResult();
        await stuck;

        other.Items.Single().Attempt.Should().Be(2);
        var settings = await _store.ReadAsync(
            c => c.Query<string>("SELECT name FROM setting").ToList(),
            None
        );
        settings.Should().Equal("second");
    }

    [Fact]
    public async Task Open_AfterACrash_FreesLeasesAtOnce()
    {
        await Add(new TestEffect("interrupted"));
        await _store.WriteAsync(
            c =>
                c.Execute(
                    "UPDATE outbox SET lease_owner = 'dead', lease_until = 99999999999999, attempts = 1"
                ),
            None
        );
        (await _worker.RunDueAsync(None)).Should().Be(0);
        await _store.DisposeAsync();
        _store = OpenStore();
        _worker = NewWorker();
        (await _worker.RunDueAsync(None)).Should().Be(1);
        _performer.Items.Single().Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Service_EffectAddedOrDue_WakesByItself()
    {
        await _worker.StartAsync(None);
        await Add(
            new TestEffect("now"),
            new TestEffect("hour", At: _time.Moment() + Duration.FromHours(1))
        );
        await Until(() => _performer.Succeeded.Count == 1);
        for (var minute = 0; minute < 59; minute++)
            _time.Advance(Duration.FromMinutes(1));
        _performer.Succeeded.Should().Equal("now");
        // The alarm is set some time after the last one rang; a clock that stands still does not wait for that.
        await Until(() =>
        {
            _time.Advance(Duration.FromSeconds(1));
            return _performer.Succeeded.Count == 2;
        });
        _performer.Succeeded.Should().Equal("now", "hour");
        (_time.Moment() >= _performer.Items[1].Due).Should().BeTrue();
        await _worker.StopAsync(None);
    }

    [Fact]
    public async Task Stop_WhileRunning_FinishesWhatRunsAndBeginsNothing()
    {
        var hang = new TaskCompletionSource();
        _performer.Wait = _ => hang.Task;
        await Add(First, new TestEffect("running"), new TestEffect("waiting"));
        await _worker.StartAsync(None);
        await Until(() => _performer.Names.Count == 1);
        var stopping = _worker.StopAsync(None);
        stopping.IsCompleted.Should().BeFalse();
        hang.SetResult();
        await stopping;
        _performer.Succeeded.Should().Equal("running");
        (await Count("done_at IS NOT NULL")).Should().Be(1);
        (await Count("lease_owner IS NOT NULL")).Should().Be(0);
    }

    [Fact]
    public async Task Stop_NoTimeLeft_GivesTheRowBackUncounted()
    {
        _performer.WaitFor = (_, cancellation) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        await Add(new TestEffect("running"));
        await _worker.StartAsync(None);
        await Until(() => _performer.Names.Count == 1);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _worker.StopAsync(now.Token);
        (await Count("lease_owner IS NULL AND attempts = 0 AND done_at IS NULL")).Should().Be(1);
    }

    [Fact]
    public async Task RunDue_LongerThanItsLimit_CountsAsFailed()
    {
        _performer.WaitFor = (_, cancellation) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        await Add(new TestEffect("hangs"));
        var run = _worker.RunDueAsync(None);
        await Until(() => _performer.Names.Count == 1);
        _time.Advance(Duration.FromMinutes(2));
        await run;
        (await Count("attempts = 1 AND lease_owner IS NULL AND last_error LIKE '%time limit%'"))
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task RunDue_OldDoneRows_ArePrunedInPassing()
    {
        await Add([.. Enumerable.Range(0, 10).Select(i => new TestEffect($"{i}"))]);
        await _worker.RunDueAsync(None);
        _time.Advance(Duration.FromDays(8));
        await Add([.. Enumerable.Range(0, 5).Select(i => new TestEffect($"new{i}"))]);
        await _worker.RunDueAsync(None);
        (await Count("1 = 1")).Should().Be(5);
        (await Count("payload LIKE '%new%'")).Should().Be(5);
    }

    private sealed class Performer : IEffectPerformer
    {
        private readonly ConcurrentQueue<OutboxItem> _items = new();
        private readonly ConcurrentQueue<string> _succeeded = new();

        public Func<OutboxItem, int, Performed> Answer { get; set; } = (_, _) => Performed.Done();

        public Func<OutboxItem, Task> Wait { get; set; } = _ => Task.CompletedTask;

        public Func<OutboxItem, CancellationToken, Task> WaitFor { get; set; } =
            (_, _) => Task.CompletedTask;

        public IReadOnlyList<OutboxItem> Items => [.. _items];

        public IReadOnlyList<string> Names => [.. _items.Select(NameOf)];

        public IReadOnlyList<string> Succeeded => [.. _succeeded];

        public static string NameOf(OutboxItem item) => ((TestEffect)item.Effect).Name;

        public async Task<Performed> PerformAsync(OutboxItem item, CancellationToken cancellation)
        {
            _items.Enqueue(item);
            await Wait(item);
            await WaitFor(item, cancellation);
            var outcome = Answer(item, item.Attempt);
            if (outcome is Performed.Finished)
                _succeeded.Enqueue(NameOf(item));
            return outcome;
        }
    }
}

internal static class OutboxItemParts
{
    public static string Lane(this OutboxItem item) => item.Effect.Lane;
}
