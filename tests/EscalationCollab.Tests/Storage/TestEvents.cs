using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Tests.Storage;

/// <summary>An event that says something, which becomes the summary.</summary>
[StoredAs("test-said")]
internal sealed record Said(string Words) : EscalationEvent
{
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            DeclaredBy = stamp.By,
            Summary = $"{before.Summary} {Words}",
        };
}

/// <summary>An effect of a lane, optionally later or with a key.</summary>
[StoredAs("test-effect")]
internal sealed record TestEffect(
    string Name,
    string In = "chat",
    Instant? At = null,
    string? Key = null
) : Effect
{
    public override string Lane => In;

    public override Instant? NotBefore => At;

    public override string? Coalesce => Key;
}

/// <summary>The stored names of the product and of these tests.</summary>
internal static class TestTypes
{
    public static readonly StoredTypes<EscalationEvent> Events = new([
        typeof(EscalationEvent).Assembly,
        typeof(Said).Assembly,
    ]);

    public static readonly StoredTypes<Effect> Effects = new([
        typeof(Effect).Assembly,
        typeof(TestEffect).Assembly,
    ]);

    public static Records Of(System.Data.IDbConnection connection, string tenant = "acme") =>
        new(connection, new TenantId(tenant), Events, Effects);
}
