using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Resolution;

/// <summary>Something to make up for it.</summary>
/// <param name="Kind">A key of the policy's kinds.</param>
/// <param name="Amount">More than 0, at most two decimals.</param>
/// <param name="Currency">An ISO 4217 code, or <c>%</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record ConcessionOffer(string Kind, decimal Amount, string Currency, string Reason);

/// <summary>
/// Offering a concession. Within the limit of who offers it, it stands at once; above it, those with a high enough limit are
/// asked, and it waits without holding anything else up. Concessions of one kind and currency count together, so that a limit
/// cannot be passed in slices.
/// </summary>
internal static class OfferConcession
{
    public const string Id = "resolution.concession";

    /// <summary>How many people are asked at most, those with the smallest sufficient limit first.</summary>
    public const int MostAsked = 5;

    private const int ReasonLength = 500;
    private const decimal MostAmount = 1_000_000_000m;

    public static void Register(Slices slices) =>
        slices
            .Query("concession", turn => turn.On(escalation => Show(escalation, turn.Situation)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn.Situation)),
                submit: turn =>
                {
                    var form = turn.Form();
                    var offer = Read(form, required: true, turn.Situation);
                    return form.Refused ?? turn.Decide((e, s) => Decide(e, offer!, s));
                }
            )
            .Offers(
                63,
                escalation =>
                    escalation.Status is Status.Mitigated or Status.Resolved
                        ? new Opens(
                            Phrase.Of("concession.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null,
                Right.Resolve
            );

    public static Decision Decide(Escalation escalation, ConcessionOffer offer, Situation situation)
    {
        if (NotNow(escalation, situation) is { } refused)
            return refused;
        var offered = Offer(escalation, offer, situation);
        return offered.IsRefused ? offered : offered.Saying(Said(offered));
    }

    /// <summary>The events and requests of an offer, as part of a larger decision; refused when nobody may grant it.</summary>
    public static Decision Offer(Escalation escalation, ConcessionOffer offer, Situation situation)
    {
        if (!situation.Policy.Concessions.Kinds.TryGetValue(offer.Kind, out var name))
            return Decision.Refuse(Phrase.Of("form.unknown-choice"), "concession-kind");
        if (offer.Currency == "%" && offer.Amount > 100)
            return Decision.Refuse(Phrase.Of("concession.percent"), "concession-amount");
        var replaced = escalation
            .Resolution.Concessions.Where(c =>
                c.State == ConcessionState.Waiting && c.By == situation.Actor
            )
            .ToList();
        var total = Total(escalation, offer.Kind, offer.Currency, replaced) + offer.Amount;
        var limit = LimitOf(situation.Actor, escalation, offer.Kind, offer.Currency, situation);
        var concession = new Concession(
            escalation.Resolution.Concessions.Length + 1,
            offer.Kind,
            name,
            offer.Amount,
            offer.Currency,
            offer.Reason,
            situation.Actor,
            situation.Now
        );
        var asked = total <= limit ? [] : WhomToAsk(total, escalation, offer, situation);
        if (total > limit && asked.IsEmpty)
            return Decision.Refuse(NobodyMay(escalation, offer, situation), "concession-amount");
        return Decision
            .That([.. replaced.Select(old => new ConcessionWithdrawn(old.Id))])
            .And(
                new ConcessionOffered(
                    total <= limit
                        ? concession with
                        {
                            State = ConcessionState.Approved,
                            DecidedBy = situation.Actor,
                            DecidedAt = situation.Now,
                            Limit = limit == decimal.MaxValue ? null : limit,
                        }
                        : concession with
                        {
                            Asked = asked,
                        }
                )
            )
            .Then(replaced.SelectMany(DecideConcession.Refreshed))
            .Then(asked.Select(person => new ConcessionRequest(person, concession.Id)));
    }

    /// <summary>Up to which amount a person may concede in this escalation.</summary>
    public static decimal LimitOf(
        PersonId person,
        Escalation escalation,
        string kind,
        string currency,
        Situation situation
    ) =>
        situation.Directory.Find(person) is { } known
            ? situation.Policy.ConcessionLimit(
                known,
                kind,
                currency,
                [
                    .. escalation
                        .Roles.Where(role => role.Value.Contains(person))
                        .Select(role => role.Key),
                ]
            )
            : 0m;

    /// <summary>Everybody but its proposer whose limit reaches for one that waits, by name.</summary>
    public static ImmutableArray<PersonId> Entitled(
        Escalation escalation,
        Concession made,
        Situation situation
    )
    {
        var total = Total(escalation, made.Kind, made.Currency, [made]) + made.Amount;
        return
        [
            .. situation
                .Directory.People.Values.Where(person => person.Id != made.By)
                .Where(person => Visibility.Sees(escalation, situation with { Actor = person.Id }))
                .Where(person =>
                    LimitOf(person.Id, escalation, made.Kind, made.Currency, situation) >= total
                )
                .OrderBy(person => person.Name, StringComparer.Ordinal)
                .Select(person => person.Id),
        ];
    }

    /// <summary>What was given or waits already, of one kind and currency.</summary>
    public static decimal Total(
        Escalation escalation,
        string kind,
        string currency,
        IReadOnlyCollection<Concession> without
    ) =>
        escalation
            .Resolution.Concessions.Where(c =>
                c.State is ConcessionState.Waiting or ConcessionState.Approved
                && c.Kind == kind
                && c.Currency == currency
                && !without.Contains(c)
            )
            .Sum(c => c.Amount);

    /// <summary>"500 EUR, Credit on the account": how a concession is told, with its state.</summary>
    public static Text Line(Concession concession)
    {
        Text what = Amount(concession);
        return concession.State switch
        {
            ConcessionState.Waiting => Phrase.Of(
                "concession.line.waiting",
                ("what", what),
                ("people", Common.Names(concession.Asked))
            ),
            ConcessionState.Approved when concession.DecidedBy is { } by && by != concession.By =>
                Phrase.Of("concession.line.approved", ("what", what), ("person", new Mention(by))),
            ConcessionState.Approved => Phrase.Of(
                "concession.line.given",
                ("what", what),
                ("person", new Mention(concession.By))
            ),
            ConcessionState.Refused => Phrase.Of(
                "concession.line.refused",
                ("what", what),
                ("reason", concession.RefusedBecause)
            ),
            _ when concession.WithdrawnByHand => Phrase.Of(
                "concession.line.taken-back",
                ("what", what),
                ("person", new Mention(concession.DecidedBy ?? concession.By))
            ),
            _ => Phrase.Of("concession.line.withdrawn", ("what", what)),
        };
    }

    public static Text Amount(Concession concession) =>
        Phrase.Of(
            "concession.what",
            ("amount", new Number(concession.Amount, "#,##0.##")),
            ("currency", concession.Currency),
            ("kind", concession.KindName)
        );

    /// <summary>The confirmation of an offer.</summary>
    public static Text Said(Decision offered) =>
        offered.Events.OfType<ConcessionOffered>().Single().Concession is var made
        && made.State == ConcessionState.Waiting
            ? Phrase.Of(
                "concession.asked",
                ("what", Amount(made)),
                ("people", Common.Names(made.Asked))
            )
            : Phrase.Of("concession.given", ("what", Amount(made)));

    /// <summary>Reads the fields of a dialog; null when all are empty and none is required.</summary>
    public static ConcessionOffer? Read(Form form, bool required, Situation situation)
    {
        var kind = form.OptionalText("concession-kind", 100);
        var amount = form.OptionalNumber("concession-amount", min: 0.01m, max: MostAmount);
        var currency = form.OptionalText("concession-currency", 10);
        var reason = form.OptionalText("concession-reason", ReasonLength);
        // A currency alone is what the form proposes, not an offer.
        if (!required && kind is null && amount is null && reason is null)
            return null;
        foreach (
            var (field, missing) in new[]
            {
                ("concession-kind", kind is null),
                (
                    "concession-amount",
                    amount is null && form.Mistakes.All(m => m.Field != "concession-amount")
                ),
                ("concession-currency", currency is null),
                ("concession-reason", reason is null),
            }
        )
            if (missing)
                form.Wrong(field, Phrase.Of("form.required"));
        if (amount is { } given && decimal.Round(given, 2) != given)
            form.Wrong("concession-amount", Phrase.Of("concession.decimals"));
        if (kind is not null && !situation.Policy.Concessions.Kinds.ContainsKey(kind))
            form.Wrong("concession-kind", Phrase.Of("form.unknown-choice"));
        if (currency is not null && !Currencies(situation).Contains(currency))
            form.Wrong("concession-currency", Phrase.Of("form.unknown-choice"));
        return kind is null || amount is null || currency is null || reason is null
            ? null
            : new ConcessionOffer(kind, amount.Value, currency, reason);
    }

    /// <summary>The fields a concession is offered with.</summary>
    public static IEnumerable<Input> Inputs(
        Escalation escalation,
        bool required,
        Situation situation
    )
    {
        var kinds = situation.Policy.Concessions.Kinds;
        var currencies = Currencies(situation);
        if (kinds.IsEmpty || currencies.IsEmpty)
            return [];
        return
        [
            new ChoiceInput(
                "concession-kind",
                Phrase.Of("concession.kind"),
                [.. kinds.Select(kind => new Option(kind.Key, kind.Value))]
            )
            {
                Required = required,
                Hint = required ? null : (Text)Phrase.Of("concession.optional"),
            },
            new NumberInput("concession-amount", Phrase.Of("concession.amount"))
            {
                Required = required,
                Decimal = true,
                Hint = Limits(escalation, situation),
            },
            new ChoiceInput(
                "concession-currency",
                Phrase.Of("concession.currency"),
                [.. currencies.Select(currency => new Option(currency, currency))]
            )
            {
                Required = required,
                Initial = [currencies[0]],
            },
            new TextInput("concession-reason", Phrase.Of("concession.reason"))
            {
                Required = required,
                Multiline = true,
                MaxLength = ReasonLength,
            },
        ];
    }

    private static Decision? NotNow(Escalation escalation, Situation situation) =>
        Ending.NotNow(escalation, situation)
        ?? (escalation.Status == Status.Declared ? Ending.WrongStatus(escalation) : null);

    private static Reply Show(Escalation escalation, Situation situation)
    {
        if (NotNow(escalation, situation) is { } refused)
            return Turn.Refuse(refused.Refusals[0].Sentence);
        var inputs = Inputs(escalation, required: true, situation).ToImmutableArray();
        return inputs.IsEmpty
            ? Turn.Refuse(Phrase.Of("concession.none-in-policy"))
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("concession.title"),
                    Phrase.Of("concession.submit"),
                    inputs
                )
                {
                    Data = ActionData.For(escalation.Number),
                }.Checked()
            );
    }

    /// <summary>Who has a limit that reaches, the smallest sufficient ones first: nobody is asked who is not needed.</summary>
    private static ImmutableArray<PersonId> WhomToAsk(
        decimal total,
        Escalation escalation,
        ConcessionOffer offer,
        Situation situation
    )
    {
        var able = situation
            .Directory.People.Values.Where(person => person.Id != situation.Actor)
            .Where(person => Visibility.Sees(escalation, situation with { Actor = person.Id }))
            .Select(person =>
                (
                    person,
                    Limit: LimitOf(person.Id, escalation, offer.Kind, offer.Currency, situation)
                )
            )
            .Where(able => able.Limit >= total)
            .OrderBy(able => able.Limit)
            .ThenBy(able => able.person.Name, StringComparer.Ordinal)
            .ToList();
        return [.. able.Take(MostAsked).Select(one => one.person.Id)];
    }

    private static Phrase NobodyMay(
        Escalation escalation,
        ConcessionOffer offer,
        Situation situation
    )
    {
        var highest = situation
            .Directory.People.Values.Select(person =>
                LimitOf(person.Id, escalation, offer.Kind, offer.Currency, situation)
            )
            .DefaultIfEmpty(0m)
            .Max();
        return Phrase.Of(
            "concession.nobody",
            ("limit", new Number(highest, "#,##0.##")),
            ("currency", offer.Currency)
        );
    }

    private static Text? Limits(Escalation escalation, Situation situation)
    {
        var mine = situation
            .Policy.Concessions.Limits.Select(limit => (limit.Kind, limit.Currency))
            .Distinct()
            .Select(limit =>
                (
                    limit,
                    Most: LimitOf(
                        situation.Actor,
                        escalation,
                        limit.Kind,
                        limit.Currency,
                        situation
                    )
                )
            )
            .Where(limit => limit.Most is > 0 and < decimal.MaxValue)
            .Take(6)
            .Select(limit =>
                (Text)
                    Phrase.Of(
                        "concession.what",
                        ("amount", new Number(limit.Most, "#,##0.##")),
                        ("currency", limit.limit.Currency),
                        (
                            "kind",
                            situation.Policy.Concessions.Kinds.GetValueOrDefault(
                                limit.limit.Kind,
                                limit.limit.Kind
                            )
                        )
                    )
            )
            .ToList();
        return mine.Count == 0
            ? Phrase.Of("concession.limits.none")
            : Phrase.Of("concession.limits", ("limits", Text.Join("; ", mine)));
    }

    private static ImmutableArray<string> Currencies(Situation situation) =>
        [.. situation.Policy.Concessions.Limits.Select(limit => limit.Currency).Distinct()];
}

