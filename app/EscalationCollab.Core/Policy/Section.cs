using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

/// <summary>
/// A mapping of the text, read key by key. Whatever is missing or wrong is noted and a harmless value returned, so that
/// reading goes on to the next problem. <see cref="Done"/> notes keys that nobody asked for.
/// </summary>
internal sealed class Section(string name, YamlMappingNode node, Findings findings)
{
    /// <summary>Stands for a length that could not be read; compared with nothing, so that one slip is one problem.</summary>
    public static readonly Target Unread = Target.Around(Duration.FromHours(1));

    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Example)> missing = [];

    public YamlMappingNode Node => node;

    public Findings Findings => findings;

    /// <summary>All entries, for sections whose keys are names.</summary>
    public IEnumerable<(string Key, YamlNode KeyNode, YamlNode Value)> Entries()
    {
        foreach (var (key, value) in node.Children)
            if (key is YamlScalarNode { Value: { Length: > 0 } text })
                yield return (text, key, value);
            else
                findings.Add(key, $"A key in '{name}' is not a name.", "Write a name and a colon.");
    }

    public YamlNode? Optional(string key)
    {
        asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) && !IsNull(value)
            ? value
            : null;
    }

    public YamlNode? Required(string key, string example)
    {
        if (Optional(key) is { } value)
            return value;
        missing.Add((key, example));
        return null;
    }

    public bool Has(string key) => Optional(key) is not null;

    public Section? Map(string key, string example = "...") =>
        Required(key, example) is { } value ? AsMap(value, key) : null;

    public Section? OptionalMap(string key) =>
        Optional(key) is { } value ? AsMap(value, key) : null;

    public Section? AsMap(YamlNode value, string key)
    {
        if (value is YamlMappingNode map)
            return new Section(key, map, findings);
        findings.Add(
            value,
            $"'{key}' must have keys of its own.",
            "Indent 'key: value' lines below it."
        );
        return null;
    }

    public string Text(string key, string example) =>
        Required(key, example) is { } value ? AsText(value, key) : "";

    public string AsText(YamlNode value, string key)
    {
        if (
            value is YamlScalarNode { Value: { } text }
            && text.Trim() is { Length: > 0 and <= 300 } good
        )
            return good;
        findings.Add(
            value,
            $"'{key}' must be a short text.",
            "Write one line of at most 300 characters."
        );
        return "";
    }

    public bool Flag(string key, bool otherwise, string? wrong = null, string? remedy = null)
    {
        if (Optional(key) is not { } value)
            return otherwise;
        switch ((value as YamlScalarNode)?.Value?.ToLowerInvariant())
        {
            case "yes" or "true" or "on":
                return true;
            case "no" or "false" or "off":
                return false;
            default:
                findings.Add(
                    value,
                    wrong ?? $"'{key}' must be yes or no.",
                    remedy ?? "Write 'yes' or 'no'."
                );
                return otherwise;
        }
    }

    public int Number(string key, int least, int most, int example) =>
        Required(key, example.ToString(CultureInfo.InvariantCulture)) is { } value
            ? AsNumber(value, key, least, most)
            : example;

    public int? OptionalNumber(string key, int least, int most) =>
        Optional(key) is { } value ? AsNumber(value, key, least, most) : null;

    public int AsNumber(YamlNode value, string key, int least, int most)
    {
        var text = (value as YamlScalarNode)?.Value?.TrimEnd('%', ' ');
        if (
            int.TryParse(
                text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number >= least
            && number <= most
        )
            return number;
        findings.Add(
            value,
            $"'{key}' must be a whole number from {least} to {most}.",
            $"Write for example '{Math.Clamp(2, least, most)}'."
        );
        return least;
    }

    public Target Length(string key, string example, bool business = false) =>
        Required(key, example) is { } value ? AsLength(value, key, business) : Unread;

    public Target? OptionalLength(string key, bool business = false) =>
        Optional(key) is { } value ? AsLength(value, key, business) : null;

    public Target AsLength(YamlNode value, string key, bool business)
    {
        var (target, wrong, remedy) = value is YamlScalarNode { Value: { } text }
            ? Lengths.Read(text.Trim(), business)
            : (null, $"'{key}' must be a length of time.", Lengths.Examples);
        if (target is null)
            findings.Add(value, $"'{key}': {wrong}", remedy);
        return target ?? Unread;
    }

    /// <summary>A length in which every hour counts.</summary>
    public Duration Plain(string key, string example)
    {
        var target = Length(key, example);
        if (target.Clock != TargetClock.AroundTheClock)
            findings.Add(
                Optional(key)!,
                $"'{key}' cannot run on business hours.",
                $"Write for example '{example}'."
            );
        return target.Length;
    }

    /// <summary>The items of a list; a single value is a list of one.</summary>
    public ImmutableArray<YamlNode> List(string key)
    {
        if (Optional(key) is not { } value)
            return [];
        return value is YamlSequenceNode list ? [.. list.Children] : [value];
    }

    public TEnum AsEnum<TEnum>(YamlNode value, string what, TEnum otherwise)
        where TEnum : struct, Enum
    {
        var text = (value as YamlScalarNode)?.Value ?? "";
        foreach (var known in Enum.GetValues<TEnum>())
            if (Findings.Plain(known.ToString()) == Findings.Plain(text))
                return known;
        findings.Unknown(value, what, text, Enum.GetNames<TEnum>().Select(Kebab));
        return otherwise;
    }

    public TEnum? OptionalEnum<TEnum>(string key)
        where TEnum : struct, Enum =>
        Optional(key) is { } value ? AsEnum<TEnum>(value, key, default) : null;

    public ImmutableArray<TEnum> Enums<TEnum>(string key, string what)
        where TEnum : struct, Enum =>
        [.. List(key).Select(value => AsEnum<TEnum>(value, what, default))];

    /// <summary>Names that must be defined elsewhere in the text.</summary>
    public ImmutableArray<string> Names(
        string key,
        string what,
        IReadOnlyCollection<string> known
    ) =>
        [.. List(key).Select(value => AsName(value, what, known)).Where(value => value.Length > 0)];

    public string AsName(YamlNode value, string what, IReadOnlyCollection<string> known)
    {
        var text = (value as YamlScalarNode)?.Value?.Trim() ?? "";
        if (
            known.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is
            { } found
        )
            return found;
        findings.Unknown(value, what, text, known);
        return "";
    }

    /// <summary>Notes every key that nobody asked for, and every missing one that is not merely mistyped.</summary>
    public void Done()
    {
        var mistyped = new HashSet<string?>();
        foreach (var (key, keyNode, _) in Entries())
        {
            if (asked.Contains(key))
                continue;
            findings.Unknown(keyNode, $"key in '{name}' called", key, asked);
            mistyped.Add(Findings.Nearest(key, asked));
        }
        foreach (var (key, example) in missing)
            if (!mistyped.Contains(key))
                findings.Add(node, $"'{key}' is missing in '{name}'.", $"Add '{key}: {example}'.");
    }

    internal static string Kebab(string name) =>
        name.Length <= 4 && char.IsDigit(name[^1])
            ? name
            : string.Concat(
                name.Select(
                    (c, i) => (char.IsUpper(c) && i > 0 ? "-" : "") + char.ToLowerInvariant(c)
                )
            );

    private static bool IsNull(YamlNode value) =>
        value
            is YamlScalarNode
            {
                Style: YamlDotNet.Core.ScalarStyle.Plain,
                Value: null or "" or "~" or "null"
            };
}
