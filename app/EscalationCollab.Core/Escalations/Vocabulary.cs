using System.Text.Json.Serialization;

namespace EscalationCollab.Core.Escalations;

/// <summary>How bad it is for the customer; <see cref="Sev1"/> is the highest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>The highest.</summary>
    Sev1 = 1,

    /// <summary>High.</summary>
    Sev2 = 2,

    /// <summary>Medium.</summary>
    Sev3 = 3,

    /// <summary>Low.</summary>
    Sev4 = 4,
}

/// <summary>Whether expertise, authority or executives are asked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EscalationType>))]
public enum EscalationType
{
    /// <summary>To people who know more.</summary>
    Functional,

    /// <summary>To people who may decide more.</summary>
    Hierarchical,

    /// <summary>To the company's leadership.</summary>
    Executive,
}

/// <summary>A step on the escalation path.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Level>))]
public enum Level
{
    /// <summary>First line.</summary>
    L1 = 1,

    /// <summary>Experts.</summary>
    L2 = 2,

    /// <summary>Managers.</summary>
    L3 = 3,

    /// <summary>Executives.</summary>
    L4 = 4,
}

/// <summary>Why first-line support could not finish it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Reason>))]
public enum Reason
{
    /// <summary>Knowledge is needed that first line does not have.</summary>
    MissingExpertise,

    /// <summary>We and the customer misunderstood each other.</summary>
    Miscommunication,

    /// <summary>A promised time was missed.</summary>
    SlaBreach,

    /// <summary>The conversation has become hostile.</summary>
    Conflict,

    /// <summary>The customer asks for somebody higher.</summary>
    CustomerDemand,

    /// <summary>The customer says they may leave.</summary>
    CancellationThreat,

    /// <summary>The customer speaks of legal steps.</summary>
    LegalThreat,

    /// <summary>A decision is needed that first line may not take.</summary>
    AuthorityNeeded,
}

/// <summary>Where an escalation is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Status>))]
public enum Status
{
    /// <summary>Opened; nobody has accepted it yet.</summary>
    Declared,

    /// <summary>An escalation manager owns it.</summary>
    Acknowledged,

    /// <summary>A workaround is in place and accepted.</summary>
    Mitigated,

    /// <summary>Fixed; the customer has not confirmed yet.</summary>
    Resolved,

    /// <summary>The customer confirmed, or stayed silent for the policy's days.</summary>
    Closed,

    /// <summary>Not an escalation after all, with a reason.</summary>
    Declined,

    /// <summary>Continues under another number.</summary>
    Merged,
}

/// <summary>Which way it is going, as said with each status update.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Trend>))]
public enum Trend
{
    /// <summary>Getting better.</summary>
    Improving,

    /// <summary>No change.</summary>
    Same,

    /// <summary>Getting worse.</summary>
    Declining,
}

/// <summary>What a person does in an escalation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>The one owner.</summary>
    EscalationManager,

    /// <summary>Leads the work on the cause and posts status.</summary>
    TechnicalLead,

    /// <summary>Writes to the customer.</summary>
    CommunicationsLead,

    /// <summary>An executive who stands behind the customer.</summary>
    Sponsor,

    /// <summary>Needs to know and may decide: customer success manager, account executive.</summary>
    Stakeholder,

    /// <summary>Follows.</summary>
    Observer,
}
