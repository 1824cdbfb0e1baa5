using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>What the cards about messages to the customer have in common, and their part of the escalation card.</summary>
internal static class LetterCards
{
    /// <summary>Waiting messages named on the escalation card.</summary>
    private const int MostDrafts = 3;

    public static void Register(Slices slices) => slices.OnCard(30, OnCard);

    /// <summary>Decides on the draft that a button or dialog is about, in the revision the person saw.</summary>
    public static Reply On(Turn turn, Func<Escalation, int, int?, Situation, Decision> decide)
    {
        var (id, revision) = DraftOf(turn);
        return turn.Decide((escalation, situation) => decide(escalation, id, revision, situation));
    }

    /// <summary>Which draft, and which revision of it, an interaction is about; 0 when it names none.</summary>
    public static (int Id, int? Revision) DraftOf(Turn turn) =>
        (Number(turn.Interaction.Data["draft"]) ?? 0, Number(turn.Interaction.Data["rev"]));

    public static ActionData DataOf(Escalation escalation, Draft draft) =>
        ActionData
            .For(escalation.Number)
            .With("draft", draft.Id.ToString(CultureInfo.InvariantCulture))
            .With("rev", draft.Revision.ToString(CultureInfo.InvariantCulture));

    public static Text NameOf(PersonId person) =>
        person == PersonId.Product ? Phrase.Of("answer.product") : new Mention(person);

    /// <summary>Brings the private cards about a draft up to date: those of its keeper, and of everybody who was asked.</summary>
    public static IEnumerable<Effect> Refreshed(Draft draft)
    {
        yield return new LetterPreview(draft.Keeper, draft.Id, draft.Round) { OnlyEdits = true };
        foreach (var person in draft.Asked)
            yield return new ApprovalRequest(person, draft.Id, draft.Revision) { OnlyEdits = true };
    }

    /// <summary>The letter as it will arrive.</summary>
    public static Letter LetterOf(Draft draft) =>
        new(
            draft.Letter.Via is { } shared
                ? NameOf(shared)
                : string.Join(", ", draft.Letter.To.Select(to => $"{to.Name} <{to.Email}>")),
            draft.Letter.Subject,
            draft.Letter.PlainBody,
            draft.Letter.HtmlBody
        )
        {
            InChat = draft.Letter.Via is not null,
        };

    /// <summary>A shared channel as people call it.</summary>
    public static string NameOf(SharedChannel shared) => $"#{shared.Name.TrimStart('#')}";

    /// <summary>A shared channel in a sentence.</summary>
    public static Text PlaceOf(SharedChannel shared) => NameOf(shared);

    /// <summary>Whose text, of what kind, for whom.</summary>
    public static Text Question(Escalation escalation, Draft draft) =>
        Phrase.Of(
            "customer-update.approve.question",
            ("author", NameOf(draft.Authors[^1])),
            ("kind", Phrase.For(draft.Text.Kind)),
            ("customer", escalation.Customer.Name)
        );

    /// <summary>The card on which somebody decides about what another one wrote.</summary>
    public static Card Approval(Escalation escalation, Draft draft, PersonId reader)
    {
        var question = Question(escalation, draft);
        return Card.Of(
            question,
            [
                new Paragraph(new Bold(question)),
                new Context(EscalationCard.Line(escalation)),
                LetterOf(draft),
                .. draft.Authors.Contains(reader)
                    ? new Block[]
                    {
                        new Context(
                            Phrase.Of(
                                "customer-update.own-text.short",
                                ("people", Common.Names(draft.Asked))
                            )
                        ),
                    }
                    :
                    [
                        new Actions([
                            new Does(
                                Phrase.Of("customer-update.button.approve"),
                                ApproveLetter.ApproveId,
                                DataOf(escalation, draft)
                            )
                            {
                                Style = ActionStyle.Primary,
                            },
                            new Opens(
                                Phrase.Of("customer-update.button.send-back"),
                                ApproveLetter.SendBackId,
                                DataOf(escalation, draft)
                            ),
                        ]),
                    ],
            ]
        ) with
        {
            Tone = Tone.Warning,
        };
    }

