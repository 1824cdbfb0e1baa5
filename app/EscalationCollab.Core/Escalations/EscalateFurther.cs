using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// One step up the path: the people of the next level that has any are brought in as stakeholders and told why. At the
/// top the first of them is asked to sponsor the customer. While nobody owns it, they are asked to own it as well.
/// </summary>
internal static class EscalateFurther
{
    public const string Id = "escalate.further";

    public static void Register(Slices slices) =>
        slices
            .Command(
                "further",
                turn =>
                    turn.Words.Length == 0 ? turn.On(escalation => Show(escalation, turn.Situation))
                    : turn.Words.Length > 500
                        ? Turn.Refuse(
                            Phrase.Of(
                                "form.too-long",
                                ("max", new Number(500)),
                                ("length", new Number(turn.Words.Length))
                            )
                        )
                    : turn.Decide((e, s) => Decide(e, Form.Clean(turn.Words), s))
            )
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn.Situation)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var reason = form.Text("reason", 500);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, reason, s));
                }
            )
            .Offers(
                41,
                escalation =>
                    escalation is { IsOpen: true, Owner: not null, Level: < Level.L4 }
                        ? new Opens(
                            Phrase.Of("further.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.ChangeSeverity
            );

    /// <summary>A person takes it one step up.</summary>
    public static Decision Decide(Escalation escalation, string reason, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (!situation.May(Right.ChangeSeverity, escalation))
            return Decision.Refuse(Phrase.Of("further.not-allowed"));
        return Climb(escalation, reason, situation) is { } climbed
            ? climbed.Saying(
                Phrase.Of(
                    "further.done",
                    ("number", new RoomLink(escalation.Number)),
                    ("level", Phrase.For(((LevelRaised)climbed.Events[0]).Level)),
                    ("people", Common.Names(((LevelRaised)climbed.Events[0]).People))
                )
            )
            : Decision.Refuse(Phrase.Of("further.at-the-top"));
    }

    /// <summary>
    /// The step itself, for whatever asks for it: a person, or a promise that was missed. Null when there is nobody
    /// higher.
    /// </summary>
    public static Decision? Climb(Escalation escalation, Text reason, Situation situation)
    {
        if (NextLevel(escalation, situation) is not var (level, people))
            return null;
        var type =
            level == Level.L4 ? EscalationType.Executive
            : escalation.Type == EscalationType.Functional && level == Level.L3
                ? EscalationType.Hierarchical
            : escalation.Type;
        var raised = new LevelRaised(level, type, reason, people);
        var sponsor =
            level == Level.L4 && escalation.Holder(Role.Sponsor) is null
                ? people
                    .Where(person => person != situation.Actor)
                    .Cast<PersonId?>()
                    .FirstOrDefault()
                : null;
        return Decision
            .That(raised)
            .And(sponsor is { } asked ? new RoleOffered(Role.Sponsor, asked, Note: null) : null)
            .Then(
                BroughtIn.Tell(
                    escalation,
                    people.Where(person => person != sponsor),
                    Phrase.Of(
                        "brought-in.further",
                        ("level", Phrase.For(level)),
                        ("reason", reason)
                    ),
                    situation
                )
            )
            .Then(sponsor is { } one ? new RoleRequest(Role.Sponsor, one) : null);
    }

    private static (Level Level, ImmutableArray<PersonId> People)? NextLevel(
        Escalation escalation,
        Situation situation
    )
    {
        foreach (var level in Enum.GetValues<Level>())
            if (
                level > escalation.Level
                && situation.Policy.PeopleOf(level, situation.Directory)
                    is { IsEmpty: false } people
            )
                return (level, people);
        return null;
    }

    private static Reply Show(Escalation escalation, Situation situation)
    {
        if (escalation.IsOver)
            return Refusals.ToReply(Common.Over(escalation).Refusals);
        if (NextLevel(escalation, situation) is not var (level, people))
            return Turn.Refuse(Phrase.Of("further.at-the-top"));
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.Of("further.title"),
                Phrase.Of("further.button"),
                [
                    new TextInput("reason", Phrase.Of("further.reason"))
                    {
                        Multiline = true,
                        MaxLength = 500,
                        Hint = Phrase.Of("further.reason.hint"),
                    },
                ]
            )
            {
                Data = ActionData.For(escalation.Number),
                Introduction =
                [
                    new Context(EscalationCard.Line(escalation)),
                    new Paragraph(
                        Phrase.Of(
                            "further.will",
                            ("level", Phrase.For(level)),
                            ("people", Common.Names(people))
                        )
                    ),
                ],
            }.Checked()
        );
    }
}

/// <summary>It was taken one step up the path.</summary>
/// <param name="Reason">Why, in a person's words or ours.</param>
/// <param name="People">Who was brought in.</param>
[StoredAs("level-raised")]
public sealed record LevelRaised(
    Level Level,
    EscalationType Type,
    Text Reason,
    ImmutableArray<PersonId> People
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.BringingIn([
            .. People.Where(person => !before.Roles.Values.Any(all => all.Contains(person))),
        ]) with
        {
            Level = Level,
            Type = Type,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.level-raised",
            ("level", Phrase.For(Level)),
            ("people", Common.Names(People)),
            ("reason", Reason)
        );
}
