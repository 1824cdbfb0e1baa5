using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Policy;

/// <summary>The policy that comes with the product, and a few people for it.</summary>
internal static class DeliveredPolicy
{
    public static readonly string Path = System.IO.Path.Combine(Templates.Root, "policy.yaml");

    public static readonly string Yaml = File.ReadAllText(Path);

    private static readonly Lazy<EscalationPolicy> Loaded = new(() =>
    {
        var reading = PolicyFile.Load(Path);
        reading.Problems.Should().BeEmpty();
        return reading.Policy!;
    });

    public static EscalationPolicy Policy => Loaded.Value;

    public static readonly Person Ana = Of("ana", "escalation-managers");
    public static readonly Person Bruno = Of("bruno", "escalation-managers");
    public static readonly Person Carla = Of("carla", "support-managers");
    public static readonly Person Dovile = Of("dovile", "leadership");
    public static readonly Person Edgar = Of("edgar", "first-line");
    public static readonly Person Fabio = Of("fabio", "customer-success");
    public static readonly Person Gita = Of("gita", "account-executives");

    public static readonly Customer Acme = new(new CustomerId("acme"), "Acme")
    {
        Tier = "enterprise",
        Region = "latam",
        SuccessManager = Fabio.Id,
    };

    public static readonly Customer Small = new(new CustomerId("small"), "Small")
    {
        Tier = "starter",
        Region = "baltics",
    };

    public static readonly CompanyDirectory Company = new(
        new[] { Ana, Bruno, Carla, Dovile, Edgar, Fabio, Gita }.ToImmutableDictionary(p => p.Id),
        new[] { Acme, Small }.ToImmutableDictionary(c => c.Id)
    );

    public static Person Of(string name, params ImmutableArray<string> teams) =>
        new(new PersonId(name), name, name + "@example.com", "", "en", "Europe/Vilnius")
        {
            Teams = teams,
        };
}