/// <summary>A concession was offered: given at once, or waiting for approval.</summary>
[StoredAs("concession-offered")]
public sealed record ConcessionOffered(Concession Concession) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Resolution = before.Resolution with
            {
                Concessions = before.Resolution.Concessions.Add(Concession),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            Concession.State == ConcessionState.Waiting
                ? "timeline.concession-waits"
                : "timeline.concession-given",
            ("what", OfferConcession.Amount(Concession)),
            ("reason", Concession.Reason)
        );
}

/// <summary>A concession that waited was taken back, or replaced by another one of the same person.</summary>
[StoredAs("concession-withdrawn")]
public sealed record ConcessionWithdrawn(int Concession) : EscalationEvent
{
    /// <summary>Taken back by somebody, not replaced.</summary>
    public bool ByHand { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Resolution = before.Resolution.Deciding(
                Concession,
                made =>
                    made with
                    {
                        State = ConcessionState.Withdrawn,
                        DecidedBy = stamp.By,
                        DecidedAt = stamp.At,
                        WithdrawnByHand = ByHand,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text? Tell() =>
        ByHand ? Phrase.Of("timeline.concession-withdrawn") : (Text?)null;
}

/// <summary>Asks one person with a high enough limit for a concession; afterwards it says what became of it.</summary>
[StoredAs("concession-request")]
public sealed record ConcessionRequest(PersonId Person, int Concession) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot =>
        string.Create(CultureInfo.InvariantCulture, $"concession:{Concession}");

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.Resolution.Find(Concession) is not { } made)
            return null;
        var line = OfferConcession.Line(made);
        if (made.State != ConcessionState.Waiting)
            return Card.Of(
                EscalationCard.Title(escalation) + ": " + line,
                new Paragraph(line),
                new Context(EscalationCard.Line(escalation))
            );
        var question = Question(escalation, made);
        return Card.Of(
            question,
            new Paragraph(new Bold(question)),
            new Quote(made.Reason, new Mention(made.By)),
            new Context(EscalationCard.Line(escalation)),
            new Actions(Buttons(escalation, made))
        ) with
        {
            Tone = Tone.Warning,
        };
    }

    /// <summary>Who proposes what for whom.</summary>
    internal static Text Question(Escalation escalation, Concession made) =>
        Phrase.Of(
            "concession.question",
            ("person", new Mention(made.By)),
            ("customer", escalation.Customer.Name),
            ("what", OfferConcession.Amount(made))
        );

    /// <summary>Yes, or no with a reason.</summary>
    internal static ImmutableArray<CardAction> Buttons(Escalation escalation, Concession made)
    {
        var data = ActionData
            .For(escalation.Number)
            .With("concession", made.Id.ToString(CultureInfo.InvariantCulture));
        return
        [
            new Does(Phrase.Of("button.approve"), DecideConcession.ApproveId, data)
            {
                Style = ActionStyle.Primary,
            },
            new Opens(Phrase.Of("concession.button.refuse"), DecideConcession.RefuseId, data),
        ];
    }
}
