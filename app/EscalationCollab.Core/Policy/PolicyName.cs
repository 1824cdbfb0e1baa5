using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.Policy;

/// <summary>
/// What people read in place of a key of the policy: one text for everybody, or one for each language, of which those
/// that are missing are said in the language of the policy.
/// </summary>
public sealed class PolicyName : IEquatable<PolicyName>
{
    private readonly ImmutableSortedDictionary<string, string> _languages;

    /// <summary>Made of one text for everybody, or of several.</summary>
    /// <param name="usual">For readers of every other language.</param>
    /// <param name="languages">By IETF tag, each one of <see cref="Languages.All"/>.</param>
    public PolicyName(string usual, ImmutableSortedDictionary<string, string>? languages = null)
    {
        Usual = usual;
        _languages = languages ?? ImmutableSortedDictionary<string, string>.Empty;
    }

    /// <summary>For readers of every other language; what files and logs say.</summary>
    public string Usual { get; }

    /// <summary>The same for everybody.</summary>
    public static implicit operator PolicyName(string usual) => new(usual);

    /// <summary>In the language of who reads it.</summary>
    public static implicit operator Text(PolicyName name) =>
        name is null ? Text.Empty
        : name._languages.IsEmpty ? name.Usual
        : Phrase.InEach(Languages.All.Select(language => (language, name.In(language))));

    /// <summary>In one language.</summary>
    /// <param name="language">One of <see cref="Languages.All"/>.</param>
    public string In(string language) => _languages.GetValueOrDefault(language, Usual);

    /// <summary>A name that was kept as a text, in one language.</summary>
    public static string In(Text kept, string language) =>
        string.Concat(
            (
                kept.Parts is [Phrase { Key: Phrase.EachKey } phrase]
                    ? phrase.Places.GetValueOrDefault(language, Text.Empty)
                    : kept
            ).Parts.Select(part => part.ToString())
        );

    /// <summary>Whether a person may have meant it, in whatever language they typed.</summary>
    public bool IsCalled(string typed) =>
        _languages.Values.Append(Usual).Contains(typed, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(PolicyName? other) =>
        other is not null && Usual == other.Usual && _languages.SequenceEqual(other._languages);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PolicyName);

    /// <inheritdoc/>
    public override int GetHashCode() => Usual.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Usual;
}
