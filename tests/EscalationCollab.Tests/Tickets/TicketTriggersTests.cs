using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Tests.Policy;
using NodaTime;

namespace EscalationCollab.Tests.Tickets;

public sealed class TicketTriggersTests
{
    private static readonly Instant Opened = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly EscalationPolicy Policy = DeliveredPolicy.Policy;

    private static readonly Ticket Calm = new()
    {
        Source = "desk",
        Number = "T1",
        OpenedAt = Opened,
        UpdatedAt = Opened,
        Priority = "1 - critical",
    };

    [Fact]
    public void Evaluate_JustBeforeAndAfterTheTarget_ProposedAfterOnly()
    {
        var due = Opened + Duration.FromHours(4);

        Find(Calm, due).Should().BeEmpty();
        Find(Calm, due + Duration.FromMilliseconds(1))
            .Should()
            .Equal(new TicketFinding(FindingKind.PastTarget) { Due = due });
    }

    [Fact]
    public void Evaluate_ResolvedOrOpenedLater_Nothing()
    {
        var late = Opened + Duration.FromDays(30);
        var angry = Calm with { Reassigned = 99, Text = "my lawyer will call" };

        Find(angry with { Resolved = true }, late).Should().BeEmpty();
        Find(angry, Opened - Duration.FromSeconds(1)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(4, 1, 0)]
    [InlineData(5, 1, 1)]
    [InlineData(5, 2, 2)]
    public void Evaluate_HandedOverAndReopened_OnlyMoreThanAllowed(
        int reassigned,
        int reopened,
        int findings
    ) =>
        Find(Calm with { Reassigned = reassigned, Reopened = reopened }, Opened)
            .Should()
            .HaveCount(findings);

    [Fact]
    public void Evaluate_Words_OneFindingForEachCategoryWorstFirst()
    {
        var found = Find(
            Calm with
            {
                Summary = "This is ridiculous",
                Text = "We talk to our lawyer and cancel our contract.",
            },
            Opened
        );

        found
            .Select(finding => finding.Category)
            .Should()
            .Equal(WordCategory.Legal, WordCategory.Cancellation, WordCategory.Conflict);
        found[0].Reason.Should().Be(Reason.LegalThreat);
    }

    [Fact]
    public void Evaluate_UnknownPriority_NoTargetAndLowestSeverity()
    {
        var ticket = Calm with { Priority = "whatever" };

        Find(ticket, Opened + Duration.FromDays(90)).Should().BeEmpty();
        TicketTriggers.SeverityOf(ticket, Policy).Should().Be(Severity.Sev4);
        TicketTriggers.SeverityOf(Calm, Policy).Should().Be(Severity.Sev1);
    }

    [Fact]
    public void Decide_AfterDismissal_SameFindingNeverAgainAnotherOneDoes()
    {
        var now = Opened;
        TicketFinding often = new(FindingKind.Reassigned) { Count = 5, Allowed = 4 };
        TicketFinding legal = new(FindingKind.Words)
        {
            Category = WordCategory.Legal,
            Words = "lawyer",
        };
        var first = TicketProposal.Decide(null, Calm, Severity.Sev1, [often], now)!;
        var dismissed = first.Dismiss(DeliveredPolicy.Ana.Id, "known", now);

        TicketProposal
            .Decide(dismissed, Calm, Severity.Sev1, [often with { Count = 9 }], now)!
            .State.Should()
            .Be(ProposalState.Dismissed);
        TicketProposal
            .Decide(dismissed, Calm, Severity.Sev1, [often, legal], now)!
            .State.Should()
            .Be(ProposalState.Proposed);
    }

    [Fact]
    public void Decide_FindingsGoneBeforeAnybodyDecided_Withdrawn()
    {
        var first = TicketProposal.Decide(
            null,
            Calm,
            Severity.Sev1,
            [new(FindingKind.PastTarget)],
            Opened
        )!;

        TicketProposal
            .Decide(first, Calm, Severity.Sev1, [], Opened)!
            .State.Should()
            .Be(ProposalState.Withdrawn);
        TicketProposal.Decide(null, Calm, Severity.Sev1, [], Opened).Should().BeNull();
        TicketProposal
            .Decide(
                first.Accept(DeliveredPolicy.Ana.Id, new(1001), Opened),
                Calm,
                Severity.Sev1,
                [],
                Opened
            )!
            .State.Should()
            .Be(ProposalState.Accepted);
    }

    private static System.Collections.Immutable.ImmutableArray<TicketFinding> Find(
        Ticket ticket,
        Instant asOf
    ) => TicketTriggers.Evaluate(ticket, Policy, asOf);
}
