using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>
/// Situations and escalations for pure decision tests: the Sandbox's company under the delivered policy. Times are ISO
/// 8601 in UTC; 2026-03-02 is a working Monday everywhere.
/// </summary>
internal static class Scenes
{
    /// <summary>Monday, 09:00 UTC.</summary>
    public const string Morning = "2026-03-02T09:00:00Z";

    public static readonly CompanyDirectory Company = CompanyFile
        .Load(Path.Combine(Templates.Root, "sandbox", "company.yaml"))
        .Directory;

    public static readonly EscalationPolicy Policy = Read();

    public static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    public static Instant Moment(string iso) => InstantPattern.ExtendedIso.Parse(iso).Value;

    public static PersonId Who(string person) => new(person);

    public static Customer Customer(string id) => Company.Customers[new CustomerId(id)];

    /// <summary>Somebody acting at a moment; <c>product</c> is the product itself.</summary>
    public static Situation At(string actor, string moment = Morning) => At(actor, Moment(moment));

    public static Situation At(string actor, Instant moment) =>
        new(
            TenantId.Default,
            moment,
            actor == "product" ? PersonId.Product : new PersonId(actor),
            Policy,
            Company
        );

    /// <summary>A declared escalation, as the slice itself declares it.</summary>
    public static Escalation Declared(
        string by = "ana",
        string customer = "acme",
        Severity? severity = Severity.Sev2,
        Reason reason = Reason.MissingExpertise,
        string summary = "Customers cannot sign in",
        bool restricted = false,
        string? product = null,
        string moment = Morning,
        long number = EscalationNumber.First
    )
    {
        var situation = At(by, moment);
        var empty = Escalation.None(TenantId.Default, new EscalationNumber(number));
        var command = new DeclareEscalation(Customer(customer), summary, reason)
        {
            Severity = severity,
            Restricted = restricted,
            Product = product,
        };
        return empty.After(Declare.Decide(empty, command, situation), situation);
    }

    /// <summary>The state after what was decided, which must not be a refusal.</summary>
    public static Escalation After(this Escalation before, Decision decision, Situation situation)
    {
        decision.Refusals.Should().BeEmpty();
        return before.After(situation, [.. decision.Events]);
    }

    /// <summary>The state after events that a person caused.</summary>
    public static Escalation After(
        this Escalation before,
        Situation situation,
        params EscalationEvent[] events
    ) =>
        events.Aggregate(
            before,
            (state, happened) =>
                state.With(happened, new Stamp(situation.Now, situation.Actor, state.Version + 1))
        );

    /// <summary>The state after events that the product caused at the time of the last one.</summary>
    public static Escalation After(this Escalation before, params EscalationEvent[] events) =>
        before.After(At("product", before.ChangedAt), events);

    /// <summary>The state after somebody decided something.</summary>
    public static Escalation After(
        this Escalation before,
        Situation situation,
        Func<Escalation, Situation, Decision> decide
    ) => before.After(decide(before, situation), situation);

    /// <summary>What a text says in a language; names and times as a person in that language at UTC reads them.</summary>
    public static string Say(this Text text, string language = "en", Instant? now = null) =>
        PlainText.Of(
            text,
            new ReaderFormat(Words, new Reader(language, "Etc/UTC"), now ?? Moment(Morning))
        );

    /// <summary>Every text of a card, in reading order.</summary>
    public static IReadOnlyList<Text> Texts(Card card)
    {
        var texts = new List<Text>();
        card.Map(text =>
        {
            texts.Add(text);
            return text;
        });
        return texts;
    }

    /// <summary>The keys of the refusals.</summary>
    public static IEnumerable<string> Keys(this Decision decision) =>
        decision.Refusals.Select(refusal => refusal.Sentence.Key);

    /// <summary>Writes an escalation as JSON and reads it back, as a snapshot does.</summary>
    public static Escalation Stored(this Escalation escalation) =>
        System.Text.Json.JsonSerializer.Deserialize<Escalation>(
            System.Text.Json.JsonSerializer.Serialize(escalation, Json.Options),
            Json.Options
        )!;

    private static EscalationPolicy Read()
    {
        var reading = PolicyFile.Load(Path.Combine(Templates.Root, "policy.yaml"));
        reading.Problems.Should().BeEmpty();
        return reading.Policy!;
    }
}
