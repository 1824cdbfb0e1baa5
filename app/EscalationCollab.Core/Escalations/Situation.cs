using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>All a decision may know beside the escalation itself: who acts, when, under which policy, among whom.</summary>
public sealed record Situation(
    TenantId Tenant,
    Instant Now,
    PersonId Actor,
    EscalationPolicy Policy,
    CompanyDirectory Directory
)
{
    /// <summary>Somebody as a reader; who is nobody in particular reads as the policy says for the company.</summary>
    public Reader ReaderOf(PersonId? person) =>
        Directory.Find(person) is { } known
            ? Reader.Of(known)
            : new Reader(Policy.DefaultLanguage, Policy.DefaultZone);

    /// <summary>A room as a reader, in the company's language and zone unless it has its own.</summary>
    public Reader ReaderOf(string? language, string? zone) =>
        new(language ?? Policy.DefaultLanguage, zone ?? Policy.DefaultZone);
}
