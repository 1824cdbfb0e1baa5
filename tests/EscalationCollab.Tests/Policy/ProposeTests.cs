using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static EscalationCollab.Tests.Policy.DeliveredPolicy;

namespace EscalationCollab.Tests.Policy;

public sealed class ProposeTests
{
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    private static readonly PolicyInput AcmeCancels = new(Reason.CustomerDemand, Acme)
    {
        Text = "If this is not fixed today we will cancel.",
    };

    [Theory]
    [InlineData("en", "Sev2 because the customer is Enterprise and said “cancel”.")]
    [InlineData("pt-BR", "Sev2 porque o cliente é Enterprise e disse “cancel”.")]
    [InlineData("it", "Sev2 perché il cliente è Enterprise e ha detto «cancel».")]
    [InlineData("lt", "Sev2, nes kliento lygis yra Enterprise ir jis pasakė „cancel“.")]
    public void Propose_EnterpriseSaysCancel_ExplainsSeverityInWords(
        string language,
        string expected
    )
    {
        var proposal = DeliveredPolicy.Policy.Propose(AcmeCancels, Company);

        proposal.Severity.Should().Be(Severity.Sev2);
        Said(proposal.Explanation[0], language).Should().Be(expected);
    }

    [Fact]
    public void Propose_EnterpriseSaysCancel_ReachesExecutives()
    {
        var proposal = DeliveredPolicy.Policy.Propose(AcmeCancels, Company);

        proposal.Type.Should().Be(EscalationType.Executive);
        proposal.Level.Should().Be(Level.L4);
        proposal.OwnerTeams.Should().Equal("escalation-managers", "support-managers");
        proposal.Owners.Should().Equal(Ana.Id, Bruno.Id, Carla.Id);
        proposal.Stakeholders.Should().BeEquivalentTo([Fabio.Id, Gita.Id, Dovile.Id, Carla.Id]);
        proposal.Skills.Should().Contain("negotiation");
    }

    [Fact]
    public void Propose_NothingSpecial_IsTheUsualPath()
    {
        var proposal = DeliveredPolicy.Policy.Propose(
            new PolicyInput(Reason.MissingExpertise, Small),
            Company
        );

        (proposal.Severity, proposal.Type, proposal.Level)
            .Should()
            .Be((Severity.Sev4, EscalationType.Functional, Level.L2));
        proposal.Teams.Should().Equal("technical-support");
        proposal.Stakeholders.Should().BeEmpty();
        Said(proposal.Explanation[0], "en")
            .Should()
            .Be("Sev4 because no rule of the policy asks for more.");
        // After the owners come the higher levels, so that the path never ends in silence.
        proposal.OwnerTeams.Should().EndWith("leadership");
    }

    [Fact]
    public void Propose_UnknownCustomerAndHostileText_StillAnswers()
    {
        var proposal = DeliveredPolicy.Policy.Propose(
            new PolicyInput(Reason.Conflict, null)
            {
                Text = new string('!', 100_000) + "\ud800 </b> @everyone",
                Product = "no such",
                TicketPriority = "none",
            },
            Company
        );

        proposal.Severity.Should().Be(Severity.Sev3);
        proposal.Words.Should().OnlyContain(word => word.Phrase.Length <= 40);
    }

    [Fact]
    public void Propose_TypeAskedFor_IsKept()
    {
        var proposal = DeliveredPolicy.Policy.Propose(
            new PolicyInput(Reason.MissingExpertise, Small) { Type = EscalationType.Executive },
            Company
        );

        (proposal.Type, proposal.Level).Should().Be((EscalationType.Executive, Level.L4));
        proposal.Stakeholders.Should().Equal(Dovile.Id);
    }

    [Fact]
    public void Propose_TicketPriority_IsACause()
    {
        var proposal = DeliveredPolicy.Policy.Propose(
            new PolicyInput(Reason.SlaBreach, Small) { TicketPriority = "1 - critical" },
            Company
        );

        Said(proposal.Explanation[0], "en")
            .Should()
            .Be("Sev1 because the ticket has the priority “1 - Critical”.");
    }

