using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Surveys;
using NodaTime;

namespace EscalationCollab.Core.Escalations
{
    public sealed partial record Escalation
    {
        /// <summary>What the customer is asked after it closed.</summary>
        public SurveyBoard Survey { get; init; } = SurveyBoard.Empty;
    }
}

namespace EscalationCollab.Core.Surveys
{
    /// <summary>The last survey of an escalation; one that is closed again after a reopening may have another.</summary>
    public sealed record SurveyBoard
    {
        /// <summary>None yet.</summary>
        public static readonly SurveyBoard Empty = new();

        /// <summary>Where it stands.</summary>
        public SurveyState State { get; init; }

        /// <summary>Counts the surveys of this escalation, from 1; 0 before the first.</summary>
        public int Round { get; init; }

        /// <summary>When it is, or was, to be sent.</summary>
        public Instant? SendAt { get; init; }

        /// <summary>The name of the contact who is asked, or empty before that is known.</summary>
        public string Contact { get; init; } = "";

        /// <summary>Their e-mail address.</summary>
        public string Address { get; init; } = "";

        /// <summary>The hash of its first link, by which the survey goes in the table of surveys.</summary>
        public string First { get; init; } = "";

        /// <summary>Hashes of the links that lead to it, the oldest first.</summary>
        public ImmutableArray<string> Links { get; init; } = [];

        /// <summary>When the letter left.</summary>
        public Instant? SentAt { get; init; }

        /// <summary>Whether the connection broke while the last letter was handed over, so that it may not have arrived.</summary>
        public bool Unclear { get; init; }

        /// <summary>When the one reminder is due, or null for none.</summary>
        public Instant? RemindAt { get; init; }

        /// <summary>When the reminder left.</summary>
        public Instant? RemindedAt { get; init; }

        /// <summary>From when its links are dead.</summary>
        public Instant? ExpiresAt { get; init; }

        /// <summary>When it was answered.</summary>
        public Instant? AnsweredAt { get; init; }

        /// <summary>What was answered.</summary>
        public SurveyAnswers? Answers { get; init; }

        /// <summary>Whether the answers are low by the policy of then.</summary>
        public bool IsLow { get; init; }

        /// <summary>Why it was not sent, or null.</summary>
        public Phrase? Why { get; init; }

        /// <summary>Whether it is on its way or with the customer, unanswered.</summary>
        [JsonIgnore]
        public bool IsOut => State is SurveyState.Sending or SurveyState.Sent;
    }

    /// <summary>Where a survey stands.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<SurveyState>))]
    public enum SurveyState
    {
        /// <summary>There is none.</summary>
        None,

        /// <summary>It will be sent by itself.</summary>
        Scheduled,

        /// <summary>Its letter is being handed over.</summary>
        Sending,

        /// <summary>The customer has it.</summary>
        Sent,

        /// <summary>Answered.</summary>
        Answered,

        /// <summary>Nobody answered in time.</summary>
        Expired,

        /// <summary>Not sent, for a reason.</summary>
        Skipped,

        /// <summary>The other side refused the letter.</summary>
        NotDelivered,
    }

    /// <summary>What a customer answered; null where a question was left out.</summary>
    /// <param name="Resolution">How satisfied with the solution, 1 to 5.</param>
    /// <param name="Communication">How satisfied with how we kept them informed, 1 to 5.</param>
    /// <param name="Effort">How easy it was for them, 1 to 7, 7 is easiest.</param>
    /// <param name="Recommendation">How likely they recommend us, 0 to 10.</param>
    /// <param name="Comment">Their own words, at most 3,000 characters, or empty.</param>
    public sealed record SurveyAnswers(
        int Resolution,
        int? Communication,
        int? Effort,
        int? Recommendation,
        string Comment
    )
    {
        /// <summary>Whether every answer given is on its scale.</summary>
        internal bool AreOnScale =>
            Resolution is >= 1 and <= 5
            && Communication is null or (>= 1 and <= 5)
            && Effort is null or (>= 1 and <= 7)
            && Recommendation is null or (>= 0 and <= 10)
            && Comment.Length <= Chat.Form.LongText;
    }
}
