using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>
/// Plays acts through the product under a clock of its own: what falls due between two acts happens at its own moment, and
/// what falls due after now stays for the real clock.
/// </summary>
internal sealed partial class Rehearsal : IDisposable
{
    private readonly IDbConnection _connection;
    private readonly Instant _now;
    private readonly PastClock _clock;
    private readonly PastStore _store;
    private readonly Tools _tools;
    private readonly Situations _situations;
    private readonly InteractionRouter _router;
    private readonly OutboxWorker _worker;
    private readonly SurveyDesk _desk;
    private readonly Kept? _letters;
    private readonly Dictionary<string, EscalationNumber> _numbers = [];

    public Rehearsal(
        IDbConnection connection,
        Situations inForce,
        Tools tools,
        PastLetters? letters,
        ILoggerFactory logs,
        Instant now
    )
    {
        (_connection, _now) = (connection, now);
        _clock = new PastClock(now - Duration.FromDays(366));
        _store = new PastStore(connection);
        _letters = letters is null ? null : new Kept(letters(_clock));
        _tools = tools with { Channels = _letters is null ? [] : [_letters] };
        _situations = new Situations(() => inForce.Policy, _clock);
        var slices = Product.Slices(_tools);
        _router = new InteractionRouter(
            _store,
            slices,
            _situations,
            _clock,
            logs.CreateLogger<InteractionRouter>()
        );
        _worker = new OutboxWorker(
            _store,
            new EffectRunner(
                _store,
                slices,
                _situations,
                [new SandboxPlatform(_store, new ChangeFeed(), _clock)]
            ),
            _clock,
            new Random(1),
            logs.CreateLogger<OutboxWorker>(),
            // One after the other: the same past every time.
            new OutboxOptions { PerLane = 1, AtOnce = 1 }
        );
        _desk = new SurveyDesk(_store, slices, _situations, _clock);
        NewestBefore = Scalar("SELECT COALESCE(MAX(id), 0) FROM sandbox_message") ?? 0;
    }

    /// <summary>The last message of before.</summary>
    public long NewestBefore { get; }

    /// <summary>Whom the letters went to.</summary>
    public IEnumerable<string> Addressees => _letters?.Addressees ?? [];

    /// <summary>Plays everything up to now.</summary>
    /// <param name="leftOut">Escalations that are not played.</param>
    /// <exception cref="PastActRefusedException">The product refused an act; what was played is to be undone.</exception>
    public async Task PlayAsync(
        PastFile file,
        IReadOnlySet<string> leftOut,
        CancellationToken cancellation
    )
    {
        await new SaveTickets(_store, _clock).RunAsync(
            Visitors.Tenant,
            file.Tickets.Until(_now),
            _situations.Policy,
            CancellationToken.None
        );
        var acts = file
            .Escalations.Where(escalation => !leftOut.Contains(escalation.Name))
            .SelectMany(escalation =>
                escalation.Acts.Select(
                    (act, i) => (escalation, act, i, At: escalation.StartsAt(_now) + act.After)
                )
            )
            .Where(played => played.At < _now)
            .OrderBy(played => played.At);
        foreach (var (escalation, act, i, at) in acts)
        {
            cancellation.ThrowIfCancellationRequested();
            await AdvanceAsync(at);
            var key = string.Create(CultureInfo.InvariantCulture, $"past/{escalation.Name}/{i}");
            if (await PerformAsync(escalation, act, key) is { } problem)
                throw new PastActRefusedException(
                    escalation.Name,
                    $"sandbox/past.yaml: '{escalation.Name}', {act.Who} '{string.Join(' ', act.Does)}' after {act.After}: {problem}"
                );
            await _worker.RunDueAsync(CancellationToken.None);
        }
        await AdvanceAsync(_now);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _letters?.Dispose();
    }

    private async Task AdvanceAsync(Instant until)
    {
        while (
            Scalar(
                "SELECT MIN(next_at) FROM outbox WHERE tenant = @tenant AND done_at IS NULL AND dead_at IS NULL"
            )
                is { } next
            && Instant.FromUnixTimeMilliseconds(next) is var due
            && due <= until
        )
        {
            _clock.GoTo(due);
            await _worker.RunDueAsync(CancellationToken.None);
        }
        _clock.GoTo(until);
    }

