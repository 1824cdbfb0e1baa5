using System.Collections.Immutable;
using EscalationCollab.Core.Escalations;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

internal sealed partial class PolicyReader
{
    private static readonly ImmutableArray<int> UsualWarnings = [50, 75, 90];

    private ImmutableSortedDictionary<Severity, SeverityRule> Severities(Section root)
    {
        var usual = root.Has("warn-at") ? Warnings(root) : UsualWarnings;
        var found = ImmutableSortedDictionary.CreateBuilder<Severity, SeverityRule>();
        var section = root.Map("severities");
        foreach (var severity in Enum.GetValues<Severity>())
            if (section?.Map(severity.ToString()) is { } map)
                found.Add(severity, SeverityOf(severity, map, usual));
        section?.Done();
        Descending(section, found.ToImmutable());
        return found.ToImmutable();
    }

    private SeverityRule SeverityOf(Severity severity, Section map, ImmutableArray<int> usual)
    {
        var business = Business(map);
        var rule = new SeverityRule(
            severity,
            Name(map, "Critical"),
            map.Length("acknowledge", "15 min", business),
            map.Length("ask-next-after", "5 min", business),
            map.Length("resolve", "4 h", business),
            map.Length("status-every", "30 min", business),
            map.Length("customer-first", "15 min", business),
            map.Length("customer-every", "60 min", business),
            map.Has("warn-at") ? Warnings(map) : usual,
            map.Flag("post-mortem", false),
            map.OptionalLength("post-mortem-meeting", business)
        );
        NotLonger(map, "ask-next-after", rule.AskNextAfter, "acknowledge", rule.Acknowledge);
        NotLonger(map, "acknowledge", rule.Acknowledge, "resolve", rule.Resolve);
        NotLonger(map, "status-every", rule.StatusCadence, "resolve", rule.Resolve);
        NotLonger(map, "customer-first", rule.CustomerReceipt, "resolve", rule.Resolve);
        NotLonger(map, "customer-every", rule.CustomerCadence, "resolve", rule.Resolve);
        map.Done();
        return rule;
    }

    private bool Business(Section map)
    {
        var node = map.Required("clock", "around the clock");
        switch (Findings.Plain((node as YamlScalarNode)?.Value ?? ""))
        {
            case "businesshours":
                return true;
            case "aroundtheclock":
                return false;
            default:
                if (node is not null)
                    findings.Add(
                        node,
                        "'clock' must say which hours count.",
                        "Write 'around the clock' or 'business hours'."
                    );
                return false;
        }
    }

    private ImmutableArray<int> Warnings(Section map)
    {
        var found = ImmutableArray.CreateBuilder<int>();
        foreach (var node in map.List("warn-at"))
        {
            var text = (node as YamlScalarNode)?.Value?.TrimEnd('%', ' ');
            if (int.TryParse(text, out var percent) && percent >= 100)
                findings.Add(
                    node,
                    $"A warning at {percent} % comes when the target is already missed.",
                    "Write percentages from 1 % to 99 %, such as '[50 %, 75 %, 90 %]'."
                );
            else
                found.Add(map.AsNumber(node, "warn-at", 1, 99));
        }
        return [.. found.Distinct().Order()];
    }

    private void NotLonger(Section map, string key, Target value, string limitKey, Target limit)
    {
        if (Comparable(value, limit) && Size(value) > Size(limit) && map.Optional(key) is { } node)
            findings.Add(
                node,
                $"'{key}' is longer than '{limitKey}', so it would never come in time.",
                $"Make '{key}' at most as long as '{limitKey}'."
            );
    }

    /// <summary>A lower severity that is promised more than a higher one is a slip of the pen.</summary>
    private void Descending(
        Section? section,
        ImmutableSortedDictionary<Severity, SeverityRule> rules
    )
    {
        foreach (var (severity, rule) in rules)
        {
            if (!rules.TryGetValue(severity - 1, out var higher))
                continue;
            Slower("acknowledge", rule.Acknowledge, higher.Acknowledge);
            Slower("resolve", rule.Resolve, higher.Resolve);

            void Slower(string key, Target lower, Target upper)
            {
                if (Comparable(lower, upper) && Size(lower) < Size(upper))
                    findings.Add(
                        section!.Map(severity.ToString())!.Optional(key) ?? section.Node,
                        $"{severity} has a shorter '{key}' than {higher.Severity}, which is worse.",
                        $"Make it at least as long as that of {higher.Severity}."
                    );
            }
        }
    }

