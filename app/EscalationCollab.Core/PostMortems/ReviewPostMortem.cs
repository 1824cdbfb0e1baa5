using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.PostMortems;

/// <summary>Asking somebody else to read it before it is published, and sending it back with what to change.</summary>
internal static class ReviewPostMortem
{
    public const string SubmitId = "postmortem.submit";
    public const string SendBackId = "postmortem.send-back";

    /// <summary>Readers who are asked at once when the owner cannot be: the first one publishes.</summary>
    public const int MostReviewers = 4;

    private const int ReasonLength = 1_000;

    public static void Register(Slices slices) =>
        slices
            .Action(SubmitId, turn => turn.Decide(Submit))
            .Dialog(SendBackId, open: turn => turn.On(e => Show(e, turn)), submit: OnSendBack)
            .Awaits(
                (escalation, situation) =>
                    Readers(escalation).Contains(situation.Actor)
                        ?
                        [
                            new Waiting(
                                ReviewNotice.Line(escalation, escalation.PostMortem!),
                                ReviewNotice.Buttons(escalation).Items
                            ),
                        ]
                        : [],
                Readers
            );

    private static IEnumerable<PersonId> Readers(Escalation escalation) =>
        escalation.PostMortem is { State: PostMortemState.InReview } postMortem
            ? postMortem.Reviewers
            : [];

    public static Decision Submit(Escalation escalation, Situation situation) =>
        PostMortemCommon.OnOpen(
            escalation,
            situation,
            postMortem =>
            {
                if (postMortem.State == PostMortemState.InReview)
                    return Decision.Refuse(
                        Phrase.Of(
                            "postmortem.already-in-review",
                            ("person", new Mention(postMortem.SubmittedBy!.Value)),
                            ("when", new Moment(postMortem.SubmittedAt!.Value, MomentStyle.Exact))
                        )
                    );
                if (PostMortemCommon.Missing(escalation) is { IsEmpty: false } missing)
                    return Decision.Refuse(
                        Phrase.Of(
                            "postmortem.missing",
                            ("parts", Text.Join(", ", missing.Select(part => (Text)part)))
                        )
                    );
                var reviewers = ReviewersOf(escalation, postMortem, situation);
                if (reviewers.IsEmpty)
                    return Decision.Refuse(Phrase.Of("postmortem.nobody-reviews"));
                return Decision
                    .That(new PostMortemSubmitted(reviewers))
                    .Then(reviewers.Select(person => new ReviewNotice(person)))
                    .Then(Refreshed(postMortem))
                    .Saying(Phrase.Of("postmortem.submitted", ("people", Common.Names(reviewers))));
            }
        );

    public static Decision SendBack(Escalation escalation, string reason, Situation situation)
    {
        if (Refusal(escalation, situation) is { } refusal)
            return Decision.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        return Decision
            .That(new PostMortemSentBack(reason))
            .Then(postMortem.Reviewers.Select(p => new ReviewNotice(p) { OnlyEdits = true }))
            .Then(Refreshed(postMortem))
            .Then(
                new[] { postMortem.SubmittedBy, postMortem.Facilitator }
                    .OfType<PersonId>()
                    .Distinct()
                    .Where(person => person != situation.Actor)
                    .Select(person => new SentBackNotice(person))
            )
            .Saying(Phrase.Of("postmortem.sent-back"));
    }

    /// <summary>Why this person cannot end the review, or null.</summary>
    public static Phrase? Refusal(Escalation escalation, Situation situation)
    {
        if (escalation.PostMortem is not { } postMortem)
            return Phrase.Of("postmortem.none");
        if (postMortem.Publication is { } publication)
            return Phrase.Of(
                "postmortem.already-published",
                ("person", new Mention(publication.By)),
                ("when", new Moment(publication.At, MomentStyle.Exact))
            );
        if (!situation.May(Right.PublishPostMortem, escalation))
            return Phrase.Of("postmortem.may-not-publish");
        if (postMortem.State == PostMortemState.InReview)
            return null;
        return postMortem.SentBack is { } note
            ? Phrase.Of(
                "postmortem.was-sent-back",
                ("person", new Mention(note.By)),
                ("when", new Moment(note.At, MomentStyle.Exact))
            )
            : Phrase.Of("postmortem.not-in-review");
    }

