using System.Collections.Immutable;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.PostMortems;

/// <summary>How a post-mortem looks to its facilitator, its reviewers and the room.</summary>
internal static class PostMortemCards
{
    public const string ShowId = "postmortem.show";

    public static void Register(Slices slices) =>
        slices
            .Action(
                ShowId,
                turn =>
                    turn.On(e =>
                        e.PostMortem is null
                            ? Turn.Refuse(Phrase.Of("postmortem.none"))
                            : new Reply.Private(Of(e, turn.Situation))
                    )
            )
            .OnCard(50, (escalation, _) => [Part(escalation)])
            .Offers(
                72,
                escalation =>
                    escalation.PostMortem is { IsOpen: true }
                        ? new Does(
                            Phrase.Of("term.post-mortem"),
                            ShowId,
                            ActionData.For(escalation.Number)
                        )
                        : null
            );

    /// <summary>Where it stands, what is missing and what can be done.</summary>
    public static Card Of(Escalation escalation, Situation situation)
    {
        var postMortem = escalation.PostMortem!;
        var title = Title(escalation, postMortem);
        var missing = PostMortemCommon.Missing(escalation);
        return Card.Of(
            title,
            [
                new Header(title, ToneOf(postMortem)),
                Facts.Of(
                    (Phrase.Of("term.escalation"), ActionItemCard.EscalationOf(escalation)),
                    (Phrase.Of("postmortem.facilitator"), Facilitator(postMortem)),
                    (Phrase.Of("postmortem.meeting"), Meeting(postMortem)),
                    (Phrase.Of("postmortem.answers"), Answers(postMortem)),
                    (Phrase.Of("postmortem.authors"), Common.Names(postMortem.Authors)),
                    (
                        Phrase.Of("postmortem.still-missing"),
                        postMortem.IsOpen && !missing.IsEmpty
                            ? Text.Join(", ", missing.Select(part => (Text)part))
                            : null
                    ),
                    (
                        Phrase.Of("postmortem.cause"),
                        postMortem.Cause is { } cause ? (Text)cause.Cause : null
                    )
                ),
                .. postMortem is { State: PostMortemState.Draft, SentBack: { } note }
                    ? [new Quote(note.Reason, new Mention(note.By))]
                    : Array.Empty<Block>(),
                new Actions(Buttons(escalation, postMortem, missing, situation)),
            ]
        ) with
        {
            Tone = ToneOf(postMortem),
        };
    }

    private static ImmutableArray<CardAction> Buttons(
        Escalation escalation,
        PostMortem postMortem,
        ImmutableArray<Phrase> missing,
        Situation situation
    )
    {
        var data = ActionData.For(escalation.Number);
        var read = new Does(
            postMortem.IsOpen ? Phrase.Of("postmortem.preview") : Phrase.Of("postmortem.read"),
            ReadPostMortem.Id,
            data
        );
        if (!postMortem.IsOpen)
            return postMortem.Customer is null
                ? [read]
                : [read, LetterDialog.Button(escalation, CustomerMessageKind.PostMortemSummary)];
        var submit = new Does(Phrase.Of("postmortem.submit"), ReviewPostMortem.SubmitId, data)
        {
            Style = ActionStyle.Primary,
        };
        ImmutableArray<CardAction> writing =
        [
            Write(PostMortemPart.Facts, WriteSections.IdOf(PostMortemPart.Facts), data),
            Write(PostMortemPart.Cause, WriteRootCause.Id, data),
            Write(PostMortemPart.Response, WriteSections.IdOf(PostMortemPart.Response), data),
            new Opens(
                Phrase.Of("action-item.add"),
                OpenActionItem.DialogId,
                data.With("source", nameof(ActionItemSource.PostMortem))
            ),
            Write(PostMortemPart.Customer, WriteCustomerVersion.Id, data),
            Write(PostMortemPart.Analysis, WriteSections.IdOf(PostMortemPart.Analysis), data),
            new Opens(Phrase.Of("postmortem.organise"), OrganisePostMortem.Id, data),
            read,
        ];
        return postMortem.State == PostMortemState.Draft && missing.IsEmpty
            ? [submit, .. writing]
            : writing;
    }

    private static Opens Write(PostMortemPart part, string dialog, ActionData data) =>
        new(Phrase.For<PostMortemPart>(part), dialog, data);

    internal static Text Title(Escalation escalation, PostMortem postMortem) =>
        Phrase.Of(
            "postmortem.title",
            ("number", escalation.Number.ToString()),
            ("customer", escalation.Customer.Name),
            ("state", Phrase.For<PostMortemState>(postMortem.State))
        );

    private static Tone ToneOf(PostMortem postMortem) =>
        postMortem.State switch
        {
            PostMortemState.Published => Tone.Good,
            PostMortemState.InReview => Tone.Warning,
            _ => Tone.Neutral,
        };

    private static Text Facilitator(PostMortem postMortem) =>
        postMortem.Facilitator is { } person ? new Mention(person) : Phrase.Of("answer.nobody");

    private static Text? Meeting(PostMortem postMortem) =>
        postMortem.MeetingAt is { } at ? (Text)new Moment(at) : null;

    private static Text? Answers(PostMortem postMortem) =>
        postMortem.Participants.IsEmpty
            ? (Text?)null
            : Phrase.Of(
                "postmortem.answers-of",
                ("answered", new Number(postMortem.Participants.Count(p => p.Answer is not null))),
                ("asked", new Number(postMortem.Participants.Length))
            );