    private static bool Comparable(Target one, Target other) =>
        one.Clock == other.Clock
        && !ReferenceEquals(one, Section.Unread)
        && !ReferenceEquals(other, Section.Unread);

    private static Duration Size(Target target) =>
        target.Clock == TargetClock.BusinessDays ? Duration.FromDays(target.Days) : target.Length;

    private TriggerRules Triggers(Section root)
    {
        var section = root.Map("triggers");
        var priorities = ImmutableDictionary.CreateBuilder<string, TicketPriority>(
            StringComparer.OrdinalIgnoreCase
        );
        var listed = section?.OptionalMap("priorities");
        foreach (var (name, keyNode, value) in listed?.Entries() ?? [])
        {
            if (listed!.AsMap(value, name) is not { } map)
                continue;
            var severity = map.Required("severity", "Sev2");
            var priority = new TicketPriority(
                name,
                severity is null ? Severity.Sev4 : map.AsEnum(severity, "severity", Severity.Sev4),
                map.Length("resolve", "4 h")
            );
            map.Done();
            if (!priorities.TryAdd(name.Trim(), priority))
                findings.Add(keyNode, $"Priority '{name}' is defined twice.", "Keep one of them.");
        }
        var rules = new TriggerRules(
            priorities.ToImmutable(),
            section?.OptionalNumber("reassigned-more-than", 0, 1000),
            section?.OptionalNumber("reopened-more-than", 0, 1000),
            section?.Flag("past-target", true) ?? true,
            section?.Enums<WordCategory>("said", "category of words") ?? []
        );
        if (section is not null && rules.PastTarget && priorities.Count == 0)
            findings.Add(
                section.Node,
                "Tickets past their target are to be proposed, but no priority has a target.",
                "Add 'priorities:' with 'severity' and 'resolve' for each, or write 'past-target: no'."
            );
        section?.Done();
        return rules;
    }

    private SurveyRules Surveys(Section root)
    {
        var section = root.Map("surveys");
        if (section is null)
            return new SurveyRules(
                Target.Around(Duration.FromDays(1)),
                null,
                Target.Around(Duration.FromDays(14)),
                Duration.FromDays(30),
                2,
                6,
                3
            );
        var low = section.Map("low-score");
        var rules = new SurveyRules(
            section.Length("send-after", "24 h"),
            section.OptionalLength("remind-after"),
            section.Length("expire-after", "14 days"),
            section.Plain("cooldown", "30 days"),
            low?.Number("satisfaction", 1, 5, 2) ?? 2,
            low?.Number("recommendation", 0, 10, 6) ?? 6,
            low?.Number("effort", 1, 7, 3) ?? 3
        );
        if (
            rules.RemindAfter is { } remind
            && Comparable(remind, rules.ExpireAfter)
            && Size(remind) >= Size(rules.ExpireAfter)
        )
            findings.Add(
                section.Optional("remind-after")!,
                "The reminder would come after the survey has expired.",
                "Make 'remind-after' shorter than 'expire-after'."
            );
        low?.Done();
        section.Done();
        return rules;
    }

    /// <summary>Where the policy does not say: four hours of a Sev1 that nobody looks after.</summary>
    private const int QuietAfterMisses = 8;

    private NudgeRules Nudges(Section root)
    {
        var section = root.Map("nudges");
        var rules = new NudgeRules(
            section?.Length("unassigned-role-after", "10 min")
                ?? Target.Around(Duration.FromMinutes(10)),
            section?.Number("unassigned-role-times", 1, 20, 3) ?? 3,
            section?.Enums<Role>("roles", "role") ?? [],
            [
                .. (section?.List("snooze") ?? [])
                    .Select(node => Snooze(section!, node))
                    .Distinct()
                    .Order(),
            ],
            section?.Number("climb-after-misses", 1, 20, 1) ?? 1,
            section?.OptionalNumber("quiet-after-misses", 1, 1000) ?? QuietAfterMisses,
            Approvals(section?.OptionalMap("approvals"))
        );
        if (section is not null && rules.Snoozes.IsEmpty)
            findings.Add(
                section.Node,
                "No snooze can be chosen.",
                "Add 'snooze: [30 min, 1 h, 2 h]'."
            );
        section?.Done();
        return rules;
    }

