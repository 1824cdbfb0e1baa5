using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Policy;

public sealed partial record EscalationPolicy
{
    /// <summary>The team that stands in for customers without a success manager.</summary>
    internal const string SuccessTeam = "customer-success";

    /// <summary>The team that stands in for customers without an account executive.</summary>
    internal const string AccountTeam = "account-executives";

    /// <summary>Words shown in an explanation; more would hide the point.</summary>
    private const int WordsShown = 2;

    /// <summary>Proposes severity, type, level, owners and everybody else for a new escalation, and says why.</summary>
    public Proposal Propose(PolicyInput input, CompanyDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(input);
        var words = WordsFound(input.Text);
        var type = input.Type ?? TypeOf(Matching(input, words, null));
        var rules = Matching(input, words, type);
        var priority = PriorityOf(input.TicketPriority);
        var severity = SeverityOf(rules, priority);
        var level = rules.Where(rule => rule.Level is not null).Max(rule => rule.Level) ?? Level.L1;
        var teams = OwnerTeams(rules, level);
        return new Proposal(
            severity,
            type,
            level,
            teams,
            Owners(teams, directory),
            Stakeholders(rules, severity, input.Customer, directory),
            [.. rules.SelectMany(rule => rule.Teams).Distinct()],
            [.. rules.SelectMany(rule => rule.Skills).Distinct()],
            words,
            Explain(new Decided(input, words, rules, priority, severity, type, level, teams))
        );
    }

    /// <summary>The owner candidates of a path, in the order in which they are asked: only people who may accept.</summary>
    public ImmutableArray<PersonId> Owners(
        ImmutableArray<string> teams,
        CompanyDirectory directory
    ) =>
        [
            .. teams
                .SelectMany(team => TeamMembers(team, directory))
                .Where(person => May(person, Right.Accept))
                .Select(person => person.Id)
                .Distinct(),
        ];

    /// <summary>People of a level, in the order in which they are asked.</summary>
    public ImmutableArray<PersonId> PeopleOf(Level level, CompanyDirectory directory) =>
        [
            .. Levels[level]
                .Teams.SelectMany(team => TeamMembers(team, directory))
                .Select(person => person.Id)
                .Distinct(),
        ];

