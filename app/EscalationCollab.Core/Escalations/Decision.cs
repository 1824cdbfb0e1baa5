using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// What a pure <c>Decide</c> answers: events and effects with a line for the person who acted, or refusals and nothing
/// else.
/// </summary>
public sealed record Decision
{
    /// <summary>What happened, in order.</summary>
    public ImmutableArray<EscalationEvent> Events { get; private init; } = [];

    /// <summary>What must follow outside.</summary>
    public ImmutableArray<Effect> Effects { get; private init; } = [];

    /// <summary>Why not. When there is one, nothing happens.</summary>
    public ImmutableArray<Refusal> Refusals { get; private init; } = [];

    /// <summary>What the person who acted is told, in one line.</summary>
    public Text? Said { get; private init; }

    /// <summary>Whether it was refused.</summary>
    public bool IsRefused => Refusals.Length > 0;

    /// <summary>Nothing to do, such as a timer that is no longer wanted.</summary>
    public static Decision Nothing { get; } = new();

    /// <summary>Events happened.</summary>
    public static Decision That(params ImmutableArray<EscalationEvent> events) =>
        new() { Events = events };

    /// <summary>No, with the reason in words.</summary>
    public static Decision Refuse(Phrase sentence, string? field = null) =>
        new() { Refusals = [new Refusal(sentence, field)] };

    /// <summary>No, for several reasons at once.</summary>
    public static Decision Refuse(params ImmutableArray<Refusal> refusals) =>
        new() { Refusals = refusals };

    /// <summary>And this must follow.</summary>
    public Decision Then(params IEnumerable<Effect?> effects) =>
        this with
        {
            Effects = [.. Effects, .. effects.OfType<Effect>()],
        };

    /// <summary>And these events too.</summary>
    public Decision And(params IEnumerable<EscalationEvent?> events) =>
        this with
        {
            Events = [.. Events, .. events.OfType<EscalationEvent>()],
        };

    /// <summary>And the person who acted is told this.</summary>
    public Decision Saying(Text said) => this with { Said = said };
}

/// <summary>Why something did not happen and what to do instead.</summary>
/// <param name="Sentence">Short, kind, specific; says what to do.</param>
/// <param name="Field">The dialog input it is about, or null.</param>
public sealed record Refusal(Phrase Sentence, string? Field = null);
