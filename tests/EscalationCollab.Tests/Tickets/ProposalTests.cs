using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.Policy;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Tickets;

public sealed class ProposalTests : IAsyncLifetime
{
    private const string Heading = "id,opened,updated,moves,about,text,prio,replied,state\n";
    private readonly TicketDesk _desk = new();
    private readonly InteractionRouter _router;
    private int _clicks;

    public ProposalTests() =>
        _router = new InteractionRouter(
            _desk.Store,
            Product.Slices(
                new Tools(Wordbook.Load(Templates.Root), [], new Uri("http://localhost/"))
            ),
            new Situations(() => DeliveredPolicy.Policy, _desk.Time),
            _desk.Time,
            NullLogger<InteractionRouter>.Instance
        );

    public Task InitializeAsync() =>
        _desk.Import(
            _desk.FileOf(
                Heading
                    + "T1,2026-03-02T09:00,2026-03-02T09:00,9,Acme login fails,-,1 - Critical,-,open\n"
                    + "T2,2026-03-02T09:00,2026-03-02T09:00,0,calm,-,4 - Low,-,open\n"
                    + string.Concat(
                        Enumerable
                            .Range(10, 20)
                            .Select(n =>
                                $"T{n},2026-03-02T09:00,2026-03-02T09:00,7,many,-,4 - Low,-,open\n"
                            )
                    )
            ),
            TicketDesk.SmallMap
        );

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Review_ManyTickets_OneCardForEachManagerWithTheWorstFirst()
    {
        var cards = await _desk.Rows<string>(
            "SELECT payload FROM outbox WHERE kind = 'proposal-digest'"
        );
        var digest = await _desk.Store.ReadAsync(
            connection =>
                new ProposalDigest(DeliveredPolicy.Ana.Id).Compose(
                    new Records(connection, TenantId.Default),
                    SituationOf(DeliveredPolicy.Ana.Id)
                ),
            TicketDesk.None
        );

        cards
            .Should()
            .HaveCount(
                DeliveredPolicy.Company.People.Values.Count(p =>
                    DeliveredPolicy.Policy.May(p, Core.Policy.Right.ReviewProposals)
                )
            );
        cards.Should().HaveCountGreaterThan(0);
        digest!.Blocks.OfType<Paragraph>().Should().HaveCount(ProposalCards.Shown);
        digest.Blocks.OfType<Paragraph>().First().Body.ToString().Should().StartWith("T1");
        digest.ToString().Should().NotBeNull();
        digest
            .Blocks.OfType<Actions>()
            .Last()
            .Items.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<Does>();
    }

    [Fact]
    public async Task List_EveryPage_AllProposalsOnce()
    {
        var seen = new List<string>();
        var data = ActionData.None;
        for (var page = 0; page < 9; page++)
        {
            var card = (
                (Reply.Private)await Click(InteractionKind.Action, ListProposals.Route, data)
            ).Card;
            seen.AddRange(
                card.Blocks.OfType<Paragraph>().Select(line => line.Body.ToString().Split(' ')[0])
            );
            var next = card
                .Blocks.OfType<Actions>()
                .SelectMany(row => row.Items)
                .OfType<Does>()
                .LastOrDefault();
            if (next is null || !next.Label.ToString().Contains("next"))
                break;
            data = next.Data;
        }

        seen.Should().HaveCount(21).And.OnlyHaveUniqueItems();
        (await Command("proposals")).Should().BeOfType<Reply.Private>();
    }

    [Fact]
    public async Task Dismiss_WithReason_GoneForGoodAndSecondPersonIsTold()
    {
        var data = For("T1");

        (await Click(InteractionKind.OpenDialog, DismissProposal.Route, data))
            .Should()
            .BeOfType<Reply.Show>();
        (await Submit(DismissProposal.Route, data))
            .Should()
            .BeOfType<Reply.Refused>("a reason is needed");
        (await Submit(DismissProposal.Route, data, ("reason", "planned work")))
            .Should()
            .BeOfType<Reply.Private>();
        var second = await Submit(
            DismissProposal.Route,
            data,
            DeliveredPolicy.Bruno.Id,
            ("reason", "me too")
        );
        var review = await _desk.Import(
            _desk.FileOf(
                Heading
                    + "T1,2026-03-02T09:00,2026-03-02T10:00,12,Acme login fails,-,1 - Critical,-,open\n"
            ),
            TicketDesk.SmallMap
        );

        ((Reply.Refused)second)
            .Sentence.ToString()
            .Should()
            .Contain("proposals.dismissed-already")
            .And.Contain("ana");
        (review.Changed, review.Review!.Proposed).Should().Be((1, 0));
        (await _desk.Rows<string>("SELECT state FROM proposal WHERE ticket = 'T1'"))
            .Should()
            .Equal("dismissed");
    }

