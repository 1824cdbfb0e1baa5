using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Escalations;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

internal sealed partial class PolicyReader
{
    private ImmutableArray<PathRule> Paths(
        Section root,
        ImmutableSortedDictionary<Right, RightRule> rights
    )
    {
        root.Required("paths", "(a list of rules)");
        var found = new List<(PathRule Rule, YamlNode At)>();
        foreach (var node in root.List("paths"))
            if (root.AsMap(node, "paths") is { } map)
            {
                var rule = Path(map);
                if (
                    found.Any(other =>
                        other.Rule.Name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase)
                    )
                )
                    findings.Add(
                        node,
                        $"Two paths are called '{rule.Name}'.",
                        "Give each its own name."
                    );
                LeadsSomewhere(rule, map, rights);
                found.Add((rule, node));
            }
        if (root.Optional("paths") is { } paths && !found.Any(path => Answers(path.Rule)))
            findings.Add(
                paths,
                "An escalation that matches no path would lead nowhere.",
                "Add a last path without 'when', with 'severity', 'level', 'type' and 'owners'."
            );
        return [.. found.Select(path => path.Rule)];
    }

    private static bool Answers(PathRule rule) =>
        rule.When.IsAny
        && rule.Severity is not null
        && rule.Level is not null
        && rule.Type is not null
        && !rule.Owners.IsEmpty;

    private PathRule Path(Section map)
    {
        var name = map.Text("name", "Everything else");
        var when = Condition(map.OptionalMap("when"));
        var invite = map.OptionalMap("invite");
        var rule = new PathRule(
            name,
            when,
            map.OptionalEnum<Severity>("severity"),
            map.OptionalEnum<Level>("level"),
            map.OptionalEnum<EscalationType>("type"),
            TeamNames(map, "owners"),
            TeamNames(map, "stakeholders"),
            invite is null ? [] : TeamNames(invite, "teams"),
            invite?.Names("skills", "skill", [.. skills.Keys]) ?? []
        );
        invite?.Done();
        map.Done();
        return rule;
    }

    private PathCondition Condition(Section? when)
    {
        if (when is null)
            return new PathCondition([], [], [], [], [], []);
        var condition = new PathCondition(
            when.Enums<Reason>("reason", "reason"),
            when.Enums<EscalationType>("type", "type"),
            when.Names("product", "product", [.. products.Keys]),
            when.Names("region", "region", [.. regions.Keys]),
            when.Names("tier", "tier", [.. tiers.Keys]),
            when.Enums<WordCategory>("said", "category of words")
        );
        if (!when.Entries().Any())
            findings.Add(
                when.Node,
                "'when' is empty.",
                "Remove 'when' for a path about everything, or add a condition such as 'tier: enterprise'."
            );
        when.Done();
        return condition;
    }

    private void LeadsSomewhere(
        PathRule rule,
        Section map,
        ImmutableSortedDictionary<Right, RightRule> rights
    )
    {
        var does = new[] { "severity", "level", "type", "owners", "stakeholders", "invite" };
        if (!does.Any(map.Has))
            findings.Add(
                map.Node,
                $"The path '{rule.Name}' leads nowhere: it decides nothing.",
                "Add 'owners', 'severity', 'level', 'type', 'stakeholders' or 'invite'."
            );
        if (!rights.TryGetValue(Right.Accept, out var accept) || accept.Everyone)
            return;
        foreach (var node in map.List("owners"))
            if (
                node is YamlScalarNode { Value: { } team }
                && teams.ContainsKey(team)
                && !accept.Teams.Contains(team, StringComparer.OrdinalIgnoreCase)
            )
                findings.Add(
                    node,
                    $"The path '{rule.Name}' asks '{team}', who may not accept escalations.",
                    $"Add '{team}' to 'rights: accept: teams', or ask another team."
                );
    }

    private ConcessionRules Concessions(Section root)
    {
        var section = root.Map("concessions");
        var kinds = section is null
            ? Empty<PolicyName>()
            : Names(section, "kinds", (at, _, value, key) => Name(at, value, key));
        var limits = ImmutableArray.CreateBuilder<ConcessionLimit>();
        foreach (var node in section?.List("limits") ?? [])
            if (section!.AsMap(node, "limits") is { } map)
                limits.Add(Limit(map, kinds));
        section?.Done();
        return new ConcessionRules(kinds, limits.ToImmutable());
    }

    private ConcessionLimit Limit(Section map, ImmutableSortedDictionary<string, PolicyName> kinds)
    {
        var team = map.Optional("team") is { } named
            ? map.AsName(named, "team", [.. teams.Keys])
            : null;
        var role = map.OptionalEnum<Role>("role");
        if (team is null == role is null)
            findings.Add(
                map.Node,
                "A limit is for one team or one role.",
                "Write either 'team: support-managers' or 'role: escalation-manager'."
            );
        var kind = map.Required("kind", "credit");
        var limit = new ConcessionLimit(
            team,
            role,
            kind is null ? "" : map.AsName(kind, "kind of concession", [.. kinds.Keys]),
            Currency(map),
            Amount(map)
        );
        map.Done();
        return limit;
    }

    private string Currency(Section map)
    {
        if (map.Required("currency", "EUR") is not { } node)
            return "";
        var text = (node as YamlScalarNode)?.Value?.Trim() ?? "";
        if (text == "%" || text.Length == 3 && text.All(char.IsAsciiLetterUpper))
            return text;
        findings.Add(
            node,
            $"'{Findings.Shown(text)}' is not a currency.",
            "Write three capital letters such as 'EUR', or '\"%\"'."
        );
        return "";
    }

    private decimal? Amount(Section map)
    {
        if (map.Required("amount", "500") is not { } node)
            return 0;
        var text = (node as YamlScalarNode)?.Value?.Trim() ?? "";
        if (text == "unlimited")
            return null;
        if (
            decimal.TryParse(
                text,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var amount
            )
            && amount <= 1_000_000_000
        )
            return amount;
        findings.Add(
            node,
            $"'{Findings.Shown(text)}' is not an amount.",
            "Write digits with a point for cents, such as '2500' or '99.50', or 'unlimited'."
        );
        return 0;
    }

    private WordRules Words(Section root)
    {
        var section = root.Map("words");
        var phrases = ImmutableArray.CreateBuilder<WordPhrase>();
        foreach (var category in Enum.GetValues<WordCategory>())
        {
            if (category == WordCategory.Shouting)
                continue;
            var map = section?.Map(Section.Kebab(category.ToString()));
            foreach (var (language, keyNode, _) in map?.Entries() ?? [])
            {
                var known = map!.AsName(keyNode, "language with words", languages);
                foreach (var node in map.List(language))
                    if (Phrase(map, node) is { } phrase)
                        phrases.Add(new WordPhrase(category, phrase, known));
            }
        }
        var shouting = section?.Map("shouting");
        var rules = new WordRules(
            phrases.ToImmutable(),
            shouting?.Number("letters", 4, 1000, 12) ?? 12,
            shouting?.Number("capitals", 30, 100, 70) ?? 70,
            shouting?.Number("marks", 2, 20, 3) ?? 3
        );
        shouting?.Done();
        section?.Done();
        return rules;
    }

    private string? Phrase(Section map, YamlNode node)
    {
        var text = map.AsText(node, "words");
        if (text.Length == 0)
            return null;
        var words = WordMatcher.Split(text.Replace("*", "", StringComparison.Ordinal)).ToList();
        if (words.Count > 0 && words.Sum(word => word.Word.Length) >= 3)
            return text;
        findings.Add(
            node,
            $"'{Findings.Shown(text)}' is too short to listen for.",
            "Write at least three letters."
        );
        return null;
    }
}
