using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// Sending a message: at once where the policy lets the writer, after approval otherwise. What became of it comes back as
/// an event: sent, refused for good, or unclear. An unclear one is never repeated by itself; a person decides.
/// </summary>
internal static class SendLetter
{
    public const string SendId = "customer.send";
    public const string ArrivedId = "customer.arrived";
    public const string AgainId = "customer.send-again";
    public const string ByMailId = "customer.send-by-mail";

    public static void Register(Slices slices, Tools tools) =>
        slices
            .Action(SendId, turn => LetterCards.On(turn, Send))
            .Action(ArrivedId, turn => LetterCards.On(turn, Arrived))
            .Action(AgainId, turn => LetterCards.On(turn, Again))
            .Action(ByMailId, turn => LetterCards.On(turn, ByMail))
            .Performs<SendCustomerMessage>(
                (effect, performing, cancellation) =>
                    PerformAsync(effect, performing, tools, cancellation)
            );

    public static Decision Send(Escalation escalation, int id, int? revision, Situation situation)
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        if (
            ApproveLetter.Current(escalation, id, revision)
            is not { State: not (DraftState.Sending or DraftState.Unclear) } draft
        )
            return LetterOutcome.Refuse(escalation, id, revision);
        if (
            draft.State == DraftState.AwaitingApproval
            || ApproveLetter.IsNeeded(escalation, draft.Text.Kind, situation)
                && draft.ApprovedBy is null
        )
            return Decision.Refuse(Phrase.Of("customer-update.needs-approval"));
        if (PromisePassed(draft, situation) is { } passed)
            return passed;
        return Release(escalation, draft, approved: false, situation)
            .Saying(Phrase.Of("customer-update.sending", ("customer", escalation.Customer.Name)));
    }

    /// <summary>Puts a message on its way.</summary>
    public static Decision Release(
        Escalation escalation,
        Draft draft,
        bool approved,
        Situation situation
    ) =>
        Decision
            .That(new CustomerUpdateReleased(draft.Id, approved))
            .Then(new SendCustomerMessage(draft.Id, draft.Revision))
            .Then(LetterCards.Refreshed(draft));

    /// <summary>The refusal to send a letter whose own promise has passed, or null.</summary>
    public static Decision? PromisePassed(Draft draft, Situation situation) =>
        draft.Text.NextBy is { } next && next <= situation.Now
            ? Decision.Refuse(
                Phrase.Of(
                    "customer-update.promise-passed",
                    ("when", new Moment(next, MomentStyle.Exact))
                )
            )
            : null;

    /// <summary>A person found out that an unclear one did arrive.</summary>
    public static Decision Arrived(
        Escalation escalation,
        int id,
        int? revision,
        Situation situation
    )
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        return
            ApproveLetter.Current(escalation, id, revision) is { State: DraftState.Unclear } draft
            ? Sent(escalation, draft, new Delivery.Accepted(""), "", situation)
                .Saying(Phrase.Of("customer-update.noted-arrived"))
            : LetterOutcome.Refuse(escalation, id, revision);
    }

    /// <summary>A person decided to send an unclear one once more, knowing that it may arrive twice.</summary>
    public static Decision Again(Escalation escalation, int id, int? revision, Situation situation)
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        if (
            ApproveLetter.Current(escalation, id, revision)
            is not { State: DraftState.Unclear } draft
        )
            return LetterOutcome.Refuse(escalation, id, revision);
        return PromisePassed(draft, situation)
            ?? Decision
                .That(new CustomerUpdateReleased(id, Approved: false))
                .Then(new SendCustomerMessage(id, draft.Revision))
                .Then(LetterCards.Refreshed(draft))
                .Saying(
                    Phrase.Of("customer-update.sending", ("customer", escalation.Customer.Name))
                );
    }

    /// <summary>Sends what a shared channel refused to the customer's addresses instead. The words stay as they were approved.</summary>
    public static Decision ByMail(Escalation escalation, int id, int? revision, Situation situation)
    {
        if (WriteLetter.NotNow(escalation, situation) is { } refused)
            return refused;
        if (
            ApproveLetter.Current(escalation, id, revision)
            is not { State: DraftState.Refused, Letter.Via: not null } draft
        )
            return LetterOutcome.Refuse(escalation, id, revision);
        var readers = Readers(draft, LetterWriter.ContactsOf(escalation, situation));
        if (readers.IsEmpty)
            return WriteLetter.NobodyToWriteTo(escalation);
        if (
            draft.ApprovedBy is null
            && ApproveLetter.IsNeeded(escalation, draft.Text.Kind, situation)
        )
            return Decision.Refuse(Phrase.Of("customer-update.needs-approval"));
        return PromisePassed(draft, situation)
            ?? Decision
                .That(
                    new CustomerUpdateRerouted(id, readers),
                    new CustomerUpdateReleased(id, Approved: false)
                )
                .Then(new SendCustomerMessage(id, draft.Revision))
                .Then(LetterCards.Refreshed(draft))
                .Saying(
                    Phrase.Of("customer-update.sending", ("customer", escalation.Customer.Name))
                );
    }

    /// <summary>Who gets a message by e-mail: those it addresses who can still be written to, else everybody of the customer.</summary>
    public static ImmutableArray<Contact> Readers(Draft draft, ImmutableArray<Contact> contacts) =>
        draft.Letter.To.Where(contacts.Contains).ToImmutableArray() is [_, ..] some
            ? some
            : contacts;

    private static async Task<Performed> PerformAsync(
        SendCustomerMessage effect,
        Performing performing,
        Tools tools,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        if (Wanted(escalation, effect) is not { } draft)
            return Performed.Done();
        if (PromisePassed(draft, performing.Situation) is not null)
            return performing.Done((e, _) => Stuck(e, effect, DraftState.Outdated, ""));
        var channel = draft.Letter.Via is { } via ? tools.ChannelNamed(via.Channel) : tools.Mail;
        if (channel is null)
            return performing.Done((e, _) => Stuck(e, effect, DraftState.Refused, ""));
        var delivery = await channel.SendAsync(
            new CustomerMessage(
                performing.EffectId,
                escalation.Tenant,
                escalation.Number,
                draft.Letter.To,
                draft.Letter.Language,
                draft.Letter.Subject,
                draft.Letter.PlainBody,
                draft.Letter.HtmlBody
            )
            {
                Earlier = escalation.CustomerUpdates.MessageIds,
                Company = performing.Situation.Directory.Company,
                Place = draft.Letter.Via?.Place ?? "",
            },
            cancellation
        );
        return delivery switch
        {
            Delivery.Accepted accepted => performing.Done(
                (e, s) =>
                    Wanted(e, effect) is { } current
                        ? Sent(e, current, accepted, channel.Name, s)
                        : Decision.Nothing
            ),
            Delivery.Later later => Performed.Later(later.After, later.Why),
            Delivery.Refused refused => performing.Done(
                (e, _) => Stuck(e, effect, DraftState.Refused, refused.Why, refused.Cause)
            ),
            Delivery.Unclear unclear => performing.Done(
                (e, _) => Stuck(e, effect, DraftState.Unclear, unclear.Why)
            ),
            _ => throw new InvalidOperationException($"unknown delivery {delivery}"),
        };
    }

    /// <summary>It reached the customer: on the timeline, and the clock for the next one runs.</summary>
    public static Decision Sent(
        Escalation escalation,
        Draft draft,
        Delivery.Accepted accepted,
        string channel,
        Situation situation
    )
    {
        var next = CustomerClock.Next(escalation, draft.Text.NextBy, situation);
        return Decision
            .That(
                new CustomerUpdateSent
                {
                    Draft = draft.Id,
                    Kind = draft.Text.Kind,
                    Summary = draft.Text.Summary,
                    Subject = draft.Letter.Subject,
                    PlainBody = draft.Letter.PlainBody,
                    Language = draft.Letter.Language,
                    To = draft.Letter.To,
                    Missed = [.. accepted.Missed],
                    Channel = channel,
                    Place = draft.Letter.Via is { } shared ? LetterCards.NameOf(shared) : "",
                    MessageId = accepted.MessageId.Length == 0 ? null : accepted.MessageId,
                    Author = draft.Authors[^1],
                    ApprovedBy = draft.ApprovedBy,
                    SentBy = draft.DecidedBy ?? PersonId.Product,
                    NextBy = draft.Text.NextBy,
                    Next = next,
                }
            )
            .Then(CustomerClock.Arm(next, escalation, situation))
            .Then(CustomerClock.Refreshed(escalation))
            .Then(LetterCards.Refreshed(draft))
            .Then(
                // A recipient that was missed must be known even where no card was shown before.
                accepted.Missed.Count > 0
                    ? new LetterPreview(draft.Keeper, draft.Id, draft.Round + 1)
                    : null,
                draft.Text.Kind == CustomerMessageKind.Resolution ? new ResolutionTold() : null
            );
    }

    private static Decision Stuck(
        Escalation escalation,
        SendCustomerMessage effect,
        DraftState state,
        string why,
        RefusalCause cause = RefusalCause.Unknown
    ) =>
        Wanted(escalation, effect) is { } draft
            ? Decision
                .That(new CustomerUpdateStuck(draft.Id, state, why) { Cause = cause })
                .Then(LetterCards.Refreshed(draft))
                .Then(new LetterPreview(draft.Keeper, draft.Id, draft.Round + 1))
                .Then(
                    state == DraftState.Refused
                    && draft.Letter.Via is { } shared
                    && escalation.Owner is { } owner
                    && owner != draft.Keeper
                        ? new SharedChannelRefused(owner, shared, cause, draft.Keeper)
                        : null
                )
            : Decision.Nothing;

    private static Draft? Wanted(Escalation escalation, SendCustomerMessage effect) =>
        ApproveLetter.Current(escalation, effect.Draft, effect.Revision)
            is { State: DraftState.Sending } draft
            ? draft
            : null;
}

