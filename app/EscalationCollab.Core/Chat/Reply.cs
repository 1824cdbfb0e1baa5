using System.Collections.Immutable;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Chat;

/// <summary>What the person who acted is answered, privately. Everybody else learns it from cards.</summary>
public abstract record Reply
{
    /// <summary>Nothing to say: the change is visible.</summary>
    public static readonly Reply None = new Nothing();

    /// <summary>One private line.</summary>
    public static Reply Say(Text sentence) => new Private(Card.Line(sentence));

    /// <summary>Says nothing.</summary>
    public sealed record Nothing : Reply;

    /// <summary>A message only this person sees.</summary>
    public sealed record Private(Card Card) : Reply;

    /// <summary>Opens or replaces a dialog.</summary>
    public sealed record Show(Dialog Dialog) : Reply;

    /// <summary>
    /// No: nothing has happened. <paramref name="Fields"/> stand beside the dialog's inputs, <paramref name="Sentence"/>
    /// is said otherwise.
    /// </summary>
    public sealed record Refused(Text Sentence, ImmutableDictionary<string, Text> Fields) : Reply;
}
