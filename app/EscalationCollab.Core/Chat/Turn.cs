using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Chat;

/// <summary>One interaction being answered inside one transaction.</summary>
public sealed class Turn(
    Interaction interaction,
    Situation situation,
    Records records,
    Slices slices
)
{
    /// <summary>What the person did.</summary>
    public Interaction Interaction => interaction;

    /// <summary>Who, when, under which policy, among whom.</summary>
    public Situation Situation => situation;

    /// <summary>The tenant's rows.</summary>
    public Records Records => records;

    /// <summary>What the product can do.</summary>
    public Slices Slices => slices;

    /// <summary>The escalation the interaction is about: named by the button, by the room, or by the first word of the command.</summary>
    public EscalationNumber? Number =>
        interaction.Data.Escalation
        ?? EscalationNumber.Parse(interaction.Argument.Split(' ', 2)[0])
        ?? (interaction.Room is { } room ? records.EscalationOf(room) : null);

    /// <summary>What was typed after the command word, without the escalation's number.</summary>
    public string Words =>
        interaction.Argument.Split(' ', 2) is [var first, .. var rest]
        && EscalationNumber.Parse(first) is not null
            ? (rest is [var words] ? words.Trim() : "")
            : interaction.Argument.Trim();

    /// <summary>The fields of a submitted dialog, checked one by one.</summary>
    public Form Form() => new(interaction, situation);

    /// <summary>The escalation, or null when there is none or this person may not know of it.</summary>
    public Escalation? Load(EscalationNumber? number) =>
        number is { } known
        && records.Load(known) is { } escalation
        && Visibility.Sees(escalation, situation)
            ? escalation
            : null;

    /// <summary>Reads the escalation and answers from it.</summary>
    public Reply On(Func<Escalation, Reply> answer) =>
        Load(Number) is { } found ? answer(found) : NotFound();

    /// <summary>Decides on the escalation this interaction is about and stores what was decided.</summary>
    public Reply Decide(Func<Escalation, Situation, Decision> decide) => Decide(Number, decide);

    /// <summary>Decides on an escalation and stores what was decided.</summary>
    public Reply Decide(EscalationNumber? number, Func<Escalation, Situation, Decision> decide) =>
        Load(number) is { } found ? Store(found, decide(found, situation)) : NotFound();

    /// <summary>Decides on a new escalation under the next number and stores it.</summary>
    public Reply Create(Func<Escalation, Situation, Decision> decide)
    {
        var empty = Escalation.None(situation.Tenant, records.NextNumber());
        var reply = Store(empty, decide(empty, situation));
        if (reply is not Reply.Refused)
            records.KeepReply(interaction.Key, empty.Number.ToString());
        return reply;
    }

    /// <summary>Answers a refusal. Inside a changing route everything written so far is rolled back.</summary>
    public static Reply Refuse(Phrase sentence) =>
        new Reply.Refused(
            sentence,
            System.Collections.Immutable.ImmutableDictionary<string, Text>.Empty
        );

    private static Reply NotFound() => Refuse(Phrase.Of("router.no-such-escalation"));

    private Reply Store(Escalation before, Decision decision)
    {
        if (decision.IsRefused)
            return Refusals.ToReply(decision.Refusals);
        Commit.Write(before, decision, situation, records, slices);
        return decision.Said is { } said ? Reply.Say(said) : Reply.None;
    }
}

/// <summary>Stores a decision: events, snapshot, read tables and effects, in the transaction it is called in.</summary>
internal static class Commit
{
    public static Escalation Write(
        Escalation before,
        Decision decision,
        Situation situation,
        Records records,
        Slices slices
    )
    {
        var after = before;
        if (decision.Events.Length > 0)
        {
            var happened = records.Appending(before, situation.Now);
            happened.Add(decision.Events, situation.Actor);
            var following = slices.Follow(before, happened.After, situation);
            happened.Add(following.Events, PersonId.Product);
            after = happened.Save();
            records.AddEffects(following.Effects, before.Number, situation.Now);
            slices.Project(before, after, records);
            records.AddEffects([new WarRooms.CardNotice()], before.Number, situation.Now);
            // A page is a person's, not an escalation's.
            records.AddEffects(
                Home.After(before, after, situation.Now, records, slices),
                null,
                situation.Now
            );
        }
        records.AddEffects(decision.Effects, before.Number, situation.Now);
        return after;
    }
}

/// <summary>Refusals as an answer: those about a field beside it, the others as a sentence.</summary>
internal static class Refusals
{
    public static Reply ToReply(IReadOnlyList<Refusal> refusals) =>
        new Reply.Refused(
            Text.Join("\n", refusals.Select(refusal => (Text)refusal.Sentence)),
            System.Collections.Immutable.ImmutableDictionary.CreateRange(
                refusals
                    .Where(refusal => refusal.Field is not null)
                    .DistinctBy(refusal => refusal.Field)
                    .Select(refusal => KeyValuePair.Create(refusal.Field!, (Text)refusal.Sentence))
            )
        );
}
