using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>
/// The whole kernel on a real database in a temporary folder, with a clock that moves when told to and a chat platform
/// in memory: <c>await using var stage = await Stage.OpenAsync();</c>
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stage");
    private readonly SqliteStore _store;
    private readonly InteractionRouter _router;
    private readonly OutboxWorker _worker;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _mistakes = new();
    private readonly LoggerFactory _logs;
    private long _key;

    private Stage(Instant start, IReadOnlyList<RecordingPlatform> besides)
    {
        Time = new ManualTime(start);
        Platform.Clock = Time;
        foreach (var platform in besides)
            platform.Clock = Time;
        _store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "data.db"),
            Time,
            NullLogger<SqliteStore>.Instance,
            patience: 1
        );
        Slices = Product.Slices(
            new Tools(Scenes.Words, [Customers, SharedRooms], new Uri("https://esc.example/"))
        );
        var situations = new Situations(() => Scenes.Policy, Time);
        _logs = new LoggerFactory([new LogRecorder(_mistakes, LogLevel.Error)]);
        _router = new InteractionRouter(
            _store,
            Slices,
            situations,
            Time,
            new Logger<InteractionRouter>(_logs)
        );
        Runner = new EffectRunner(_store, Slices, situations, [Platform, .. besides]);
        _worker = new OutboxWorker(
            _store,
            Runner,
            Time,
            new Random(1),
            NullLogger<OutboxWorker>.Instance
        );
    }

    public ManualTime Time { get; }

    public IEffectPerformer Runner { get; }

    public Slices Slices { get; }

    public IStore Store => _store;

    public RecordingPlatform Platform { get; } = new();

    public RecordingChannel Customers { get; } = new();

    /// <summary>Channels of the chat platform that are shared with customers.</summary>
    public RecordingChannel SharedRooms { get; } = new(RecordingPlatform.PlatformName);

    public Instant Now => Time.Moment();

    /// <summary>What the router logged as errors: exceptions that no slice may throw.</summary>
    public IReadOnlyCollection<string> Mistakes => _mistakes;

    /// <summary>An empty database with the Sandbox's company.</summary>
    /// <param name="besides">Platforms that are served beside <see cref="Platform"/>.</param>
    public static async Task<Stage> OpenAsync(
        string start = Scenes.Morning,
        params IReadOnlyList<RecordingPlatform> besides
    )
    {
        var stage = new Stage(Scenes.Moment(start), besides);
        await stage.Write(records =>
        {
            foreach (var person in Scenes.Company.People.Values)
                records.SavePerson(person);
            foreach (var customer in Scenes.Company.Customers.Values)
                records.SaveCustomer(customer);
            return 0;
        });
        return stage;
    }

    /// <summary>Declares an escalation with the dialog and lets its room open.</summary>
    public async Task<EscalationNumber> Declare(
        string by = "ana",
        string customer = "acme",
        string severity = "Sev2",
        string summary = "Customers cannot sign in",
        string reason = "MissingExpertise",
        bool restricted = false
    )
    {
        var reply = await Submit(
            by,
            "declare",
            number: null,
            ("customer", customer),
            ("summary", summary),
            ("reason", reason),
            ("severity", severity),
            ("restricted", restricted ? "true" : "")
        );
        reply.Should().NotBeOfType<Reply.Refused>();
        await Settle();
        return await Read(records => new EscalationNumber(
            records.Connection.ExecuteScalar<long>("SELECT MAX(number) FROM escalation")
        ));
    }

    /// <summary>Somebody types a command outside any room.</summary>
    public Task<Reply> Command(string person, string word, string argument = "") =>
        Act(person, InteractionKind.Command, word, argument);

    /// <summary>Somebody presses a button on a card of an escalation.</summary>
    public Task<Reply> Press(
        string person,
        string action,
        EscalationNumber number,
        params (string Name, string Value)[] data
    ) => Act(person, InteractionKind.Action, action, data: DataOf(number, data));

    /// <summary>Somebody presses a button as it is on a card.</summary>
    public Task<Reply> Press(string person, CardAction button) =>
        button switch
        {
            Does does => Act(person, InteractionKind.Action, does.ActionId, data: does.Data),
            Opens opens => Act(
                person,
                InteractionKind.OpenDialog,
                opens.DialogId,
                data: opens.Data
            ),
            _ => throw new ArgumentException("leads to a page", nameof(button)),
        };

    /// <summary>Somebody opens a dialog.</summary>
    public async Task<Dialog> Open(string person, string dialog, EscalationNumber number)
    {
        var reply = await Act(
            person,
            InteractionKind.OpenDialog,
            dialog,
            data: ActionData.For(number)
        );
        return reply.Should().BeOfType<Reply.Show>().Subject.Dialog;
    }

    /// <summary>Somebody submits a dialog. A repeated input name is a multiple choice.</summary>
    public Task<Reply> Submit(
        string person,
        string dialog,
        EscalationNumber? number,
        params (string Name, string Value)[] inputs
    ) =>
        Act(
            person,
            InteractionKind.SubmitDialog,
            dialog,
            data: number is { } known ? ActionData.For(known) : ActionData.None,
            inputs: inputs
        );

    /// <summary>One interaction through the router, with a key of its own.</summary>
    public Task<Reply> Act(
        string person,
        InteractionKind kind,
        string route,
        string argument = "",
        ActionData? data = null,
        RoomRef? room = null,
        params (string Name, string Value)[] inputs
    ) =>
        Act(
            new Interaction
            {
                Key = (++_key).ToString(CultureInfo.InvariantCulture),
                Tenant = TenantId.Default,
                Actor = new PersonId(person),
                Platform = Platform.Name,
                Kind = kind,
                Route = route,
                Argument = argument,
                Data = data ?? ActionData.None,
                Room = room,
                Inputs = inputs
                    .GroupBy(input => input.Name)
                    .ToImmutableDictionary(
                        group => group.Key,
                        group => group.Select(input => input.Value).ToImmutableArray()
                    ),
            }
        );

    /// <summary>One interaction through the router, as it is.</summary>
    public Task<Reply> Act(Interaction interaction) =>
        _router.HandleAsync(interaction, CancellationToken.None);

    /// <summary>Performs everything that is due now.</summary>
    public Task Settle() => _worker.RunDueAsync(CancellationToken.None);

    /// <summary>Moves the clock; what falls due on the way happens one after the other, each at its own moment.</summary>
    public async Task Advance(Duration by)
    {
        var until = Now + by;
        await Settle();
        while (await NextDue() is { } due && due <= until)
        {
            Time.AdvanceTo(due);
            await Settle();
        }
        Time.AdvanceTo(until);
        await Settle();
    }

    /// <summary>Moves the clock as if nothing had run meanwhile, such as in an outage.</summary>
    public void Sleep(Duration by) => Time.Advance(by);

    public async Task<Escalation> Load(EscalationNumber number) =>
        (await Read(records => records.Load(number)))!;

    public Task<IReadOnlyList<RecordedEvent>> Events(EscalationNumber number) =>
        Read(records => records.Events(number));

    public Task<T> Read<T>(Func<Records, T> query) =>
        _store.ReadAsync(
            connection => query(new Records(connection, TenantId.Default)),
            CancellationToken.None
        );

    public Task<T> Write<T>(Func<Records, T> work) =>
        _store.WriteAsync(
            connection => work(new Records(connection, TenantId.Default)),
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        _logs.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static ActionData DataOf(
        EscalationNumber number,
        IEnumerable<(string Name, string Value)> data
    ) => data.Aggregate(ActionData.For(number), (all, item) => all.With(item.Name, item.Value));

    private async Task<Instant?> NextDue() =>
        await Read(records =>
            records.Connection.ExecuteScalar<long?>(
                // What is due and was not done waits behind something else.
                "SELECT MIN(next_at) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND next_at > @now",
                new { now = Now.ToUnixTimeMilliseconds() }
            )
        )
            is { } due
            ? Instant.FromUnixTimeMilliseconds(due)
            : null;
}