    /// <summary>The facilitator's card brought up to date.</summary>
    internal static PostMortemNotice? Refreshed(PostMortem postMortem) =>
        postMortem.Facilitator is { } facilitator
            ? new PostMortemNotice(facilitator) { OnlyEdits = true }
            : null;

    /// <summary>The owner, unless they wrote it alone or ask themselves; else some who may publish, managers first.</summary>
    private static ImmutableArray<PersonId> ReviewersOf(
        Escalation escalation,
        PostMortem postMortem,
        Situation situation
    )
    {
        bool Can(PersonId person) => MayReview(person, escalation, postMortem, situation);
        if (escalation.Owner is { } owner && Can(owner))
            return [owner];
        return
        [
            .. situation
                .Policy.PeopleOf(Level.L3, situation.Directory)
                .Concat(
                    situation.Directory.People.Keys.OrderBy(id => id.Value, StringComparer.Ordinal)
                )
                .Distinct()
                .Where(Can)
                .Take(MostReviewers),
        ];
    }

    /// <summary>Everybody who may read it for who asked, by name.</summary>
    internal static ImmutableArray<PersonId> Entitled(Escalation escalation, Situation situation) =>
        [
            .. situation
                .Directory.People.Values.OrderBy(person => person.Name, StringComparer.Ordinal)
                .Select(person => person.Id)
                .Where(person => MayReview(person, escalation, escalation.PostMortem!, situation)),
        ];

    /// <summary>Whether a person may read it for the one who acts: not who wrote it alone.</summary>
    private static bool MayReview(
        PersonId person,
        Escalation escalation,
        PostMortem postMortem,
        Situation situation
    ) =>
        person != situation.Actor
        && (postMortem.Authors.Length > 1 || !postMortem.Authors.Contains(person))
        && (situation with { Actor = person }).May(Right.PublishPostMortem, escalation)
        && Visibility.Sees(escalation, situation with { Actor = person });

    private static Reply Show(Escalation escalation, Turn turn) =>
        Refusal(escalation, turn.Situation) is { } refusal
            ? Turn.Refuse(refusal)
            : new Reply.Show(
                new Dialog(
                    SendBackId,
                    Phrase.Of("postmortem.send-back.title"),
                    Phrase.Of("button.send"),
                    [
                        new TextInput("reason", Phrase.Of("postmortem.send-back.reason"))
                        {
                            Multiline = true,
                            MaxLength = ReasonLength,
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );

    private static Reply OnSendBack(Turn turn)
    {
        var form = turn.Form();
        var reason = form.Text("reason", ReasonLength);
        return form.Refused ?? turn.Decide((e, s) => SendBack(e, reason, s));
    }
}

/// <summary>Somebody asked others to read it.</summary>
[StoredAs("post-mortem-submitted")]
public sealed record PostMortemSubmitted(ImmutableArray<PersonId> Reviewers) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem! with
            {
                State = PostMortemState.InReview,
                SubmittedBy = stamp.By,
                SubmittedAt = stamp.At,
                Reviewers = Reviewers,
                SentBack = null,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.post-mortem-submitted", ("people", Common.Names(Reviewers)));
}

/// <summary>The review asked for changes.</summary>
[StoredAs("post-mortem-sent-back")]
public sealed record PostMortemSentBack(string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem! with
            {
                State = PostMortemState.Draft,
                SentBack = new ReviewNote(stamp.By, stamp.At, Reason),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.post-mortem-sent-back", ("reason", Reason));
}
