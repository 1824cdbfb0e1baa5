using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// Four eyes on a message: asking for approval, giving it, and sending it back with a reason. Nobody approves what they
/// wrote, and what is approved is one revision: whoever pressed an older card is told that it was changed.
/// </summary>
internal static class ApproveLetter
{
    public const string AskId = "customer.ask-approval";
    public const string ApproveId = "customer.approve";
    public const string SendBackId = "customer.send-back";
    public const string ReviewId = "customer.review";

    private const int ReasonLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Action(AskId, turn => LetterCards.On(turn, Ask))
            .Action(ApproveId, turn => LetterCards.On(turn, Approve))
            .Action(ReviewId, turn => turn.On(escalation => Review(escalation, turn.Situation)))
            .Dialog(
                SendBackId,
                open: turn => turn.On(escalation => OpenSendBack(escalation, turn)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var reason = form.Text("reason", ReasonLength);
                    return form.Refused
                        ?? LetterCards.On(
                            turn,
                            (escalation, id, revision, situation) =>
                                SendBack(escalation, id, revision, reason, situation)
                        );
                }
            )
            .Offers(
                31,
                escalation =>
                    escalation.CustomerUpdates.Drafts.Any(draft =>
                        draft.State == DraftState.AwaitingApproval
                    )
                        ? new Does(
                            Phrase.Of("customer-update.button.review"),
                            ReviewId,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                MayReview
            )
            .Awaits(
                (escalation, situation) =>
                    Waiting(escalation)
                        .Where(draft => draft.Asked.Contains(situation.Actor))
                        .Select(draft => WaitingFor(escalation, draft)),
                escalation => Waiting(escalation).SelectMany(draft => draft.Asked)
            );

    private static IEnumerable<Draft> Waiting(Escalation escalation) =>
        escalation.CustomerUpdates.Drafts.Where(draft =>
            draft.State == DraftState.AwaitingApproval
        );

    private static Waiting WaitingFor(Escalation escalation, Draft draft) =>
        new(
            Phrase.Of(
                "home.waits-in",
                ("what", LetterCards.Question(escalation, draft)),
                ("number", new RoomLink(escalation.Number))
            ),
            [
                new Does(
                    Phrase.Of("customer-update.button.review"),
                    ReviewId,
                    ActionData.For(escalation.Number)
                ),
            ]
        );

    /// <summary>Whether the policy wants a second pair of eyes on it now.</summary>
    public static bool IsNeeded(
        Escalation escalation,
        CustomerMessageKind kind,
        Situation situation
    ) => situation.Policy.NeedsApproval(kind, escalation.Severity, escalation.Customer.Tier);

    /// <summary>Everybody who may approve a text of these authors, by name.</summary>
    public static ImmutableArray<PersonId> Entitled(
        Escalation escalation,
        ImmutableArray<PersonId> authors,
        Situation situation
    ) =>
        [
            .. situation
                .Directory.People.Values.OrderBy(person => person.Name, StringComparer.Ordinal)
                .Select(person => person.Id)
                .Where(person => !authors.Contains(person))
                .Where(person =>
                    situation with { Actor = person } is var theirs
                    && theirs.May(Right.Approve, escalation)
                    && Visibility.Sees(escalation, theirs)
                ),
        ];

    /// <summary>Who is asked: those entitled who take part in the escalation; all entitled when none of them does.</summary>
    public static ImmutableArray<PersonId> WhomToAsk(
        Escalation escalation,
        ImmutableArray<PersonId> authors,
        Situation situation
    )
    {
        var entitled = Entitled(escalation, authors, situation);
        var near = entitled.Where(escalation.Involves).ToImmutableArray();
        return near.IsEmpty ? entitled : near;
    }

    public static Decision Ask(Escalation escalation, int id, int? revision, Situation situation)
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        if (Current(escalation, id, revision) is not { } draft)
            return LetterOutcome.Refuse(escalation, id, revision);
        if (draft.State is DraftState.AwaitingApproval)
            return Decision.Refuse(
                Phrase.Of("customer-update.asked-already", ("people", Common.Names(draft.Asked)))
            );
        if (draft.State is DraftState.Sending or DraftState.Unclear)
            return LetterOutcome.Refuse(escalation, id, revision);
        if (SendLetter.PromisePassed(draft, situation) is { } passed)
            return passed;
        var asked = WhomToAsk(escalation, draft.Authors, situation);
        return asked.IsEmpty
            ? Decision.Refuse(Phrase.Of("customer-update.nobody-to-approve"))
            : Decision
                .That(new ApprovalAsked(id, asked))
                .Then(asked.Select(person => new ApprovalRequest(person, id, draft.Revision)))
                .Then(LetterCards.Refreshed(draft))
                .Saying(Phrase.Of("customer-update.asked", ("people", Common.Names(asked))));
    }