    /// <summary>What kept it from happening, or null.</summary>
    private async Task<string?> PerformAsync(PastEscalation of, PastAct act, string key)
    {
        EscalationNumber? number = _numbers.TryGetValue(of.Name, out var known) ? known : null;
        switch (act.Does)
        {
            case ["say"]:
                return Say(act, number);
            case ["answers-survey"]:
                return await AnswerAsync(act, number);
            case ["command", var word, .. var rest]:
                return Problem(
                    await _router.HandleAsync(
                        Of(key, act, InteractionKind.Command, word, DataOf(act, number)) with
                        {
                            Argument = string.Join(' ', rest),
                        },
                        CancellationToken.None
                    )
                );
            case ["press", var action]:
                return Problem(
                    await _router.HandleAsync(
                        Of(key, act, InteractionKind.Action, action, DataOf(act, number)),
                        CancellationToken.None
                    )
                );
            case ["submit", var dialog]:
                var problem = await SubmitAsync(dialog, act, number, key);
                if (number is null && problem is null && Newest() is { } declared)
                    _numbers[of.Name] = declared;
                return problem;
            default:
                return "there is no such act.";
        }
    }

    // A form is opened first, as people do: what is not filled in stays as the product proposes it.
    private async Task<string?> SubmitAsync(
        string dialog,
        PastAct act,
        EscalationNumber? number,
        string key
    )
    {
        var opening = Of(
            $"{key}/open",
            act,
            InteractionKind.OpenDialog,
            dialog,
            DataOf(act, number)
        );
        var opened = await _router.HandleAsync(opening, CancellationToken.None);
        if (opened is not Reply.Show(var form))
            return Problem(opened) ?? "it opens no form.";
        var inputs = form
            .Inputs.SelectMany(Initially)
            .Where(input => !act.With.ContainsKey(input.Key))
            .Concat(act.With.Select(input => KeyValuePair.Create(input.Key, Filled(input, act))))
            .ToImmutableDictionary();
        return Problem(
            await _router.HandleAsync(
                opening with
                {
                    Key = key,
                    Kind = InteractionKind.SubmitDialog,
                    Data = act.About.Aggregate(
                        form.Data,
                        (all, item) => all.With(item.Key, item.Value)
                    ),
                    Inputs = inputs,
                },
                CancellationToken.None
            )
        );
    }

    private static IEnumerable<KeyValuePair<string, ImmutableArray<string>>> Initially(Input input)
    {
        ImmutableArray<string> values = input switch
        {
            TextInput { Initial.Length: > 0 } text => [text.Initial],
            ChoiceInput choice => choice.Initial,
            PersonInput person => [.. person.Initial.Select(id => id.Value)],
            CheckInput { Initial: true } => ["true"],
            DateInput { Initial: { } day } =>
            [
                day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
            ],
            TimeInput { Initial: { } at } => [at.ToString("HH:mm", CultureInfo.InvariantCulture)],
            _ => [],
        };
        if (!values.IsEmpty)
            yield return KeyValuePair.Create(input.Id, values);
    }