    [Fact]
    public async Task Accept_FilledInForm_EscalationIsDeclaredAndTicketCountsAsEscalated()
    {
        var data = For("T1");
        var form = (
            (Reply.Show)await Click(InteractionKind.OpenDialog, AcceptProposal.Route, data)
        ).Dialog;

        form.Inputs.OfType<CustomerInput>().Single().Initial.Should().Be(DeliveredPolicy.Acme.Id);
        form.Inputs.OfType<TextInput>().First().Initial.Should().Be("Acme login fails");
        form.Inputs.OfType<ChoiceInput>().First().Initial.Should().Equal("MissingExpertise");
        var answers = new[]
        {
            ("customer", "acme"),
            ("summary", "Acme login fails"),
            ("reason", "MissingExpertise"),
        };
        (await Submit(AcceptProposal.Route, data, answers)).Should().BeOfType<Reply.Private>();
        var second = await Submit(AcceptProposal.Route, data, DeliveredPolicy.Bruno.Id, answers);

        ((Reply.Refused)second).Sentence.ToString().Should().Contain("proposals.accepted-already");
        (await _desk.Rows<string>("SELECT state || escalation FROM proposal WHERE ticket = 'T1'"))
            .Should()
            .Equal("accepted1001");
        (await _desk.Rows<long?>("SELECT escalation FROM ticket WHERE number = 'T1'"))
            .Should()
            .Equal(1001L);
        (await _desk.Rows<string>("SELECT severity || customer FROM escalation"))
            .Should()
            .Equal("1acme");
        (
            await _desk.Import(
                _desk.FileOf(
                    Heading + "T1,2026-03-02T09:00,2026-03-02T11:00,15,x,-,1 - Critical,-,open\n"
                ),
                TicketDesk.SmallMap
            )
        )
            .Review!.Proposed.Should()
            .Be(0);
    }

    [Fact]
    public async Task Decide_WithoutTheRight_RefusedAndNothingChanges()
    {
        var reply = await Submit(
            DismissProposal.Route,
            For("T1"),
            DeliveredPolicy.Edgar.Id,
            ("reason", "no")
        );

        ((Reply.Refused)reply).Sentence.ToString().Should().Contain("not-allowed");
        (await _desk.Rows<string>("SELECT DISTINCT state FROM proposal"))
            .Should()
            .Equal("proposed");
    }

    [Fact]
    public async Task Decide_OnATicketThatIsNoProposal_Refused()
    {
        foreach (var data in new[] { For("T2"), For("nothing"), ActionData.None })
            ((Reply.Refused)await Click(InteractionKind.OpenDialog, AcceptProposal.Route, data))
                .Sentence.ToString()
                .Should()
                .Contain("proposals.gone");
    }

    private static ActionData For(string ticket) =>
        ActionData.None.With("source", "desk").With("ticket", ticket);

    private Situation SituationOf(PersonId person) =>
        new(
            TenantId.Default,
            NodaTime.Instant.FromUtc(2026, 3, 2, 9, 0),
            person,
            DeliveredPolicy.Policy,
            DeliveredPolicy.Company
        );

    private Task<Reply> Command(string word) =>
        Send(InteractionKind.Command, word, ActionData.None, DeliveredPolicy.Ana.Id);

    private Task<Reply> Click(InteractionKind kind, string route, ActionData data) =>
        Send(kind, route, data, DeliveredPolicy.Ana.Id);

    private Task<Reply> Submit(string route, ActionData data, params (string, string)[] answers) =>
        Submit(route, data, DeliveredPolicy.Ana.Id, answers);

    private Task<Reply> Submit(
        string route,
        ActionData data,
        PersonId person,
        params (string Field, string Value)[] answers
    ) => Send(InteractionKind.SubmitDialog, route, data, person, answers);

    private Task<Reply> Send(
        InteractionKind kind,
        string route,
        ActionData data,
        PersonId person,
        params (string Field, string Value)[] answers
    ) =>
        _router.HandleAsync(
            new Interaction
            {
                Key = $"click-{_clicks++}",
                Tenant = TenantId.Default,
                Actor = person,
                Platform = "test",
                Kind = kind,
                Route = route,
                Data = data,
                Inputs = answers.ToImmutableDictionary(
                    a => a.Field,
                    a => ImmutableArray.Create(a.Value)
                ),
            },
            TicketDesk.None
        );
}
