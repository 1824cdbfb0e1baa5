using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Intake;

/// <summary>What is needed to declare an escalation; what is left out is proposed by the policy.</summary>
/// <param name="Customer">Whose problem it is.</param>
/// <param name="Summary">One line, at most <see cref="Declare.SummaryLength"/> characters.</param>
/// <param name="Reason">Why first line could not finish it.</param>
public sealed record DeclareEscalation(Customer Customer, string Summary, Reason Reason)
{
    /// <summary>More, or empty.</summary>
    public string Details { get; init; } = "";

    /// <summary>Chosen by the person; null takes the policy's proposal.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Chosen by the person; null takes the policy's proposal.</summary>
    public EscalationType? Type { get; init; }

    /// <summary>Chosen by the person; null takes the policy's proposal.</summary>
    public Level? Level { get; init; }

    /// <summary>A key of the policy's products, or null.</summary>
    public string? Product { get; init; }

    /// <summary>Silent: restricted room, no announcement.</summary>
    public bool Restricted { get; init; }

    /// <summary>The chat message it comes from, or null.</summary>
    public SourceMessage? Source { get; init; }

    /// <summary>The help-desk ticket it comes from, or null.</summary>
    public string? Ticket { get; init; }

    /// <summary>The room it was declared in, or null.</summary>
    public RoomRef? Room { get; init; }

    /// <summary>The help desk's priority of that ticket, or null.</summary>
    public string? TicketPriority { get; init; }

    /// <summary>Open escalations of this customer that the person may see, so that nobody opens a twin unknowingly.</summary>
    public OpenOfCustomer AlreadyOpen { get; init; } = OpenOfCustomer.None;
}

/// <summary>Opening an escalation, from wherever it comes.</summary>
internal static class Declare
{
    /// <summary>Longest summary in characters: it is a channel's topic and a notification's line.</summary>
    public const int SummaryLength = 150;

    public static void Register(Slices slices) =>
        slices
            .Query(
                "new",
                turn => new Reply.Show(
                    DeclareDialog.Of(
                        turn.Situation,
                        Form.Clean(turn.Interaction.Argument),
                        source: null,
                        customer => OpenEscalations.Of(turn.Records, customer, turn.Situation)
                    )
                )
            )
            .Shortcut(
                "escalate-message",
                turn => new Reply.Show(
                    DeclareDialog.Of(
                        turn.Situation,
                        "",
                        turn.Interaction.Source,
                        customer => OpenEscalations.Of(turn.Records, customer, turn.Situation)
                    )
                ),
                writes: false
            )
            .Dialog(
                DeclareDialog.Id,
                open: turn => new Reply.Show(
                    DeclareDialog.Of(
                        turn.Situation,
                        "",
                        source: null,
                        customer => OpenEscalations.Of(turn.Records, customer, turn.Situation)
                    )
                ),
                submit: Submit
            );

    public static Decision Decide(Escalation empty, DeclareEscalation command, Situation situation)
    {
        if (!situation.May(Right.Declare))
            return Decision.Refuse(Phrase.Of("declare.not-allowed"));
        var input = new PolicyInput(command.Reason, command.Customer)
        {
            Type = command.Type,
            Product = command.Product,
            Text = $"{command.Summary}\n{command.Details}\n{command.Source?.Text}",
            TicketPriority = command.TicketPriority,
        };
        var proposal = situation.Policy.Propose(input, situation.Directory);
        var severity = command.Severity ?? proposal.Severity;
        var rule = situation.Policy.Severities[severity];
        var declared = new Declared
        {
            Customer = FactsOf(command.Customer),
            Summary = command.Summary,
            Details = command.Details,
            Reason = command.Reason,
            Severity = severity,
            Type = command.Type ?? proposal.Type,
            Level = command.Level ?? proposal.Level,
            Product = command.Product,
            Restricted = command.Restricted,
            Source = command.Source,
            Room = command.Room,
            Ticket = command.Ticket,
            PolicyVersion = situation.Policy.Version.ToString(),
            Because = Because(proposal, severity, situation),
            OwnersToAsk = proposal.Owners,
            Stakeholders =
            [
                .. proposal
                    .Stakeholders.Concat(
                        situation.Policy.Stakeholders(
                            command.Customer,
                            severity,
                            situation.Directory
                        )
                    )
                    .Distinct(),
            ],
            Team = Team(proposal, situation),
            Skills = proposal.Skills,
            AcknowledgeBy = RunningTarget.Start(
                situation.Now,
                rule.Acknowledge,
                situation.Policy,
                command.Customer.Region
            ),
            ResolveBy = RunningTarget.Start(
                situation.Now,
                rule.Resolve,
                situation.Policy,
                command.Customer.Region
            ),
        };
        return Decision
            .That(declared)
            .Then(new OpenWarRoom())
            .Then(Told(empty, declared, situation))
            .Saying(Said(empty, declared, command));
    }

