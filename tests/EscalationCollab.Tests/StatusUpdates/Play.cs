using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Tests.StatusUpdates;

/// <summary>
/// One escalation lived on a clock of its own, without a database: decisions are folded, what follows from them follows,
/// and timers ring in the order of their due time. A month takes milliseconds.
/// </summary>
internal sealed class Play
{
    public static readonly CompanyDirectory Company = CompanyFile
        .Load(Path.Combine(Templates.Root, "sandbox", "company.yaml"))
        .Directory;

    public static readonly EscalationPolicy Delivered = PolicyFile
        .Load(Path.Combine(Templates.Root, "policy.yaml"))
        .Policy!;

    private readonly Slices _slices = new();
    private readonly PriorityQueue<TimerEffect, (Instant, int)> _timers = new();
    private int _order;

    private Play(Instant start)
    {
        Now = start;
        TargetWarnings.Register(_slices);
        StatusClock.Register(_slices);
    }

    public EscalationPolicy Policy { get; set; } = Delivered;

    public Escalation Escalation { get; private set; } = null!;

    public Instant Now { get; private set; }

    /// <summary>Everything that was sent, with its moment; edits of earlier messages apart.</summary>
    public List<(Instant At, Notice Notice)> Sent { get; } = [];

    public List<(Instant At, Notice Notice)> Edited { get; } = [];

    public List<RecordedEvent> Events { get; } = [];

    public static Instant Moment(string iso) => InstantPattern.ExtendedIso.Parse(iso).Value;

    /// <summary>Declared by Ana; nobody owns it yet.</summary>
    public static Play Declared(
        string start,
        Severity severity = Severity.Sev2,
        string customer = "acme",
        bool restricted = false,
        EscalationPolicy? policy = null
    )
    {
        var play = new Play(Moment(start)) { Policy = policy ?? Delivered };
        play.Escalation = Escalation.None(TenantId.Default, new EscalationNumber(1042));
        play.Do(
            "ana",
            (empty, situation) =>
                Declare.Decide(
                    empty,
                    new DeclareEscalation(
                        Company.Customers[new CustomerId(customer)],
                        "Customers cannot sign in",
                        Reason.MissingExpertise
                    )
                    {
                        Severity = severity,
                        Level = Level.L2,
                        Restricted = restricted,
                    },
                    situation
                )
        );
        return play;
    }

    /// <summary>Owned by Marco since its first moment, with Priya as technical lead.</summary>
    public static Play Owned(
        string start,
        Severity severity = Severity.Sev2,
        string customer = "acme",
        bool restricted = false,
        EscalationPolicy? policy = null
    )
    {
        var play = Declared(start, severity, customer, restricted, policy);
        play.Accept();
        play.Change(e => e with { Roles = e.Roles.SetItem(Role.TechnicalLead, [new("priya")]) });
        return play;
    }

    public void Accept() =>
        Change(e =>
            e with
            {
                Status = Status.Acknowledged,
                AcknowledgedAt = Now,
                AcknowledgeBy = e.AcknowledgeBy! with { Met = Now },
                Roles = e.Roles.SetItem(Role.EscalationManager, [new("marco")]),
            }
        );

    public Situation As(string person) =>
        new(
            TenantId.Default,
            Now,
            person == "product" ? PersonId.Product : new PersonId(person),
            Policy,
            Company
        );

    public Decision Do(string person, Func<Escalation, Situation, Decision> decide)
    {
        var decision = decide(Escalation, As(person));
        Keep(decision, As(person));
        return decision;
    }

    /// <summary>A change that another slice makes.</summary>
    public void Change(Func<Escalation, Escalation> change)
    {
        var before = Escalation;
        Escalation = change(before) with { Version = before.Version + 1, ChangedAt = Now };
        Add(_slices.Follow(before, Escalation, As("product")));
    }

    /// <summary>Lets the time pass; timers ring at their own moments.</summary>
    public void Until(Instant end)
    {
        while (_timers.TryPeek(out var timer, out _) && timer.Due <= end)
        {
            _timers.Dequeue();
            if (timer.Due > Now)
                Now = timer.Due;
            if (_slices.TimerOf(timer.GetType()) is { } ring)
                Keep(ring(Escalation, timer, As("product")), As("product"));
        }
        Now = end;
    }

    public void Until(string end) => Until(Moment(end));

    public void For(Duration length) => Until(Now + length);

    /// <summary>The time passes while nothing of the product runs; timers ring late, when it is back.</summary>
    public void Outage(Duration length) => Now += length;

    /// <summary>When messages of a kind were sent to a person, on the wall clock of a zone.</summary>
    public IEnumerable<string> Local<T>(string zone, string? person = null)
        where T : Notice =>
        from sent in Sent
        where sent.Notice is T
        where person is null || sent.Notice.To == Destination.To(new PersonId(person))
        select sent
            .At.InZone(DateTimeZoneProviders.Tzdb[zone])
            .ToString("ddd HH':'mm':'ss", System.Globalization.CultureInfo.InvariantCulture);

    private void Keep(Decision decision, Situation situation)
    {
        if (decision.IsRefused)
            return;
        var before = Escalation;
        Apply(decision.Events, situation.Actor);
        Add(decision.Effects);
        if (decision.Events.Length > 0)
            Add(_slices.Follow(before, Escalation, situation));
    }

    private void Add(Decision following)
    {
        Apply(following.Events, PersonId.Product);
        Add(following.Effects);
    }

    private void Apply(IEnumerable<EscalationEvent> events, PersonId by)
    {
        foreach (var happened in events)
        {
            var stamp = new Stamp(Now, by, Escalation.Version + 1);
            Escalation = Escalation.With(happened, stamp);
            Events.Add(new RecordedEvent(stamp, happened.GetType().Name, happened));
        }
    }

    private void Add(IEnumerable<Effect> effects)
    {
        foreach (var effect in effects)
            switch (effect)
            {
                case TimerEffect timer:
                    _timers.Enqueue(timer, (timer.Due, _order++));
                    break;
                case Notice notice:
                    (notice.OnlyEdits ? Edited : Sent).Add((Now, notice));
                    break;
            }
    }
}