    /// <summary>The card of who has a draft in hand.</summary>
    public static Card Preview(Escalation escalation, Draft draft, Situation situation)
    {
        Text title = Phrase.Of(
            "customer-update.preview.title",
            ("kind", Phrase.For(draft.Text.Kind)),
            ("customer", escalation.Customer.Name),
            ("number", escalation.Number.ToString())
        );
        var state = StateOf(escalation, draft, situation);
        return Card.Of(
            title + ": " + state,
            [
                new Header(title),
                new Paragraph(state),
                .. draft is { Why.Length: > 0, Cause: RefusalCause.Unknown }
                && draft.State is DraftState.Refused or DraftState.Unclear
                    ? new Block[] { new Quote(draft.Why) }
                    : [],
                LetterOf(draft),
                .. Notes(escalation, draft, situation),
                .. Buttons(escalation, draft, situation) is [_, ..] buttons
                    ? new Block[] { new Actions([.. buttons]) }
                    : [],
            ]
        ) with
        {
            Tone = draft.State switch
            {
                DraftState.Refused or DraftState.Unclear => Tone.Bad,
                DraftState.SentBack or DraftState.Outdated => Tone.Warning,
                _ => Tone.Neutral,
            },
        };
    }

    private static Text StateOf(Escalation escalation, Draft draft, Situation situation) =>
        draft.State switch
        {
            DraftState.Written when NeedsApproval(escalation, draft, situation) => Phrase.Of(
                "customer-update.state.needs-approval",
                (
                    "people",
                    Common.Names(ApproveLetter.WhomToAsk(escalation, draft.Authors, situation))
                )
            ),
            DraftState.Written => Phrase.Of("customer-update.state.written"),
            DraftState.AwaitingApproval => Phrase.Of(
                "customer-update.state.awaiting",
                ("people", Common.Names(draft.Asked))
            ),
            DraftState.Refused when draft.Letter.Via is { } shared => RefusedIn(
                escalation,
                shared,
                draft.Cause
            ),
            DraftState.Refused => Phrase.Of("customer-update.state.refused"),
            DraftState.Unclear => Phrase.Of("customer-update.state.unclear"),
            DraftState.Outdated => Phrase.Of(
                "customer-update.state.outdated",
                ("when", new Moment(draft.Text.NextBy ?? situation.Now, MomentStyle.Exact))
            ),
            _ => LetterOutcome.Line(escalation, draft.Id, draft.Revision),
        };

    /// <summary>Why a shared channel did not take a message, and what to do about it.</summary>
    public static Phrase RefusedIn(
        Escalation escalation,
        SharedChannel shared,
        RefusalCause cause
    ) =>
        Phrase.Of(
            cause switch
            {
                RefusalCause.RoomMissing => "customer-update.refused.room-missing",
                RefusalCause.NotInside => "customer-update.refused.not-inside",
                RefusalCause.PutAway => "customer-update.refused.put-away",
                RefusalCause.NotAllowed => "customer-update.refused.not-allowed",
                RefusalCause.NobodyThere => "customer-update.refused.nobody-there",
                RefusalCause.TooLong => "customer-update.refused.too-long",
                _ => "customer-update.refused.unknown",
            },
            ("place", PlaceOf(shared)),
            ("customer", escalation.Customer.Name),
            ("command", new Code("/escalate customer-channel"))
        );

    private static bool NeedsApproval(Escalation escalation, Draft draft, Situation situation) =>
        draft.ApprovedBy is null && ApproveLetter.IsNeeded(escalation, draft.Text.Kind, situation);

    /// <summary>What a careful writer looks at once more before sending.</summary>
    private static IEnumerable<Block> Notes(Escalation escalation, Draft draft, Situation situation)
    {
        if (
            escalation.IsOpen
            && draft.Text.NextBy is { } next
            && CustomerClock.Proposed(escalation, situation) is var proposed
            && next > proposed
        )
            yield return new Context(
                Phrase.Of(
                    "customer-update.note.later",
                    ("promised", new Moment(next, MomentStyle.Exact)),
                    ("policy", new Moment(proposed, MomentStyle.Exact))
                )
            );
        if (escalation.Restricted)
            yield return new Context(Phrase.Of("customer-update.note.restricted"));
    }

