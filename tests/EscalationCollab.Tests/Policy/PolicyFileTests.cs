using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using NodaTime;
using static EscalationCollab.Tests.Policy.DeliveredPolicy;

namespace EscalationCollab.Tests.Policy;

public sealed class PolicyFileTests
{
    [Fact]
    public void Load_DeliveredPolicy_IsWhole()
    {
        var policy = DeliveredPolicy.Policy;

        policy.Version.Name.Should().Be("Default policy");
        policy.Version.Hash.Should().MatchRegex("^[0-9a-f]{12}$");
        policy.Severities.Keys.Should().Equal(Enum.GetValues<Severity>());
        policy.Levels.Keys.Should().Equal(Enum.GetValues<Level>());
        policy.Rights.Keys.Should().Equal(Enum.GetValues<Right>());
        var sev1 = policy.Severities[Severity.Sev1];
        sev1.Acknowledge.Should().Be(Target.Around(Duration.FromMinutes(15)));
        sev1.StatusCadence.Length.Should().Be(Duration.FromMinutes(30));
        sev1.CustomerCadence.Length.Should().Be(Duration.FromMinutes(60));
        sev1.Warnings.Should().Equal(50, 75, 90);
        policy.Severities[Severity.Sev3].Acknowledge.Clock.Should().Be(TargetClock.BusinessHours);
        policy.Severities[Severity.Sev4].CustomerCadence.Should().Be(Target.BusinessDays(2));
        policy.PriorityOf("3 - moderate")!.Resolve.Should().Be(Target.BusinessDays(3));
        policy.Surveys.Cooldown.Should().Be(Duration.FromDays(30));
        policy.ActionItems.NormalDue.Should().Be(56);
        foreach (var language in Languages.All)
        foreach (var category in Enum.GetValues<WordCategory>().Except([WordCategory.Shouting]))
            policy
                .Words.Phrases.Should()
                .Contain(word => word.Language == language && word.Category == category);
    }

