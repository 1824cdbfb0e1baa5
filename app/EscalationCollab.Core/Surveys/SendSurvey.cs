using System.Collections.Concurrent;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.Surveys;

/// <summary>
/// Writes to the customer's contact, for the survey and for its reminder. The link's hash is on record before the letter
/// leaves. So whatever happens in between, a letter that arrives has a link that works: an attempt after a crash makes a
/// further link, and all links of one survey lead to it. The reminder has a link of its own, because we cannot know the
/// first one any more.
/// </summary>
internal sealed class SurveyLetters(Tools tools)
{
    // More attempts than this never happen between two crashes; the oldest links make place.
    private const int MostLinks = 20;

    // Tokens of letters that could not be sent yet, so that not every attempt makes a link. Gone with the process.
    private readonly ConcurrentDictionary<string, string> _waiting = new(StringComparer.Ordinal);

    public static void Register(Slices slices, Tools tools)
    {
        var letters = new SurveyLetters(tools);
        slices.Performs<SendSurvey>(letters.PerformAsync);
    }

    private async Task<Performed> PerformAsync(
        SendSurvey effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var token = _waiting.GetOrAdd(performing.EffectId, _ => SurveyToken.New());
        var link = await LinkAsync(effect, token, performing, cancellation);
        if (link is null)
        {
            _waiting.TryRemove(performing.EffectId, out _);
            return Performed.Done();
        }
        if (tools.Mail is not { } channel)
            throw new InvalidOperationException("no way to reach customers is configured");
        var letter = Letter(effect, link, token, performing);
        var delivery = await channel.SendAsync(letter, cancellation);
        if (delivery is Delivery.Later later)
            return Performed.Later(later.After, later.Why);
        _waiting.TryRemove(performing.EffectId, out _);
        return performing.Done(
            (escalation, situation) => Decide(escalation, effect, delivery, situation)
        );
    }

    /// <summary>Puts a link on record, or the reason why nobody is asked.</summary>
    public static Decision Prepare(
        Escalation escalation,
        SendSurvey effect,
        string hash,
        Instant? lastAsked,
        Situation situation
    )
    {
        var board = escalation.Survey;
        if (!IsWanted(escalation, effect, situation))
            return Decision.Nothing;
        if (SurveyContact.Of(escalation, situation) is not { } contact)
            return Skip(SurveyContact.Missing(escalation));
        if (!effect.Reminder && lastAsked is { } asked)
            return Skip(SurveyContact.AskedRecently(contact, asked, situation));
        if (board.Links.Contains(hash))
            return Decision.Nothing;
        var expires = effect.Reminder
            ? board.ExpiresAt!.Value
            : ScheduleSurvey.Expiry(situation.Now, escalation, situation);
        return Decision.That(new SurveyLinkMade(hash, contact.Name, contact.Email, expires));

        // A reminder that cannot go out is simply not sent: the survey itself stays open.
        Decision Skip(Phrase why) =>
            effect.Reminder ? Decision.Nothing : Decision.That(new SurveySkipped(why));
    }

    /// <summary>What became of the letter.</summary>
    public static Decision Decide(
        Escalation escalation,
        SendSurvey effect,
        Delivery delivery,
        Situation situation
    )
    {
        var board = escalation.Survey;
        if (board.Round != effect.Round)
            return Decision.Nothing;
        return (delivery, effect.Reminder) switch
        {
            (Delivery.Refused refused, false) => Decision.That(
                new SurveyNotDelivered(board.Contact, refused.Why)
            ),
            (Delivery.Refused, true) => Decision.Nothing,
            (_, true) => Decision.That(new SurveyReminded(board.Contact)),
            _ => Sent(escalation, delivery is Delivery.Unclear, situation),
        };
    }

    private static Decision Sent(Escalation escalation, bool unclear, Situation situation)
    {
        var board = escalation.Survey;
        Instant? remind = situation.Policy.Surveys.RemindAfter is { } after
            ? ScheduleSurvey.Due(situation.Now, after, escalation, situation)
            : null;
        return Decision
            .That(new SurveySent(board.Contact, remind, unclear))
            .Then(
                remind is { } due ? new SurveyReminderDue { Due = due, Round = board.Round } : null,
                new SurveyEnds { Due = board.ExpiresAt!.Value, Round = board.Round }
            );
    }

    private static bool IsWanted(Escalation escalation, SendSurvey effect, Situation situation)
    {
        var board = escalation.Survey;
        if (
            board.Round != effect.Round
            || escalation.Status is not (Status.Resolved or Status.Closed)
        )
            return false;
        return effect.Reminder
            ? board is { State: SurveyState.Sent, RemindedAt: null }
                && situation.Now < board.ExpiresAt
            : board.State is SurveyState.Scheduled or SurveyState.Sending;
    }

