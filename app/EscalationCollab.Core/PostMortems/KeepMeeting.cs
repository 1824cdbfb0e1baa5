using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// Keeps the calendars of those who meet about a post-mortem in step with what was agreed, on the first platform that has
/// calendars: invites, moves, calls off. Where none has, the meeting is offered as a file (<see cref="MeetingFile"/>).
/// </summary>
[StoredAs("keep-meeting")]
public sealed record KeepMeeting : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "meetings";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => "meeting";

    internal static void Register(Slices slices) =>
        slices
            .Performs<KeepMeeting>(PerformAsync)
            .Follows(
                (before, after, _) =>
                    Same(Agreed(before), Agreed(after))
                        ? Decision.Nothing
                        : Decision.Nothing.Then(new KeepMeeting())
            );

    /// <summary>What was agreed; null when nobody meets, or nobody but the one who leads it.</summary>
    internal static AgreedMeeting? Agreed(Escalation escalation) =>
        escalation.PostMortem is { MeetingAt: { } at } postMortem
        && PeopleOf(postMortem) is { Length: > 1 } people
            ? new AgreedMeeting(at, postMortem.MeetingMinutes, people)
            : null;

    /// <summary>Whether two agreements ask for the same entry.</summary>
    internal static bool Same(AgreedMeeting? one, AgreedMeeting? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.At == other.At
                && one.Minutes == other.Minutes
                && one.People.SequenceEqual(other.People);

    internal static async Task<Performed> PerformAsync(
        KeepMeeting effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        var (wanted, kept) = (Agreed(escalation), escalation.PostMortem?.Invitation);
        if (Same(wanted, kept?.Meeting))
            return Performed.Done();
        if (wanted is null)
            return await CallOffAsync(performing, kept!, cancellation);
        // What is over needs no invitation any more.
        if (wanted.At <= performing.Situation.Now)
            return Performed.Done();
        foreach (var platform in performing.Platforms)
            if (
                (kept is null || kept.Platform == platform.Name)
                && await platform.KeepMeetingAsync(
                    Of(performing, wanted, kept?.Entry),
                    cancellation
                )
                    is { } entry
            )
                return performing.Done(
                    (_, _) =>
                        Decision.That(
                            new MeetingInvited(new MeetingInvitation(platform.Name, entry, wanted))
                        )
                );
        return Performed.Done();
    }

    private static async Task<Performed> CallOffAsync(
        Performing performing,
        MeetingInvitation kept,
        CancellationToken cancellation
    )
    {
        if (performing.Platforms.FirstOrDefault(one => one.Name == kept.Platform) is { } platform)
            await platform.CallOffMeetingAsync(
                performing.Escalation.Tenant,
                kept.Entry,
                cancellation
            );
        return performing.Done((_, _) => Decision.That(new MeetingCalledOff()));
    }

    private static CalendarMeeting Of(Performing performing, AgreedMeeting meeting, string? entry)
    {
        var escalation = performing.Escalation;
        return new CalendarMeeting(
            performing.EffectId,
            escalation.Tenant,
            MeetingFile.SubjectOf(escalation),
            MeetingFile.BodyOf(escalation),
            meeting.At,
            Duration.FromMinutes(meeting.Minutes),
            [
                .. meeting
                    .People.Select(person => performing.Situation.Directory.Find(person))
                    .OfType<People.Person>()
                    .Where(person => person.Email.Length > 0)
                    .Select(person => new People.Contact(person.Name, person.Email)),
            ]
        )
        {
            Entry = entry,
        };
    }

    private static ImmutableArray<PersonId> PeopleOf(PostMortem postMortem) =>
        [
            .. postMortem
                .Participants.Select(participant => participant.Person)
                .Concat(postMortem.Facilitator is { } leads ? [leads] : [])
                .Distinct()
                .OrderBy(person => person.Value, StringComparer.Ordinal),
        ];
}

/// <summary>A meeting as it was agreed.</summary>
/// <param name="Minutes">How long it takes.</param>
/// <param name="People">Who meets, in a fixed order.</param>
public sealed record AgreedMeeting(Instant At, int Minutes, ImmutableArray<PersonId> People);

/// <summary>The invitation that is in people's calendars.</summary>
/// <param name="Platform">Whose calendars.</param>
/// <param name="Entry">Its id there.</param>
public sealed record MeetingInvitation(string Platform, string Entry, AgreedMeeting Meeting);

/// <summary>Those who meet have it in their calendars.</summary>
[StoredAs("meeting-invited")]
public sealed record MeetingInvited(MeetingInvitation Invitation) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.PostMortem is { } postMortem
            ? before with
            {
                PostMortem = postMortem with { Invitation = Invitation },
            }
            : before;

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.meeting-invited",
            ("when", new Moment(Invitation.Meeting.At, MomentStyle.Exact)),
            ("count", new Number(Invitation.Meeting.People.Length))
        );
}

/// <summary>The meeting does not take place, and is out of the calendars.</summary>
[StoredAs("meeting-called-off")]
public sealed record MeetingCalledOff : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.PostMortem is { } postMortem
            ? before with
            {
                PostMortem = postMortem with { Invitation = null },
            }
            : before;

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.meeting-called-off");
}
