using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>How proposed escalations are shown: one card for many, worst first.</summary>
internal static class ProposalCards
{
    /// <summary>Tickets on the card that is sent.</summary>
    public const int Shown = 5;

    /// <summary>Tickets on one page of the list.</summary>
    public const int Page = 8;

    private const int LongestLine = 160;

    /// <summary>The card that is sent: the worst few, how many there are, and the way to the rest.</summary>
    public static Card Digest(IReadOnlyList<ProposedTicket> worst, long waiting) =>
        waiting == 0
            ? Card.Line(Phrase.Of("proposals.none"))
            : Card.Of(
                Phrase.Of("proposals.summary", ("count", new Number(waiting))),
                [
                    new Header(
                        Phrase.Of("proposals.title", ("count", new Number(waiting))),
                        Tone.Warning
                    ),
                    .. worst.SelectMany(Lines),
                    .. waiting > worst.Count
                        ?
                        [
                            new Context(
                                Phrase.Of(
                                    "proposals.more",
                                    ("count", new Number(waiting - worst.Count))
                                )
                            ),
                            new Actions([
                                new Does(
                                    Phrase.Of("proposals.see-all"),
                                    ListProposals.Route,
                                    ActionData.None
                                ),
                            ]),
                        ]
                        : Array.Empty<Block>(),
                ]
            ) with
            {
                Tone = Tone.Warning,
            };

    /// <summary>One page of the list.</summary>
    public static Card List(IReadOnlyList<ProposedTicket> page, long waiting, int skip) =>
        page.Count == 0
            ? Card.Line(Phrase.Of("proposals.none"))
            : Card.Of(
                Phrase.Of("proposals.summary", ("count", new Number(waiting))),
                [
                    new Header(Phrase.Of("proposals.title", ("count", new Number(waiting)))),
                    .. page.SelectMany(Lines),
                    new Context(
                        Phrase.Of(
                            "proposals.page",
                            ("from", new Number(skip + 1)),
                            ("to", new Number(skip + page.Count)),
                            ("all", new Number(waiting))
                        )
                    ),
                    .. Turning(skip, page.Count, waiting),
                ]
            );

    /// <summary>The line of a ticket: number, priority, customer, what it is about and why it is proposed.</summary>
    public static Text Line(ProposedTicket proposed)
    {
        var ticket = proposed.Ticket;
        var about = new[] { ticket.Priority, ticket.Customer, ticket.Summary }.Where(part =>
            part.Length > 0
        );
        return (Text)new Bold(ticket.Number)
            + (Text)(" · " + Shortened(string.Join(" · ", about)) + "\n")
            + Reasons(proposed.Proposal);
    }

    public static Text Reasons(TicketProposal proposal) =>
        Text.Join("; ", proposal.Findings.Select(finding => (Text)finding.Says()));

    private static IEnumerable<Block> Lines(ProposedTicket proposed)
    {
        var data = ActionData
            .None.With("source", proposed.Proposal.Source)
            .With("ticket", proposed.Proposal.Ticket);
        yield return new Paragraph(Line(proposed));
        yield return new Actions([
            new Opens(Phrase.Of("proposals.accept"), AcceptProposal.Route, data)
            {
                Style = ActionStyle.Primary,
            },
            new Opens(Phrase.Of("proposals.dismiss"), DismissProposal.Route, data),
        ]);
    }

    private static IEnumerable<Block> Turning(int skip, int shown, long waiting)
    {
        var turns = ImmutableArray.CreateBuilder<CardAction>();
        if (skip > 0)
            turns.Add(Turn("proposals.previous", Math.Max(0, skip - Page)));
        if (skip + shown < waiting)
            turns.Add(Turn("proposals.next", skip + shown));
        if (turns.Count > 0)
            yield return new Actions(turns.ToImmutable());
    }

    private static Does Turn(string words, int skip) =>
        new(
            Phrase.Of(words),
            ListProposals.Route,
            ActionData.None.With(
                "skip",
                skip.ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );

    private static string Shortened(string text) =>
        text.Length <= LongestLine ? text : text[..(LongestLine - 1)].TrimEnd() + "…";
}

/// <summary>Tells one person of those who decide that tickets wait for a decision, or brings that message up to date.</summary>
[StoredAs("proposal-digest")]
public sealed record ProposalDigest(PersonId Person) : PersonalNotice(Person)
{
    /// <inheritdoc/>
    public override string Slot => "proposals";

    /// <inheritdoc/>
    public override Card Replaced => Card.Line(Phrase.Of("proposals.replaced"));

    /// <inheritdoc/>
    public override Card? Compose(Records records, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(records);
        var table = new ProposalTable(records.Connection, records.Tenant);
        var waiting = table.Waiting();
        return waiting == 0 && !OnlyEdits
            ? null
            : ProposalCards.Digest(table.Worst(ProposalCards.Shown), waiting);
    }

    /// <summary>Adds the card for everybody who may decide.</summary>
    internal static void Send(
        Records records,
        EscalationPolicy policy,
        bool onlyEdits,
        Instant now
    ) =>
        records.AddEffects(
            records
                .LoadDirectory()
                .People.Values.Where(person => policy.May(person, Right.ReviewProposals))
                .OrderBy(person => person.Id.Value, StringComparer.Ordinal)
                .Select(person => new ProposalDigest(person.Id) { OnlyEdits = onlyEdits }),
            number: null,
            now
        );
}