    /// <summary>Who must be told about an escalation of a customer at a severity, whatever its path says.</summary>
    public ImmutableArray<PersonId> Stakeholders(
        Customer? customer,
        Severity severity,
        CompanyDirectory directory
    )
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (customer is null || !Tiers.TryGetValue(customer.Tier, out var tier))
            return [];
        var told = new List<PersonId>();
        if (tier.SuccessManager)
            told.AddRange(OneOrTeam(customer.SuccessManager, SuccessTeam, directory));
        if (tier.AccountExecutive)
            told.AddRange(OneOrTeam(customer.AccountExecutive, AccountTeam, directory));
        if (tier.ExecutivesFrom is { } from && severity <= from)
            told.AddRange(People(tier.Executives, directory));
        return [.. told.Distinct()];
    }

    /// <summary>The help desk's priority by its name, whatever its case, or null.</summary>
    public TicketPriority? PriorityOf(string? name) =>
        name is not null && Triggers.Priorities.TryGetValue(name.Trim(), out var found)
            ? found
            : null;

    private ImmutableArray<PersonId> Stakeholders(
        List<PathRule> rules,
        Severity severity,
        Customer? customer,
        CompanyDirectory directory
    ) =>
        [
            .. Stakeholders(customer, severity, directory)
                .Concat(People(rules.SelectMany(rule => rule.Stakeholders), directory))
                .Distinct(),
        ];

    private IEnumerable<PersonId> OneOrTeam(
        PersonId? one,
        string team,
        CompanyDirectory directory
    ) => directory.Find(one) is { } person ? [person.Id] : People([team], directory);

    private IEnumerable<PersonId> People(IEnumerable<string> teams, CompanyDirectory directory) =>
        teams.SelectMany(team => TeamMembers(team, directory)).Select(person => person.Id);

    private List<PathRule> Matching(
        PolicyInput input,
        ImmutableArray<WordFound> words,
        EscalationType? type
    ) => [.. Paths.Where(path => Matches(path.When, input, words, type))];

    private static bool Matches(
        PathCondition when,
        PolicyInput input,
        ImmutableArray<WordFound> words,
        EscalationType? type
    ) =>
        (when.Reasons.IsEmpty || when.Reasons.Contains(input.Reason))
        && (when.Types.IsEmpty || type is { } known && when.Types.Contains(known))
        && Names(when.Products, input.Product)
        && Names(when.Regions, input.Customer?.Region)
        && Names(when.Tiers, input.Customer?.Tier)
        && (when.Words.IsEmpty || words.Any(word => when.Words.Contains(word.Category)));

    private static bool Names(ImmutableArray<string> wanted, string? name) =>
        wanted.IsEmpty
        || name is not null && wanted.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static EscalationType TypeOf(List<PathRule> rules) =>
        rules.Max(rule => rule.Type) ?? EscalationType.Functional;

    private static Severity SeverityOf(List<PathRule> rules, TicketPriority? priority)
    {
        var lowest = Severity.Sev4;
        foreach (var rule in rules)
            if (rule.Severity is { } severity && severity < lowest)
                lowest = severity;
        return priority is not null && priority.Severity < lowest ? priority.Severity : lowest;
    }

    /// <summary>The owners of the rules, then the teams of the higher levels, so that the path never ends in silence.</summary>
    private ImmutableArray<string> OwnerTeams(List<PathRule> rules, Level level) =>
        [
            .. rules
                .SelectMany(rule => rule.Owners)
                .Concat(
                    Levels
                        .Values.Where(rule => rule.Level > level)
                        .OrderBy(rule => rule.Level)
                        .SelectMany(rule => rule.Teams)
                )
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];

    private sealed record Decided(
        PolicyInput Input,
        ImmutableArray<WordFound> Words,
        List<PathRule> Rules,
        TicketPriority? Priority,
        Severity Severity,
        EscalationType Type,
        Level Level,
        ImmutableArray<string> OwnerTeams
    );

    private ImmutableArray<Phrase> Explain(Decided decided)
    {
        var because = Causes(decided, rule => rule.Severity == decided.Severity);
        if (decided.Priority?.Severity == decided.Severity)
            because.Add(Phrase.Of("policy.because-priority", ("priority", decided.Priority.Name)));
        var sentences = ImmutableArray.CreateBuilder<Phrase>();
        sentences.Add(
            Phrase.Of(
                "policy.severity-because",
                ("severity", Phrase.For(decided.Severity)),
                ("causes", All(because, "policy.because-default"))
            )
        );
        var steps = Causes(
            decided,
            rule =>
                rule.Level == decided.Level
                || decided.Input.Type is null && rule.Type == decided.Type
        );
        sentences.Add(
            Phrase.Of(
                "policy.type-because",
                ("type", Phrase.For(decided.Type)),
                ("level", Phrase.For(decided.Level)),
                ("causes", All(steps, "policy.because-usual"))
            )
        );
        if (!decided.OwnerTeams.IsEmpty && Teams.TryGetValue(decided.OwnerTeams[0], out var team))
            sentences.Add(Phrase.Of("policy.owner-asked", ("team", team.Name)));
        return sentences.ToImmutable();
    }

    /// <summary>What the conditions of the deciding rules had in common with this escalation, each said once.</summary>
    private List<Phrase> Causes(Decided decided, Func<PathRule, bool> decides)
    {
        var whens = decided.Rules.Where(decides).Select(rule => rule.When).ToList();
        var causes = Who(decided, whens).ToList();
        if (whens.Any(when => !when.Reasons.IsEmpty))
            causes.Add(Because("reason", Phrase.For(decided.Input.Reason)));
        if (whens.Any(when => !when.Products.IsEmpty))
            causes.Add(Because("product", NameOf(Products, decided.Input.Product)));
        if (whens.Any(when => !when.Regions.IsEmpty))
            causes.Add(Because("region", RegionName(decided.Input.Customer?.Region)));
        if (whens.Any(when => !when.Types.IsEmpty))
            causes.Add(Because("type", Phrase.For(decided.Type)));
        return causes;
    }

    private IEnumerable<Phrase> Who(Decided decided, List<PathCondition> whens)
    {
        var categories = whens.SelectMany(when => when.Words).ToHashSet();
        var said = decided
            .Words.Where(word =>
                categories.Contains(word.Category) && word.Category != WordCategory.Shouting
            )
            .Take(WordsShown)
            .Select(word => Phrase.Of("policy.quoted", ("words", word.Phrase)))
            .ToList();
        var tier = whens.Any(when => !when.Tiers.IsEmpty)
            ? TierName(decided.Input.Customer?.Tier)
            : null;
        if (tier is not null && said.Count > 0)
            yield return Phrase.Of(
                "policy.because-tier-said",
                ("tier", tier),
                ("words", All(said, "policy.quoted"))
            );
        else if (tier is not null)
            yield return Because("tier", tier);
        else if (said.Count > 0)
            yield return Phrase.Of("policy.because-said", ("words", All(said, "policy.quoted")));
        if (
            categories.Contains(WordCategory.Shouting)
            && decided.Words.Any(word => word.Category == WordCategory.Shouting)
        )
            yield return Phrase.Of("policy.because-shouting");
    }

    private static Phrase Because(string what, Text value) =>
        Phrase.Of($"policy.because-{what}", (what, value));

    /// <summary>"a", "a and b", "a, b and c"; the phrase of <paramref name="none"/> when there is nothing.</summary>
    private static Phrase All(List<Phrase> parts, string none)
    {
        if (parts.Count == 0)
            return Phrase.Of(none);
        var joined = parts[0];
        for (var i = 1; i < parts.Count; i++)
            joined = Phrase.Of(
                i == parts.Count - 1 ? "policy.and" : "policy.comma",
                ("first", joined),
                ("second", parts[i])
            );
        return joined;
    }

    /// <summary>What people call a customer tier; its key when the policy has no such tier, empty when it is null.</summary>
    public Text TierName(string? key) =>
        key is not null && Tiers.TryGetValue(key, out var tier) ? tier.Name : key ?? "";

    private Text RegionName(string? key) =>
        key is not null && Regions.TryGetValue(key, out var region) ? region.Name : key ?? "";

    private static Text NameOf(ImmutableSortedDictionary<string, PolicyName> names, string? key) =>
        key is not null && names.TryGetValue(key, out var name) ? name : key ?? "";
}