    /// <summary>Where the policy does not say: a customer waits for a message, nobody waits for a post-mortem by the hour.</summary>
    private static readonly ImmutableDictionary<ApprovalKind, ApprovalReminders> UsualApprovals =
        new Dictionary<ApprovalKind, ApprovalReminders>
        {
            [ApprovalKind.CustomerUpdate] = new(
                Target.Around(Duration.FromMinutes(30)),
                Target.Around(Duration.FromHours(1))
            ),
            [ApprovalKind.Concession] = new(
                Target.Business(Duration.FromHours(4)),
                Target.Business(Duration.FromHours(8))
            ),
            [ApprovalKind.PostMortem] = new(Target.BusinessDays(2), Target.BusinessDays(4)),
        }.ToImmutableDictionary();

    private ImmutableDictionary<ApprovalKind, ApprovalReminders> Approvals(Section? section)
    {
        var rules = UsualApprovals;
        if (section is null)
            return rules;
        foreach (var kind in UsualApprovals.Keys)
            if (section.Optional(WaitingApproval.Key(kind)) is { } node)
                rules = rules.SetItem(kind, Reminders(section, WaitingApproval.Key(kind), node));
        section.Done();
        return rules;
    }

    private ApprovalReminders Reminders(Section section, string key, YamlNode node)
    {
        if (node is not YamlSequenceNode { Children: [var approver, var owner] })
        {
            findings.Add(
                node,
                $"'{key}' must be two lengths of time: for who was asked, and for the owner.",
                "Write for example '[30 min, 1 h]'."
            );
            return new ApprovalReminders(Section.Unread, Section.Unread);
        }
        var rule = new ApprovalReminders(
            section.AsLength(approver, key, business: false),
            section.AsLength(owner, key, business: false)
        );
        if (Comparable(rule.Owner, rule.Approver) && Size(rule.Owner) <= Size(rule.Approver))
            findings.Add(
                owner,
                "The owner would be told before those who were asked are reminded.",
                "Make the second length longer than the first."
            );
        return rule;
    }

    private Duration Snooze(Section section, YamlNode node)
    {
        var target = section.AsLength(node, "snooze", business: false);
        if (target.Clock != TargetClock.AroundTheClock || target.Length > Duration.FromDays(1))
            findings.Add(
                node,
                "A snooze lasts at most a day, around the clock.",
                "Write for example '2 h'."
            );
        return target.Length;
    }

    private static ActionItemRules ActionItems(Section root)
    {
        var section = root.Map("action-items");
        int Days(string key, string example) =>
            section is null ? 1 : (int)Math.Ceiling(section.Plain(key, example).TotalDays);
        var rules = new ActionItemRules(
            [
                .. (section?.List("remind-days-before") ?? [])
                    .Select(node => section!.AsNumber(node, "remind-days-before", 0, 365))
                    .Distinct()
                    .OrderDescending(),
            ],
            Days("remind-overdue-every", "7 days"),
            Days("priority-due", "4 weeks"),
            Days("normal-due", "8 weeks"),
            Days("low-score-due", "7 days")
        );
        section?.Done();
        return rules;
    }

    private static Target Closing(Section root)
    {
        var section = root.Map("closing");
        var silence =
            section?.Length("close-after-silence", "3 business days") ?? Target.BusinessDays(3);
        section?.Done();
        return silence;
    }

    private Duration Keep(Section root)
    {
        var section = root.Map("keep");
        var inbox = section?.Plain("inbox", "7 days") ?? Duration.FromDays(7);
        if (section?.Optional("inbox") is { } node && inbox < Duration.FromDays(7))
            findings.Add(
                node,
                "Deliveries repeated after that time would be taken for new ones.",
                "Write '7 days' or more."
            );
        section?.Done();
        return inbox;
    }
}