    /// <summary>Whom to write to and until when the link works; null when nothing is to be sent.</summary>
    private static async Task<SurveyLinkMade?> LinkAsync(
        SendSurvey effect,
        string token,
        Performing performing,
        CancellationToken cancellation
    )
    {
        SurveyLinkMade? known = null;
        var hash = SurveyToken.Hash(token);
        var decision = await performing.FirstAsync(
            (escalation, situation, records) =>
            {
                var asked = SurveyContact.LastAsked(escalation, situation, records, effect.Round);
                // An attempt that follows one that could not be sent: its link is on record already.
                if (
                    escalation.Survey.Links.Contains(hash)
                    && IsWanted(escalation, effect, situation)
                    && SurveyContact.Of(escalation, situation) is { } contact
                )
                    known = new SurveyLinkMade(
                        hash,
                        contact.Name,
                        contact.Email,
                        escalation.Survey.ExpiresAt!.Value
                    );
                return Prepare(escalation, effect, hash, asked, situation);
            },
            cancellation
        );
        return decision.Events.OfType<SurveyLinkMade>().FirstOrDefault() ?? known;
    }

    private CustomerMessage Letter(
        SendSurvey effect,
        SurveyLinkMade link,
        string token,
        Performing performing
    )
    {
        var (escalation, situation) = (performing.Escalation, performing.Situation);
        var owner = situation.Directory.Find(escalation.Owner);
        var facts = new CustomerTemplateFacts(
            situation.Directory.Company,
            escalation.Number,
            escalation.Customer.Name,
            link.Contact,
            escalation.Summary,
            escalation.Customer.Zone
        )
        {
            Owner = owner?.Name,
            OwnerTitle = owner?.Title,
            SurveyLink = new Uri(tools.PublicAddress, $"s/{token}"),
            SurveyUntil = link.ExpiresAt,
        };
        var letter = tools.Letters.Render(
            effect.Reminder ? CustomerTemplateKind.SurveyReminder : CustomerTemplateKind.Survey,
            escalation.Customer.Language,
            facts
        );
        return new CustomerMessage(
            performing.EffectId,
            situation.Tenant,
            escalation.Number,
            [new Contact(link.Contact, link.Email)],
            escalation.Customer.Language,
            letter.Subject,
            letter.PlainBody,
            letter.HtmlBody
        )
        {
            Company = situation.Directory.Company,
        };
    }

    internal static SurveyBoard With(SurveyBoard board, SurveyLinkMade link) =>
        board with
        {
            State = board.State == SurveyState.Scheduled ? SurveyState.Sending : board.State,
            Contact = link.Contact,
            Address = link.Email,
            First = board.First.Length > 0 ? board.First : link.TokenHash,
            ExpiresAt = link.ExpiresAt,
            Links = [.. board.Links.Skip(board.Links.Length - MostLinks + 1), link.TokenHash],
        };
}

/// <summary>Writes to the customer's contact.</summary>
/// <param name="Round">Which survey of the escalation.</param>
/// <param name="Reminder">The reminder, not the survey itself.</param>
[StoredAs("send-survey")]
public sealed record SendSurvey(int Round, bool Reminder = false) : Effect
{
    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public override string Lane => "survey";
}

/// <summary>A letter with this link is about to leave.</summary>
/// <param name="TokenHash">See <c>SurveyToken</c>.</param>
/// <param name="Contact">The name of the person written to.</param>
/// <param name="Email">Their address.</param>
/// <param name="ExpiresAt">From when the link is dead.</param>
[StoredAs("survey-link-made")]
public sealed record SurveyLinkMade(
    string TokenHash,
    string Contact,
    string Email,
    Instant ExpiresAt
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = SurveyLetters.With(before.Survey, this),
        };
}

/// <summary>The survey left.</summary>
/// <param name="Contact">The name of the person asked.</param>
/// <param name="RemindAt">When the reminder is due, or null for none.</param>
/// <param name="Unclear">The connection broke while it was handed over: it may not have arrived.</param>
[StoredAs("survey-sent")]
public sealed record SurveySent(string Contact, Instant? RemindAt, bool Unclear) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with
            {
                // The customer may have been faster than we were in writing this down.
                State =
                    before.Survey.State == SurveyState.Answered
                        ? SurveyState.Answered
                        : SurveyState.Sent,
                SentAt = stamp.At,
                RemindAt = RemindAt,
                Unclear = Unclear,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Unclear
            ? Phrase.Of("timeline.survey-sent.unclear", ("contact", Contact))
            : Phrase.Of("timeline.survey-sent", ("contact", Contact));
}

/// <summary>The other side would not take the letter.</summary>
/// <param name="Contact">The name of the person it was for.</param>
/// <param name="Reason">What the other side said.</param>
[StoredAs("survey-not-delivered")]
public sealed record SurveyNotDelivered(string Contact, string Reason) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Survey = before.Survey with { State = SurveyState.NotDelivered, Links = [], Why = Why },
        };

    /// <inheritdoc/>
    public override Text Tell() => Why;

    private Phrase Why =>
        Phrase.Of("survey.why.not-delivered", ("contact", Contact), ("reason", Reason));
}
