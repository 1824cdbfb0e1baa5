using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Raising or lowering severity, level or type, with a reason. The targets run by the new rule from the moment it was
/// declared: the customer has waited since then, and lowering gives back exactly the time a lower severity would have
/// had. A target that was met stays met. Whoever the new severity, level or type brings in is invited and told why;
/// nobody is sent away when it is lowered.
/// </summary>
internal static class ChangeSeverity
{
    public const string Id = "severity.change";

    public static void Register(Slices slices) =>
        slices
            .Command("severity", Typed)
            .Dialog(Id, open: turn => turn.On(escalation => Show(escalation)), submit: Submit)
            .Offers(
                40,
                escalation =>
                    escalation.IsOpen
                        ? new Opens(
                            Phrase.Of("severity.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.ChangeSeverity
            );

    public static Decision Decide(Escalation escalation, SeverityWanted wanted, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (!situation.May(Right.ChangeSeverity, escalation))
            return Decision.Refuse(Phrase.Of("severity.not-allowed"));
        var severity = wanted.Severity ?? escalation.Severity;
        var level = wanted.Level ?? escalation.Level;
        var type = wanted.Type ?? escalation.Type;
        if (severity == escalation.Severity && level == escalation.Level && type == escalation.Type)
            return Decision.Refuse(Phrase.Of("severity.nothing-new"), "severity");
        var added = Added(escalation, severity, level, type, situation);
        var rule = situation.Policy.Severities[severity];
        var changed = new SeverityChanged
        {
            Severity = severity,
            Level = level,
            Type = type,
            Reason = wanted.Reason,
            FromSeverity = escalation.Severity,
            FromLevel = escalation.Level,
            FromType = escalation.Type,
            Stakeholders = added,
            AcknowledgeBy = Restarted(
                escalation,
                escalation.AcknowledgeBy,
                rule.Acknowledge,
                severity,
                situation
            ),
            ResolveBy = Restarted(
                escalation,
                escalation.ResolveBy,
                rule.Resolve,
                severity,
                situation
            ),
        };
        return Decision
            .That(changed)
            .Then(
                BroughtIn.Tell(
                    escalation,
                    added,
                    Phrase.Of(
                        "brought-in.severity",
                        ("by", new Mention(situation.Actor)),
                        ("severity", Phrase.For(severity)),
                        ("level", Phrase.For(level)),
                        ("reason", wanted.Reason)
                    ),
                    situation
                )
            )
            .Then(AskOwner.Refreshed(escalation))
            .Saying(Said(escalation, changed));
    }

    /// <summary>People who are to know at the new severity, level or type and do not yet.</summary>
    private static ImmutableArray<PersonId> Added(
        Escalation escalation,
        Severity severity,
        Level level,
        EscalationType type,
        Situation situation
    )
    {
        var customer = situation.Directory.Find(escalation.Customer.Id);
        var told = situation
            .Policy.Stakeholders(customer, severity, situation.Directory)
            .AsEnumerable();
        if (type != escalation.Type)
            told = told.Concat(
                situation
                    .Policy.Propose(
                        new PolicyInput(escalation.Reason, customer)
                        {
                            Type = type,
                            Product = escalation.Product,
                            Text = $"{escalation.Summary}\n{escalation.Details}",
                        },
                        situation.Directory
                    )
                    .Stakeholders
            );
        if (level > escalation.Level)
            told = told.Concat(situation.Policy.PeopleOf(level, situation.Directory));
        return
        [
            .. told.Distinct()
                .Where(person => !escalation.Roles.Values.Any(all => all.Contains(person))),
        ];
    }

    private static RunningTarget? Restarted(
        Escalation escalation,
        RunningTarget? running,
        Target target,
        Severity severity,
        Situation situation
    ) =>
        severity == escalation.Severity || running is { Met: not null }
            ? running
            : RunningTarget.Start(
                escalation.DeclaredAt,
                target,
                situation.Policy,
                escalation.Customer.Region
            );

    private static Text Said(Escalation escalation, SeverityChanged changed)
    {
        Text said = Phrase.Of(
            "severity.done",
            ("number", new RoomLink(escalation.Number)),
            ("severity", Phrase.For(changed.Severity)),
            ("level", Phrase.For(changed.Level)),
            ("type", Phrase.For(changed.Type))
        );
        return changed.Stakeholders.IsEmpty
            ? said
            : said
                + " "
                + Phrase.Of("severity.brings", ("people", Common.Names(changed.Stakeholders)));
    }

    private static Reply Show(Escalation escalation) =>
        escalation.IsOver
            ? Refusals.ToReply(Common.Over(escalation).Refusals)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("severity.title"),
                    Phrase.Of("button.save"),
                    [
                        Choice("severity", "term.severity", escalation.Severity),
                        Choice("level", "term.level", escalation.Level),
                        Choice("type", "term.type", escalation.Type),
                        new TextInput("reason", Phrase.Of("severity.reason"))
                        {
                            Multiline = true,
                            MaxLength = 500,
                            Hint = Phrase.Of("severity.reason.hint"),
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                    Introduction = [new Context(EscalationCard.Line(escalation))],
                }.Checked()
            );

    private static ChoiceInput Choice<TEnum>(string id, string label, TEnum now)
        where TEnum : struct, Enum =>
        new(id, Phrase.Of(label), Intake.DeclareDialog.Options<TEnum>())
        {
            Initial = [now.ToString()],
        };

    private static Reply Typed(Turn turn)
    {
        var words = turn.Words.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words[0].Length == 0)
            return turn.On(Show);
        var digit = words[0].ToLowerInvariant().Replace("sev", "", StringComparison.Ordinal);
        if (digit is not ("1" or "2" or "3" or "4"))
            return Turn.Refuse(Phrase.Of("severity.unknown", ("typed", words[0])));
        if (words is not [_, { Length: > 0 } reason])
            return Turn.Refuse(Phrase.Of("severity.needs-reason"));
        if (reason.Length > 500)
            return Turn.Refuse(
                Phrase.Of(
                    "form.too-long",
                    ("max", new Number(500)),
                    ("length", new Number(reason.Length))
                )
            );
        var wanted = new SeverityWanted(Form.Clean(reason))
        {
            Severity = (Severity)(digit[0] - '0'),
        };
        return turn.Decide((escalation, situation) => Decide(escalation, wanted, situation));
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var wanted = new SeverityWanted(form.Text("reason", 500))
        {
            Severity = form.OptionalChoice<Severity>("severity"),
            Level = form.OptionalChoice<Level>("level"),
            Type = form.OptionalChoice<EscalationType>("type"),
        };
        return form.Refused
            ?? turn.Decide((escalation, situation) => Decide(escalation, wanted, situation));
    }
}

/// <summary>A change of severity, level or type; what is null stays.</summary>
/// <param name="Reason">Why, for everybody to read.</param>
public sealed record SeverityWanted(string Reason)
{
    /// <summary>The new severity, or null.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The new level, or null.</summary>
    public Level? Level { get; init; }

