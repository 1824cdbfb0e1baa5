using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapper;
using EscalationCollab.Core.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Storage;

public sealed class SqliteStoreTests : StoreContract, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store");
    private SqliteStore _store;

    public SqliteStoreTests() => _store = Open();

    private string DatabaseFile => Path.Combine(_folder.FullName, "data.db");

    protected override IStore Store => _store;

    private SqliteStore Open() =>
        SqliteStore.Open(
            DatabaseFile,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance,
            patience: 1
        );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<int> Run(string sql) => _store.WriteAsync(c => c.Execute(sql), None);

    // While the writer is held, the writes after it gather; they share its commit. It may be run a second time.
    private async Task Together(params IEnumerable<Func<Task>> writes)
    {
        using var hold = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var first = _store.WriteAsync(
            _ =>
            {
                begun.TrySetResult();
                hold.Wait();
                return 0;
            },
            None
        );
        await begun.Task;
        var all = writes.Select(write => write()).ToList();
        hold.Set();
        await first;
        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Open_Again_KeepsEverything()
    {
        await Run("INSERT INTO setting VALUES ('acme', 'a', '1')");
        await _store.DisposeAsync();
        _store = Open();
        var value = await _store.ReadAsync(c => TestTypes.Of(c).Setting("a"), None);
        value.Should().Be("1");
    }

    [Fact]
    public async Task Open_NewerDatabase_IsRefusedAndLeftAlone()
    {
        await Run("INSERT INTO schema_version VALUES (9999, 'future', 0)");
        await _store.DisposeAsync();
        FluentActions
            .Invoking(Open)
            .Should()
            .Throw<DatabaseTooNewException>()
            .WithMessage("*9999 future*newer version*");
        FluentActions.Invoking(Open).Should().Throw<DatabaseTooNewException>();
    }

    [Fact]
    public void Open_InUse_IsRefused() =>
        FluentActions
            .Invoking(Open)
            .Should()
            .Throw<DatabaseInUseException>()
            .WithMessage($"*{DatabaseFile} is in use by another process*");

    [Fact]
    public async Task Open_DamagedFile_SaysWhatToDo()
    {
        await Run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                + "INSERT INTO setting SELECT 'acme', 'name' || i, 'value' FROM n"
        );
        await _store.DisposeAsync();
        using (var file = new FileStream(DatabaseFile, FileMode.Open))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 8192).ToArray());
        }
        FluentActions
            .Invoking(Open)
            .Should()
            .Throw<DatabaseDamagedException>()
            .WithMessage("*damaged*backup*");
    }

    [Fact]
    public async Task Open_NotADatabase_SaysSo()
    {
        await _store.DisposeAsync();
        await File.WriteAllTextAsync(DatabaseFile, new string('x', 10_000));
        FluentActions.Invoking(Open).Should().Throw<DatabaseDamagedException>();
    }

    [Fact]
    public async Task Open_FolderIsAFile_SaysItCannotBeReached()
    {
        var file = Path.Combine(_folder.FullName, "occupied");
        await File.WriteAllTextAsync(file, "");
        FluentActions
            .Invoking(() =>
                SqliteStore.Open(
                    Path.Combine(file, "data.db"),
                    TimeProvider.System,
                    NullLogger<SqliteStore>.Instance
                )
            )
            .Should()
            .Throw<DatabaseUnreachableException>();
    }

    [Fact]
    public async Task Write_ManyWaiting_ShareOneCommit()
    {
        var sizes = new ConcurrentBag<int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "escalationcollab.store.commit.writes")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) => sizes.Add(size));
        listener.Start();
        await Together(
            Enumerable
                .Range(0, 173)
                .Select(i =>
                    (Func<Task>)(() => Run($"INSERT INTO setting VALUES ('acme', 'x{i}', '1')"))
                )
        );
        // The measure is taken after the answers: one more round trip makes sure of it.
        await Run("SELECT 1");
        sizes.Should().Contain(174);
    }

    [Fact]
    public async Task Write_BehindOthers_GoesAfterThoseThatSomebodyWaitsFor()
    {
        var order = new ConcurrentQueue<string>();
        Task Write(IStore store, string name) =>
            store.WriteAsync(
                _ =>
                {
                    order.Enqueue(name);
                    return 0;
                },
                None
            );
        await Together(
            () => Write(_store.Behind, "behind"),
            () => Write(_store, "first"),
            () => Write(_store, "second")
        );
        order.Should().Equal("first", "second", "behind");
    }

    [Fact]
    public async Task Write_SameTextInsideItself_EachHasItsOwn()
    {
        await Run("INSERT INTO setting VALUES ('acme', 'a', '1'), ('acme', 'b', '2')");
        const string Names = "SELECT name FROM setting WHERE value >= @from ORDER BY name";
        var found = await _store.WriteAsync(
            c =>
                c.Query<string>(Names, new { from = "1" }, buffered: false)
                    .Select(name => name + c.Query<string>(Names, new { from = "2" }).Single())
                    .ToList(),
            None
        );
        found.Should().Equal("ab", "bb");
    }

    [Fact]
    public async Task Write_SameTextAfterItFailed_WorksWithOtherValues()
    {
        Task<int> Add(string name, string? value) =>
            _store.WriteAsync(
                c =>
                    c.Execute(
                        "INSERT INTO setting VALUES ('acme', @name, @value)",
                        new { name, value }
                    ),
                None
            );
        await Add("a", "1");
        await FluentActions.Awaiting(() => Add("a", "2")).Should().ThrowAsync<SqliteException>();
        await FluentActions.Awaiting(() => Add("b", null)).Should().ThrowAsync<SqliteException>();
        await Add("b", new string('x', 10_000));
        var values = await _store.ReadAsync(
            c => c.Query<string>("SELECT value FROM setting ORDER BY name").ToList(),
            None
        );
        values.Should().Equal("1", new string('x', 10_000));
    }

    [Fact]
    public async Task Write_DiskFull_IsToldToTheOneAndTheOthersAreWritten()
    {
        await _store.WriteAsync(
            c =>
                c.ExecuteScalar<long>(
                    $"PRAGMA max_page_count = {c.ExecuteScalar<long>("PRAGMA page_count;") + 4}"
                ),
            None
        );
        Func<Task> tooLarge = () =>
            Run("INSERT INTO setting VALUES ('acme', 'large', zeroblob(1000000))");
        await Together(
            () => Run("INSERT INTO setting VALUES ('acme', 'before', '1')"),
            () =>
                tooLarge
                    .Should()
                    .ThrowAsync<StoreUnavailableException>()
                    .WithMessage("*disk is full*"),
            () => Run("INSERT INTO setting VALUES ('acme', 'after', '1')")
        );
        var names = await _store.ReadAsync(
            c => c.Query<string>("SELECT name FROM setting ORDER BY name").ToList(),
            None
        );
        names.Should().Equal("after", "before");
    }

    [Fact]
    public async Task Write_CommitRefusesOne_TheOthersAreWritten()
    {
        await Run(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, "
                + "parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
        );
        Func<Task> orphan = () => Run("INSERT INTO child VALUES (2, 99)");
        await Together(
            () => Run("INSERT INTO child VALUES (1, NULL)"),
            () => orphan.Should().ThrowAsync<SqliteException>(),
            () => Run("INSERT INTO child VALUES (3, NULL)")
        );
        var ids = await _store.ReadAsync(c => c.Query<long>("SELECT id FROM child").ToList(), None);
        ids.Should().Equal(1, 3);
    }

    [Fact]
    public async Task Write_LockedByAnotherProgram_IsUnavailableThenWorksAgain()
    {
        using (var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE;");
            await FluentActions
                .Awaiting(() => Run("INSERT INTO setting VALUES ('acme', 'a', '1')"))
                .Should()
                .ThrowAsync<StoreUnavailableException>()
                .WithMessage("*locked*");
            other.Execute("ROLLBACK;");
        }
        (await Run("INSERT INTO setting VALUES ('acme', 'a', '1')")).Should().Be(1);
    }

    [Fact]
    public async Task Dispose_WithWritesWaiting_FinishesThemAndRefusesNewOnes()
    {
        using var hold = new ManualResetEventSlim();
        var first = _store.WriteAsync(
            _ =>
            {
                hold.Wait();
                return 0;
            },
            None
        );
        var waiting = Run("INSERT INTO setting VALUES ('acme', 'a', '1')");
        var disposing = _store.DisposeAsync();
        await FluentActions
            .Awaiting(() => Run("SELECT 1"))
            .Should()
            .ThrowAsync<StoreUnavailableException>();
        hold.Set();
        await first;
        (await waiting).Should().Be(1);
        await disposing;
        await FluentActions
            .Awaiting(() => _store.ReadAsync(_ => 0, None))
            .Should()
            .ThrowAsync<StoreUnavailableException>();
    }
}
