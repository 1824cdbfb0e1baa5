using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.Cards;

/// <summary>
/// A short inline tree. Never a markup string: each renderer escapes <see cref="Plain"/> for its own sink, so that no
/// text of a person or a customer can become a mention, a link or markup.
/// </summary>
[JsonConverter(typeof(TextConverter))]
public sealed class Text : IEquatable<Text>
{
    /// <summary>No text at all.</summary>
    public static readonly Text Empty = new([]);

    /// <summary>Builds a text of parts.</summary>
    public Text(params ImmutableArray<Inline> parts) => Parts = parts;

    /// <summary>What it is made of, in reading order.</summary>
    public ImmutableArray<Inline> Parts { get; }

    /// <summary>True when it would show nothing.</summary>
    public bool IsEmpty => Parts.All(part => part is Plain { Value: "" });

    /// <summary>A plain text; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator Text?(string? value) =>
        value is null ? null : new(new Plain(value));

    /// <summary>A single inline as a text; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(part))]
    public static implicit operator Text?(Inline? part) => part is null ? null : new(part);

    /// <summary>Joins two texts.</summary>
    public static Text operator +(Text left, Text right) => new(left.Parts.AddRange(right.Parts));

    /// <summary>Joins texts with a separator between them.</summary>
    public static Text Join(Text separator, IEnumerable<Text> texts) =>
        new([
            .. texts.SelectMany(
                (text, index) => index == 0 ? text.Parts : separator.Parts.AddRange(text.Parts)
            ),
        ]);

    /// <inheritdoc/>
    public bool Equals(Text? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Text);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(0, HashCode.Combine);

    /// <summary>For logs and tests; phrases show their keys.</summary>
    public override string ToString() => string.Concat(Parts.Select(part => part.ToString()));
}

/// <summary>One part of a <see cref="Text"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Plain), "plain")]
[JsonDerivedType(typeof(Bold), "bold")]
[JsonDerivedType(typeof(Code), "code")]
[JsonDerivedType(typeof(Mention), "mention")]
[JsonDerivedType(typeof(Link), "link")]
[JsonDerivedType(typeof(RoomLink), "room")]
[JsonDerivedType(typeof(Moment), "moment")]
[JsonDerivedType(typeof(Span), "span")]
[JsonDerivedType(typeof(Number), "number")]
[JsonDerivedType(typeof(Phrase), "phrase")]
public abstract record Inline;

/// <summary>Literal text; may come from anybody and contain anything.</summary>
public sealed record Plain(string Value) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Emphasised text.</summary>
public sealed record Bold(Text Value) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Something to be typed or copied exactly.</summary>
public sealed record Code(string Value) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A person of the company, shown as each platform shows people. Notifies only where the card says so.</summary>
public sealed record Mention(PersonId Person) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => "@" + Person.Value;
}

/// <summary>A web address with words of our own.</summary>
public sealed record Link(Text Label, Uri Address) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Label.ToString();
}

/// <summary>The war room of an escalation, linked on the platform that shows it.</summary>
public sealed record RoomLink(EscalationNumber Escalation) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Escalation.ToString();
}

/// <summary>A point in time, shown in the reader's zone and language.</summary>
public sealed record Moment(Instant At, MomentStyle Style = MomentStyle.Both) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => At.ToString();
}

/// <summary>How a <see cref="Moment"/> is shown.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MomentStyle>))]
public enum MomentStyle
{
    /// <summary>"in 20 min, 14:30"; with the date when it is another day.</summary>
    Both,

    /// <summary>"14:30" today, with the date otherwise.</summary>
    Exact,

    /// <summary>"in 20 min", "2 h ago".</summary>
    Relative,

    /// <summary>The day alone.</summary>
    Date,
}

/// <summary>A length of time, shown short: "1 h 20 min".</summary>
public sealed record Span(Duration Length) : Inline
{
    /// <inheritdoc/>
    public override string ToString() => Length.ToString();
}

/// <summary>A number in the reader's own notation. <paramref name="Format"/> is a .NET numeric format such as <c>N0</c> or <c>P1</c>.</summary>
public sealed record Number(decimal Value, string Format = "N0") : Inline
{
    /// <inheritdoc/>
    public override string ToString() =>
        Value.ToString(Format, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// A sentence or word of ours that is said in the reader's language when the card is shown: a key of
/// <c>templates/words/{language}/*.yaml</c> and what to put in its <c>{places}</c>.
/// </summary>
public sealed record Phrase(string Key, ImmutableSortedDictionary<string, Text> Places) : Inline
{
    /// <summary>A phrase without places.</summary>
    public static Phrase Of(string key) => new(key, ImmutableSortedDictionary<string, Text>.Empty);

    /// <summary>A phrase with its places filled. A place named <c>count</c> that is a <see cref="Number"/> chooses the plural form.</summary>
    public static Phrase Of(string key, params ReadOnlySpan<(string Name, Text Value)> places)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, Text>(StringComparer.Ordinal);
        foreach (var (name, value) in places)
            builder.Add(name, value);
        return new Phrase(key, builder.ToImmutable());
    }

    /// <summary>The key of a text that carries what it says in every language itself, such as a name of the policy.</summary>
    public const string EachKey = "in-each-language";

    /// <summary>A text that somebody gave in several languages; each reader gets their own.</summary>
    /// <param name="texts">By IETF tag, one for each language that the product speaks.</param>
    public static Phrase InEach(IEnumerable<(string Language, string Text)> texts) =>
        new(
            EachKey,
            texts.ToImmutableSortedDictionary(
                text => text.Language,
                text => (Text)text.Text,
                StringComparer.Ordinal
            )
        );

    /// <summary>The key of an enum's name: <c>severity.sev1</c> for <c>Severity.Sev1</c>.</summary>
    public static Phrase For<TEnum>(TEnum value)
        where TEnum : struct, Enum => Of($"{Kebab(typeof(TEnum).Name)}.{Kebab(value.ToString())}");

    /// <inheritdoc/>
    public bool Equals(Phrase? other) =>
        other is not null && Key == other.Key && Places.SequenceEqual(other.Places);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() =>
        Places.IsEmpty
            ? $"[{Key}]"
            : $"[{Key} {string.Join(", ", Places.Select(p => $"{p.Key}={p.Value}"))}]";

    private static string Kebab(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    char.IsUpper(c) && i > 0
                        ? "-" + char.ToLowerInvariant(c)
                        : char.ToLowerInvariant(c).ToString()
            )
        );
}