    /// <summary>Stakeholders and the invited team hear why they are in; those who are asked for more have a card of their own.</summary>
    private static IEnumerable<Effect> Told(
        Escalation empty,
        Declared declared,
        Situation situation
    )
    {
        var asked = declared
            .Skills.SelectMany(skill => situation.Policy.Skilled(skill, situation.Directory))
            .Select(person => person.Id)
            .Concat(declared.OwnersToAsk)
            .ToHashSet();
        var by = situation.Actor;
        return BroughtIn
            .Tell(
                empty with
                {
                    DeclaredBy = by,
                },
                declared.Stakeholders,
                Phrase.Of(
                    "brought-in.stakeholder",
                    ("by", NameOf(by)),
                    ("customer", declared.Customer.Name)
                ),
                situation
            )
            .Concat(
                BroughtIn.Tell(
                    empty with
                    {
                        DeclaredBy = by,
                    },
                    declared.Team.Except(declared.Stakeholders).Except(asked),
                    Phrase.Of("brought-in.team", ("by", NameOf(by))),
                    situation
                )
            );
    }

    private static Text NameOf(PersonId by) =>
        by == PersonId.Product ? Phrase.Of("answer.product") : new Mention(by);

    /// <summary>The confirmation: that it is open, why it was proposed so, and what else is open for this customer.</summary>
    private static Text Said(Escalation empty, Declared declared, DeclareEscalation command)
    {
        Text said = Phrase.Of(
            "declare.done",
            ("number", new RoomLink(empty.Number)),
            ("customer", declared.Customer.Name),
            ("severity", Phrase.For(declared.Severity))
        );
        foreach (var why in declared.Because)
            said = said + " " + why;
        if (command.AlreadyOpen.Count > 0)
            said = said + "\n" + DeclareDialog.AlreadyOpen(command.AlreadyOpen);
        return said;
    }

    /// <summary>Why it is as it is: what a person chose is said as their choice, not as the policy's.</summary>
    private static ImmutableArray<Phrase> Because(
        Proposal proposal,
        Severity severity,
        Situation situation
    ) =>
        severity == proposal.Severity
            ? proposal.Explanation
            :
            [
                Phrase.Of(
                    "declare.chosen",
                    (
                        "person",
                        situation.Actor == PersonId.Product
                            ? Phrase.Of("answer.product")
                            : new Mention(situation.Actor)
                    ),
                    ("severity", Phrase.For(severity)),
                    ("proposed", Phrase.For(proposal.Severity))
                ),
                .. proposal.Explanation.Skip(1),
            ];

    /// <summary>The people of the invited teams: they come into the room from the start.</summary>
    private static ImmutableArray<PersonId> Team(Proposal proposal, Situation situation) =>
        [
            .. proposal
                .Teams.SelectMany(team => situation.Policy.TeamMembers(team, situation.Directory))
                .Select(person => person.Id)
                .Distinct(),
        ];

