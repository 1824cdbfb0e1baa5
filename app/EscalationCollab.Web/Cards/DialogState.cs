using System.Collections.Immutable;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Web.Cards;

/// <summary>What a dialog shows again after it was sent and could not be accepted.</summary>
public sealed record DialogState
{
    /// <summary>Not sent yet.</summary>
    public static readonly DialogState New = new();

    /// <summary>What was typed and chosen, by input id; inputs without an entry show their initial value.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Answers { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What to change, by input id.</summary>
    public ImmutableDictionary<string, Text> Errors { get; init; } =
        ImmutableDictionary<string, Text>.Empty;

    /// <summary>What is wrong with the whole, or null.</summary>
    public Text? Problem { get; init; }
}
