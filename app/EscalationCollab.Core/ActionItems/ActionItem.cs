using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>The improvements that came out of it, in the order they were opened.</summary>
        public ImmutableArray<ActionItem> ActionItems { get; init; } = [];
    }
}

namespace EscalationCollab.Core.ActionItems
{
    using EscalationCollab.Core.Escalations;

    /// <summary>An improvement with one owner and a day. It ends only as done, or declined with a reason.</summary>
    /// <param name="Number">Counted from 1 within the escalation.</param>
    /// <param name="Title">A verb and what comes out of it.</param>
    /// <param name="Owner">The one person who does it or says no.</param>
    /// <param name="DueOn">The day it is due, in the owner's zone.</param>
    /// <param name="Kind">What it changes.</param>
    /// <param name="Source">Where it came from.</param>
    public sealed record ActionItem(
        int Number,
        Text Title,
        PersonId Owner,
        LocalDate DueOn,
        ActionItemKind Kind,
        ActionItemSource Source
    )
    {
        /// <summary>Open, done or declined.</summary>
        public ActionItemState State { get; init; } = ActionItemState.Open;

        /// <summary>Who opened it.</summary>
        public PersonId OpenedBy { get; init; }

        /// <summary>When it was opened.</summary>
        public Instant OpenedAt { get; init; }

        /// <summary>Who ended it, or null while it is open.</summary>
        public PersonId? EndedBy { get; init; }

        /// <summary>When it ended, or null while it is open.</summary>
        public Instant? EndedAt { get; init; }

        /// <summary>Why it was declined or put off last, or empty.</summary>
        public string Reason { get; init; } = "";

        /// <summary>How often the day was moved.</summary>
        public int Moves { get; init; }

        /// <summary>Who had it before its present owner.</summary>
        public ImmutableArray<PersonId> FormerOwners { get; init; } = [];

        /// <summary>The number of the card with which its present owner got it.</summary>
        public int HandedAt { get; init; }

        /// <summary>When its owner is reminded next, or null when it has ended.</summary>
        public Instant? RemindAt { get; init; }

        /// <summary>How many reminders its owner got; each is a message of its own.</summary>
        public int Reminders { get; init; }

        /// <summary>How many of them were sent after the day it is due.</summary>
        public int OverdueReminders { get; init; }

        /// <summary>Others who were told that it is late.</summary>
        public ImmutableArray<PersonId> Told { get; init; } = [];

        /// <summary>Whether something is still to be done.</summary>
        [JsonIgnore]
        public bool IsOpen => State == ActionItemState.Open;

        /// <summary>Whether the day has passed for its owner without an end.</summary>
        public bool IsOverdue(Situation situation) => IsOpen && DueOn < situation.TodayOf(Owner);
    }

    /// <summary>What an action item changes.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ActionItemKind>))]
    public enum ActionItemKind
    {
        /// <summary>What we sell.</summary>
        Product,

        /// <summary>How we work.</summary>
        Process,

        /// <summary>What people know.</summary>
        Training,

        /// <summary>What is written down.</summary>
        Documentation,
    }

    /// <summary>Where an action item came from.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ActionItemSource>))]
    public enum ActionItemSource
    {
        /// <summary>Somebody asked for it.</summary>
        ByHand,

        /// <summary>The post-mortem.</summary>
        PostMortem,

        /// <summary>A customer who was not satisfied.</summary>
        Survey,
    }

    /// <summary>Whether an action item is still to be done.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ActionItemState>))]
    public enum ActionItemState
    {
        /// <summary>To be done.</summary>
        Open,

        /// <summary>Done.</summary>
        Done,

        /// <summary>Not to be done, with a reason.</summary>
        Declined,
    }

    /// <summary>What the decisions about action items have in common.</summary>
    internal static class ActionItemCommon
    {
        /// <summary>The zone a person lives in.</summary>
        public static DateTimeZone ZoneOf(this Situation situation, PersonId person) =>
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(
                situation.Directory.Find(person)?.Zone ?? situation.Policy.DefaultZone
            ) ?? DateTimeZone.Utc;

        /// <summary>Which day it is where a person lives.</summary>
        public static LocalDate TodayOf(this Situation situation, PersonId person) =>
            situation.Now.InZone(situation.ZoneOf(person)).Date;

        /// <summary>An action item by its number, or null.</summary>
        public static ActionItem? ActionItem(this Escalation escalation, int number) =>
            escalation.ActionItems.FirstOrDefault(item => item.Number == number);

        /// <summary>The escalation with one item changed.</summary>
        public static Escalation Changing(
            this Escalation escalation,
            int number,
            Func<ActionItem, ActionItem> change
        ) =>
            escalation with
            {
                ActionItems =
                [
                    .. escalation.ActionItems.Select(item =>
                        item.Number == number ? change(item) : item
                    ),
                ],
            };

        /// <summary>
        /// Decides on an open item by somebody who may: its owner, the escalation's owner, or somebody who may give out
        /// work. Otherwise says why not, and for one that has ended who ended it and when.
        /// </summary>
        public static Decision OnOpenItem(
            this Escalation escalation,
            int number,
            Situation situation,
            Func<ActionItem, Decision> decide
        )
        {
            if (escalation.ActionItem(number) is not { } item)
                return Decision.Refuse(Phrase.Of("action-item.unknown"));
            if (!item.IsOpen)
                return Decision.Refuse(Ended(item));
            var may =
                item.Owner == situation.Actor
                || escalation.Owner == situation.Actor
                || situation.May(Right.Assign, escalation);
            return may
                ? decide(item)
                : Decision.Refuse(
                    Phrase.Of("action-item.not-yours", ("owner", new Mention(item.Owner)))
                );
        }

        /// <summary>Who ended it, and when.</summary>
        public static Phrase Ended(ActionItem item)
        {
            (string, Text)[] places =
            [
                ("title", item.Title),
                ("person", new Mention(item.EndedBy ?? item.Owner)),
                ("when", new Moment(item.EndedAt ?? item.OpenedAt, MomentStyle.Exact)),
            ];
            return item.State == ActionItemState.Done
                ? Phrase.Of("action-item.already-done", places)
                : Phrase.Of("action-item.already-declined", places);
        }

        /// <summary>The refusal of a day that has passed both for the person who acts and for the owner; null when it is fine.</summary>
        public static Refusal? Past(LocalDate day, PersonId owner, Situation situation)
        {
            var today = LocalDate.Min(situation.TodayOf(owner), situation.TodayOf(situation.Actor));
            return day < today
                ? new Refusal(
                    Phrase.Of("action-item.past", ("day", DayText(day)), ("today", DayText(today))),
                    "due"
                )
                : null;
        }

        /// <summary>A day, written the way dialogs ask for it: there is no reader's zone in which it could change.</summary>
        public static Text DayText(LocalDate day) => Words.ReaderFormat.Day(day);
    }
}