/// <summary>Hands one revision of a message to the customer's channel.</summary>
[StoredAs("send-customer-message")]
public sealed record SendCustomerMessage(int Draft, int Revision) : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "customer";
}

/// <summary>A message is on its way.</summary>
/// <param name="Approved">Whether the person who caused it approved what another one wrote.</param>
[StoredAs("customer-update-released")]
public sealed record CustomerUpdateReleased(int Draft, bool Approved) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        State = DraftState.Sending,
                        DecidedBy = stamp.By,
                        DecidedAt = stamp.At,
                        ApprovedBy = Approved ? stamp.By : draft.ApprovedBy,
                        Why = "",
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text? Tell() =>
        Approved ? (Text)Phrase.Of("timeline.customer-update-approved") : null;
}

/// <summary>A message did not go out, or nobody knows whether it did.</summary>
/// <param name="State">Refused, unclear or outdated.</param>
/// <param name="Why">What the channel said, or empty.</param>
[StoredAs("customer-update-stuck")]
public sealed record CustomerUpdateStuck(int Draft, DraftState State, string Why) : EscalationEvent
{
    /// <summary>What stood in the way of a refused one.</summary>
    public RefusalCause Cause { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        State = State,
                        Why = Why,
                        Cause = Cause,
                        Round = draft.Round + 1,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        State switch
        {
            DraftState.Unclear => Phrase.Of("timeline.customer-update-unclear"),
            DraftState.Outdated => Phrase.Of("timeline.customer-update-outdated"),
            _ => Phrase.Of("timeline.customer-update-refused"),
        };
}

/// <summary>A message that a shared channel refused goes by e-mail instead.</summary>
/// <param name="To">Who gets it.</param>
[StoredAs("customer-update-rerouted")]
public sealed record CustomerUpdateRerouted(int Draft, ImmutableArray<Contact> To) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Changing(
                Draft,
                draft =>
                    draft with
                    {
                        Letter = draft.Letter with { To = To, Via = null },
                        Cause = RefusalCause.Unknown,
                    }
            ),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.customer-update-rerouted");
}

