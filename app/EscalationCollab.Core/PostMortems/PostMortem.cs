using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.PostMortems;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>What was learned from it, or null while nobody has opened that.</summary>
        public PostMortem? PostMortem { get; init; }
    }
}

namespace EscalationCollab.Core.PostMortems
{
    /// <summary>
    /// What people learn from an escalation. It looks at how and what, never at who; it resolves nothing by itself, and
    /// its facts, times and figures are not kept here but read from the events.
    /// </summary>
    public sealed record PostMortem
    {
        /// <summary>How far it is.</summary>
        public PostMortemState State { get; init; }

        /// <summary>When it was opened.</summary>
        public Instant OpenedAt { get; init; }

        /// <summary>Who brings it to its end, or null while the escalation has no owner.</summary>
        public PersonId? Facilitator { get; init; }

        /// <summary>When people meet about it, or null.</summary>
        public Instant? MeetingAt { get; init; }

        /// <summary>How long they meet, in minutes.</summary>
        public int MeetingMinutes { get; init; } = OrganisePostMortem.UsualMinutes;

        /// <summary>The invitation in their calendars, or null while there is none.</summary>
        public MeetingInvitation? Invitation { get; init; }

        /// <summary>Who is asked what they saw.</summary>
        public ImmutableArray<Participant> Participants { get; init; } = [];

        /// <summary>What has been written so far.</summary>
        public ImmutableSortedDictionary<PostMortemSection, string> Sections { get; init; } =
            ImmutableSortedDictionary<PostMortemSection, string>.Empty;

        /// <summary>Why it happened, or null while nobody has written it.</summary>
        public RootCause? Cause { get; init; }

        /// <summary>What the customer reads, or null while there is no such version.</summary>
        public CustomerVersion? Customer { get; init; }

        /// <summary>Who wrote in it. Somebody else must publish it, unless there are several.</summary>
        public ImmutableArray<PersonId> Authors { get; init; } = [];

        /// <summary>The last change of each part.</summary>
        public ImmutableSortedDictionary<PostMortemPart, PartEdit> Edits { get; init; } =
            ImmutableSortedDictionary<PostMortemPart, PartEdit>.Empty;

        /// <summary>Who asked for the review, or null.</summary>
        public PersonId? SubmittedBy { get; init; }

        /// <summary>When the review was asked for, or null.</summary>
        public Instant? SubmittedAt { get; init; }

        /// <summary>Who was asked to review it.</summary>
        public ImmutableArray<PersonId> Reviewers { get; init; } = [];

        /// <summary>What the review asked to change last, or null.</summary>
        public ReviewNote? SentBack { get; init; }

        /// <summary>What was published, or null.</summary>
        public Publication? Publication { get; init; }

        /// <summary>Whether it may still be written in.</summary>
        [JsonIgnore]
        public bool IsOpen => State != PostMortemState.Published;

        /// <summary>A section's text, or empty.</summary>
        public string this[PostMortemSection section] => Sections.GetValueOrDefault(section, "");

        /// <summary>Somebody who was asked, or null.</summary>
        public Participant? Of(PersonId person) =>
            Participants.FirstOrDefault(participant => participant.Person == person);
    }

    /// <summary>How far a post-mortem is.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<PostMortemState>))]
    public enum PostMortemState
    {
        /// <summary>Being written.</summary>
        Draft,

        /// <summary>Somebody else reads it before it is published.</summary>
        InReview,

        /// <summary>Everybody who may see the escalation may read it.</summary>
        Published,
    }

    /// <summary>What people write themselves. The prompts ask how and what.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<PostMortemSection>))]
    public enum PostMortemSection
    {
        /// <summary>What happened, for somebody who was not there.</summary>
        Summary,

        /// <summary>What came before.</summary>
        LeadUp,

        /// <summary>What set it off.</summary>
        Trigger,

        /// <summary>How we noticed, and how to notice in half the time.</summary>
        Detection,

        /// <summary>What it meant, in numbers.</summary>
        Impact,

        /// <summary>What kept it from being worse.</summary>
        Mitigators,

        /// <summary>What is still open to happen again.</summary>
        Risks,

        /// <summary>Where we met this before.</summary>
        SimilarCases,

        /// <summary>What solved it.</summary>
        Resolution,

        /// <summary>What went well.</summary>
        WentWell,

        /// <summary>What went badly.</summary>
        WentBadly,

        /// <summary>Where luck helped.</summary>
        GotLucky,

        /// <summary>Whether people knew what they had to know in time.</summary>
        Communication,
    }

    /// <summary>What is written in one dialog.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<PostMortemPart>))]
    public enum PostMortemPart
    {
        /// <summary>What happened.</summary>
        Facts,

        /// <summary>How we responded.</summary>
        Response,

        /// <summary>What we know of its surroundings.</summary>
        Analysis,

        /// <summary>Why it happened.</summary>
        Cause,

        /// <summary>What the customer reads.</summary>
        Customer,
    }

    /// <summary>A change of a part.</summary>
    public sealed record PartEdit(PersonId By, Instant At);

    /// <summary>What the review asked to change.</summary>
    public sealed record ReviewNote(PersonId By, Instant At, string Reason);

    /// <summary>Somebody who is asked three questions, privately.</summary>
    /// <param name="RemindAt">When they are asked once more; null when they answered or were reminded.</param>
    public sealed record Participant(PersonId Person, Instant AskedAt, Instant? RemindAt)
    {
        /// <summary>When they were asked once more, or null.</summary>
        public Instant? RemindedAt { get; init; }

        /// <summary>What they said, or null; all three may be empty when they had nothing to add.</summary>
        public Answer? Answer { get; init; }
    }

    /// <summary>The three answers of one person. Named inside the company only.</summary>
    /// <param name="Happened">What happened as they saw it.</param>
    /// <param name="Judged">What went well, badly, or luckily.</param>
    /// <param name="Change">What should change.</param>
    public sealed record Answer(string Happened, string Judged, string Change, Instant At)
    {
        /// <summary>Whether they had nothing to add.</summary>
        [JsonIgnore]
        public bool IsEmpty => Happened.Length + Judged.Length + Change.Length == 0;
    }

    /// <summary>Why it happened.</summary>
    /// <param name="Cause">In one line; the same words for the same cause, so that repeats are found.</param>
    /// <param name="Whys">The way there, one answer after the other; at most five.</param>
    /// <param name="Contributors">What else had to come together.</param>
    public sealed record RootCause(string Cause, ImmutableArray<string> Whys, string Contributors);

    /// <summary>What the customer reads: our words to them, in their language, without our names and our timeline.</summary>
    /// <param name="Summary">The problem in the customer's own terms.</param>
    /// <param name="Impact">What it meant for them.</param>
    /// <param name="Cause">Why it happened.</param>
    /// <param name="Fault">The named thing we are sorry for, or empty.</param>
    /// <param name="Resolution">What we did.</param>
    /// <param name="Changes">What we change.</param>
    public sealed record CustomerVersion(
        string Summary,
        string Impact,
        string Cause,
        string Fault,
        string Resolution,
        string Changes
    );

    /// <summary>What was published; the documents themselves are in the event.</summary>
    /// <param name="Hash">SHA-256 of the internal document as UTF-8, in hexadecimal digits.</param>
    /// <param name="CustomerHash">The same of the customer's document, or null when there is none.</param>
    /// <param name="Sequence">The event that holds them.</param>
    public sealed record Publication(
        PersonId By,
        Instant At,
        string Title,
        string Hash,
        string? CustomerHash,
        int Sequence
    );
}
