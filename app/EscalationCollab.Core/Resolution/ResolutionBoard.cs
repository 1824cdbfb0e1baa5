using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Resolution;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>How it was solved, what was conceded, and how it ended.</summary>
        public ResolutionBoard Resolution { get; init; } = ResolutionBoard.Empty;
    }
}

namespace EscalationCollab.Core.Resolution
{
    /// <summary>How an escalation comes to its end.</summary>
    public sealed record ResolutionBoard
    {
        /// <summary>Before anything is solved.</summary>
        public static readonly ResolutionBoard Empty = new();

        /// <summary>The workaround that the customer accepted, or empty.</summary>
        public string Workaround { get; init; } = "";

        /// <summary>How it was resolved last; null before, and again after a reopening.</summary>
        public Outcome? Outcome { get; init; }

        /// <summary>What was offered to the customer to make up for it, in order.</summary>
        public ImmutableArray<Concession> Concessions { get; init; } = [];

        /// <summary>When it closes by itself if the customer stays silent; null while it is not awaiting the customer.</summary>
        public Instant? ClosesAt { get; init; }

        /// <summary>How it was closed, or null.</summary>
        public ClosingReason? ClosedHow { get; init; }

        /// <summary>Who closed it, or null; the product when the customer stayed silent.</summary>
        public PersonId? ClosedBy { get; init; }

        /// <summary>How often it was opened again.</summary>
        public int Reopenings { get; init; }

        /// <summary>Why it was opened again last, or empty.</summary>
        public string ReopenedBecause { get; init; } = "";

        /// <summary>A concession by its place, or null.</summary>
        public Concession? Find(int id) => Concessions.FirstOrDefault(made => made.Id == id);

        internal ResolutionBoard Deciding(int id, Func<Concession, Concession> change) =>
            this with
            {
                Concessions = [.. Concessions.Select(made => made.Id == id ? change(made) : made)],
            };
    }

    /// <summary>How it was resolved.</summary>
    /// <param name="Done">What was done.</param>
    /// <param name="Cause">A first idea of why it happened, or empty.</param>
    public sealed record Outcome(
        ResolutionKind Kind,
        string Done,
        string Cause,
        PersonId By,
        Instant At
    );

    /// <summary>What a resolution is.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ResolutionKind>))]
    public enum ResolutionKind
    {
        /// <summary>The cause is gone.</summary>
        Fix,

        /// <summary>The customer can go on for good in another way.</summary>
        Workaround,
    }

    /// <summary>Why it was closed.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ClosingReason>))]
    public enum ClosingReason
    {
        /// <summary>The customer said that it is solved.</summary>
        CustomerConfirmed,

        /// <summary>The customer said nothing for the policy's time.</summary>
        CustomerSilent,

        /// <summary>Somebody closed it by hand, with a reason.</summary>
        ByHand,
    }

    /// <summary>Something given to the customer to make up for it.</summary>
    /// <param name="Id">Its place among the escalation's concessions, counted from 1.</param>
    /// <param name="Kind">A key of the policy's kinds, such as <c>credit</c>.</param>
    /// <param name="KindName">The kind in words, as the policy said it then.</param>
    /// <param name="Amount">More than 0.</param>
    /// <param name="Currency">An ISO 4217 code, or <c>%</c> of the yearly price.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="By">Who proposed it.</param>
    public sealed record Concession(
        int Id,
        string Kind,
        Text KindName,
        decimal Amount,
        string Currency,
        string Reason,
        PersonId By,
        Instant At
    )
    {
        /// <summary>Whether it may be given.</summary>
        public ConcessionState State { get; init; }

        /// <summary>Who decided: the proposer within their own limit, or somebody with a higher one. Null while it waits.</summary>
        public PersonId? DecidedBy { get; init; }

        /// <summary>When.</summary>
        public Instant? DecidedAt { get; init; }

        /// <summary>The limit of who approved it; null when it waits, was refused, or the limit is none.</summary>
        public decimal? Limit { get; init; }

        /// <summary>Whether somebody took it back; false for one that another replaced.</summary>
        public bool WithdrawnByHand { get; init; }

        /// <summary>Why it was refused, or empty.</summary>
        public string RefusedBecause { get; init; } = "";

        /// <summary>Who was asked to approve it.</summary>
        public ImmutableArray<PersonId> Asked { get; init; } = [];
    }

    /// <summary>Whether a concession may be given.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ConcessionState>))]
    public enum ConcessionState
    {
        /// <summary>Above the proposer's limit; somebody with a higher one must decide.</summary>
        Waiting,

        /// <summary>It may be given.</summary>
        Approved,

        /// <summary>It is not given.</summary>
        Refused,

        /// <summary>The proposer took it back.</summary>
        Withdrawn,
    }
}