/// <summary>A message reached the customer, and the clock for the next one runs.</summary>
[StoredAs("customer-update-sent")]
public sealed record CustomerUpdateSent : EscalationEvent
{
    /// <summary>Which draft it was.</summary>
    public required int Draft { get; init; }

    /// <summary>What it was for.</summary>
    public required CustomerMessageKind Kind { get; init; }

    /// <summary>The problem as it was told, in the customer's language.</summary>
    public required string Summary { get; init; }

    /// <summary>Its subject line.</summary>
    public required string Subject { get; init; }

    /// <summary>What it said, as plain text.</summary>
    public required string PlainBody { get; init; }

    /// <summary>The language it was written in.</summary>
    public required string Language { get; init; }

    /// <summary>Who got it.</summary>
    public required ImmutableArray<Contact> To { get; init; }

    /// <summary>Recipients it did not reach, each with why.</summary>
    public ImmutableArray<string> Missed { get; init; } = [];

    /// <summary>The channel's name, such as <c>email</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>The shared channel it went into, as people call it; empty for e-mail.</summary>
    public string Place { get; init; } = "";

    /// <summary>What replies will carry, or null when the channel did not say.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who wrote it; the product for what it wrote by itself.</summary>
    public required PersonId Author { get; init; }

    /// <summary>Who approved it, or null when no approval was needed.</summary>
    public PersonId? ApprovedBy { get; init; }

    /// <summary>Who sent it; the product for what it sent by itself.</summary>
    public required PersonId SentBy { get; init; }

    /// <summary>When the letter itself promises the next one, or null.</summary>
    public Instant? NextBy { get; init; }

    /// <summary>The promise that runs from now, or null.</summary>
    public Promise? Next { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            CustomerUpdates = before.CustomerUpdates.Ending(
                Draft,
                new DraftEnd(Draft, Kind, Subject, Sent: true, SentBy, ApprovedBy, stamp.At)
                {
                    Missed = Missed,
                }
            ) with
            {
                Cadence = before.CustomerUpdates.Cadence.KeptBy(stamp, Next),
                Last = new SentLetter(Kind, Subject, Author, ApprovedBy, stamp.At, NextBy),
                ResolutionToldAt =
                    Kind == CustomerMessageKind.Resolution
                        ? stamp.At
                        : before.CustomerUpdates.ResolutionToldAt,
                Summary = Summary,
                MessageIds = MessageId is { } id
                    ? before.CustomerUpdates.MessageIds.Add(id)
                    : before.CustomerUpdates.MessageIds,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            Place.Length > 0 ? "timeline.customer-update-sent-in" : "timeline.customer-update-sent",
            ("kind", Phrase.For(Kind)),
            ("subject", Subject),
            ("author", LetterCards.NameOf(Author)),
            ("place", Place)
        );
}
