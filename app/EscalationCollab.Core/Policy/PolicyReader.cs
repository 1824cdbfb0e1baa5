using System.Collections.Immutable;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

/// <summary>Turns the tree of a text into a policy, noting everything that is wrong on the way.</summary>
internal sealed partial class PolicyReader(Findings findings, ImmutableArray<string> languages)
{
    private string usualLanguage = Languages.Fallback;
    private ImmutableSortedDictionary<string, TeamRule> teams = Empty<TeamRule>();
    private ImmutableSortedDictionary<string, SkillRule> skills = Empty<SkillRule>();
    private ImmutableSortedDictionary<string, PolicyName> products = Empty<PolicyName>();
    private ImmutableSortedDictionary<string, BusinessCalendar> calendars =
        Empty<BusinessCalendar>();
    private ImmutableSortedDictionary<string, RegionRule> regions = Empty<RegionRule>();
    private ImmutableSortedDictionary<string, TierRule> tiers = Empty<TierRule>();

    /// <summary>The policy; only whole when nothing was noted.</summary>
    public EscalationPolicy? Read(YamlMappingNode node, string hash)
    {
        var root = new Section("the policy", node, findings);
        var name = root.Text("name", "Our policy");
        var language = Language(root);
        usualLanguage = languages.Contains(language) ? language : Languages.Fallback;
        var zone = Zone(root.Required("zone", "Europe/Vilnius"))?.Id ?? "Etc/UTC";
        teams = Names(root, "teams", Team);
        skills = Names(root, "skills", Skill);
        products = Names(root, "products", (section, _, value, key) => Name(section, value, key));
        calendars = Calendars(root.Map("calendars"));
        var usual = DefaultCalendar(root);
        regions = Names(root, "regions", Region);
        tiers = Names(root, "tiers", Tier);
        var severities = Severities(root);
        var levels = Levels(root);
        var rights = Rights(root);
        var policy = new EscalationPolicy
        {
            Version = new PolicyVersion(name, hash),
            DefaultLanguage = language,
            DefaultZone = zone,
            DefaultCalendar = usual,
            Calendars = calendars,
            Regions = regions,
            Tiers = tiers,
            Products = products,
            Severities = severities,
            Levels = levels,
            Teams = teams,
            Skills = skills,
            Paths = Paths(root, rights),
            Approval = Approval(root),
            Concessions = Concessions(root),
            Words = Words(root),
            Triggers = Triggers(root),
            Surveys = Surveys(root),
            Nudges = Nudges(root),
            ActionItems = ActionItems(root),
            SilenceUntilClosing = Closing(root),
            Rights = rights,
            InboxRetention = Keep(root),
            Guests = Guests(root),
        };
        root.Done();
        return policy;
    }

    private static ImmutableSortedDictionary<string, T> Empty<T>() =>
        ImmutableSortedDictionary.Create<string, T>(StringComparer.OrdinalIgnoreCase);

    private string Language(Section root)
    {
        var node = root.Required("language", "en");
        return node is null ? "en" : root.AsName(node, "language with words", languages);
    }

    private PolicyName Name(Section section, string example) =>
        section.Required("name", example) is { } value ? Name(section, value, "name") : example;

    /// <summary>One text, or one for each language with at least that of the policy.</summary>
    private PolicyName Name(Section section, YamlNode value, string key)
    {
        if (value is not YamlMappingNode node)
            return section.AsText(value, key);
        var names = new Section(key, node, findings);
        var texts = languages
            .Select(language => (language, text: names.Optional(language)))
            .Where(name => name.text is not null)
            .ToImmutableSortedDictionary(
                name => name.language,
                name => names.AsText(name.text!, name.language)
            );
        if (!texts.ContainsKey(usualLanguage))
            names.Required(usualLanguage, key);
        names.Done();
        return new PolicyName(texts.GetValueOrDefault(usualLanguage, key), texts);
    }

