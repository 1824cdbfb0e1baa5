using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Resolution;

/// <summary>
/// Deciding about a concession above its proposer's limit: by anybody whose own limit reaches, never by who proposed it. The
/// first one decides, the others are told who and when.
/// </summary>
internal static class DecideConcession
{
    public const string ApproveId = "concession.approve";
    public const string RefuseId = "concession.refuse";

    private const int ReasonLength = 500;

    public static void Register(Slices slices) =>
        slices
            .Action(ApproveId, turn => turn.Decide((e, s) => Approve(e, IdOf(turn), s)))
            .Dialog(
                RefuseId,
                open: turn => turn.On(escalation => Show(escalation, turn)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var reason = form.Text("reason", ReasonLength);
                    return form.Refused ?? turn.Decide((e, s) => Refuse(e, IdOf(turn), reason, s));
                }
            )
            .Awaits(
                (escalation, situation) =>
                    Waiting(escalation)
                        .Where(made => made.Asked.Contains(situation.Actor))
                        .Select(made => new Waiting(
                            Phrase.Of(
                                "home.waits-in",
                                ("what", ConcessionRequest.Question(escalation, made)),
                                ("number", new RoomLink(escalation.Number))
                            ),
                            ConcessionRequest.Buttons(escalation, made)
                        )),
                escalation => Waiting(escalation).SelectMany(made => made.Asked)
            );

    private static IEnumerable<Concession> Waiting(Escalation escalation) =>
        escalation.Resolution.Concessions.Where(made => made.State == ConcessionState.Waiting);

    public static Decision Approve(Escalation escalation, int id, Situation situation)
    {
        if (MayNot(escalation, id, situation) is { } refused)
            return refused;
        var made = escalation.Resolution.Find(id)!;
        var limit = OfferConcession.LimitOf(
            situation.Actor,
            escalation,
            made.Kind,
            made.Currency,
            situation
        );
        return Decision
            .That(new ConcessionApproved(id, limit == decimal.MaxValue ? null : limit))
            .Then(Refreshed(made))
            .Then(new ConcessionAnswer(made.By, id))
            .Saying(Phrase.Of("concession.approved", ("what", OfferConcession.Amount(made))));
    }

    public static Decision Refuse(Escalation escalation, int id, string reason, Situation situation)
    {
        if (MayNot(escalation, id, situation) is { } refused)
            return refused;
        var made = escalation.Resolution.Find(id)!;
        return Decision
            .That(new ConcessionRefused(id, reason))
            .Then(Refreshed(made))
            .Then(new ConcessionAnswer(made.By, id))
            .Saying(Phrase.Of("concession.refused", ("person", new Mention(made.By))));
    }

    /// <summary>Brings the cards of everybody who was asked up to date.</summary>
    public static IEnumerable<Effect> Refreshed(Concession made) =>
        made.Asked.Select(person => new ConcessionRequest(person, made.Id) { OnlyEdits = true });

    /// <summary>Who was first, for whoever comes too late; null while it waits.</summary>
    public static Decision? DecidedAlready(Concession made) =>
        made.State == ConcessionState.Waiting
            ? null
            : Decision.Refuse(
                Phrase.Of(
                    "concession.decided-already",
                    ("person", new Mention(made.DecidedBy ?? made.By)),
                    ("when", new Moment(made.DecidedAt ?? made.At, MomentStyle.Exact)),
                    ("outcome", OfferConcession.Line(made))
                )
            );

    private static Decision? MayNot(Escalation escalation, int id, Situation situation)
    {
        if (escalation.Resolution.Find(id) is not { } made)
            return Decision.Refuse(Phrase.Of("router.out-of-date"));
        if (DecidedAlready(made) is { } late)
            return late;
        if (made.By == situation.Actor)
            return Decision.Refuse(
                Phrase.Of("concession.own", ("people", Common.Names(made.Asked)))
            );
        var limit = OfferConcession.LimitOf(
            situation.Actor,
            escalation,
            made.Kind,
            made.Currency,
            situation
        );
        var total =
            OfferConcession.Total(escalation, made.Kind, made.Currency, [made]) + made.Amount;
        return limit >= total
            ? null
            : Decision.Refuse(
                Phrase.Of(
                    "concession.limit-too-low",
                    ("limit", new Number(limit, "#,##0.##")),
                    ("total", new Number(total, "#,##0.##")),
                    ("currency", made.Currency),
                    ("people", Common.Names(made.Asked))
                )
            );
    }

    /// <summary>The concession a button or form is about; 0 when it names none.</summary>
    internal static int IdOf(Turn turn) =>
        int.TryParse(
            turn.Interaction.Data["concession"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var id
        )
            ? id
            : 0;

    private static Reply Show(Escalation escalation, Turn turn) =>
        MayNot(escalation, IdOf(turn), turn.Situation) is { } refused
            ? Turn.Refuse(refused.Refusals[0].Sentence)
            : new Reply.Show(
                new Dialog(
                    RefuseId,
                    Phrase.Of("concession.refuse.title"),
                    Phrase.Of("concession.button.refuse"),
                    [
                        new TextInput("reason", Phrase.Of("concession.refuse.reason"))
                        {
                            Multiline = true,
                            MaxLength = ReasonLength,
                            Hint = Phrase.Of("concession.refuse.hint"),
                        },
                    ]
                )
                {
                    Data = turn.Interaction.Data,
                }.Checked()
            );
}

/// <summary>A concession may be given.</summary>
/// <param name="Limit">The limit of who approved it; null for none.</param>
[StoredAs("concession-approved")]
public sealed record ConcessionApproved(int Concession, decimal? Limit) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Resolution = before.Resolution.Deciding(
                Concession,
                made =>
                    made with
                    {
                        State = ConcessionState.Approved,
                        DecidedBy = stamp.By,
                        DecidedAt = stamp.At,
                        Limit = Limit,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.concession-approved");
}

/// <summary>A concession is not given.</summary>
[StoredAs("concession-refused")]
public sealed record ConcessionRefused(int Concession, string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Resolution = before.Resolution.Deciding(
                Concession,
                made =>
                    made with
                    {
                        State = ConcessionState.Refused,
                        DecidedBy = stamp.By,
                        DecidedAt = stamp.At,
                        RefusedBecause = Reason,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.concession-refused", ("reason", Reason));
}

/// <summary>Tells who proposed a concession what was decided.</summary>
[StoredAs("concession-answer")]
public sealed record ConcessionAnswer(PersonId Person, int Concession) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.Resolution.Find(Concession) is not { } made)
            return null;
        var line = OfferConcession.Line(made);
        return Card.Of(
            EscalationCard.Title(escalation) + ": " + line,
            new Paragraph(line),
            new Context(EscalationCard.Line(escalation))
        ) with
        {
            Tone = made.State == ConcessionState.Approved ? Tone.Good : Tone.Warning,
        };
    }
}
