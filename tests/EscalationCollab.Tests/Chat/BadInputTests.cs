using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Xunit.Abstractions;

namespace EscalationCollab.Tests.Chat;

/// <summary>
/// Every route of the product with everything that people may give it, in every state, by those who may and those who
/// may not. Whatever it is: an answer in words, nothing half done, and cards that can be shown.
/// </summary>
public sealed partial class BadInputTests(ITestOutputHelper output)
{
    // ROUNDS=40 takes minutes and meets rarer meetings.
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("ROUNDS") ?? "4",
        CultureInfo.InvariantCulture
    );

    /// <summary>Longest refusal in characters, in any language: it must fit into a chat's private answer.</summary>
    private const int LongestRefusal = 2_000;

    private static readonly string[] Actors =
    [
        "ana",
        "marco",
        "ruta",
        "priya",
        "tom",
        "beatriz",
        "helen",
        "stranger",
    ];

    /// <summary>
    /// Routes that chance may miss: whether they are met depends on what was answered before. The sweep's output names them.
    /// </summary>
    private const int MostUnreached = 5;

    [Fact]
    public async Task AnyRoute_WithAnything_AnswersInWordsAndLeavesNothingHalfDone()
    {
        await using var stage = await Stage.OpenAsync();
        var sweep = new Sweep(stage, new Random(20260302));
        await sweep.BeginAsync();
        await sweep.PrepareAsync();

        for (var round = 0; round < Rounds; round++)
            await sweep.RoundAsync();
        await sweep.PatientlyAsync();

        output.WriteLine(sweep.Told);
        foreach (var mistake in stage.Mistakes)
            output.WriteLine(mistake);
        await sweep.RebuildAsync();
        sweep.Faults.Should().BeEmpty();
        sweep
            .NeverAccepted.Should()
            .HaveCountLessThan(MostUnreached, "what lies behind the first refusal is tried too");
        stage.Mistakes.Should().BeEmpty();
        sweep
            .Accepted.Should()
            .BeGreaterThan(Rounds * 30, "much of it is right, else little is tried");
        sweep.Refused.Should().BeGreaterThan(Rounds * 30);
    }

    /// <summary>What was stored, counted: the same before and after a refusal.</summary>
    private sealed record Ground(long Versions, long Events, long Outbox, long Inbox, long Others);

    /// <summary>A button that somebody has before them.</summary>
    private sealed record Offered(PersonId Person, ActionData Data);

    private sealed partial class Sweep(Stage stage, Random random)
    {
        private static readonly PersonId[] InRooms = [new("helen"), new("ruta"), new("marco")];

        private readonly List<string> _faults = [];
        private readonly HashSet<string> _faulty = [];
        private readonly Dictionary<string, ImmutableArray<Input>> _inputs = [];
        private readonly Dictionary<(InteractionKind, string), List<ActionData>> _data = [];
        private readonly Dictionary<(InteractionKind, string), List<Offered>> _offered = [];
        private readonly Dictionary<string, Dialog> _dialogs = [];
        private readonly Dictionary<string, string> _rendered = [];
        private readonly HashSet<string> _accepted = [];
        private readonly PageRenderer _pages = new(NullLoggerFactory.Instance);
        private long _key;
        private int _read;

        public IReadOnlyList<string> Faults => _faults;

        public int Accepted { get; private set; }

        public int Refused { get; private set; }

        public string Told =>
            $"{stage.Slices.Routes.Count()} routes: {Accepted} accepted, {Refused} refused, {_rendered.Count} cards shown; "
            + $"never let through: {string.Join(", ", NeverAccepted)}";

        public IReadOnlyList<string> NeverAccepted =>
            [
                .. stage
                    .Slices.Routes.Where(route =>
                        route.Kind is InteractionKind.SubmitDialog or InteractionKind.Action
                    )
                    .Select(route => $"{route.Kind} {route.Name}")
                    .Where(route => !_accepted.Contains(route)),
            ];

        public async Task PrepareAsync()
        {
            foreach (var severity in new[] { "Sev1", "Sev2", "Sev3", "Sev4" })
                await stage.Declare(severity: severity);
            await stage.Declare(by: "marco", customer: "ferri", restricted: true);
        }

        public async Task RoundAsync()
        {
            var numbers = await PoolAsync();
            foreach (var (kind, name) in stage.Slices.Routes.OrderBy(route => route).ToList())
                for (var attempt = 0; attempt < 2; attempt++)
                    await TryAsync(Make(kind, name, numbers[random.Next(numbers.Count)]));
            await TryAsync(Make(InteractionKind.Command, HostileWords.Any(random), numbers[0]));
            await TryAsync(Make(InteractionKind.Action, HostileWords.Any(random), numbers[0]));
            await stage.Advance(Duration.FromMinutes(random.Next(1, 300)));
            await LookAsync();
        }

        /// <summary>
        /// Whatever was not let through yet is done as it is meant: the very button, by who has it on a card, the form
        /// filled in as asked; and time passes, until nothing more comes of it.
        /// </summary>
        public async Task PatientlyAsync()
        {
            const int mostPasses = 5;
            const int stepsInAPass = 3;
            for (var pass = 0; pass < mostPasses && NeverAccepted.Count > 0; pass++)
            {
                var number = await stage.Declare();
                await stage.Command("marco", "accept", number.ToString());
                await stage.Settle();
                await LookAsync();
                // What one answer brings is answered before time passes.
                for (var step = 0; step < stepsInAPass; step++)
                {
                    foreach (
                        var (kind, name) in stage.Slices.Routes.OrderBy(route => route).ToList()
                    )
                        if (kind is InteractionKind.SubmitDialog or InteractionKind.Action)
                            await PressUntilAcceptedAsync(kind, name);
                    await stage.Settle();
                    await LookAsync();
                }
                // As after an outage: so many escalations would ring for minutes.
                stage.Sleep(Waits[pass % Waits.Length]);
                await stage.Settle();
                await LookAsync();
            }
        }

        private static readonly Duration[] Waits =
        [
            Duration.FromMinutes(50),
            Duration.FromHours(4),
            Duration.FromHours(30),
            Duration.FromDays(4),
        ];

        private async Task PressUntilAcceptedAsync(InteractionKind kind, string name)
        {
            const int mostTries = 4;
            var button = kind == InteractionKind.SubmitDialog ? InteractionKind.OpenDialog : kind;
            var offered = _offered.GetValueOrDefault((button, name), []);
            foreach (var one in offered.AsEnumerable().Reverse().Take(mostTries).ToList())
            {
                if (_accepted.Contains($"{kind} {name}"))
                    return;
                var press = Make(button, name, new EscalationNumber(0)) with
                {
                    Actor = one.Person,
                    Data = one.Data,
                };
                if (await TryAsync(press) is Reply.Show(var dialog))
                    await SubmitAsync(dialog, one.Person);
            }
            // Dialogs that a command opens have no button.
            if (offered.Count == 0 && _dialogs.GetValueOrDefault(name) is { } known)
                await SubmitAsync(known, InRooms[^1]);
        }

        private async Task SubmitAsync(Dialog dialog, PersonId person, int depth = 0)
        {
            var submit = Make(InteractionKind.SubmitDialog, dialog.Id, new EscalationNumber(0)) with
            {
                Actor = person,
                Data = dialog.Data,
                Inputs = dialog.Inputs.ToImmutableDictionary(
                    input => input.Id,
                    input => HostileWords.RightAnswerTo(input, random, stage.Now).ToImmutableArray()
                ),
            };
            if (await TryAsync(submit) is Reply.Show(var next) && depth < 2)
                await SubmitAsync(next, person, depth + 1);
        }

        /// <summary>After all that: every snapshot is the fold of its events, and every row can be read as it was written.</summary>
        public async Task RebuildAsync()
        {
            var numbers = await stage.Read(records =>
                records.Connection.Query<long>("SELECT number FROM escalation").ToList()
            );
            foreach (var number in numbers.Select(number => new EscalationNumber(number)))
            {
                if (await stage.Read(records => records.VerifyChain(number)) is { } broken)
                    Fault($"the chain of {number} is broken: {broken}");
                var rebuilt = await stage.Read(records => records.Rebuild(number));
                var stored = JsonSerializer.Serialize(await stage.Load(number), Json.Options);
                if (JsonSerializer.Serialize(rebuilt, Json.Options) != stored)
                    Fault($"the snapshot of {number} is not the fold of its events");
            }
            await ReadAsync("SELECT kind, payload FROM event", StoredTypes<EscalationEvent>.Known);
            await ReadAsync("SELECT kind, payload FROM outbox", StoredTypes<Effect>.Known);
        }

        private async Task ReadAsync<T>(string query, StoredTypes<T> types)
            where T : class
        {
            var rows = await stage.Read(records =>
                records.Connection.Query<(string Kind, string Payload)>(query).ToList()
            );
            foreach (var (kind, payload) in rows)
                if (types.Write(types.Read(kind, payload)) != payload)
                    Fault($"{kind} is read otherwise than it was written: {payload}");
        }

        // One escalation of every state there is, and a new one, so that every state stays reachable.
        private async Task<List<EscalationNumber>> PoolAsync()
        {
            var fresh = await stage.Declare(
                customer: HostileWords.Pick(random, "acme", "ferri", "baltmaistas")
            );
            var owned = await stage.Declare();
            await stage.Command("marco", "accept", owned.ToString());
            var all = await stage.Read(records =>
                records
                    .Connection.Query<(long Number, string Status)>(
                        "SELECT number, status FROM escalation ORDER BY number"
                    )
                    .ToList()
            );
            return
            [
                fresh,
                owned,
                .. all.GroupBy(row => row.Status)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new EscalationNumber(
                        group.ElementAt(random.Next(group.Count())).Number
                    )),
            ];
        }

        private Interaction Make(InteractionKind kind, string name, EscalationNumber number)
        {
            var inputs = kind == InteractionKind.SubmitDialog ? Answers(name) : [];
            return new Interaction
            {
                Key = (++_key).ToString("'bad'0", CultureInfo.InvariantCulture),
                Tenant = TenantId.Default,
                Actor = new PersonId(Actors[random.Next(Actors.Length)]),
                Platform = stage.Platform.Name,
                Kind = kind,
                Route = name,
                Argument = kind == InteractionKind.Command ? Argument(number) : "",
                Data = DataOf(kind, name, number),
                Inputs = inputs,
                Room =
                    random.Next(3) == 0 ? stage.Platform.RoomOf(number)?.Ref
                    : random.Next(3) == 0
                        ? new RoomRef(stage.Platform.Name, HostileWords.Any(random))
                    : null,
                Source =
                    kind == InteractionKind.Shortcut
                        ? new SourceMessage(
                            new MessageRef(stage.Platform.Name, "inbox", "17"),
                            HostileWords.Any(random),
                            HostileWords.Any(random),
                            random.Next(2) == 0
                                ? null
                                : new Uri(
                                    "https://chat.example/" + new string('m', random.Next(1_500))
                                )
                        )
                        : null,
            };
        }

        private string Argument(EscalationNumber number) =>
            random.Next(6) switch
            {
                0 => HostileWords.Any(random),
                1 => number.ToString(),
                2 => $"{number.Value} {HostileWords.Any(random)}",
                3 => $"{number} observer {HostileWords.Any(random)}",
                4 => $"{number} {random.Next(1, 5)} Because {HostileWords.Any(random)}",
                _ =>
                    $"{number} @{HostileWords.Pick(random, "tom", "priya", "nobody")} technical-lead",
            };

        private ImmutableDictionary<string, ImmutableArray<string>> Answers(string dialog) =>
            _inputs
                .GetValueOrDefault(dialog, [])
                .ToImmutableDictionary(
                    input => input.Id,
                    input => HostileWords.AnswerTo(input, random).ToImmutableArray()
                );

        // As it was on a button, of this or another escalation, or with something in it that was never there.
        private ActionData DataOf(InteractionKind kind, string name, EscalationNumber number)
        {
            var own = ActionData.For(number);
            if (
                !_data.TryGetValue((kind, name), out var known)
                || known.Count == 0
                || random.Next(4) == 0
            )
                return random.Next(5) == 0 ? ActionData.None : own;
            var some = known[random.Next(known.Count)];
            if (random.Next(2) == 0)
                return some;
            if (some.Values.Count == 0)
                return own;
            var changed = some.Values.Keys.ElementAt(random.Next(some.Values.Count));
            return some.With(changed, HostileWords.Any(random));
        }

        private async Task<Reply> TryAsync(Interaction interaction)
        {
            var before = await GroundAsync();
            var reply = await stage.Act(interaction);
            var name = Name(interaction);
            if (reply is Reply.Refused refused)
            {
                Refused++;
                Words(refused.Sentence, name);
                foreach (var field in refused.Fields)
                    Words(field.Value, $"{name} {field.Key}");
                if (await GroundAsync() != before)
                    Fault($"{name} was refused and something is stored");
                return reply;
            }
            Accepted++;
            _accepted.Add($"{interaction.Kind} {interaction.Route}");
            await ShownAsync(reply, interaction);
            var after = await GroundAsync();
            if (after == before)
                return reply;
            var again = await stage.Act(interaction);
            if (Keys(again) is not ["router.already-done"])
                Fault($"{name} sent twice was answered {again}");
            if (await GroundAsync() != after)
                Fault($"{name} sent twice happened twice");
            await stage.Act(interaction with { Key = interaction.Key + "b" });
            await stage.Settle();
            return reply;
        }

        private async Task ShownAsync(Reply reply, Interaction interaction)
        {
            switch (reply)
            {
                case Reply.Show(var dialog):
                    await DialogAsync(dialog, interaction);
                    break;
                case Reply.Private(var card):
                    await CardAsync(card, Name(interaction), interaction.Actor);
                    break;
            }
        }

        private async Task DialogAsync(Dialog dialog, Interaction interaction)
        {
            dialog.Checked();
            _inputs[dialog.Id] = dialog.Inputs;
            _dialogs[dialog.Id] = dialog;
            Learn(InteractionKind.SubmitDialog, dialog.Id, dialog.Data);
            var language = Language();
            var html = await _pages.DialogAsync(
                Scenes.Words.In(dialog, language),
                ContextOf(language),
                "d",
                DialogState.New,
                CancellationToken.None
            );
            Harmless(html, Name(interaction));
        }

        // Everything that was sent since the last look, as it stands now.
        private async Task LookAsync()
        {
            var failed = await stage.Read(records =>
                records
                    .Connection.Query<(string Kind, string Error)>(
                        "SELECT kind, last_error FROM outbox WHERE last_error IS NOT NULL"
                    )
                    .ToList()
            );
            foreach (var (kind, error) in failed)
                Fault($"the effect {kind} failed: {error}");
            var messages = stage.Platform.Messages;
            for (; _read < messages.Count; _read++)
                await CardAsync(
                    messages[_read].Card,
                    messages[_read].Room?.Id ?? "direct",
                    messages[_read].Person
                );
            // Those that were edited since, too.
            foreach (var message in messages)
                await CardAsync(
                    message.Card,
                    message.Pinned ? "the escalation card" : "an edited card",
                    message.Person
                );
        }

        private async Task CardAsync(Card card, string name, PersonId? person)
        {
            foreach (
                var action in card.Blocks.OfType<Actions>().SelectMany(actions => actions.Items)
            )
            {
                if (action is Does does)
                    Learn(InteractionKind.Action, does.ActionId, does.Data, person);
                if (action is Opens opens)
                    Learn(InteractionKind.OpenDialog, opens.DialogId, opens.Data, person);
            }
            var stored = JsonSerializer.Serialize(card, Json.Options);
            if (_rendered.ContainsKey(stored))
                return;
            _rendered[stored] = name;
            var language = Language();
            try
            {
                var read = JsonSerializer.Deserialize<Card>(stored, Json.Options)!;
                Card.Of(read.Summary, read.Blocks);
                var html = await _pages.CardAsync(
                    Scenes.Words.In(read, language),
                    ContextOf(language),
                    "c",
                    CancellationToken.None
                );
                Harmless(html, name);
            }
            catch (Exception bug)
            {
                Fault($"a card of {name} cannot be shown: {bug}");
            }
            foreach (var text in Scenes.Texts(card))
                Known(text, name);
        }

        private void Learn(
            InteractionKind kind,
            string route,
            ActionData data,
            PersonId? person = null
        )
        {
            if (!_data.TryGetValue((kind, route), out var known))
                _data[(kind, route)] = known = [];
            if (known.Count < 40 && !known.Contains(data))
                known.Add(data);
            if (!_offered.TryGetValue((kind, route), out var offered))
                _offered[(kind, route)] = offered = [];
            // What stands in a room is for whoever may.
            foreach (var actor in person is { } one ? [one] : InRooms)
                if (new Offered(actor, data) is var button && !offered.Contains(button))
                    offered.Add(button);
        }

        private void Words(Text sentence, string name)
        {
            if (sentence.IsEmpty)
                Fault($"{name} was refused without a word");
            Known(sentence, name);
            foreach (var language in Languages.All)
            {
                var said = sentence.Say(language, stage.Now);
                if (said.Length > LongestRefusal)
                    Fault($"{name} was refused with {said.Length} characters: {said[..80]}");
            }
            if (Phrases(sentence).Any(phrase => phrase.Key == "router.our-mistake"))
                Fault($"{name} was answered with our own mistake");
        }

        private void Known(Text text, string name)
        {
            foreach (var phrase in Phrases(text))
                if (!Scenes.Words.Has(phrase.Key, Languages.Fallback))
                    Fault($"{name} says {phrase.Key}, for which there are no words");
        }

        private void Harmless(string html, string name)
        {
            foreach (var sign in (string[])["<script", "<img src=x", "javascript:alert(1)\""])
                if (html.Contains(sign, StringComparison.OrdinalIgnoreCase))
                    Fault($"{name} lets {sign} through");
        }

        // The same fault of the same route once: one cause fills no page.
        private void Fault(string what)
        {
            var route = what.Split(" by ")[0];
            if (_faulty.Add(route + Sort(what)))
                _faults.Add(what.Length > 1_500 ? what[..1_500] : what);
        }

        private static string Sort(string what) =>
            string.Concat(
                what.Split(" was ")
                    .Skip(1)
                    .Take(1)
                    .Select(rest => rest[..Math.Min(18, rest.Length)])
            );

        private CardContext ContextOf(string language) =>
            new()
            {
                Reader = new PersonId("ana"),
                Format = new ReaderFormat(
                    Scenes.Words,
                    new Reader(language, "Europe/Vilnius"),
                    stage.Now
                ),
                Now = stage.Now,
                NewKey = () => "key",
                AntiForgery = new HiddenField("token", "proof"),
                Directory = Scenes.Company,
            };

        private string Language() => Languages.All[random.Next(Languages.All.Length)];

        private Task<Ground> GroundAsync() =>
            stage.Read(records =>
                records.Connection.QuerySingle<Ground>(
                    """
                    SELECT (SELECT COALESCE(SUM(version), 0) FROM escalation) AS Versions,
                        (SELECT COUNT(*) FROM event) AS Events,
                        (SELECT COALESCE(MAX(id), 0) FROM outbox) AS Outbox,
                        (SELECT COUNT(*) FROM inbox) AS Inbox,
                        (SELECT COALESCE(SUM(value), 0) FROM counter) + (SELECT COUNT(*) FROM customer)
                            + (SELECT COUNT(*) FROM setting) + (SELECT COUNT(*) FROM action_item)
                            + (SELECT COUNT(*) FROM promise) + (SELECT COUNT(*) FROM survey)
                            + (SELECT COUNT(decided_at) FROM proposal) AS Others
                    """
                )
            );

        private static string Name(Interaction interaction) =>
            $"{interaction.Kind} {Short(interaction.Route)} by {interaction.Actor} '{Short(interaction.Argument)}' "
            + $"[{string.Join("; ", interaction.Data.Values.Select(v => $"{v.Key}={Short(v.Value)}"))}] "
            + $"({string.Join("; ", interaction.Inputs.Select(v => $"{v.Key}={Short(string.Join(",", v.Value))}"))})";

        private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;

        private static List<string> Keys(Reply reply) =>
            reply is Reply.Private(var card)
                ? [.. Phrases(card.Summary).Select(phrase => phrase.Key)]
                : [];

        private static IEnumerable<Phrase> Phrases(Text text) =>
            text.Parts.SelectMany(part =>
                part switch
                {
                    Phrase phrase => phrase.Places.Values.SelectMany(Phrases).Prepend(phrase),
                    Bold bold => Phrases(bold.Value),
                    Link link => Phrases(link.Label),
                    _ => [],
                }
            );
    }
}
