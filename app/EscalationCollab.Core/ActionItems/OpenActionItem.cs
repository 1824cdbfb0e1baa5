using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.ActionItems;

/// <summary>What an action item needs.</summary>
/// <param name="Title">A verb and what comes out of it; a person's text of at most <see cref="OpenActionItem.TitleLength"/> characters, or a phrase.</param>
/// <param name="Owner">One person who may see the escalation.</param>
/// <param name="DueOn">Not in the past.</param>
public sealed record NewActionItem(
    Text Title,
    PersonId Owner,
    LocalDate DueOn,
    ActionItemKind Kind,
    ActionItemSource Source = ActionItemSource.ByHand
);

/// <summary>Opening an action item: by hand, from a post-mortem, or from a survey.</summary>
internal static class OpenActionItem
{
    /// <summary>Longest title, in characters.</summary>
    public const int TitleLength = 150;

    /// <summary>Most items of one escalation: more than anybody follows up.</summary>
    public const int Most = 50;

    public const string DialogId = "action-item.open";

    public static void Register(Slices slices) =>
        slices
            .Query("action", turn => turn.On(e => Show(e, turn)))
            .Dialog(DialogId, open: turn => turn.On(e => Show(e, turn)), submit: Submit)
            .Offers(
                75,
                escalation =>
                    escalation.Status is Status.Resolved or Status.Closed
                        ? new Opens(
                            Phrase.Of("action-item.add"),
                            DialogId,
                            ActionData.For(escalation.Number)
                        )
                        : null
            );

    /// <summary>Opens one, if it may be opened.</summary>
    public static Decision Decide(Escalation escalation, NewActionItem item, Situation situation)
    {
        if (Refusals(escalation, item, situation) is { IsEmpty: false } refusals)
            return Decision.Refuse(refusals);
        return Decision
            .Nothing.OpeningActionItem(escalation, item, situation)
            .Saying(
                item.Owner == situation.Actor
                    ? Phrase.Of("action-item.opened-mine", ("title", item.Title))
                    : Phrase.Of(
                        "action-item.opened",
                        ("title", item.Title),
                        ("owner", new Mention(item.Owner))
                    )
            );
    }

    /// <summary>
    /// Adds to a decision that an item is opened and its owner gets the card. For callers that made sure it may be:
    /// the owner sees the escalation and the day is not past. Call it once a decision, or give the later ones
    /// <paramref name="after"/>.
    /// </summary>
    /// <param name="after">How many items the decision opens already.</param>
    public static Decision OpeningActionItem(
        this Decision decision,
        Escalation escalation,
        NewActionItem item,
        Situation situation,
        int after = 0
    )
    {
        var number = escalation.ActionItems.Length + after + 1;
        var remindAt = ReminderPlan.First(item.DueOn, item.Owner, situation);
        return decision
            .And(
                new ActionItemOpened(
                    number,
                    item.Title,
                    item.Owner,
                    item.DueOn,
                    item.Kind,
                    item.Source,
                    remindAt
                )
            )
            .Then(
                new ActionItemNotice(item.Owner, number, 0),
                new ActionItemReminder { Item = number, Due = remindAt }
            );
    }

    private static ImmutableArray<Refusal> Refusals(
        Escalation escalation,
        NewActionItem item,
        Situation situation
    )
    {
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        if (
            situation.Directory.Find(situation.Actor) is null
            && situation.Actor != PersonId.Product
        )
            refusals.Add(new Refusal(Phrase.Of("action-item.not-allowed")));
        if (escalation.ActionItems.Count(known => known.IsOpen) >= Most)
            refusals.Add(
                new Refusal(Phrase.Of("action-item.too-many", ("count", new Number(Most))))
            );
        if (!Visibility.Sees(escalation, situation with { Actor = item.Owner }))
            refusals.Add(
                new Refusal(
                    Phrase.Of("action-item.cannot-see", ("owner", new Mention(item.Owner))),
                    "owner"
                )
            );
        if (ActionItemCommon.Past(item.DueOn, item.Owner, situation) is { } past)
            refusals.Add(past);
        return refusals.ToImmutable();
    }

    private static Reply.Show Show(Escalation escalation, Turn turn) =>
        new Reply.Show(
            DialogOf(escalation, turn.Situation, turn.Words, SourceOf(turn.Interaction.Data))
        );

    private static ActionItemSource SourceOf(ActionData data) =>
        data["source"] == nameof(ActionItemSource.PostMortem)
            ? ActionItemSource.PostMortem
            : ActionItemSource.ByHand;

    /// <summary>The dialog; what was typed after the command is the title.</summary>
    internal static Dialog DialogOf(
        Escalation escalation,
        Situation situation,
        string title,
        ActionItemSource source
    ) =>
        new Dialog(
            DialogId,
            Phrase.Of("action-item.dialog"),
            Phrase.Of("button.add"),
            [
                new TextInput("title", Phrase.Of("action-item.title"))
                {
                    Hint = Phrase.Of("action-item.title.hint"),
                    MaxLength = TitleLength,
                    Initial = title.Length <= TitleLength ? title : title[..TitleLength],
                },
                new PersonInput("owner", Phrase.Of("action-item.owner"))
                {
                    Hint = Phrase.Of("action-item.owner.hint"),
                },
                new DateInput("due", Phrase.Of("action-item.due"))
                {
                    Initial = Proposed(escalation, situation),
                },
                new ChoiceInput("kind", Phrase.Of("action-item.kind"), Kinds),
            ]
        )
        {
            Data = ActionData.For(escalation.Number).With("source", source.ToString()),
        }.Checked();

    /// <summary>The day the policy proposes: sooner for the two highest severities.</summary>
    public static LocalDate Proposed(Escalation escalation, Situation situation) =>
        situation
            .TodayOf(situation.Actor)
            .PlusDays(
                escalation.Severity <= Severity.Sev2
                    ? situation.Policy.ActionItems.PriorityDue
                    : situation.Policy.ActionItems.NormalDue
            );

    private static ImmutableArray<Option> Kinds =>
        [
            .. Enum.GetValues<ActionItemKind>()
                .Select(kind => new Option(kind.ToString(), Phrase.For<ActionItemKind>(kind))),
        ];

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var item = new NewActionItem(
            form.Text("title", TitleLength),
            form.Person("owner"),
            form.Date("due"),
            form.Choice<ActionItemKind>("kind"),
            SourceOf(turn.Interaction.Data)
        );
        return form.Refused ?? turn.Decide((e, situation) => Decide(e, item, situation));
    }
}

/// <summary>An improvement was agreed.</summary>
/// <param name="Item">Its number.</param>
/// <param name="RemindAt">When its owner is reminded first.</param>
[StoredAs("action-item-opened")]
public sealed record ActionItemOpened(
    int Item,
    Text Title,
    PersonId Owner,
    LocalDate DueOn,
    ActionItemKind Kind,
    ActionItemSource Source,
    Instant RemindAt
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            ActionItems = before.ActionItems.Add(
                new ActionItem(Item, Title, Owner, DueOn, Kind, Source)
                {
                    OpenedBy = stamp.By,
                    OpenedAt = stamp.At,
                    RemindAt = RemindAt,
                }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.action-item-opened",
            ("title", Title),
            ("owner", new Mention(Owner)),
            ("due", ActionItemCommon.DayText(DueOn))
        );
}