    /// <summary>An answer as written, or the day a number of days ahead: "in 14 days".</summary>
    private ImmutableArray<string> Filled(KeyValuePair<string, string> input, PastAct act)
    {
        if (DaysAhead().Match(input.Value) is not { Success: true } ahead)
            return [input.Value];
        var zone =
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(
                new ChatRows(_connection, Visitors.Tenant)
                    .Directory()
                    .Find(new PersonId(act.Who))
                    ?.Zone
                    ?? "Etc/UTC"
            ) ?? DateTimeZone.Utc;
        return
        [
            _clock
                .Moment()
                .InZone(zone)
                .Date.PlusDays(int.Parse(ahead.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                .ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>What a button is about: a letter's button is about the last letter.</summary>
    private ActionData DataOf(PastAct act, EscalationNumber? number)
    {
        if (number is not { } known)
            return ActionData.None;
        var data = ActionData.For(known);
        if (
            act.Does is ["press", var action]
            && action.StartsWith("customer.", StringComparison.Ordinal)
            && Load(known)?.CustomerUpdates.Drafts is [.., var draft]
        )
            data = data.With("draft", draft.Id.ToString(CultureInfo.InvariantCulture))
                .With("rev", draft.Revision.ToString(CultureInfo.InvariantCulture));
        return act.About.Aggregate(data, (all, item) => all.With(item.Key, item.Value));
    }

    private string? Say(PastAct act, EscalationNumber? number)
    {
        if (number is not { } known || Load(known)?.Rooms is not [var room, ..])
            return "there is no room.";
        var rows = new ChatRows(_connection, Visitors.Tenant);
        rows.AddMembers(room.Room.Id, [new PersonId(act.Who)]);
        rows.Add(
            MessageRow.Says(
                room.Room.Id,
                new PersonId(act.Who),
                act.With.GetValueOrDefault("text", ""),
                _clock.Moment()
            )
        );
        return null;
    }

    // The customer follows the link of the letter.
    private async Task<string?> AnswerAsync(PastAct act, EscalationNumber? number)
    {
        if (number is not { } known || _letters?.LastTo(known) is not { } letter)
            return null;
        var token = SurveyLink().Match(letter.PlainBody).Groups[1].Value;
        var sheet = await _desk.AnswerAsync(
            token,
            new SurveyAnswers(
                Score("resolution") ?? 0,
                Score("communication"),
                Score("effort"),
                Score("recommendation"),
                act.With.GetValueOrDefault("comment", "")
            ),
            CancellationToken.None
        );
        return sheet.JustAnswered ? null : $"the survey is {sheet.State}.";

        int? Score(string question) =>
            act.With.TryGetValue(question, out var score)
                ? int.Parse(score, CultureInfo.InvariantCulture)
                : null;
    }

    private string? Problem(Reply reply) =>
        reply switch
        {
            Reply.Refused(var sentence, var fields) => string.Join(
                " ",
                fields
                    .Select(field => $"{field.Key}: {InEnglish(field.Value)}")
                    .Prepend(InEnglish(sentence))
            ),
            Reply.Show(var dialog) => $"the form {dialog.Id} is shown again.",
            _ => null,
        };

    private string InEnglish(Text text) =>
        PlainText.Of(
            text,
            new ReaderFormat(
                _tools.Words,
                new Reader(Languages.Fallback, "Etc/UTC"),
                _clock.Moment()
            )
        );

    private static Interaction Of(
        string key,
        PastAct act,
        InteractionKind kind,
        string route,
        ActionData data
    ) =>
        new()
        {
            Key = key,
            Tenant = Visitors.Tenant,
            Actor = new PersonId(act.Who),
            Platform = SandboxPlatform.PlatformName,
            Kind = kind,
            Route = route,
            Data = data,
        };

    private Escalation? Load(EscalationNumber number) =>
        new Records(_connection, Visitors.Tenant).Load(number);

    private EscalationNumber? Newest() =>
        Scalar("SELECT MAX(number) FROM escalation WHERE tenant = @tenant") is { } number
            ? new EscalationNumber(number)
            : null;

    private long? Scalar(string query) =>
        _connection.ExecuteScalar<long?>(query, new { tenant = Visitors.Tenant.Value });

    [GeneratedRegex("^in ([0-9]{1,3}) days$")]
    private static partial Regex DaysAhead();

    [GeneratedRegex(@"/s/([A-Za-z0-9_\-]+)")]
    private static partial Regex SurveyLink();

    /// <summary>Remembers what went through a channel, for those who receive it.</summary>
    private sealed class Kept(ICustomerChannel channel) : ICustomerChannel, IDisposable
    {
        private readonly ConcurrentDictionary<EscalationNumber, CustomerMessage> _last = [];
        private readonly ConcurrentDictionary<string, bool> _addressees = [];

        public string Name => channel.Name;

        public IEnumerable<string> Addressees => _addressees.Keys;

        public CustomerMessage? LastTo(EscalationNumber number) => _last.GetValueOrDefault(number);

        public Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
        {
            _last[message.Escalation] = message;
            foreach (var contact in message.To)
                _addressees[contact.Email] = true;
            return channel.SendAsync(message, cancellation);
        }

        public void Dispose() => (channel as IDisposable)?.Dispose();
    }
}
