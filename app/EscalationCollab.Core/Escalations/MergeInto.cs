using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

public sealed partial record Escalation
{
    /// <summary>Under which number it continues, or null.</summary>
    public EscalationNumber? MergedInto { get; init; }

    /// <summary>Which escalations continue under this number.</summary>
    public ImmutableArray<EscalationNumber> MergedFrom { get; init; } = [];
}

/// <summary>
/// One problem under two numbers: this one ends and continues under the other. Both timelines tell it, everybody of this
/// room is invited to the other one, and this room is put away a day later.
/// </summary>
internal static class MergeInto
{
    public const string Id = "merge";

    public static void Register(Slices slices) =>
        slices
            .Command("merge", turn => turn.On(escalation => Show(escalation, turn.Words)))
            .Dialog(Id, open: turn => turn.On(escalation => Show(escalation, "")), submit: Submit)
            .Offers(
                80,
                escalation =>
                    escalation.IsOpen
                        ? new Opens(
                            Phrase.Of("merge.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        {
                            Style = ActionStyle.Danger,
                        }
                        : null,
                Right.Merge
            );

    /// <summary>Ends this one, when it may continue under the other.</summary>
    public static Decision Decide(
        Escalation escalation,
        Escalation target,
        string reason,
        Situation situation
    )
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (!situation.May(Right.Merge, escalation))
            return Decision.Refuse(Phrase.Of("merge.not-allowed"));
        if (target.Number == escalation.Number)
            return Decision.Refuse(Phrase.Of("merge.itself"), "into");
        if (target.IsOver)
            return Decision.Refuse(
                target.MergedInto is { } further
                    ? Phrase.Of(
                        "merge.target-merged",
                        ("number", target.Number.ToString()),
                        ("further", further.ToString())
                    )
                    : Phrase.Of(
                        "merge.target-over",
                        ("number", target.Number.ToString()),
                        ("status", Phrase.For(target.Status))
                    ),
                "into"
            );
        // Inviting one room's people into the other would show a silent escalation to those it is kept from.
        if (target.Restricted != escalation.Restricted)
            return Decision.Refuse(Phrase.Of("merge.silent-and-open"), "into");
        return Decision
            .That(new Merged(target.Number, reason))
            .Then(AskOwner.Refreshed(escalation))
            .Then(
                new MergedNotice(),
                new ArchiveWarRoom { Due = situation.Now + ArchiveWarRoom.After }
            )
            .Saying(
                Phrase.Of(
                    "merge.done",
                    ("number", escalation.Number.ToString()),
                    ("into", new RoomLink(target.Number))
                )
            );
    }

    /// <summary>Takes in the people of the one that ends.</summary>
    public static Decision TakeIn(Escalation target, Escalation source, string reason) =>
        Decision.That(
            new MergedHere(
                source.Number,
                reason,
                [.. source.Invited.Union(source.Roles.Values.SelectMany(holders => holders))]
            )
        );

    private static Reply Show(Escalation escalation, string into) =>
        escalation.IsOver
            ? Refusals.ToReply(Common.Over(escalation).Refusals)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("merge.title"),
                    Phrase.Of("merge.submit"),
                    [
                        new TextInput("into", Phrase.Of("merge.into"))
                        {
                            Initial = into.Length > 20 ? "" : into,
                            MaxLength = 20,
                            Hint = Phrase.Of("merge.into.hint"),
                        },
                        new TextInput("reason", Phrase.Of("merge.reason"))
                        {
                            Multiline = true,
                            MaxLength = 500,
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                    Introduction =
                    [
                        new Context(EscalationCard.Line(escalation)),
                        new Paragraph(Phrase.Of("merge.will")),
                    ],
                }.Checked()
            );

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var typed = form.Text("into", 20);
        var reason = form.Text("reason", 500);
        if (form.Refused is { } refused)
            return refused;
        if (turn.Load(EscalationNumber.Parse(typed)) is not { } target)
        {
            form.Wrong("into", Phrase.Of("merge.unknown", ("typed", typed)));
            return form.Refused!;
        }
        if (turn.Load(turn.Number) is not { } source)
            return Turn.Refuse(Phrase.Of("router.no-such-escalation"));
        var decision = Decide(source, target, reason, turn.Situation);
        if (decision.IsRefused)
            return Refusals.ToReply(decision.Refusals);
        var taken = turn.Decide(target.Number, (current, _) => TakeIn(current, source, reason));
        return taken is Reply.Refused ? taken : turn.Decide((_, _) => decision);
    }
}

/// <summary>It continues under another number.</summary>
[StoredAs("merged")]
public sealed record Merged(EscalationNumber Into, string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Merged,
            ClosedAt = stamp.At,
            MergedInto = Into,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.merged", ("into", new RoomLink(Into)), ("reason", Reason));
}

/// <summary>Another one continues here.</summary>
/// <param name="People">Who comes with it.</param>
[StoredAs("merged-here")]
public sealed record MergedHere(
    EscalationNumber From,
    string Reason,
    ImmutableArray<PersonId> People
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            MergedFrom = before.MergedFrom.Add(From),
            Invited = [.. before.Invited.Union(People)],
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.merged-here", ("from", From.ToString()), ("reason", Reason));
}

/// <summary>Tells the room where it goes on.</summary>
[StoredAs("merged-notice")]
public sealed record MergedNotice : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.MergedInto is { } into
            ? Card.Line(
                Phrase.Of(
                    "merge.notice",
                    ("number", escalation.Number.ToString()),
                    ("into", new RoomLink(into))
                )
            )
            : null;
}
