using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>All a decision may know beside the escalation itself: who acts, when, under which policy, among whom.</summary>
public sealed record Situation(
    TenantId Tenant,
    Instant Now,
    PersonId Actor,
    EscalationPolicy Policy,
    CompanyDirectory Directory
);
