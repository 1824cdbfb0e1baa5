using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// One customer problem taken beyond first-line support: the fold of its events. Each room of the house keeps its part
/// in a record of its own (a further <c>partial</c> beside its slices), so that a slice reads and changes its own part only.
/// </summary>
public sealed partial record Escalation
{
    /// <summary>Whose it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Its number within the tenant.</summary>
    public required EscalationNumber Number { get; init; }

    /// <summary>How many events it has; guards against acting on an old picture.</summary>
    public int Version { get; init; }

    /// <summary>The hash of its last event, where the next one chains on; empty before the first.</summary>
    public string Chain { get; init; } = "";

    /// <summary>The time of its last event.</summary>
    public Instant ChangedAt { get; init; }

    /// <summary>Where it is in its life.</summary>
    public Status Status { get; init; }

    /// <summary>How bad it is.</summary>
    public Severity Severity { get; init; } = Severity.Sev3;

    /// <summary>Expertise, authority or executives.</summary>
    public EscalationType Type { get; init; }

    /// <summary>The step of the path it has reached.</summary>
    public Level Level { get; init; } = Level.L2;

    /// <summary>Why it was escalated.</summary>
    public Reason Reason { get; init; }

    /// <summary>The customer as known when it was declared.</summary>
    public CustomerFacts Customer { get; init; } = CustomerFacts.Unknown;

    /// <summary>One line, in the words the customer would use.</summary>
    public string Summary { get; init; } = "";

    /// <summary>More, or empty.</summary>
    public string Details { get; init; } = "";

    /// <summary>The product it is about, or null.</summary>
    public string? Product { get; init; }

    /// <summary>Silent: a restricted room, no announcement, visible to its members only.</summary>
    public bool Restricted { get; init; }

    /// <summary>The chat message it came from, or null.</summary>
    public SourceMessage? Source { get; init; }

    /// <summary>The help-desk ticket it came from, or null.</summary>
    public string? Ticket { get; init; }

    /// <summary>Who declared it.</summary>
    public PersonId DeclaredBy { get; init; }

    /// <summary>The room it was declared in, or null.</summary>
    public RoomRef? DeclaredIn { get; init; }

    /// <summary>When.</summary>
    public Instant DeclaredAt { get; init; }

    /// <summary>The version of the policy it was declared under.</summary>
    public string PolicyVersion { get; init; } = "";

    /// <summary>Why severity, type and level were proposed as they were, in words.</summary>
    public ImmutableArray<Phrase> Because { get; init; } = [];

    /// <summary>Who does what. Roles nobody has are absent.</summary>
    public ImmutableDictionary<Role, ImmutableArray<PersonId>> Roles { get; init; } =
        ImmutableDictionary<Role, ImmutableArray<PersonId>>.Empty;

    /// <summary>When a manager accepted it: ends the first target.</summary>
    public Instant? AcknowledgedAt { get; init; }

    /// <summary>When a workaround was accepted.</summary>
    public Instant? MitigatedAt { get; init; }

    /// <summary>When it was last resolved; null again after a reopening.</summary>
    public Instant? ResolvedAt { get; init; }

    /// <summary>When it was closed, declined or merged.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>The escalation manager, or null while nobody has accepted.</summary>
    [JsonIgnore]
    public PersonId? Owner => Holder(Role.EscalationManager);

    /// <summary>Whether anything more is to be done about the customer's problem.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is Status.Declared or Status.Acknowledged or Status.Mitigated;

    /// <summary>Whether it ended in any way.</summary>
    [JsonIgnore]
    public bool IsOver => Status is Status.Closed or Status.Declined or Status.Merged;

    /// <summary>Before the first event.</summary>
    public static Escalation None(TenantId tenant, EscalationNumber number) =>
        new() { Tenant = tenant, Number = number };

    /// <summary>The one holder of a role, or null.</summary>
    public PersonId? Holder(Role role) => Holders(role) is [var first, ..] ? first : null;

    /// <summary>All holders of a role.</summary>
    public ImmutableArray<PersonId> Holders(Role role) => Roles.GetValueOrDefault(role, []);

    /// <summary>Whether a person has any role in it or declared it.</summary>
    public bool Involves(PersonId person) =>
        DeclaredBy == person
        || Roles.Values.Any(holders => holders.Contains(person))
        || Invited.Contains(person);

    /// <summary>The state after one more event.</summary>
    public Escalation With(EscalationEvent happened, Stamp stamp) =>
        happened.Apply(this, stamp) with
        {
            Version = stamp.Sequence,
            ChangedAt = stamp.At,
        };
}

/// <summary>What an escalation remembers of its customer, so that a later change of the directory does not rewrite the past.</summary>
/// <param name="Language">The language customer messages are written in.</param>
/// <param name="Zone">The IANA zone times are told in.</param>
public sealed record CustomerFacts(
    CustomerId Id,
    string Name,
    string Tier,
    string Region,
    string Language,
    string Zone
)
{
    /// <summary>Before the first event.</summary>
    public static readonly CustomerFacts Unknown = new(
        new CustomerId(""),
        "",
        "",
        "",
        "en",
        "Etc/UTC"
    );
}
