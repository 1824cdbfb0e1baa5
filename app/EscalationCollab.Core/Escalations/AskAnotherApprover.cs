using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;

namespace EscalationCollab.Core.Escalations;

/// <summary>Asking one more person for a yes or no that nobody has given. Those asked before may still answer.</summary>
internal static class AskAnotherApprover
{
    public const string Id = "approval.ask-other";

    /// <summary>People named in the refusal of somebody who may not decide.</summary>
    private const int MostNamed = 8;

    public static void Register(Slices slices) =>
        slices.Dialog(
            Id,
            open: turn => turn.On(escalation => Show(escalation, turn)),
            submit: turn =>
            {
                var form = turn.Form();
                var person = form.Person("person");
                var (kind, id) = Of(turn);
                return form.Refused
                    ?? turn.Decide((e, situation) => Decide(e, kind, id, person, situation));
            }
        );

    /// <summary>What the button carries.</summary>
    public static ActionData DataOf(Escalation escalation, ApprovalKind kind, int id) =>
        ActionData
            .For(escalation.Number)
            .With("kind", kind.ToString())
            .With("id", id.ToString(CultureInfo.InvariantCulture));

    public static Decision Decide(
        Escalation escalation,
        ApprovalKind kind,
        int id,
        PersonId person,
        Situation situation
    )
    {
        if (Refusal(escalation, kind, id, situation) is { } refusal)
            return Decision.Refuse(refusal);
        var waiting = WaitingApproval.Find(escalation, kind, id)!;
        if (waiting.Asked.Contains(person))
            return Decision.Refuse(
                Phrase.Of("approval.asked-already", ("person", new Mention(person))),
                "person"
            );
        var entitled = waiting.Entitled(escalation, situation);
        if (!entitled.Contains(person))
            return Decision.Refuse(
                Phrase.Of(
                    "approval.may-not-decide",
                    ("person", new Mention(person)),
                    ("people", Common.Names(entitled.Take(MostNamed)))
                ),
                "person"
            );
        return Decision
            .That(new ApproverAdded(kind, id, person))
            .Then(Question(escalation, kind, id, person))
            .Saying(Phrase.Of("approval.asked", ("person", new Mention(person))));
    }

    private static Notice Question(
        Escalation escalation,
        ApprovalKind kind,
        int id,
        PersonId person
    ) =>
        kind switch
        {
            ApprovalKind.CustomerUpdate => new ApprovalRequest(
                person,
                id,
                escalation.CustomerUpdates.Find(id)!.Revision
            ),
            ApprovalKind.Concession => new ConcessionRequest(person, id),
            _ => new ReviewNotice(person),
        };

    private static Phrase? Refusal(
        Escalation escalation,
        ApprovalKind kind,
        int id,
        Situation situation
    )
    {
        if (WaitingApproval.Find(escalation, kind, id) is not { } waiting)
            return Phrase.Of("approval.answered");
        if (
            situation.Actor != escalation.Owner
            && situation.Actor != waiting.By
            && !situation.May(Right.Assign, escalation)
        )
            return Phrase.Of(
                "approval.not-yours",
                ("person", new Mention(escalation.Owner ?? waiting.By))
            );
        return waiting.Entitled(escalation, situation).Except(waiting.Asked).Any()
            ? null
            : Phrase.Of("approval.nobody-else");
    }

    private static Reply Show(Escalation escalation, Turn turn)
    {
        var (kind, id) = Of(turn);
        return Refusal(escalation, kind, id, turn.Situation) is { } refusal
            ? Turn.Refuse(refusal)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("approval.ask-other"),
                    Phrase.Of("button.send"),
                    [
                        new PersonInput("person", Phrase.Of("approval.person"))
                        {
                            Initial =
                            [
                                WaitingApproval
                                    .Find(escalation, kind, id)!
                                    .Entitled(escalation, turn.Situation)
                                    .Except(WaitingApproval.Find(escalation, kind, id)!.Asked)
                                    .First(),
                            ],
                        },
                    ]
                )
                {
                    Data = turn.Interaction.Data,
                }.Checked()
            );
    }

    private static (ApprovalKind Kind, int Id) Of(Turn turn) =>
        (
            Enum.TryParse<ApprovalKind>(turn.Interaction.Data["kind"], out var kind)
                ? kind
                : default,
            int.TryParse(
                turn.Interaction.Data["id"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var id
            )
                ? id
                : -1
        );
}

/// <summary>One more person was asked for a yes or no.</summary>
/// <param name="Id">The draft or concession; 0 for the post-mortem.</param>
[StoredAs("approver-added")]
public sealed record ApproverAdded(ApprovalKind Kind, int Id, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        Kind switch
        {
            ApprovalKind.CustomerUpdate => before with
            {
                CustomerUpdates = before.CustomerUpdates.Changing(
                    Id,
                    draft => draft with { Asked = draft.Asked.Add(Person) }
                ),
            },
            ApprovalKind.Concession => before with
            {
                Resolution = before.Resolution.Deciding(
                    Id,
                    made => made with { Asked = made.Asked.Add(Person) }
                ),
            },
            _ => before.PostMortem is { } postMortem
                ? before with
                {
                    PostMortem = postMortem with { Reviewers = postMortem.Reviewers.Add(Person) },
                }
                : before,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            $"timeline.approver-added.{WaitingApproval.Key(Kind)}",
            ("person", new Mention(Person))
        );
}