    private static Facts? Part(Escalation escalation) =>
        escalation.PostMortem is not { } postMortem
            ? null
            : Facts.Of(
                (
                    Phrase.Of("term.post-mortem"),
                    postMortem.Publication is { } publication
                        ? Phrase.Of(
                            "postmortem.part-published",
                            ("person", new Mention(publication.By)),
                            ("when", new Moment(publication.At, MomentStyle.Date))
                        )
                        : Phrase.Of(
                            "postmortem.part",
                            ("state", Phrase.For<PostMortemState>(postMortem.State)),
                            ("person", Facilitator(postMortem))
                        )
                ),
                (Phrase.Of("postmortem.meeting"), postMortem.IsOpen ? Meeting(postMortem) : null),
                (
                    Phrase.Of("postmortem.cause"),
                    postMortem is { IsOpen: false, Cause: { } cause } ? (Text)cause.Cause : null
                )
            );
}

/// <summary>The facilitator's card, edited in place until it is published.</summary>
[StoredAs("post-mortem-notice")]
public sealed record PostMortemNotice(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => "post-mortem";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.PostMortem is { } postMortem
            ? postMortem.Facilitator == Person
                ? PostMortemCards.Of(escalation, situation)
                : Card.Line(
                    Phrase.Of(
                        "postmortem.other-facilitator",
                        ("number", new RoomLink(escalation.Number)),
                        (
                            "person",
                            postMortem.Facilitator is { } now
                                ? new Mention(now)
                                : Phrase.Of("answer.nobody")
                        )
                    )
                )
            : null;
}

/// <summary>Asks somebody to read it and to publish it or send it back.</summary>
[StoredAs("post-mortem-review")]
public sealed record ReviewNotice(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => "post-mortem-review";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.PostMortem is not { } postMortem)
            return null;
        var line = Line(escalation, postMortem);
        return Card.Of(
            line,
            [
                new Header(line),
                Facts.Of(
                    (Phrase.Of("term.escalation"), ActionItemCard.EscalationOf(escalation)),
                    (
                        Phrase.For<PostMortemSection>(PostMortemSection.Summary),
                        Cut(postMortem[PostMortemSection.Summary])
                    ),
                    (Phrase.Of("postmortem.cause"), Cut(postMortem.Cause?.Cause ?? "")),
                    (
                        Phrase.Of("postmortem.contributors"),
                        Cut(postMortem.Cause?.Contributors ?? "")
                    ),
                    (Phrase.Of("action-item.items"), new Number(escalation.ActionItems.Length)),
                    (
                        Phrase.For<PostMortemPart>(PostMortemPart.Customer),
                        Phrase.Of(postMortem.Customer is null ? "answer.no" : "answer.yes")
                    )
                ),
                .. Outcome(postMortem),
                .. postMortem.State == PostMortemState.InReview
                    ? [Buttons(escalation)]
                    : Array.Empty<Block>(),
            ]
        );
    }

    private static IEnumerable<Block> Outcome(PostMortem postMortem)
    {
        if (postMortem.Publication is { } publication)
            yield return new Context(
                Phrase.Of(
                    "postmortem.already-published",
                    ("person", new Mention(publication.By)),
                    ("when", new Moment(publication.At, MomentStyle.Exact))
                )
            );
        else if (postMortem.SentBack is { } note)
            yield return new Context(
                Phrase.Of(
                    "postmortem.was-sent-back",
                    ("person", new Mention(note.By)),
                    ("when", new Moment(note.At, MomentStyle.Exact))
                )
            );
    }

    /// <summary>Whose post-mortem of what is to be read.</summary>
    internal static Text Line(Escalation escalation, PostMortem postMortem) =>
        Phrase.Of(
            "postmortem.review.line",
            ("number", escalation.Number.ToString()),
            ("customer", escalation.Customer.Name),
            (
                "person",
                postMortem.SubmittedBy is { } by ? new Mention(by) : Phrase.Of("answer.product")
            )
        );

    internal static Actions Buttons(Escalation escalation)
    {
        var data = ActionData.For(escalation.Number);
        return Actions.Of(
            new Does(Phrase.Of("postmortem.preview"), ReadPostMortem.Id, data),
            new Does(Phrase.Of("postmortem.publish"), PublishPostMortem.Id, data)
            {
                Style = ActionStyle.Primary,
                Confirm = new Confirm(
                    Phrase.Of("postmortem.publish.question"),
                    Phrase.Of("postmortem.publish"),
                    Phrase.Of("button.cancel")
                ),
            },
            new Opens(Phrase.Of("postmortem.send-back"), ReviewPostMortem.SendBackId, data)
        );
    }

    private static Text Cut(string text) => text.Length <= 600 ? text : text[..599].TrimEnd() + "…";
}

/// <summary>Tells the writers what the review asks to change.</summary>
[StoredAs("post-mortem-sent-back-notice")]
public sealed record SentBackNotice(PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.PostMortem?.SentBack is not { } note)
            return null;
        var line = Phrase.Of(
            "postmortem.sent-back.line",
            ("number", escalation.Number.ToString()),
            ("person", new Mention(note.By))
        );
        return Card.Of(
            line,
            new Paragraph(line),
            new Quote(note.Reason, new Mention(note.By)),
            Actions.Of(
                new Does(
                    Phrase.Of("term.post-mortem"),
                    PostMortemCards.ShowId,
                    ActionData.For(escalation.Number)
                )
            )
        );
    }
}

/// <summary>Tells the room that it can be read.</summary>
[StoredAs("post-mortem-published-notice")]
public sealed record PublishedNotice : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.PostMortem?.Publication is { } publication
            ? Card.Of(
                Phrase.Of("postmortem.published", ("title", publication.Title)),
                new Paragraph(Phrase.Of("postmortem.published", ("title", publication.Title))),
                Actions.Of(
                    new Does(
                        Phrase.Of("postmortem.read"),
                        ReadPostMortem.Id,
                        ActionData.For(escalation.Number)
                    )
                )
            )
            : null;
}
