using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Tests.Storage;

/// <summary>What every store promises, whatever database is under it.</summary>
public abstract class StoreContract
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly PersonId Ana = new("ana");
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>An empty store of its own for one test.</summary>
    protected abstract IStore Store { get; }

    private static string Written(Escalation? state) =>
        JsonSerializer.Serialize(state, Json.Options);

    private static async Task Until(Func<bool> reached)
    {
        while (!reached())
            await Task.Yield();
    }

    private Task<T> Write<T>(Func<Records, T> work) =>
        Store.WriteAsync(connection => work(TestTypes.Of(connection)), None);

    private Task<T> Read<T>(Func<Records, T> query) =>
        Store.ReadAsync(connection => query(TestTypes.Of(connection)), None);

    private Task<Escalation> Declare(params string[] said) =>
        Write(records =>
            records.Append(
                Escalation.None(records.Tenant, records.NextNumber()),
                [.. said.Select(words => new Said(words))],
                Ana,
                Now
            )
        );

    [Fact]
    public async Task Write_Answered_IsReadByEveryReader()
    {
        for (var value = 1; value <= 50; value++)
        {
            var text = $"{value}";
            await Write(records =>
            {
                records.SaveSetting("x", text);
                return 0;
            });
            (await Read(records => records.Setting("x"))).Should().Be(text);
        }
    }

    [Fact]
    public async Task Write_Throws_LeavesNothingAndTellsOnlyItsCaller()
    {
        using var hold = new ManualResetEventSlim();
        var first = Store.WriteAsync(
            _ =>
            {
                hold.Wait();
                return 0;
            },
            None
        );
        // These three wait behind the first and are committed together.
        var before = Write(records => records.Next("before"));
        var broken = Write<int>(records =>
        {
            records.SaveSetting("broken", "half done");
            throw new FormatException("wrong");
        });
        var after = Write(records => records.Next("after"));
        hold.Set();

        await first;
        (await before).Should().Be(1);
        (await after).Should().Be(1);
        await FluentActions.Awaiting(() => broken).Should().ThrowAsync<FormatException>();
        (await Read(records => records.Setting("broken"))).Should().BeNull();
        (await Write(records => records.Next("before"))).Should().Be(2);
    }

    [Fact]
    public async Task Write_CancelledWhileWaiting_IsNotRun()
    {
        using var hold = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Store.WriteAsync(
            _ =>
            {
                begun.SetResult();
                hold.Wait();
                return 0;
            },
            None
        );
        // A writer that wakes late would take both at once, and what has begun is not cancelled.
        await begun.Task;
        var waiting = Store.WriteAsync(c => TestTypes.Of(c).Next("cancelled"), cancel.Token);
        await cancel.CancelAsync();
        hold.Set();

        await first;
        await FluentActions
            .Awaiting(() => waiting)
            .Should()
            .ThrowAsync<OperationCanceledException>();
        (await Write(records => records.Next("cancelled"))).Should().Be(1);
    }

    [Fact]
    public async Task Read_Writes_AreRefused() =>
        await FluentActions
            .Awaiting(() => Read(records => records.Next("sneaky")))
            .Should()
            .ThrowAsync<Exception>();

    [Fact]
    public async Task Read_WhileOthersWrite_SeesOneMoment()
    {
        await Write(records =>
        {
            records.SaveSetting("a", "1");
            records.SaveSetting("b", "1");
            return 0;
        });
        using var mayGoOn = new ManualResetEventSlim();
        using var hasRead = new ManualResetEventSlim();
        var pair = Task.Run(() =>
            Read(records =>
            {
                var a = records.Setting("a");
                hasRead.Set();
                mayGoOn.Wait();
                return (a, records.Setting("b"));
            })
        );
        hasRead.Wait();
        await Write(records =>
        {
            records.SaveSetting("b", "2");
            return 0;
        });
        mayGoOn.Set();
        (await pair).Should().Be(("1", "1"));
    }

    [Fact]
    public async Task OutboxChanged_EffectsAdded_IsToldAfterTheCommit()
    {
        var told = 0;
        Store.OutboxChanged += () => Interlocked.Increment(ref told);
        await Write(records => records.Next("else"));
        told.Should().Be(0);
        await Write(records =>
        {
            records.AddEffects([new TestEffect("a")], null, Now);
            return 0;
        });
        await Until(() => Volatile.Read(ref told) == 1);
    }

    [Fact]
    public async Task NextNumber_EachTenant_CountsByItself()
    {
        (await Write(records => records.NextNumber())).Should().Be(new EscalationNumber(1001));
        (await Write(records => records.NextNumber())).Should().Be(new EscalationNumber(1002));
        var other = await Store.WriteAsync(c => TestTypes.Of(c, "other").NextNumber(), None);
        other.Should().Be(new EscalationNumber(1001));
    }

    [Fact]
    public async Task Append_Events_AreLoadedAndRebuilt()
    {
        var after = await Declare("one", "two");
        after = await Write(records =>
            records.Append(
                records.Load(after.Number)!,
                [new Said("three")],
                new PersonId("bob"),
                Now + Duration.FromMilliseconds(1.5)
            )
        );

        after.Version.Should().Be(3);
        after.ChangedAt.Should().Be(Now + Duration.FromMilliseconds(1));
        Written(await Read(records => records.Load(after.Number))).Should().Be(Written(after));
        Written(await Read(records => records.Rebuild(after.Number))).Should().Be(Written(after));
        var events = await Read(records => records.Events(after.Number, 2, 3));
        events.Select(e => ((Said)e.Event).Words).Should().Equal("two", "three");
        events[1].Stamp.Should().Be(new Stamp(after.ChangedAt, new PersonId("bob"), 3));
    }

    [Fact]
    public async Task Append_OldPicture_IsRefusedAndWritesNothing()
    {
        var old = await Declare("one");
        await Write(records => records.Append(old, [new Said("two")], Ana, Now));
        await FluentActions
            .Awaiting(() => Write(records => records.Append(old, [new Said("late")], Ana, Now)))
            .Should()
            .ThrowAsync<ConcurrencyException>();
        await FluentActions
            .Awaiting(() =>
                Write(records =>
                    records.Append(
                        Escalation.None(records.Tenant, old.Number),
                        [new Said("again")],
                        Ana,
                        Now
                    )
                )
            )
            .Should()
            .ThrowAsync<ConcurrencyException>();
        (await Read(records => records.Events(old.Number))).Should().HaveCount(2);
    }

    [Fact]
    public async Task Load_OtherTenant_IsNotFound()
    {
        var mine = await Declare("secret");
        var theirs = await Store.ReadAsync(c => TestTypes.Of(c, "other").Load(mine.Number), None);
        theirs.Should().BeNull();
    }

    [Theory]
    [InlineData(
        "UPDATE event SET payload = '{\"words\":\"lie\"}' WHERE sequence = 2",
        2,
        ChainFault.Changed
    )]
    [InlineData("UPDATE event SET at = at + 1 WHERE sequence = 3", 3, ChainFault.Changed)]
    [InlineData("UPDATE event SET by_person = 'eve' WHERE sequence = 1", 1, ChainFault.Changed)]
    [InlineData("DELETE FROM event WHERE sequence = 1", 1, ChainFault.Missing)]
    [InlineData("DELETE FROM event WHERE sequence = 2", 2, ChainFault.Missing)]
    [InlineData("DELETE FROM event WHERE sequence >= 3", 3, ChainFault.Missing)]
    [InlineData("DELETE FROM event", 1, ChainFault.Missing)]
    [InlineData(
        "UPDATE event SET sequence = 9 WHERE sequence = 2; UPDATE event SET sequence = 2 WHERE sequence = 3; "
            + "UPDATE event SET sequence = 3 WHERE sequence = 9",
        2,
        ChainFault.Changed
    )]
    [InlineData(
        "INSERT INTO event SELECT tenant, number, 5, at, by_person, kind, payload, hash FROM event WHERE sequence = 4",
        5,
        ChainFault.Added
    )]
    public async Task VerifyChain_Tampered_IsFound(string tampering, int at, ChainFault fault)
    {
        var whole = await Declare("one", "two", "three", "four");
        (await Read(records => records.VerifyChain(whole.Number))).Should().BeNull();
        await Store.WriteAsync(connection => connection.Execute(tampering), None);
        (await Read(records => records.VerifyChain(whole.Number)))
            .Should()
            .Be(new ChainBreak(at, fault));
    }

    [Fact]
    public async Task VerifyChain_LastEventRewrittenWithItsHash_IsFound()
    {
        var whole = await Declare("one", "two");
        await Store.WriteAsync(
            connection =>
            {
                var row = connection.QuerySingle<EventRow>(
                    "SELECT tenant, number, sequence, at, by_person AS ByPerson, kind, payload, hash FROM event WHERE sequence = 2"
                );
                var previous = connection.ExecuteScalar<string>(
                    "SELECT hash FROM event WHERE sequence = 1"
                )!;
                var forged = row with { Payload = "{\"words\":\"lie\"}" };
                return connection.Execute(
                    "UPDATE event SET payload = @Payload, hash = @Hash WHERE sequence = 2",
                    forged with
                    {
                        Hash = EventChain.Hash(previous, forged),
                    }
                );
            },
            None
        );
        (await Read(records => records.VerifyChain(whole.Number)))
            .Should()
            .Be(new ChainBreak(2, ChainFault.Changed));
    }

    [Fact]
    public async Task Remember_SecondTime_IsFalseAndRecallsTheReply()
    {
        (await Write(records => records.Remember("k", Now))).Should().BeTrue();
        (await Read(records => records.Recall("k"))).Should().Be(new Remembered(null));
        await Write(records =>
        {
            records.KeepReply("k", "done");
            return 0;
        });
        (await Write(records => records.Remember("k", Now))).Should().BeFalse();
        (await Read(records => records.Recall("k"))).Should().Be(new Remembered("done"));
        (await Read(records => records.Recall("unknown"))).Should().BeNull();
    }

    [Fact]
    public async Task Remember_AfterSevenDays_ForgetsTheOldest()
    {
        await Write(records => records.Remember("old", Now));
        await Write(records => records.Remember("six", Now + Duration.FromDays(6)));
        (await Read(records => records.Recall("old"))).Should().NotBeNull();
        await Write(records => records.Remember("new", Now + Duration.FromDays(7.5)));
        (await Read(records => records.Recall("old"))).Should().BeNull();
        (await Read(records => records.Recall("six"))).Should().NotBeNull();
    }

    [Fact]
    public async Task AddEffects_SameKeyWaiting_CoalesceAndTakeTheEarlierTime()
    {
        var later = Now + Duration.FromHours(1);
        await Write(records =>
        {
            records.AddEffects(
                [
                    new TestEffect("a", Key: "card", At: later),
                    new TestEffect("b", Key: "card"),
                    new TestEffect("c", Key: "card", At: later),
                    new TestEffect("d", Key: "other"),
                    new TestEffect("e"),
                    new TestEffect("f"),
                ],
                null,
                Now
            );
            return 0;
        });
        var rows = await Store.ReadAsync(
            c =>
                c.Query<(string Payload, long Due)>(
                        "SELECT payload, due_at FROM outbox WHERE tenant = 'acme' ORDER BY id"
                    )
                    .ToList(),
            None
        );
        rows.Should().HaveCount(4);
        rows[0].Payload.Should().Contain("\"a\"");
        rows[0].Due.Should().Be(Now.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task AddEffects_EditOfWhatWasNeverPosted_IsNotAdded()
    {
        var number = new EscalationNumber(EscalationNumber.First);
        var promised = Now + Duration.FromHours(1);
        var ask = new Core.StatusUpdates.StatusAsk(Ana, promised);
        var edit = ask with { OnlyEdits = true };
        Task<int> Add(params Core.Outbox.Effect[] effects) =>
            Write(records =>
            {
                records.AddEffects(effects, number, Now);
                return records.Connection.ExecuteScalar<int>("SELECT COUNT(*) FROM outbox");
            });

        (await Add(edit)).Should().Be(0);
        // One that is about to be posted, by the same decision or by an earlier one, will be there to be edited.
        (await Add(ask, edit))
            .Should()
            .Be(2);
        await Write(records => records.Connection.Execute("DELETE FROM outbox"));
        await Write(records =>
        {
            records.SavePosted(number, ask.Slot, "ana", new("slack", "D1", "1.1"));
            return 0;
        });
        (await Add(edit)).Should().Be(1);
    }

    [Fact]
    public async Task Load_AfterWhatWasRolledBack_IsWhatIsStored()
    {
        var declared = await Declare("first");
        Escalation Add(Records records, string words) =>
            records.Append(records.Load(declared.Number)!, [new Said(words)], Ana, Now);
        var broken = () =>
            Write<int>(records =>
            {
                Add(records, "never");
                throw new InvalidOperationException("broken");
            });
        await broken.Should().ThrowAsync<InvalidOperationException>();
        Written(await Read(records => records.Load(declared.Number)))
            .Should()
            .Be(Written(declared));
        // It has the version of the one that was rolled back.
        var second = await Write(records => Add(records, "second"));
        Written(await Read(records => records.Load(declared.Number))).Should().Be(Written(second));
    }

    [Fact]
    public async Task Directory_Saved_IsLoaded()
    {
        var person = new Core.People.Person(
            Ana,
            "Ana",
            "Ana@Acme.example",
            "Agent",
            "lt",
            "Europe/Vilnius"
        )
        {
            Teams = ["first line"],
        };
        var customer = new Core.People.Customer(new CustomerId("globex"), "Globex")
        {
            Contacts = [new Core.People.Contact("Rui", "rui@globex.example")],
        };
        await Write(records =>
        {
            records.SavePerson(person with { Name = "before" });
            records.SavePerson(person);
            records.SaveCustomer(customer);
            return 0;
        });
        var directory = await Read(records => records.LoadDirectory());
        directory.Find(Ana).Should().BeEquivalentTo(person);
        directory.ByName("GLOBEX").Should().BeEquivalentTo(customer);
        directory.ByEmail("ana@acme.example")!.Name.Should().Be("Ana");
    }
}
