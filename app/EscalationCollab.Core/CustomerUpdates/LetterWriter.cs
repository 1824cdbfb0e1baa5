using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>Makes the letter of a writer's text and the facts of the escalation: in the customer's language and zone.</summary>
internal static class LetterWriter
{
    /// <summary>The letter exactly as it will arrive.</summary>
    public static LetterForm Write(
        LetterText text,
        IReadOnlyList<Contact> to,
        Escalation escalation,
        Situation situation,
        Tools tools,
        SharedChannel? via = null
    )
    {
        var language = Languages.Closest(escalation.Customer.Language);
        var rendered = tools.Letters.Render(
            CustomerTemplates.For(text.Kind),
            language,
            Facts(text, to, language, escalation, situation, tools.Words)
        );
        return new LetterForm(
            [.. to],
            language,
            rendered.Subject,
            rendered.PlainBody,
            rendered.HtmlBody
        )
        {
            Via = via,
        };
    }

    /// <summary>The channel shared with the customer, where there is one that can be reached; null otherwise.</summary>
    public static SharedChannel? SharedWith(
        Escalation escalation,
        Situation situation,
        Tools tools
    ) =>
        situation.Directory.Find(escalation.Customer.Id)?.Shared is { } shared
        && tools.ChannelNamed(shared.Channel) is not null
            ? shared
            : null;

    /// <summary>Where a message goes unless its writer chooses otherwise: the shared channel, or null for e-mail.</summary>
    public static SharedChannel? RouteOf(Escalation escalation, Situation situation, Tools tools) =>
        SharedWith(escalation, situation, tools) is { } shared
        && (shared.Preferred || ContactsOf(escalation, situation).IsEmpty)
            ? shared
            : null;

    /// <summary>Who at the customer is written to.</summary>
    public static ImmutableArray<Contact> ContactsOf(Escalation escalation, Situation situation) =>
        situation.Directory.Find(escalation.Customer.Id)?.Contacts ?? [];

    private static CustomerTemplateFacts Facts(
        LetterText text,
        IReadOnlyList<Contact> to,
        string language,
        Escalation escalation,
        Situation situation,
        Wordbook words
    )
    {
        string Word(Text said) =>
            PlainText.Of(
                said,
                new ReaderFormat(
                    words,
                    new Reader(language, escalation.Customer.Zone),
                    situation.Now
                )
            );
        var owner = situation.Directory.Find(escalation.Owner);
        return new CustomerTemplateFacts(
            situation.Directory.Company is { Length: > 0 } company
                ? company
                : Word(Phrase.Of("letter.our-company")),
            escalation.Number,
            escalation.Customer.Name,
            to is [var first, ..] ? first.Name : "",
            text.Summary,
            escalation.Customer.Zone
        )
        {
            Impact = text.Impact,
            Now = text.Now,
            Meanwhile = text.Meanwhile,
            Workaround = text.Workaround,
            Resolution = text.Resolution,
            Fault = text.Fault,
            Cause = text.Cause,
            Changes = text.Changes,
            Concession = text.Concession,
            NextUpdate = text.NextBy,
            Owner = owner?.Name,
            OwnerTitle = owner is null ? null : Word(Phrase.For(Role.EscalationManager)),
            Severity = escalation.Severity,
            RespondBy = Ahead(escalation.AcknowledgeBy, situation.Now),
            ResolveBy = Ahead(escalation.ResolveBy, situation.Now),
        };
    }

    /// <summary>A promise that has passed is no promise any more, so the letter leaves it out.</summary>
    private static Instant? Ahead(RunningTarget? target, Instant now) =>
        target is { } known && known.Due > now ? known.Due : null;
}