    private static CustomerFacts FactsOf(Customer customer) =>
        new(
            customer.Id,
            customer.Name,
            customer.Tier,
            customer.Region,
            customer.Language,
            customer.Zone
        );

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var customer = form.Customer("customer");
        var command = new DeclareEscalation(
            customer!,
            form.Text("summary", SummaryLength),
            form.Choice<Reason>("reason")
        )
        {
            Details = form.OptionalText("details") ?? "",
            Severity = form.OptionalChoice<Severity>("severity"),
            Type = form.OptionalChoice<EscalationType>("type"),
            Level = form.OptionalChoice<Level>("level"),
            Product = form.OptionalText("product"),
            Restricted = form.Ticked("restricted"),
            Source = DeclareDialog.SourceOf(turn.Interaction.Data),
            Room = turn.Interaction.Room,
            AlreadyOpen = customer is null
                ? OpenOfCustomer.None
                : OpenEscalations.Of(turn.Records, customer.Id, turn.Situation),
        };
        if (command.Product is { } product && !turn.Situation.Policy.Products.ContainsKey(product))
            form.Wrong("product", Phrase.Of("form.unknown-choice"));
        return form.Refused ?? turn.Create((empty, situation) => Decide(empty, command, situation));
    }
}

/// <summary>The first event of every escalation.</summary>
[StoredAs("declared")]
public sealed record Declared : EscalationEvent
{
    /// <summary>The customer as known then.</summary>
    public required CustomerFacts Customer { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>More, or empty.</summary>
    public required string Details { get; init; }

    /// <summary>Why it was escalated.</summary>
    public required Reason Reason { get; init; }

    /// <summary>How bad.</summary>
    public required Severity Severity { get; init; }

    /// <summary>What is asked for.</summary>
    public required EscalationType Type { get; init; }

    /// <summary>Where on the path it starts.</summary>
    public required Level Level { get; init; }

    /// <summary>The product, or null.</summary>
    public string? Product { get; init; }

    /// <summary>Silent.</summary>
    public bool Restricted { get; init; }

    /// <summary>The chat message it came from, or null.</summary>
    public SourceMessage? Source { get; init; }

    /// <summary>The help-desk ticket, or null.</summary>
    public string? Ticket { get; init; }

    /// <summary>The room it was declared in, or null: a platform of several workspaces opens its war room nearby.</summary>
    public RoomRef? Room { get; init; }

    /// <summary>The policy it was decided under.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Why it was proposed so.</summary>
    public ImmutableArray<Phrase> Because { get; init; } = [];

    /// <summary>Who is asked to own it, in order.</summary>
    public ImmutableArray<PersonId> OwnersToAsk { get; init; } = [];

    /// <summary>Who must know.</summary>
    public ImmutableArray<PersonId> Stakeholders { get; init; } = [];

    /// <summary>Who is brought into the room from the start.</summary>
    public ImmutableArray<PersonId> Team { get; init; } = [];

    /// <summary>Skills of the policy that are asked for with an expert card.</summary>
    public ImmutableArray<string> Skills { get; init; } = [];

    /// <summary>The first target.</summary>
    public required RunningTarget AcknowledgeBy { get; init; }

    /// <summary>The second target.</summary>
    public required RunningTarget ResolveBy { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Status = Status.Declared,
            Customer = Customer,
            Summary = Summary,
            Details = Details,
            Reason = Reason,
            Severity = Severity,
            Type = Type,
            Level = Level,
            Product = Product,
            Restricted = Restricted,
            Source = Source,
            DeclaredIn = Room ?? before.DeclaredIn,
            Ticket = Ticket,
            PolicyVersion = PolicyVersion,
            Because = Because,
            DeclaredBy = stamp.By,
            DeclaredAt = stamp.At,
            OwnersToAsk = OwnersToAsk,
            Skills = Skills,
            Roles = Stakeholders.IsEmpty
                ? before.Roles
                : before.Roles.SetItem(Role.Stakeholder, Stakeholders),
            Invited =
            [
                .. Team.Union(Stakeholders)
                    .Append(stamp.By)
                    .Where(p => p != PersonId.Product)
                    .Distinct(),
            ],
            AcknowledgeBy = AcknowledgeBy,
            ResolveBy = ResolveBy,
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.declared",
            ("severity", Phrase.For(Severity)),
            ("reason", Phrase.For(Reason)),
            ("summary", Summary)
        );
}
