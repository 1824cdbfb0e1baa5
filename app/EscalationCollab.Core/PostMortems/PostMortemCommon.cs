using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.PostMortems;

/// <summary>What the decisions about post-mortems have in common.</summary>
internal static class PostMortemCommon
{
    /// <summary>Who may write in it: those who took part, and those who may publish one.</summary>
    public static bool MayWrite(Escalation escalation, Situation situation) =>
        escalation.Involves(situation.Actor)
        || escalation.PostMortem?.Facilitator == situation.Actor
        || escalation.PostMortem?.Of(situation.Actor) is not null
        || situation.May(Right.PublishPostMortem, escalation);

    /// <summary>Decides on the post-mortem by somebody who may write in it, while it may be written in.</summary>
    public static Decision OnOpen(
        Escalation escalation,
        Situation situation,
        Func<PostMortem, Decision> decide
    )
    {
        if (Refusal(escalation, situation) is { } refusal)
            return Decision.Refuse(refusal);
        return decide(escalation.PostMortem!);
    }

    /// <summary>Why nobody, or this person, may write in it; null when they may.</summary>
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
        return MayWrite(escalation, situation) ? null : Phrase.Of("postmortem.not-allowed");
    }

    /// <summary>The refusal when somebody named may not see the escalation; null when all may.</summary>
    public static Phrase? CannotSee(
        Escalation escalation,
        ImmutableArray<PersonId> people,
        Situation situation
    )
    {
        var blind = people
            .Where(person => !Visibility.Sees(escalation, situation with { Actor = person }))
            .ToImmutableArray();
        return blind.IsEmpty
            ? null
            : Phrase.Of("postmortem.cannot-see", ("people", Common.Names(blind)));
    }

    /// <summary>What must be written before somebody else reads it, in the order of the document.</summary>
    public static ImmutableArray<Phrase> Missing(Escalation escalation)
    {
        if (escalation.PostMortem is not { } postMortem)
            return [];
        var missing = ImmutableArray.CreateBuilder<Phrase>();
        foreach (var section in Needed)
            if (postMortem[section].Length == 0)
                missing.Add(Phrase.For<PostMortemSection>(section));
        if (postMortem.Cause is not { } cause || cause.Whys.Length < WriteRootCause.FewestWhys)
            missing.Add(Phrase.Of("postmortem.missing.cause"));
        if (escalation.ActionItems.IsEmpty)
            missing.Add(Phrase.Of("postmortem.missing.actions"));
        return missing.ToImmutable();
    }

    private static readonly ImmutableArray<PostMortemSection> Needed =
    [
        PostMortemSection.Summary,
        PostMortemSection.Trigger,
        PostMortemSection.Detection,
        PostMortemSection.Impact,
        PostMortemSection.Resolution,
        PostMortemSection.WentWell,
        PostMortemSection.WentBadly,
        PostMortemSection.Communication,
    ];
}