    private DateTimeZone? Zone(YamlNode? node)
    {
        if (node is null)
            return null;
        var text = (node as YamlScalarNode)?.Value?.Trim() ?? "";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is { } zone)
            return zone;
        var near = Findings.Nearest(text, DateTimeZoneProviders.Tzdb.Ids);
        findings.Add(
            node,
            $"There is no time zone '{Findings.Shown(text)}'.",
            near is null
                ? "Write an IANA zone such as 'Europe/Rome' or 'America/Sao_Paulo'."
                : $"Did you mean '{near}'?"
        );
        return null;
    }

    /// <summary>A section whose keys are names; two that differ only in case are one too many.</summary>
    private ImmutableSortedDictionary<string, T> Names<T>(
        Section root,
        string key,
        Func<Section, YamlNode, YamlNode, string, T?> read
    )
        where T : class
    {
        var found = Empty<T>().ToBuilder();
        if (root.Map(key, "(at least one entry)") is not { } section)
            return found.ToImmutable();
        foreach (var (name, keyNode, value) in section.Entries())
        {
            if (found.ContainsKey(name))
                findings.Add(
                    keyNode,
                    $"'{name}' is defined twice in '{key}'.",
                    "Keep one of them."
                );
            else if (read(section, keyNode, value, name) is { } rule)
                found.Add(name, rule);
        }
        return found.ToImmutable();
    }

    private TeamRule? Team(Section section, YamlNode keyNode, YamlNode value, string key)
    {
        if (value is YamlScalarNode)
            return new TeamRule(key, Name(section, value, key), []);
        if (section.AsMap(value, key) is not { } team)
            return null;
        var rule = new TeamRule(
            key,
            Name(team, key),
            [.. team.List("members").Select(member => Address(team, member))]
        );
        team.Done();
        return rule;
    }

    private string Address(Section team, YamlNode member)
    {
        var text = team.AsText(member, "members");
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (text.Length > 0 && (at < 1 || at == text.Length - 1 || text.Any(char.IsWhiteSpace)))
            findings.Add(
                member,
                $"'{Findings.Shown(text)}' is not an e-mail address.",
                "Write for example 'ana.lima@example.com'."
            );
        return text;
    }

    private SkillRule? Skill(Section section, YamlNode keyNode, YamlNode value, string key)
    {
        if (section.AsMap(value, key) is not { } skill)
            return null;
        var rule = new SkillRule(key, Name(skill, key), TeamNames(skill, "teams"));
        skill.Done();
        return rule;
    }

    private ImmutableArray<string> TeamNames(Section section, string key) =>
        section.Names(key, "team", [.. teams.Keys]);

    private RegionRule? Region(Section section, YamlNode keyNode, YamlNode value, string key)
    {
        if (section.AsMap(value, key) is not { } region)
            return null;
        var calendar = region.Required("calendar", calendars.Keys.FirstOrDefault() ?? "office");
        var rule = new RegionRule(
            key,
            Name(region, key),
            calendar is null ? "" : region.AsName(calendar, "calendar", [.. calendars.Keys])
        );
        region.Done();
        return rule;
    }

    private TierRule? Tier(Section section, YamlNode keyNode, YamlNode value, string key)
    {
        if (section.AsMap(value, key) is not { } tier)
            return null;
        var rule = new TierRule(
            key,
            Name(tier, key),
            tier.Flag("success-manager", false),
            tier.Flag("account-executive", false),
            TeamNames(tier, "executives"),
            tier.OptionalEnum<Severity>("executives-from")
        );
        if (rule.Executives.IsEmpty != rule.ExecutivesFrom is null)
            findings.Add(
                tier.Node,
                $"Tier '{key}' says only one of 'executives' and 'executives-from'.",
                "Write both, for example 'executives: leadership' and 'executives-from: Sev1', or neither."
            );
        StandIn(tier, "success-manager", rule.SuccessManager, EscalationPolicy.SuccessTeam);
        StandIn(tier, "account-executive", rule.AccountExecutive, EscalationPolicy.AccountTeam);
        tier.Done();
        return rule;
    }

    /// <summary>Customers without a person of their own are looked after by a team that the product knows by its key.</summary>
    private void StandIn(Section tier, string key, bool wanted, string team)
    {
        if (wanted && !teams.ContainsKey(team))
            findings.Add(
                tier.Optional(key)!,
                $"Nobody stands in for a missing '{key}': there is no team '{team}'.",
                $"Add a team with the key '{team}', or write '{key}: no'."
            );
    }

    private string DefaultCalendar(Section root)
    {
        var node = root.Required("default-calendar", calendars.Keys.FirstOrDefault() ?? "office");
        return node is null ? "" : root.AsName(node, "calendar", [.. calendars.Keys]);
    }

    private ImmutableSortedDictionary<Level, LevelRule> Levels(Section root)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<Level, LevelRule>();
        var section = root.Map("levels");
        foreach (var level in Enum.GetValues<Level>())
        {
            if (section?.Map(level.ToString()) is not { } map)
                continue;
            var rule = new LevelRule(level, Name(map, "First line"), TeamNames(map, "teams"));
            if (map.List("teams").IsEmpty)
                findings.Add(
                    map.Node,
                    $"Level {level} asks nobody, so the path ends there.",
                    "Add 'teams:' with at least one team."
                );
            map.Done();
            found.Add(level, rule);
        }
        section?.Done();
        return found.ToImmutable();
    }

    private ImmutableSortedDictionary<Right, RightRule> Rights(Section root)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<Right, RightRule>();
        var section = root.Map("rights");
        foreach (var right in Enum.GetValues<Right>())
        {
            var key = Section.Kebab(right.ToString());
            var value = section?.Required(key, "{ teams: escalation-managers }");
            if (value is YamlScalarNode { Value: "everyone" })
                found.Add(right, new RightRule(true, [], []));
            else if (value is not null && section!.AsMap(value, key) is { } map)
            {
                var rule = new RightRule(
                    false,
                    TeamNames(map, "teams"),
                    map.Enums<Role>("roles", "role")
                );
                if (map.List("teams").IsEmpty && map.List("roles").IsEmpty)
                    findings.Add(
                        map.Node,
                        $"Nobody has the right '{key}'.",
                        $"Write '{key}: everyone', or 'teams:' and 'roles:' below it."
                    );
                map.Done();
                found.Add(right, rule);
            }
        }
        section?.Done();
        return found.ToImmutable();
    }

    private GuestRule Guests(Section root)
    {
        if (root.Optional("guests") is not { } value)
            return GuestRule.Nothing;
        if (value is not YamlSequenceNode list)
        {
            var (wrong, otherwise) = (
                "'guests' must be yes, no, or a list of rights.",
                "Write 'no', 'yes', or rights such as [post-status, declare]."
            );
            return new GuestRule(root.Flag("guests", otherwise: false, wrong, otherwise), []);
        }
        var rights = ImmutableHashSet.CreateBuilder<Right>();
        foreach (var node in list.Children)
        {
            var right = root.AsEnum<Right>(node, "right", Right.PostStatus);
            if (right is Right.Administer or Right.SeeRestricted)
                findings.Add(
                    node,
                    $"Guests cannot have the right '{Section.Kebab(right.ToString())}'.",
                    "Leave it out; give the person an account of the company."
                );
            rights.Add(right);
        }
        return new GuestRule(false, rights.ToImmutable());
    }

    private ApprovalRules Approval(Section root)
    {
        var section = root.Map("approval");
        var when = ImmutableArray.CreateBuilder<ApprovalCondition>();
        foreach (var node in section?.List("needed-when") ?? [])
        {
            if (section!.AsMap(node, "needed-when") is not { } map)
                continue;
            when.Add(
                new ApprovalCondition(
                    map.Enums<CustomerMessageKind>("message", "kind of message"),
                    map.Enums<Severity>("severity", "severity"),
                    map.Names("tier", "tier", [.. tiers.Keys])
                )
            );
            map.Done();
        }
        section?.Done();
        return new ApprovalRules(when.ToImmutable());
    }
}