    public static Decision Approve(
        Escalation escalation,
        int id,
        int? revision,
        Situation situation
    )
    {
        if (MayNotDecide(escalation, id, revision, situation) is { } refused)
            return refused;
        var draft = escalation.CustomerUpdates.Find(id)!;
        if (SendLetter.PromisePassed(draft, situation) is { } passed)
            return passed;
        return SendLetter
            .Release(escalation, draft, approved: true, situation)
            .Saying(Phrase.Of("customer-update.approved", ("customer", escalation.Customer.Name)));
    }

    public static Decision SendBack(
        Escalation escalation,
        int id,
        int? revision,
        string reason,
        Situation situation
    )
    {
        if (MayNotDecide(escalation, id, revision, situation) is { } refused)
            return refused;
        var draft = escalation.CustomerUpdates.Find(id)!;
        return Decision
            .That(new CustomerUpdateSentBack(id, reason))
            .Then(LetterCards.Refreshed(draft))
            .Then(new LetterPreview(draft.Keeper, id, draft.Round + 1))
            .Saying(
                Phrase.Of("customer-update.sent-back", ("person", LetterCards.NameOf(draft.Keeper)))
            );
    }

    /// <summary>The draft in the revision that was seen, or null.</summary>
    public static Draft? Current(Escalation escalation, int id, int? revision) =>
        escalation.CustomerUpdates.Find(id) is { } draft
        && (revision is null || revision == draft.Revision)
            ? draft
            : null;

    private static Decision? MayNotDecide(
        Escalation escalation,
        int id,
        int? revision,
        Situation situation
    )
    {
        if (Current(escalation, id, revision) is not { State: DraftState.AwaitingApproval } draft)
            return LetterOutcome.Refuse(escalation, id, revision);
        if (draft.Authors.Contains(situation.Actor))
            return Entitled(escalation, draft.Authors, situation) is [_, ..] others
                ? Decision.Refuse(
                    Phrase.Of("customer-update.own-text", ("people", Common.Names(others)))
                )
                : Decision.Refuse(Phrase.Of("customer-update.nobody-to-approve"));
        return situation.May(Right.Approve, escalation)
            ? null
            : Decision.Refuse(
                Phrase.Of(
                    "customer-update.may-not-approve",
                    ("people", Common.Names(Entitled(escalation, draft.Authors, situation)))
                )
            );
    }

    // Those who can decide on it, and those whose words wait.
    private static bool MayReview(Escalation escalation, Situation situation) =>
        situation.May(Right.Approve, escalation)
        || escalation.CustomerUpdates.Drafts.Any(draft =>
            draft.State == DraftState.AwaitingApproval && draft.Authors.Contains(situation.Actor)
        );

    private static Reply Review(Escalation escalation, Situation situation)
    {
        var waiting = escalation.CustomerUpdates.Drafts.LastOrDefault(draft =>
            draft.State == DraftState.AwaitingApproval
        );
        return waiting is null
            ? Turn.Refuse(Phrase.Of("customer-update.nothing-waits"))
            : new Reply.Private(LetterCards.Approval(escalation, waiting, situation.Actor));
    }

    private static Reply OpenSendBack(Escalation escalation, Turn turn)
    {
        var (id, revision) = LetterCards.DraftOf(turn);
        if (MayNotDecide(escalation, id, revision, turn.Situation) is { } refused)
            return Turn.Refuse(refused.Refusals[0].Sentence);
        return new Reply.Show(
            new Dialog(
                SendBackId,
                Phrase.Of("customer-update.send-back.title"),
                Phrase.Of("customer-update.button.send-back"),
                [
                    new TextInput("reason", Phrase.Of("customer-update.send-back.reason"))
                    {
                        Multiline = true,
                        MaxLength = ReasonLength,
                        Hint = Phrase.Of("customer-update.send-back.hint"),
                    },
                ]
            )
            {
                Data = turn.Interaction.Data,
            }.Checked()
        );
    }
}

/// <summary>Somebody else was asked to approve a message.</summary>
[StoredAs("customer-approval-asked")]
public sealed record ApprovalAsked(int Draft, ImmutableArray<PersonId> People) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        State = DraftState.AwaitingApproval,
                        Asked = People,
                        AskedAt = stamp.At,
                        DecidedBy = null,
                        DecidedAt = null,
                        Why = "",
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.customer-approval-asked", ("people", Common.Names(People)));
}

/// <summary>A message was sent back to who wrote it.</summary>
[StoredAs("customer-update-sent-back")]
public sealed record CustomerUpdateSentBack(int Draft, string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        State = DraftState.SentBack,
                        DecidedBy = stamp.By,
                        DecidedAt = stamp.At,
                        Why = Reason,
                        Round = draft.Round + 1,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.customer-update-sent-back", ("reason", Reason));
}
