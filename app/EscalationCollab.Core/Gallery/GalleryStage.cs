using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>
/// The whole kernel on a database of its own, with a clock that moves when told to. Everything that people are shown
/// while a life is played on it becomes an <see cref="Exhibit"/>: cards that are posted or edited, answers to commands,
/// and every dialog that a button on any of them opens.
/// </summary>
internal sealed class GalleryStage : IAsyncDisposable
{
    /// <summary>Who reads in rooms: an escalation manager may do most of what the buttons offer.</summary>
    private static readonly PersonId RoomReader = new("ruta");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(
        "escalationcollab-gallery"
    );
    private readonly Lock _gate = new();
    private readonly List<Exhibit> _seen = [];
    private readonly HashSet<string> _shapes = [];
    private readonly Queue<(PersonId Reader, Opens Button)> _unopened = [];
    private readonly HashSet<string> _opened = [];
    private readonly Dictionary<string, (CardAction Button, Instant At)> _lastButtons = [];
    private readonly StageClock _clock;
    private readonly SqliteStore _store;
    private readonly InteractionRouter _router;
    private readonly OutboxWorker _worker;
    private readonly Voice _voice;
    private long _key;

    private GalleryStage(Voice voice, Instant start, EscalationPolicy policy, Wordbook words)
    {
        _voice = voice;
        Policy = policy;
        _clock = new StageClock { Now = start };
        _store = SqliteStore.Open(
            Path.Combine(_folder.FullName, "gallery.db"),
            _clock,
            NullLogger<SqliteStore>.Instance
        );
        Slices = Product.Slices(
            new Tools(
                words,
                [new GalleryMail(), new GalleryRooms()],
                new Uri("https://support.example/")
            )
        );
        var situations = new Situations(() => policy, _clock);
        _router = new InteractionRouter(
            _store,
            Slices,
            situations,
            _clock,
            NullLogger<InteractionRouter>.Instance
        );
        _worker = new OutboxWorker(
            _store,
            GalleryChat.Knowing(
                new EffectRunner(_store, Slices, situations, [new GalleryChat(See)])
            ),
            _clock,
            new Random(1),
            NullLogger<OutboxWorker>.Instance
        );
    }

    public EscalationPolicy Policy { get; }

    public Slices Slices { get; }

    public IStore Store => _store;

    public TimeProvider Time => _clock;

    public Instant Now => _clock.Now;

    public CompanyDirectory Company { get; private set; } = CompanyDirectory.Empty;

    /// <summary>Commands that answered with a dialog, as <c>reply.{word}</c>.</summary>
    public HashSet<string> DialogCommands { get; } = [];

    /// <summary>What was refused although the life that is played expects it to happen.</summary>
    public List<string> Trouble { get; } = [];

    /// <summary>What was shown so far.</summary>
    public IReadOnlyList<Exhibit> Exhibits
    {
        get
        {
            lock (_gate)
                return [.. _seen];
        }
    }