    [Fact]
    public void Explanation_EveryPolicyInput_HasWordsInEveryLanguage()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        foreach (var text in new[] { "", "cancel, lawyer, your manager", "THIS IS USELESS!!!" })
        foreach (var product in new[] { null, "login" })
        {
            var proposal = DeliveredPolicy.Policy.Propose(
                new PolicyInput(reason, Acme) { Text = text, Product = product },
                Company
            );
            foreach (var language in Languages.All)
            foreach (var phrase in proposal.Explanation)
                Said(phrase, language).Should().NotContainAny("policy.", "{", "[").And.EndWith(".");
        }
    }

    [Fact]
    public void May_RoleOrTeamOrEveryone_Decides()
    {
        var policy = DeliveredPolicy.Policy;

        policy.May(Edgar, Right.Declare).Should().BeTrue();
        policy.May(Edgar, Right.Decline).Should().BeFalse();
        policy.May(Edgar, Right.Decline, Role.EscalationManager).Should().BeTrue();
        policy.May(Ana, Right.Decline).Should().BeTrue();
        policy.May(Ana, Right.SeeRestricted).Should().BeFalse();
    }

    [Fact]
    public void TeamMembers_ListedByEmail_BelongToo()
    {
        var text = Yaml.Replace(
            "members: []",
            "members: [EDGAR@example.com]",
            StringComparison.Ordinal
        );
        var policy = PolicyFile.Parse("policy.yaml", text).Policy!;

        policy
            .TeamMembers("escalation-managers", Company)
            .Select(person => person.Name)
            .Should()
            .Equal("ana", "bruno", "edgar");
    }

    [Theory]
    [InlineData(CustomerMessageKind.Receipt, Severity.Sev1, "enterprise", false)]
    [InlineData(CustomerMessageKind.Update, Severity.Sev1, "starter", true)]
    [InlineData(CustomerMessageKind.Update, Severity.Sev3, "starter", false)]
    [InlineData(CustomerMessageKind.Update, Severity.Sev3, "Enterprise", true)]
    [InlineData(CustomerMessageKind.Apology, Severity.Sev4, "", true)]
    public void NeedsApproval_KindSeverityTier_AsThePolicySays(
        CustomerMessageKind kind,
        Severity severity,
        string tier,
        bool expected
    ) => DeliveredPolicy.Policy.NeedsApproval(kind, severity, tier).Should().Be(expected);

    [Fact]
    public void ConcessionLimit_SeveralLimits_TheHighestOfThatCurrencyCounts()
    {
        var policy = DeliveredPolicy.Policy;

        policy.ConcessionLimit(Edgar, "credit", "EUR").Should().Be(50);
        policy.ConcessionLimit(Edgar, "credit", "EUR", Role.EscalationManager).Should().Be(500);
        policy.ConcessionLimit(Edgar, "credit", "JPY", Role.EscalationManager).Should().Be(0);
        policy.ConcessionLimit(Dovile, "credit", "EUR").Should().Be(decimal.MaxValue);
        policy.ConcessionLimit(Gita, "refund", "EUR").Should().Be(0);
    }

    [Fact]
    public void Warnings_BusinessTarget_RunOnOpenHours()
    {
        var policy = DeliveredPolicy.Policy;
        var calendar = policy.CalendarOf("baltics");
        var friday = Instant.FromUtc(2026, 3, 27, 12, 45); // 14:45 in Vilnius, an hour before closing
        var target = Target.Business(Duration.FromHours(4));

        EscalationPolicy
            .Due(friday, target, calendar)
            .Should()
            .Be(Instant.FromUtc(2026, 3, 30, 8, 0)); // 11:00 in Vilnius, after the clocks went forward
        EscalationPolicy
            .Warnings(friday, target, calendar, [50, 75, 90])
            .Select(warning => warning.At)
            .Should()
            .Equal(
                Instant.FromUtc(2026, 3, 30, 6, 0),
                Instant.FromUtc(2026, 3, 30, 7, 0),
                Instant.FromUtc(2026, 3, 30, 7, 36)
            );
    }

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(30, 0.5)]
    [InlineData(60, 1.0)]
    [InlineData(90, 1.5)]
    public void Used_AroundTheClock_IsTheShareOfTheTarget(int minutes, double expected)
    {
        var from = Instant.FromUtc(2026, 3, 1, 0, 0);
        var target = Target.Around(Duration.FromHours(1));
        var calendar = DeliveredPolicy.Policy.CalendarOf(null);

        EscalationPolicy
            .Used(
                from,
                EscalationPolicy.Due(from, target, calendar),
                from + Duration.FromMinutes(minutes),
                target,
                calendar
            )
            .Should()
            .Be(expected);
    }

    private static string Said(Phrase phrase, string language) =>
        PlainText.Of(
            phrase,
            new ReaderFormat(Words, new Reader(language, "Europe/Vilnius"), Instant.MinValue)
        );
}
