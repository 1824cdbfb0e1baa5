using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.WarRooms;

/// <summary>
/// The one card of an escalation, pinned in its war room and edited in place for its whole life. Its head is here; each
/// slice adds its own part and buttons through <see cref="Slices.OnCard"/> and <c>Slices.Offers</c>.
/// </summary>
internal static class EscalationCard
{
    public static Card Compose(Escalation escalation, Situation situation, Slices slices)
    {
        var offers = slices
            .OffersFor(escalation, situation)
            // What is to be done next comes first.
            .OrderBy(offer => offer.Style == ActionStyle.Primary ? 0 : 1)
            .Take(CardRules.ButtonsShown + CardRules.MostInOverflow)
            .ToImmutableArray();
        ImmutableArray<Block> blocks =
        [
            new Header(Title(escalation), ToneOf(escalation, situation)),
            new Paragraph(new Text(new Bold(escalation.Summary))),
            .. slices.PartsFor(escalation, situation),
            .. offers.IsEmpty ? [] : new Block[] { new Actions(offers) },
        ];
        return Card.Of(Line(escalation), blocks) with { Tone = ToneOf(escalation, situation) };
    }

    /// <summary>"ESC-1042 Acme · Sev2 · Acknowledged".</summary>
    public static Text Title(Escalation escalation) =>
        Phrase.Of(
            "card.title",
            ("number", escalation.Number.ToString()),
            ("customer", escalation.Customer.Name),
            ("severity", Phrase.For(escalation.Severity)),
            ("status", Phrase.For(escalation.Status))
        );

    /// <summary>The one line that a notification shows.</summary>
    public static Text Line(Escalation escalation) => Title(escalation) + ": " + escalation.Summary;

    /// <summary>The room's topic.</summary>
    public static Text Topic(Escalation escalation) => Line(escalation);

    private static Tone ToneOf(Escalation escalation, Situation situation) =>
        escalation switch
        {
            { IsOver: true } or { Status: Status.Resolved } => Tone.Good,
            { ResolveBy: { } resolve } when resolve.IsMissed(situation.Now) => Tone.Bad,
            { Status: Status.Declared } or { Severity: Severity.Sev1 } => Tone.Warning,
            _ => Tone.Neutral,
        };

    internal static void Register(Slices slices) =>
        slices.OnCard(
            10,
            (escalation, situation) =>
                [
                    Facts.Of(
                        (Phrase.Of("card.customer"), CustomerLine(escalation, situation)),
                        (Phrase.Of("card.reason"), Phrase.For(escalation.Reason)),
                        (Phrase.Of("card.type"), Phrase.For(escalation.Type)),
                        (Phrase.Of("card.level"), Phrase.For(escalation.Level)),
                        (
                            Phrase.For(Role.EscalationManager),
                            escalation.Owner is { } owner
                                ? new Mention(owner)
                                : Phrase.Of("card.nobody-yet")
                        ),
                        (Phrase.For(Role.TechnicalLead), People(escalation, Role.TechnicalLead)),
                        (
                            Phrase.For(Role.CommunicationsLead),
                            People(escalation, Role.CommunicationsLead)
                        ),
                        (Phrase.For(Role.Sponsor), People(escalation, Role.Sponsor)),
                        (Phrase.Of("card.stakeholders"), People(escalation, Role.Stakeholder)),
                        (
                            Phrase.Of("card.continues"),
                            escalation.MergedInto is { } into ? (Text)new RoomLink(into) : null
                        ),
                        (
                            Phrase.Of("card.declined-because"),
                            escalation.DeclinedBecause is { } because ? (Text)because : null
                        )
                    ),
                    Why(escalation),
                    Clock(
                        Phrase.Of("card.acknowledge-by"),
                        escalation.AcknowledgedAt is null ? escalation.AcknowledgeBy : null
                    ),
                    Clock(Phrase.Of("card.resolve-by"), escalation.ResolveBy),
                ]
        );

    /// <summary>Why it was proposed so, and who is asked; of no more interest once somebody owns it.</summary>
    private static Context? Why(Escalation escalation) =>
        escalation.Because.IsEmpty || escalation.Status != Status.Declared
            ? null
            : new Context(Text.Join(" ", escalation.Because.Select(why => (Text)why)));

    private static Text CustomerLine(Escalation escalation, Situation situation) =>
        situation.Policy.Tiers.TryGetValue(escalation.Customer.Tier, out var tier)
            ? Phrase.Of(
                "card.customer-tier",
                ("name", escalation.Customer.Name),
                ("tier", tier.Name)
            )
            : escalation.Customer.Name;

    /// <summary>How many names one line of the card holds; the rest is a count.</summary>
    private const int NamesShown = 5;

    private static readonly Role[] Named =
    [
        Role.EscalationManager,
        Role.TechnicalLead,
        Role.CommunicationsLead,
        Role.Sponsor,
    ];

    private static Text? People(Escalation escalation, Role role)
    {
        var holders = escalation.Holders(role);
        // Who has more to do than to know is named there.
        if (role == Role.Stakeholder)
            holders = holders.RemoveAll(person =>
                Named.Any(other => escalation.Holders(other).Contains(person))
            );
        if (holders.IsEmpty)
            return null;
        var names = Common.Names(holders.Take(NamesShown));
        return holders.Length <= NamesShown
            ? names
            : names
                + " "
                + Phrase.Of("list.more", ("count", new Number(holders.Length - NamesShown)));
    }

    private static ClockBlock? Clock(Text label, RunningTarget? target) =>
        target is null ? null : new ClockBlock(label, target.From, target.Due, target.Met);
}

/// <summary>Posts or edits the escalation card. Added by itself whenever an escalation changes.</summary>
[StoredAs("escalation-card")]
public sealed record CardNotice : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.WarRoom;

    /// <inheritdoc/>
    public override string Slot => "card";

    /// <inheritdoc/>
    public override bool Pinned => true;

    /// <summary>Never asked: the card is composed with the parts of all slices.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Card Compose(Escalation escalation, Situation situation) =>
        throw new NotSupportedException("composed by EscalationCard with all slices");
}

/// <summary>Tells the announcement channel of a new escalation, and keeps that message up to date.</summary>
[StoredAs("announcement")]
public sealed record Announcement : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.Announcements;

    /// <inheritdoc/>
    public override string Slot => "announcement";

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation) =>
        Card.Of(
            EscalationCard.Line(escalation),
            new Paragraph(
                Phrase.Of(
                    "announcement.line",
                    ("number", new RoomLink(escalation.Number)),
                    ("customer", escalation.Customer.Name),
                    ("severity", Phrase.For(escalation.Severity)),
                    ("status", Phrase.For(escalation.Status)),
                    ("summary", escalation.Summary),
                    ("by", new Mention(escalation.DeclaredBy))
                )
            )
        );
}