    private static List<CardAction> Buttons(Escalation escalation, Draft draft, Situation situation)
    {
        var data = DataOf(escalation, draft);
        if (draft.State == DraftState.Sending)
            return [];
        if (draft.State == DraftState.Unclear)
            return
            [
                new Does(Phrase.Of("customer-update.button.arrived"), SendLetter.ArrivedId, data),
                new Does(Phrase.Of("customer-update.button.again"), SendLetter.AgainId, data)
                {
                    Confirm = new Confirm(
                        Phrase.Of("customer-update.again.question"),
                        Phrase.Of("customer-update.button.again"),
                        Phrase.Of("button.cancel")
                    ),
                },
            ];
        var buttons = new List<CardAction>();
        if (draft.State is not (DraftState.AwaitingApproval or DraftState.Outdated))
            buttons.Add(
                NeedsApproval(escalation, draft, situation)
                    ? new Does(Phrase.Of("customer-update.button.ask"), ApproveLetter.AskId, data)
                    {
                        Style = ActionStyle.Primary,
                    }
                    : new Does(Phrase.Of("button.send"), SendLetter.SendId, data)
                    {
                        Style = ActionStyle.Primary,
                    }
            );
        if (
            draft is { State: DraftState.Refused, Letter.Via: not null }
            && LetterWriter.ContactsOf(escalation, situation) is [_, ..] contacts
        )
            buttons.Add(
                new Does(Phrase.Of("customer-update.button.by-mail"), SendLetter.ByMailId, data)
                {
                    Confirm = new Confirm(
                        Phrase.Of(
                            "customer-update.by-mail.question",
                            (
                                "people",
                                string.Join(
                                    ", ",
                                    SendLetter.Readers(draft, contacts).Select(to => to.Name)
                                )
                            )
                        ),
                        Phrase.Of("customer-update.button.by-mail"),
                        Phrase.Of("button.cancel")
                    ),
                }
            );
        buttons.Add(
            new Opens(
                Phrase.Of("customer-update.button.change"),
                LetterDialog.Id,
                data.With("kind", draft.Text.Kind.ToString())
            )
        );
        buttons.Add(
            new Does(Phrase.Of("customer-update.button.discard"), DiscardLetter.Id, data)
            {
                Style = ActionStyle.Danger,
                Confirm = new Confirm(
                    Phrase.Of("customer-update.discard.question"),
                    Phrase.Of("customer-update.button.discard"),
                    Phrase.Of("button.cancel")
                ),
            }
        );
        return buttons;
    }

    private static IEnumerable<Block?> OnCard(Escalation escalation, Situation situation)
    {
        var board = escalation.CustomerUpdates;
        return
        [
            Facts.Of(
                (
                    Phrase.Of("customer-update.last"),
                    board.Last is { } last
                        ? Phrase.Of(
                            "customer-update.last.line",
                            ("kind", Phrase.For(last.Kind)),
                            ("when", new Moment(last.At)),
                            ("author", NameOf(last.Author))
                        )
                        : Phrase.Of("customer-update.last.none")
                )
            ),
            board.Cadence.Next is { } next
                ? new ClockBlock(Phrase.Of("customer-update.next"), next.From, next.Due)
                : null,
            NotesOnCard(escalation, situation),
        ];
    }

    private static Context? NotesOnCard(Escalation escalation, Situation situation)
    {
        var board = escalation.CustomerUpdates;
        var notes = new List<Text>();
        if (board.Cadence.MissesInRow > 0)
            notes.Add(
                Phrase.Of(
                    "customer-update.misses",
                    ("count", new Number(board.Cadence.MissesInRow))
                )
            );
        if (Neglect.IsQuiet(board.Cadence.MissesInRow, escalation, situation))
            notes.Add(Phrase.Of("customer-update.quiet"));
        if (board.Cadence is { Next: not null, Last: { How: PromiseEnd.Snoozed } snoozed })
            notes.Add(
                Phrase.Of(
                    "status.snoozed-by",
                    ("person", new Mention(snoozed.By)),
                    ("when", new Moment(snoozed.At, MomentStyle.Exact)),
                    ("reason", snoozed.Reason)
                )
            );
        notes.AddRange(board.Drafts.TakeLast(MostDrafts).Select(Waiting));
        return notes.Count == 0 ? null : new Context(Text.Join("\n", notes));
    }

    private static Text Waiting(Draft draft) =>
        draft.State switch
        {
            DraftState.AwaitingApproval => Phrase.Of(
                "customer-update.on-card.awaiting",
                ("kind", Phrase.For(draft.Text.Kind)),
                ("author", NameOf(draft.Authors[^1])),
                ("people", Common.Names(draft.Asked))
            ),
            DraftState.Sending => Phrase.Of(
                "customer-update.on-card.sending",
                ("kind", Phrase.For(draft.Text.Kind)),
                ("author", NameOf(draft.Authors[^1]))
            ),
            DraftState.Refused or DraftState.Unclear or DraftState.Outdated => Phrase.Of(
                "customer-update.on-card.stuck",
                ("kind", Phrase.For(draft.Text.Kind)),
                ("keeper", NameOf(draft.Keeper))
            ),
            _ => Phrase.Of(
                "customer-update.on-card.written",
                ("kind", Phrase.For(draft.Text.Kind)),
                ("keeper", NameOf(draft.Keeper))
            ),
        };

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
