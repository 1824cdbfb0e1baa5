using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.CustomerUpdates;

/// <summary>Escalations with messages to the customer in a given state, as the slices themselves bring them there.</summary>
internal static class LetterScenes
{
    public static readonly Tools Tools = new(Scenes.Words, [], new Uri("https://esc.example/"));

    /// <summary>Declared by Ana, owned by Marco.</summary>
    public static Escalation Owned(
        string customer = "acme",
        Severity severity = Severity.Sev2,
        bool restricted = false,
        string owner = "marco"
    )
    {
        var declared = Scenes.Declared(
            customer: customer,
            severity: severity,
            restricted: restricted
        );
        declared = declared.After(
            Scenes.At("product"),
            CustomerClock.Follow(
                Escalation.None(declared.Tenant, declared.Number),
                declared,
                Scenes.At("ana")
            )
        );
        return declared.After(Scenes.At(owner), (e, s) => AcceptOwnership.Decide(e, s));
    }

    public static Escalation After(
        this Escalation before,
        Situation situation,
        Core.Escalations.Decision decision
    ) => Scenes.After(before, decision, situation);

    /// <summary>What a person writes; the next message two hours after the morning unless told otherwise.</summary>
    public static WriteCustomerLetter Letter(
        Escalation escalation,
        CustomerMessageKind kind = CustomerMessageKind.Update,
        string by = "marco",
        string now = "Estamos a investigar.",
        Instant? next = null,
        bool noNext = false,
        int? draft = null,
        int? revision = null
    )
    {
        var text = new LetterText(kind, "Os clientes não conseguem entrar")
        {
            Now = now,
            Resolution = kind == CustomerMessageKind.Resolution ? now : null,
            NextBy = noNext ? null : next ?? Scenes.Moment(Scenes.Morning) + Duration.FromHours(2),
        };
        var situation = Scenes.At(by);
        return new WriteCustomerLetter(
            text,
            LetterWriter.Write(
                text,
                LetterWriter.ContactsOf(escalation, situation),
                escalation,
                situation,
                Tools
            ),
            draft,
            revision
        );
    }

    public static Escalation Written(
        this Escalation before,
        string by = "marco",
        CustomerMessageKind kind = CustomerMessageKind.Update
    ) => before.After(Scenes.At(by), (e, s) => WriteLetter.Decide(e, Letter(e, kind, by), s));

    public static Escalation Asked(this Escalation before, string by = "marco") =>
        before.After(Scenes.At(by), (e, s) => ApproveLetter.Ask(e, 1, 1, s));
}