    /// <summary>An empty database with a company.</summary>
    public static async Task<GalleryStage> OpenAsync(
        Voice voice,
        Instant start,
        EscalationPolicy policy,
        Wordbook words,
        CompanyDirectory company,
        CancellationToken cancellation
    )
    {
        var stage = new GalleryStage(voice, start, policy, words);
        var people = company.People.Values.Select(voice.Named).ToList();
        var customers = company
            .Customers.Values.Select(voice.Named)
            .Select(customer =>
                customer.Id.Value == PlayedLife.Nobody ? customer with { Contacts = [] } : customer
            )
            .ToList();
        stage.Company = new CompanyDirectory(
            people.ToImmutableDictionary(person => person.Id),
            customers.ToImmutableDictionary(customer => customer.Id)
        );
        await stage._store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                people.ForEach(records.SavePerson);
                customers.ForEach(records.SaveCustomer);
                return true;
            },
            cancellation
        );
        return stage;
    }

    /// <summary>Somebody types a command, in the war room when it is about an escalation.</summary>
    public async Task<Reply> Command(
        string person,
        string word,
        string argument = "",
        EscalationNumber? number = null
    ) =>
        Look(
            person,
            word,
            await Act(person, InteractionKind.Command, word, DataOf(number), argument)
        );

    /// <summary>Somebody types a command in a room that its data names.</summary>
    public async Task<Reply> Command(string person, string word, ActionData data) =>
        Look(person, word, await Act(person, InteractionKind.Command, word, data));

    /// <summary>Somebody presses a button.</summary>
    public async Task<Reply> Press(
        string person,
        string action,
        EscalationNumber? number,
        params (string Name, string Value)[] data
    ) =>
        Look(
            person,
            action,
            await Act(person, InteractionKind.Action, action, DataOf(number, data))
        );

    /// <summary>
    /// Somebody opens a dialog and fills it in: what is given here, what is there already, and for the rest the first
    /// choice or words of the voice.
    /// </summary>
    public async Task<Reply> Fill(
        string person,
        string dialog,
        EscalationNumber? number,
        params (string Name, string Value)[] answers
    ) => await Fill(person, dialog, DataOf(number), answers);

    /// <summary>The same with the data of a button.</summary>
    public async Task<Reply> Fill(
        string person,
        string dialog,
        ActionData data,
        params (string Name, string Value)[] answers
    )
    {
        var opened = Look(
            person,
            dialog,
            await Act(person, InteractionKind.OpenDialog, dialog, data)
        );
        return opened is Reply.Show(var form)
            ? await Submit(person, form, answers)
            : Refused(person, dialog, opened);
    }

    /// <summary>Somebody presses the button of an id that was shown last, and fills in the dialog if it opens one.</summary>
    public async Task<Reply> Take(
        string person,
        string route,
        params (string Name, string Value)[] answers
    )
    {
        CardAction? button;
        lock (_gate)
            button = _lastButtons.GetValueOrDefault(route).Button;
        if (button is Opens opens)
            return await Fill(person, route, opens.Data, answers);
        if (button is not Does does)
            return Refused(person, route, Reply.None);
        var reply = await Act(person, InteractionKind.Action, route, does.Data);
        return Look(person, route, reply) is Reply.Refused ? Refused(person, route, reply) : reply;
    }

    /// <summary>Whether a button of this id came up within the last five minutes.</summary>
    public bool JustOffered(string route)
    {
        lock (_gate)
            return _lastButtons.TryGetValue(route, out var last)
                && last.At > Now - Duration.FromMinutes(5);
    }

    /// <summary>Something happens that no person in chat does, such as an answer of a customer.</summary>
    public Task Happens(
        EscalationNumber number,
        Func<Escalation, Situation, Decision> decide,
        CancellationToken cancellation
    ) =>
        _store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                var escalation = records.Load(number)!;
                var situation = new Situation(
                    TenantId.Default,
                    Now,
                    PersonId.Product,
                    Policy,
                    Company
                );
                var decision = decide(escalation, situation);
                if (decision.IsRefused)
                    Trouble.Add($"{_voice.Name}: {decision.Refusals[0].Sentence}");
                else
                    Commit.Write(escalation, decision, situation, records, Slices);
                return true;
            },
            cancellation
        );

    /// <summary>Somebody uses a shortcut on a message and fills in the dialog it opens.</summary>
    public async Task<Reply> Use(
        string person,
        string shortcut,
        SourceMessage? source,
        EscalationNumber? number,
        params (string Name, string Value)[] answers
    )
    {
        var opened = Look(
            person,
            shortcut,
            await Act(person, InteractionKind.Shortcut, shortcut, DataOf(number), source: source)
        );
        return opened is Reply.Show(var form)
            ? await Submit(person, form, answers)
            : Refused(person, shortcut, opened);
    }

    /// <summary>The number of the escalation declared last.</summary>
    public Task<EscalationNumber> Newest() =>
        _store.ReadAsync(
            connection => new EscalationNumber(
                connection.ExecuteScalar<long>("SELECT MAX(number) FROM escalation")
            ),
            CancellationToken.None
        );

    /// <summary>An escalation as it stands.</summary>
    public async Task<Escalation> Load(EscalationNumber number) =>
        (
            await _store.ReadAsync(
                connection => new Records(connection, TenantId.Default).Load(number),
                CancellationToken.None
            )
        )!;

    /// <summary>Performs what is due, then opens every dialog that the new cards offer.</summary>
    public async Task Settle()
    {
        await _worker.RunDueAsync(CancellationToken.None);
        while (NextUnopened() is var (reader, button))
        {
            var reply = await Act(
                reader.Value,
                InteractionKind.OpenDialog,
                button.DialogId,
                button.Data
            );
            Look(reader.Value, button.DialogId, reply);
        }
    }

    /// <summary>Moves the clock; what falls due on the way happens at its own moment.</summary>
    public async Task Advance(Duration by)
    {
        var until = Now + by;
        await Settle();
        while (await NextDue() is { } due && due <= until)
        {
            if (due > Now)
                _clock.Now = due;
            await Settle();
        }
        _clock.Now = until;
        await Settle();
    }

    /// <summary>Everything that can be asked for without changing anything, as somebody in the war room sees it now.</summary>
    public async Task LookAround(string person, EscalationNumber number)
    {
        foreach (var word in Slices.Commands.Select(command => command.Word))
            if (Slices.Find(InteractionKind.Command, word) is { Writes: false })
                await Command(person, word, "", number);
        await Settle();
    }

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<Reply> Submit(
        string person,
        Dialog form,
        IReadOnlyList<(string Name, string Value)> answers,
        int depth = 0
    )
    {
        var inputs = form
            .Inputs.Select(input =>
                KeyValuePair.Create(
                    input.Id,
                    answers
                        .Where(answer => answer.Name == input.Id)
                        .Select(answer => answer.Value)
                        .ToImmutableArray()
                        is { Length: > 0 } given
                        ? given
                        : AnswerTo(input)
                )
            )
            .ToImmutableDictionary();
        var reply = await Act(
            person,
            InteractionKind.SubmitDialog,
            form.Id,
            form.Data,
            inputs: inputs
        );
        Look(person, form.Id, reply);
        return reply switch
        {
            Reply.Refused => Refused(person, form.Id, reply),
            // Choosing in one dialog may lead to the next.
            Reply.Show(var next) when next != form && depth < 3 => await Submit(
                person,
                next,
                answers,
                depth + 1
            ),
            _ => reply,
        };
    }

    private ImmutableArray<string> AnswerTo(Input input) =>
        input switch
        {
            TextInput { Initial: { Length: > 0 } known } => [known],
            TextInput text => [_voice.TextFor(text.Id, text.MaxLength)],
            ChoiceInput { Initial: { Length: > 0 } known } => known,
            ChoiceInput { Many: true } choice when _voice == Voice.Longest =>
            [
                .. choice.Options.Select(option => option.Value),
            ],
            ChoiceInput { Required: true } choice => [choice.Options[0].Value],
            PersonInput { Initial: { Length: > 0 } known } =>
            [
                .. known.Select(person => person.Value),
            ],
            PersonInput { Required: true } => ["tom"],
            CustomerInput { Initial: { } known } => [known.Value],
            CustomerInput => ["acme"],
            DateInput { Initial: { } known } =>
            [
                known.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ],
            TimeInput { Initial: { } known } =>
            [
                known.ToString("HH:mm", CultureInfo.InvariantCulture),
            ],
            NumberInput { Required: true } number =>
            [
                (number.Initial ?? number.Min ?? 1).ToString(CultureInfo.InvariantCulture),
            ],
            RatingInput rating => [rating.From.ToString(CultureInfo.InvariantCulture)],
            CheckInput { Initial: true } => ["true"],
            _ => [],
        };

    private Reply Refused(string person, string route, Reply reply)
    {
        var why = reply is Reply.Refused refused
            ? $"{refused.Sentence} {string.Join(", ", refused.Fields.Select(field => $"{field.Key}: {field.Value}"))}"
            : reply.ToString();
        Trouble.Add($"{_voice.Name}: {person} {route}: {why}");
        return reply;
    }

    private Task<Reply> Act(
        string person,
        InteractionKind kind,
        string route,
        ActionData data,
        string argument = "",
        ImmutableDictionary<string, ImmutableArray<string>>? inputs = null,
        SourceMessage? source = null
    ) =>
        _router.HandleAsync(
            new Interaction
            {
                Key = (++_key).ToString(CultureInfo.InvariantCulture),
                Tenant = TenantId.Default,
                Actor = new PersonId(person),
                Platform = "gallery",
                Kind = kind,
                Route = route,
                Argument = argument,
                Data = data,
                Inputs = inputs ?? ImmutableDictionary<string, ImmutableArray<string>>.Empty,
                Source = source,
            },
            CancellationToken.None
        );

    /// <summary>An answer is shown to the person who acted, and to the gallery.</summary>
    private Reply Look(string person, string route, Reply reply)
    {
        switch (reply)
        {
            case Reply.Private(var card):
                Show(AreaOf(route), "reply." + route, new PersonId(person), card, null);
                break;
            case Reply.Show(var dialog):
                DialogCommands.Add("reply." + route);
                Show(AreaOf(dialog.Id), "dialog." + dialog.Id, new PersonId(person), null, dialog);
                break;
        }
        return reply;
    }

    private void See(Effect effect, Outgoing message) =>
        Show(
            AreaOf(effect.GetType()),
            StoredTypes<Effect>.Known.Name(effect),
            message.Person ?? RoomReader,
            message.Card,
            null
        );

    private void Show(string area, string name, PersonId reader, Card? card, Dialog? dialog)
    {
        lock (_gate)
        {
            foreach (var button in card is null ? [] : ButtonsOf(card))
            {
                if (RouteOf(button) is { } route)
                    _lastButtons[route] = (button, Now);
                if (button is Opens opens)
                    _unopened.Enqueue((reader, opens));
            }
            if (!_shapes.Add($"{name}|{(card is null ? ShapeOf(dialog!) : ShapeOf(card))}"))
                return;
            _seen.Add(
                new Exhibit(
                    area,
                    name,
                    _seen.Count(other => other.Name == name) + 1,
                    _voice.Name,
                    Company.Find(reader) ?? Company.People.Values.First(),
                    Now
                )
                {
                    Card = card,
                    Dialog = dialog,
                    Directory = Company,
                }
            );
        }
    }

    private (PersonId, Opens)? NextUnopened()
    {
        lock (_gate)
            while (_unopened.TryDequeue(out var next))
                // A dialog looks different for another person or later; once for each escalation and hour is enough.
                if (
                    _opened.Add(
                        $"{next.Reader}|{next.Button.DialogId}|{string.Join(';', next.Button.Data.Values)}|{Now.ToUnixTimeSeconds() / 3600}"
                    )
                )
                    return next;
        return null;
    }

    public static IEnumerable<CardAction> ButtonsOf(Card card) =>
        card.Blocks.OfType<Actions>().SelectMany(actions => actions.Items);

    private static string? RouteOf(CardAction button) =>
        button switch
        {
            Does does => does.ActionId,
            Opens opens => opens.DialogId,
            _ => null,
        };

    /// <summary>Two cards of one shape say the same with other names and times.</summary>
    private static string ShapeOf(Card card) =>
        string.Join(',', card.Blocks.Select(ShapeOf)) + "|" + card.Tone;

    private static string ShapeOf(Dialog dialog) =>
        string.Join(',', dialog.Introduction.Select(ShapeOf))
        + "|"
        + string.Join(',', dialog.Inputs.Select(input => input.Id));

    private static string ShapeOf(Block block) =>
        block switch
        {
            Paragraph paragraph => "p:" + KeyOf(paragraph.Body),
            Context context => "c:" + KeyOf(context.Body),
            Header header => "h:" + KeyOf(header.Title),
            ClockBlock clock => "k:" + KeyOf(clock.Label),
            Actions actions => "a:" + string.Join('+', actions.Items.Select(a => KeyOf(a.Label))),
            _ => block.GetType().Name,
        };

    private static string KeyOf(Text text) =>
        text.Parts switch
        {
            [Phrase phrase, ..] => phrase.Key,
            [Bold bold, ..] => KeyOf(bold.Value),
            _ => "-",
        };

    private string AreaOf(string route)
    {
        foreach (var kind in Enum.GetValues<InteractionKind>())
            if (Slices.Find(kind, route) is { Handle.Method.DeclaringType: { } slice })
                return AreaOf(slice);
        return "Chat";
    }

    private static string AreaOf(Type type) => type.Namespace!.Split('.')[^1];

    private static ActionData DataOf(
        EscalationNumber? number,
        params (string Name, string Value)[] data
    ) =>
        data.Aggregate(
            number is { } known ? ActionData.For(known) : ActionData.None,
            (all, item) => all.With(item.Name, item.Value)
        );

    private async Task<Instant?> NextDue() =>
        await _store.ReadAsync(
            connection =>
                connection.ExecuteScalar<long?>(
                    "SELECT MIN(next_at) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
                ),
            CancellationToken.None
        )
            is { } due
            ? Instant.FromUnixTimeMilliseconds(due)
            : null;

    private sealed class StageClock : TimeProvider
    {
        private long _now;

        public Instant Now
        {
            get => Instant.FromUnixTimeMilliseconds(Interlocked.Read(ref _now));
            set => Interlocked.Exchange(ref _now, value.ToUnixTimeMilliseconds());
        }

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }
}