    /// <summary>What is replaced in the delivered policy, by what, and what must be said about it.</summary>
    public static TheoryData<string, string, string, string> Broken =>
        new()
        {
            {
                "guests: no",
                "guests: some",
                "'guests' must be yes, no, or a list of rights",
                "[post-status, declare]"
            },
            {
                "guests: no",
                "guests: [post-satus]",
                "no right 'post-satus'",
                "Did you mean 'post-status'?"
            },
            {
                "guests: no",
                "guests: [post-status, administer]",
                "Guests cannot have the right 'administer'",
                "an account of the company"
            },
            {
                "acknowledge: 15 min",
                "aknowledge: 15 min",
                "'aknowledge'",
                "Did you mean 'acknowledge'?"
            },
            {
                "acknowledge: 15 min",
                "acknowledge: soon",
                "'soon' is not a length of time",
                "30 min"
            },
            {
                "acknowledge: 2 h",
                "acknowledge: 2 days",
                "working days or all days",
                "'2 business days' or '2 calendar days'"
            },
            {
                "owners: [escalation-managers, support-managers]",
                "owners: [escalation-manager]",
                "no team 'escalation-manager'",
                "Did you mean 'escalation-managers'?"
            },
            {
                "zone: Europe/Rome",
                "zone: Europe/Roma",
                "no time zone 'Europe/Roma'",
                "Did you mean 'Europe/Rome'?"
            },
            {
                "language: en",
                "language: fr",
                "no language with words 'fr'",
                "Write one of: en, pt-BR, it, lt."
            },
            {
                "    severity: Sev4\n",
                "    severity: Sev5\n",
                "no severity 'Sev5'",
                "Did you mean 'Sev1'?"
            },
            {
                "warn-at: [50 %, 75 %, 90 %]",
                "warn-at: [50 %, 120 %]",
                "120 % comes when the target is already missed",
                "1 % to 99 %"
            },
            {
                "    ask-next-after: 5 min",
                "    ask-next-after: 20 min",
                "'ask-next-after' is longer than 'acknowledge'",
                "at most as long"
            },
            {
                "owners: [escalation-managers, support-managers]",
                "stakeholders: legal",
                "lead nowhere",
                "Add a last path without 'when'"
            },
            {
                "owners: [escalation-managers, support-managers]",
                "owners: [escalation-managers, billing]",
                "asks 'billing', who may not accept",
                "rights: accept: teams"
            },
            {
                "monday - friday: 09:00-13:00, 14:00-18:00",
                "monday - friday: 09:00-14:00, 13:00-18:00",
                "overlaps",
                "Join them"
            },
            {
                "monday - friday: 09:00-17:30",
                "monday - friday: 17:30-09:00",
                "closes before it opens",
                "Swap"
            },
            {
                "friday: 08:00-15:45",
                "thursday: 08:00-15:45",
                "Thursday has its hours twice",
                "one line only"
            },
            { "06-19,", "19-06,", "'19-06' is not a holiday", "'12-25' for every year" },
            {
                "calendar: brazil",
                "calendar: brasil",
                "no calendar 'brasil'",
                "Did you mean 'brazil'?"
            },
            {
                "said: legal\n",
                "said: lawyers\n",
                "no category of words 'lawyers'",
                "cancellation"
            },
            {
                "reason: conflict\n",
                "reason: conflikt\n",
                "no reason 'conflikt'",
                "Did you mean 'conflict'?"
            },
            { "amount: 2000 }", "amount: 2,000 EUR }", "", "" },
            { "amount: 2000 }", "amount: \"2.000,00\" }", "not an amount", "'99.50'" },
            {
                "currency: GBP, amount: 450 ",
                "currency: pounds, amount: 450 ",
                "'pounds' is not a currency",
                "EUR"
            },
            { "inbox: 7 days", "inbox: 2 days", "taken for new ones", "7 days" },
            {
                "remind-after: 3 days",
                "remind-after: 20 days",
                "after the survey has expired",
                "shorter"
            },
            { "satisfaction: 2", "satisfaction: 11", "from 1 to 5", "Write" },
            {
                "success-manager: yes",
                "success-manager: maybe",
                "must be yes or no",
                "'yes' or 'no'"
            },
            { "executives-from: Sev1", "executives-from: []", "no executives-from", "Sev1" },
            {
                "members: []",
                "members: [ana at example.com]",
                "not an e-mail address",
                "@example.com"
            },
            {
                "  account-executives:\n",
                "  account-executive:\n",
                "no team 'account-executives'",
                "Add a team with the key"
            },
            { "  - name: Login problems", "  - name: Hostile words", "Two paths", "own name" },
            { "  it: [disdire", "  it: [ab, disdire", "too short to listen for", "three letters" },
            {
                "    customer-first: 15 min\n",
                "",
                "'customer-first' is missing in 'Sev1'",
                "Add 'customer-first: 15 min'"
            },
            { "  Sev2:\n    name: High", "  Sev2:\n    name: [High]", "short text", "one line" },
            {
                "resolve: 8 h\n    status",
                "resolve: 2 h\n    status",
                "Sev2 has a shorter 'resolve' than Sev1",
                "at least as long"
            },
            { "  administer:\n    teams: administrators\n", "", "'administer' is missing", "Add" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Parse_BrokenPolicy_NamesFileLineAndRemedy(
        string good,
        string bad,
        string wrong,
        string remedy
    )
    {
        var at = Yaml.IndexOf(good, StringComparison.Ordinal);
        at.Should().BePositive("the delivered policy has '{0}'", good);
        var text = Yaml[..at] + bad + Yaml[(at + good.Length)..];

        var reading = PolicyFile.Parse("policy.yaml", text);

        reading.Policy.Should().BeNull();
        var problem = reading.Problems.FirstOrDefault(found =>
            found.Wrong.Contains(wrong) && found.Remedy.Contains(remedy)
        );
        Assert.True(problem is not null, string.Join('\n', reading.Problems));
        problem.File.Should().Be("policy.yaml");
        problem.Remedy.Should().NotBeEmpty();
        problem.ToString().Should().StartWith($"policy.yaml:{problem.Line}:{problem.Column}: ");
        var line = Yaml[..at].Count(c => c == '\n') + 1;
        if (
            bad.Length > 0
            && !wrong.Contains("lead nowhere")
            && !wrong.Contains("shorter")
            && !wrong.Contains("no team 'account")
        )
            problem.Line.Should().BeInRange(line, line + 1);
    }

    [Fact]
    public void Parse_ManyMistakes_AllAreShownInOrder()
    {
        var text = Yaml.Replace("language: en", "language: xx", StringComparison.Ordinal)
            .Replace("acknowledge: 15 min", "acknowledge: x", StringComparison.Ordinal)
            .Replace("inbox: 7 days", "inbox: 1 day", StringComparison.Ordinal);

        var problems = PolicyFile.Parse("p.yaml", text).Problems;

        problems.Should().HaveCount(3);
        problems.Select(problem => problem.Line).Should().BeInAscendingOrder();
    }

    [Theory]
    [InlineData("customer-update: [1 h, 30 min]", "longer than the first")]
    [InlineData("customer-update: 30 min", "two lengths of time|[30 min, 1 h]")]
    [InlineData("concession: [4 business hours]", "[30 min, 1 h]")]
    [InlineData("post-mortem: [soon, 4 business days]", "Write a number and a unit")]
    [InlineData("receipt: [30 min, 1 h]", "receipt")]
    public void Parse_ApprovalReminders_SaysWhatToWrite(string line, string remedy)
    {
        var text = DeliveredPolicy.Yaml.Replace(
            "    customer-update: [30 min, 1 h]\n"
                + "    concession: [4 business hours, 8 business hours]\n"
                + "    post-mortem: [2 business days, 4 business days]\n",
            $"    {line}\n",
            StringComparison.Ordinal
        );
        text.Should().NotBe(DeliveredPolicy.Yaml);

        var problems = PolicyFile.Parse("policy.yaml", text).Problems;

        problems.Should().ContainSingle().Which.ToString().Should().ContainAny(remedy.Split('|'));
    }

    [Fact]
    public void Parse_ApprovalRemindersLeftOut_AreTheUsualOnes()
    {
        var start = DeliveredPolicy.Yaml.IndexOf("  approvals:", StringComparison.Ordinal);
        var end = DeliveredPolicy.Yaml.IndexOf("\n\n", start, StringComparison.Ordinal);
        var text = DeliveredPolicy.Yaml.Remove(start, end - start);

        var reading = PolicyFile.Parse("policy.yaml", text);

        reading.Problems.Should().BeEmpty();
        reading
            .Policy!.Nudges.Approvals.Should()
            .BeEquivalentTo(DeliveredPolicy.Policy.Nudges.Approvals);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    [InlineData("teams:\n\tname: x")]
    [InlineData("a: [1, 2")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: *unknown")]
    [InlineData("a: \"\\q\"")]
    [InlineData("? [complex, key]\n: value")]
    [InlineData("a: !!binary x\n--- \nb: c")]
    [InlineData("teams: 5\npaths: {}\nrights: []\nseverities: text")]
    [InlineData("a: &a [*a]")]
    public void Parse_NoPolicyAtAll_SaysSo(string text)
    {
        var reading = PolicyFile.Parse("policy.yaml", text);

        reading.Policy.Should().BeNull();
        reading.Problems.Should().NotBeEmpty();
        reading.Problems.Should().OnlyContain(problem => problem.Line >= 1 && problem.Remedy != "");
    }

    [Fact]
    public void Parse_HostileSizes_AreRefused()
    {
        PolicyFile
            .Parse("p", new string('[', 200_000))
            .Problems.Should()
            .ContainSingle(problem => problem.Wrong.Contains("nested too deeply"));
        PolicyFile
            .Parse("p", "name: " + new string('x', PolicyFile.LongestText))
            .Problems.Should()
            .ContainSingle(problem => problem.Wrong.Contains("too long"));
    }

    [Fact]
    public void Parse_AnyLineRemoved_NeverThrows()
    {
        var lines = Yaml.Split('\n');
        for (var i = 0; i < lines.Length - 1; i += 7)
        {
            var cut = string.Join('\n', lines.Where((_, line) => line != i));
            var half = string.Join('\n', lines.Take(i));
            FluentActions.Invoking(() => PolicyFile.Parse("p", cut)).Should().NotThrow();
            PolicyFile.Parse("p", half).Problems.Should().NotBeEmpty();
        }
    }

    [Fact]
    public void Load_MissingFile_IsAProblem() =>
        PolicyFile
            .Load(System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid() + ".yaml"))
            .Problems.Should()
            .ContainSingle(problem => problem.Wrong.Contains("cannot be read"));

    [Theory]
    [InlineData("30 min", false, TargetClock.AroundTheClock, 30)]
    [InlineData("1 h 30 min", true, TargetClock.BusinessHours, 90)]
    [InlineData("1.5h", false, TargetClock.AroundTheClock, 90)]
    [InlineData("8 business hours", false, TargetClock.BusinessHours, 480)]
    [InlineData("2 Days", false, TargetClock.AroundTheClock, 2880)]
    [InlineData("2 calendar days", true, TargetClock.AroundTheClock, 2880)]
    [InlineData("1 week", false, TargetClock.AroundTheClock, 10080)]
    public void Read_LengthOfTime_AsWritten(
        string text,
        bool business,
        TargetClock clock,
        int minutes
    ) =>
        Lengths
            .Read(text, business)
            .Target.Should()
            .Be(new Target(clock, Duration.FromMinutes(minutes)));

    [Theory]
    [InlineData("0 min")]
    [InlineData("-5 min")]
    [InlineData("5")]
    [InlineData("min")]
    [InlineData("5 minuten")]
    [InlineData("999999999 weeks")]
    [InlineData("11 years")]
    [InlineData("1.5 business days")]
    [InlineData("2 business weeks")]
    [InlineData("4000 business days")]
    [InlineData("1,5 h")]
    [InlineData("2 business days 1 h")]
    public void Read_NoLengthOfTime_IsRefusedWithRemedy(string text)
    {
        var (target, wrong, remedy) = Lengths.Read(text, business: false);

        target.Should().BeNull();
        wrong.Should().NotBeEmpty();
        remedy.Should().NotBeEmpty();
    }
}
