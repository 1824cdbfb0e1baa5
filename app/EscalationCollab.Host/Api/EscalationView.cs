using System.Collections.Immutable;
using System.ComponentModel;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using NodaTime;

namespace EscalationCollab.Host.Api;

/// <summary>What is sent to declare an escalation.</summary>
internal sealed record DeclareBody
{
    /// <summary>The customer's id or name.</summary>
    [Description("The customer's id or name.")]
    public string? Customer { get; init; }

    /// <summary>One line, in the customer's words.</summary>
    [Description("One line of at most 150 characters, in the customer's words.")]
    public string? Summary { get; init; }

    /// <summary>A name of <see cref="Core.Escalations.Reason"/>.</summary>
    [Description(
        "MissingExpertise, Miscommunication, SlaBreach, Conflict, CustomerDemand, CancellationThreat, LegalThreat or AuthorityNeeded."
    )]
    public string? Reason { get; init; }

    /// <summary>More.</summary>
    public string? Details { get; init; }

    /// <summary>A name of <see cref="Core.Escalations.Severity"/>; the policy proposes one when it is left out.</summary>
    [Description("Sev1 to Sev4; left out, the policy proposes one.")]
    public string? Severity { get; init; }

    /// <summary>A name of <see cref="EscalationType"/>.</summary>
    [Description("Functional, Hierarchical or Executive; left out, the policy proposes one.")]
    public string? Type { get; init; }

    /// <summary>A key of the policy's products.</summary>
    public string? Product { get; init; }

    /// <summary>Restricted room, no announcement.</summary>
    public bool Restricted { get; init; }

    /// <summary>The e-mail address of the person it is declared for.</summary>
    [Description(
        "The e-mail address of the person it is declared for; left out, it is declared by the product."
    )]
    public string? DeclaredBy { get; init; }

    /// <summary>As if the declaration form had been submitted, so that the same checks apply.</summary>
    public Interaction ToInteraction(string key, TenantId tenant, PersonId actor)
    {
        var inputs = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                inputs[name] = [value];
        }
        Add("customer", Customer);
        Add("summary", Summary);
        Add("reason", Reason);
        Add("details", Details);
        Add("severity", Severity);
        Add("type", Type);
        Add("product", Product);
        Add("restricted", Restricted ? "true" : null);
        return new Interaction
        {
            Key = key,
            Tenant = tenant,
            Actor = actor,
            Platform = "api",
            Kind = InteractionKind.SubmitDialog,
            Route = DeclareDialog.Id,
            Inputs = inputs.ToImmutable(),
        };
    }
}

/// <summary>An escalation as the HTTP interface shows it. Times are ISO 8601 in UTC.</summary>
internal sealed record EscalationView
{
    public required string Number { get; init; }
    public required string Customer { get; init; }
    public required string CustomerName { get; init; }
    public required string Summary { get; init; }
    public required Status Status { get; init; }
    public required Severity Severity { get; init; }
    public required EscalationType Type { get; init; }
    public required Level Level { get; init; }
    public required Reason Reason { get; init; }
    public string? Product { get; init; }
    public string? Owner { get; init; }
    public required IReadOnlyList<string> Rooms { get; init; }
    public required DateTimeOffset DeclaredAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public DateTimeOffset? MitigatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public required int Version { get; init; }

    public static EscalationView Of(Escalation escalation) =>
        new()
        {
            Number = escalation.Number.ToString(),
            Customer = escalation.Customer.Id.Value,
            CustomerName = escalation.Customer.Name,
            Summary = escalation.Summary,
            Status = escalation.Status,
            Severity = escalation.Severity,
            Type = escalation.Type,
            Level = escalation.Level,
            Reason = escalation.Reason,
            Product = escalation.Product,
            Owner = escalation.Owner?.Value,
            Rooms = [.. escalation.Rooms.Select(room => room.Name)],
            DeclaredAt = escalation.DeclaredAt.ToDateTimeOffset(),
            AcknowledgedAt = Moment(escalation.AcknowledgedAt),
            MitigatedAt = Moment(escalation.MitigatedAt),
            ResolvedAt = Moment(escalation.ResolvedAt),
            ClosedAt = Moment(escalation.ClosedAt),
            Version = escalation.Version,
        };

    private static DateTimeOffset? Moment(Instant? at) => at?.ToDateTimeOffset();
}
