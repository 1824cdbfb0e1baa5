using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>What the customer was told, is about to be told, and when the next word is promised.</summary>
        public CustomerBoard CustomerUpdates { get; init; } = CustomerBoard.Empty;
    }
}

namespace EscalationCollab.Core.CustomerUpdates
{
    using EscalationCollab.Core.Escalations;

    /// <summary>The messages to the customer of one escalation.</summary>
    public sealed record CustomerBoard
    {
        /// <summary>Before the first one.</summary>
        public static readonly CustomerBoard Empty = new();

        /// <summary>When the next one is promised, and how the earlier promises went.</summary>
        public Cadence Cadence { get; init; } = Cadence.Idle;

        /// <summary>The last one sent, or null.</summary>
        public SentLetter? Last { get; init; }

        /// <summary>When the customer was told that it is solved; null before, and again after a reopening.</summary>
        public Instant? ResolutionToldAt { get; init; }

        /// <summary>The problem in the customer's own words and language, as written last, or empty.</summary>
        public string Summary { get; init; } = "";

        /// <summary>Message-IDs of what was sent, oldest first: replies carry them, and mail programs thread by them.</summary>
        public ImmutableArray<string> MessageIds { get; init; } = [];

        /// <summary>Those not sent yet.</summary>
        public ImmutableArray<Draft> Drafts { get; init; } = [];

        /// <summary>What became of the earlier drafts, so that their cards can tell it.</summary>
        public ImmutableArray<DraftEnd> Ended { get; init; } = [];

        /// <summary>How many there have been; the next one is one more.</summary>
        public int Drafted { get; init; }

        /// <summary>A draft that waits or is on its way, or null.</summary>
        public Draft? Find(int id) => Drafts.FirstOrDefault(draft => draft.Id == id);

        /// <summary>What became of a draft, or null while it is still there.</summary>
        public DraftEnd? EndOf(int id) => Ended.FirstOrDefault(end => end.Id == id);

        /// <summary>Whether one of this kind waits or is on its way.</summary>
        public bool HasDraftOf(CustomerMessageKind kind) =>
            Drafts.Any(draft => draft.Text.Kind == kind);

        internal CustomerBoard Changing(int id, Func<Draft, Draft> change) =>
            this with
            {
                Drafts = [.. Drafts.Select(draft => draft.Id == id ? change(draft) : draft)],
            };

        internal CustomerBoard Ending(int id, DraftEnd end) =>
            this with
            {
                Drafts = Drafts.RemoveAll(draft => draft.Id == id),
                Ended = Ended.Add(end),
            };
    }

    /// <summary>A message that reached the customer.</summary>
    /// <param name="Author">Who wrote it; the product for what it wrote by itself.</param>
    /// <param name="NextBy">When it promises the next one, or null.</param>
    public sealed record SentLetter(
        CustomerMessageKind Kind,
        string Subject,
        PersonId Author,
        PersonId? ApprovedBy,
        Instant At,
        Instant? NextBy
    );

    /// <summary>What became of a draft.</summary>
    /// <param name="By">Who ended it: sent or discarded it.</param>
    /// <param name="Sent">Sent, or discarded.</param>
    public sealed record DraftEnd(
        int Id,
        CustomerMessageKind Kind,
        string Subject,
        bool Sent,
        PersonId By,
        PersonId? ApprovedBy,
        Instant At
    )
    {
        /// <summary>Recipients it did not reach, each with why.</summary>
        public ImmutableArray<string> Missed { get; init; } = [];
    }

    /// <summary>A message to the customer that is not sent yet.</summary>
    public sealed record Draft
    {
        /// <summary>Its place among the escalation's drafts, counted from 1.</summary>
        public required int Id { get; init; }

        /// <summary>Counts its changes; what was approved is one revision, never a later one.</summary>
        public int Revision { get; init; } = 1;

        /// <summary>How often it came back to its keeper; each time is a message of its own, so that it is noticed.</summary>
        public int Round { get; init; }

        /// <summary>Everybody who wrote in it. None of them may approve it.</summary>
        public required ImmutableArray<PersonId> Authors { get; init; }

        /// <summary>Who has it in hand: sees the preview and is asked when something is unclear.</summary>
        public required PersonId Keeper { get; init; }

        /// <summary>What it says.</summary>
        public required LetterText Text { get; init; }

        /// <summary>Exactly as it will arrive.</summary>
        public required LetterForm Letter { get; init; }

        /// <summary>How far it is.</summary>
        public DraftState State { get; init; }

        /// <summary>Who was asked to approve it.</summary>
        public ImmutableArray<PersonId> Asked { get; init; } = [];

        /// <summary>When they were asked; null where nobody was, or before this was kept.</summary>
        public Instant? AskedAt { get; init; }

        /// <summary>Who sent or approved it, or sent it back.</summary>
        public PersonId? DecidedBy { get; init; }

        /// <summary>When.</summary>
        public Instant? DecidedAt { get; init; }

        /// <summary>Who approved this revision, or null.</summary>
        public PersonId? ApprovedBy { get; init; }

        /// <summary>Why it was sent back, was refused by the other side or is unclear; or empty.</summary>
        public string Why { get; init; } = "";

        /// <summary>What stood in its way when it was refused.</summary>
        public RefusalCause Cause { get; init; }
    }

    /// <summary>How far a draft is.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DraftState>))]
    public enum DraftState
    {
        /// <summary>Written; nobody was asked.</summary>
        Written,

        /// <summary>Somebody else was asked to approve it.</summary>
        AwaitingApproval,

        /// <summary>Sent back with a reason.</summary>
        SentBack,

        /// <summary>On its way.</summary>
        Sending,

        /// <summary>Refused by the other side for good.</summary>
        Refused,

        /// <summary>It may or may not have arrived.</summary>
        Unclear,

        /// <summary>The moment it promises had passed before it could be sent.</summary>
        Outdated,
    }

    /// <summary>The writer's own part of a message, in the customer's language. Parts that a kind does not use are null.</summary>
    public sealed record LetterText(CustomerMessageKind Kind, string Summary)
    {
        /// <summary>What the problem costs the customer.</summary>
        public string? Impact { get; init; }

        /// <summary>What is happening now.</summary>
        public string? Now { get; init; }

        /// <summary>What the customer can do meanwhile.</summary>
        public string? Meanwhile { get; init; }

        /// <summary>A way to go on until it is fixed.</summary>
        public string? Workaround { get; init; }

        /// <summary>What was done.</summary>
        public string? Resolution { get; init; }

        /// <summary>The named thing an apology is for.</summary>
        public string? Fault { get; init; }

        /// <summary>Why it happened.</summary>
        public string? Cause { get; init; }

        /// <summary>What changes so that it does not happen again.</summary>
        public string? Changes { get; init; }

        /// <summary>What is offered to make up for it.</summary>
        public string? Concession { get; init; }

        /// <summary>When it promises the next message; null for none.</summary>
        public Instant? NextBy { get; init; }
    }

    /// <summary>A rendered message with its addresses.</summary>
    /// <param name="To">Whom it addresses; by e-mail, who gets it.</param>
    /// <param name="Language">The language it is written in.</param>
    public sealed record LetterForm(
        ImmutableArray<Contact> To,
        string Language,
        string Subject,
        string PlainBody,
        string HtmlBody
    )
    {
        /// <summary>The shared channel it goes into; null when it goes by e-mail.</summary>
        public SharedChannel? Via { get; init; }
    }
}