    /// <summary>The new type, or null.</summary>
    public EscalationType? Type { get; init; }
}

/// <summary>Severity, level or type changed.</summary>
[StoredAs("severity-changed")]
public sealed record SeverityChanged : EscalationEvent
{
    /// <summary>From now on.</summary>
    public required Severity Severity { get; init; }

    /// <summary>From now on.</summary>
    public required Level Level { get; init; }

    /// <summary>From now on.</summary>
    public required EscalationType Type { get; init; }

    /// <summary>Until now.</summary>
    public required Severity FromSeverity { get; init; }

    /// <summary>Until now.</summary>
    public required Level FromLevel { get; init; }

    /// <summary>Until now.</summary>
    public required EscalationType FromType { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who is to know from now on.</summary>
    public ImmutableArray<PersonId> Stakeholders { get; init; } = [];

    /// <summary>The first target as it runs from now on.</summary>
    public RunningTarget? AcknowledgeBy { get; init; }

    /// <summary>The second target as it runs from now on.</summary>
    public RunningTarget? ResolveBy { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.BringingIn(Stakeholders) with
        {
            Severity = Severity,
            Level = Level,
            Type = Type,
            AcknowledgeBy = AcknowledgeBy,
            ResolveBy = ResolveBy,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.severity-changed",
            ("severity", Change(Phrase.For(FromSeverity), Phrase.For(Severity))),
            ("level", Change(Phrase.For(FromLevel), Phrase.For(Level))),
            ("type", Change(Phrase.For(FromType), Phrase.For(Type))),
            ("reason", Reason)
        );

    private static Text Change(Phrase from, Phrase to) =>
        from.Equals(to) ? to : new Text(from, new Plain(" → "), to);
}

public sealed partial record Escalation
{
    /// <summary>With more stakeholders, who are invited too.</summary>
    internal Escalation BringingIn(ImmutableArray<PersonId> people) =>
        people.IsEmpty
            ? this
            : this with
            {
                Roles = Roles.SetItem(
                    Role.Stakeholder,
                    [.. Holders(Role.Stakeholder).Union(people)]
                ),
                Invited = [.. Invited.Union(people)],
            };
}
