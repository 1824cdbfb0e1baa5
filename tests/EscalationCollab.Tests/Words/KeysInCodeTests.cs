using System.Reflection;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using Xunit.Abstractions;

namespace EscalationCollab.Tests.Words;

public sealed partial class KeysInCodeTests(ITestOutputHelper output)
{
    // Keys put together from a fixed beginning and an enum, a policy value or a zone.
    private static readonly string[] Beginnings = ["zone.", "letter-priority.", "letter-urgency."];

    // Words for anybody's use, so that two areas do not say "Save" in two ways.
    private static readonly string[] Shared = ["button.", "answer.", "term.", "time.", "list."];

    // Said through Phrase.For(value), which does not name the enum.
    private static readonly Type[] Vocabulary =
    [
        typeof(Severity),
        typeof(EscalationType),
        typeof(Level),
        typeof(Reason),
        typeof(Status),
        typeof(Trend),
        typeof(Role),
        typeof(CustomerMessageKind),
    ];

    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);
    private static readonly IReadOnlyList<(string File, string Text)> Sources = ReadSources();

    [Fact]
    public void Phrases_OfTheCode_AllHaveWords() =>
        Sources
            .SelectMany(s => OfPattern().Matches(s.Text).Select(m => (s.File, m.Groups[1].Value)))
            .Where(k => !Words.Has(k.Value, Languages.Fallback))
            .Select(k => $"{k.Value} in {k.File}")
            .Should()
            .BeEmpty("every phrase of the code needs words in templates/words");

    [Fact]
    public void Phrases_OfEnums_AllHaveWords() =>
        SaidEnums()
            .SelectMany(type => Enum.GetValues(type).Cast<object>().Select(v => KeyOf(type, v)))
            .Where(key => !Words.Has(key, Languages.Fallback))
            .Should()
            .BeEmpty("every value of an enum that is shown needs words in templates/words");

    [Fact]
    public void Places_OfTheCode_AreThoseOfTheWords() =>
        Sources
            .SelectMany(s => Calls(s.Text).Select(c => (s.File, c.Key, c.Places)))
            .Where(c => Words.Has(c.Key, Languages.Fallback))
            .Where(c => !Words.PlacesOf(c.Key).SetEquals(c.Places))
            .Select(c =>
                $"{c.Key} in {c.File}: code gives {string.Join(", ", c.Places)}, words expect {string.Join(", ", Words.PlacesOf(c.Key))}"
            )
            .Should()
            .BeEmpty();

    /// <summary>Only tells: words may be ready before the code that says them.</summary>
    [Fact]
    public void Keys_NobodySays_AreListed()
    {
        var said = Sources
            .SelectMany(s => LiteralPattern().Matches(s.Text).Select(m => m.Groups[1].Value))
            .Concat(
                SaidEnums()
                    .SelectMany(t => Enum.GetValues(t).Cast<object>().Select(v => KeyOf(t, v)))
            )
            .ToHashSet(StringComparer.Ordinal);
        foreach (var key in Words.Keys.Where(k => !said.Contains(k)))
            if (!Beginnings.Concat(Shared).Any(b => key.StartsWith(b, StringComparison.Ordinal)))
                output.WriteLine($"nobody says {key}");
    }

    /// <summary>Calls of <c>Phrase.Of</c> whose places are written out as tuples with literal names.</summary>
    private static IEnumerable<(string Key, IReadOnlyList<string> Places)> Calls(string source)
    {
        foreach (Match match in OfPattern().Matches(source))
        {
            var rest = Arguments(source, match.Index + "Phrase.Of(".Length);
            if (rest is not null && Tuples(rest) is { } places)
                yield return (match.Groups[1].Value, places);
        }
    }

    /// <summary>What stands up to the closing parenthesis of the call; null when it is not found.</summary>
    private static string? Arguments(string source, int start)
    {
        var depth = 1;
        var inString = false;
        for (var i = start; i < source.Length; i++)
        {
            if (source[i] == '"' && source[i - 1] != '\\')
                inString = !inString;
            else if (!inString && source[i] == '(')
                depth++;
            else if (!inString && source[i] == ')' && --depth == 0)
                return source[start..i];
        }
        return null;
    }

    /// <summary>The names at the beginning of each tuple; null when there are arguments that are no such tuples.</summary>
    private static List<string>? Tuples(string arguments)
    {
        var names = new List<string>();
        var top = new List<string>();
        var (depth, from, inString) = (0, 0, false);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == '"' && (i == 0 || arguments[i - 1] != '\\'))
                inString = !inString;
            else if (!inString && arguments[i] is '(' or '[' or '{')
                depth++;
            else if (!inString && arguments[i] is ')' or ']' or '}')
                depth--;
            else if (!inString && depth == 0 && arguments[i] == ',')
            {
                top.Add(arguments[from..i].Trim());
                from = i + 1;
            }
        }
        top.Add(arguments[from..].Trim());
        foreach (var argument in top.Skip(1).Where(a => a.Length > 0))
        {
            var name = TuplePattern().Match(argument);
            if (!name.Success)
                return null;
            names.Add(name.Groups[1].Value);
        }
        return names;
    }

    private static IEnumerable<Type> SaidEnums()
    {
        var names = Sources
            .SelectMany(s => ForPattern().Matches(s.Text).Select(m => m.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        return typeof(Card)
            .Assembly.GetTypes()
            .Where(t => t.IsEnum && (names.Contains(t.Name) || Vocabulary.Contains(t)));
    }

    private static string KeyOf(Type type, object value) =>
        (
            (Phrase)
                typeof(Phrase)
                    .GetMethod(nameof(Phrase.For), BindingFlags.Public | BindingFlags.Static)!
                    .MakeGenericMethod(type)
                    .Invoke(null, [value])!
        ).Key;

    private static List<(string File, string Text)> ReadSources() =>
        [
            .. Directory
                .EnumerateFiles(
                    Path.Combine(Templates.Repository(), "app"),
                    "*",
                    SearchOption.AllDirectories
                )
                .Where(f =>
                    f.EndsWith(".cs", StringComparison.Ordinal)
                    || f.EndsWith(".razor", StringComparison.Ordinal)
                )
                .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj"))
                .Select(f =>
                    (Path.GetRelativePath(Templates.Repository(), f), File.ReadAllText(f))
                ),
        ];

    [GeneratedRegex("""Phrase\.Of\(\s*"([^"$]+)"(?=\s*[,)])""")]
    private static partial Regex OfPattern();

    [GeneratedRegex("""Phrase\.For<(?:\w+\.)*(\w+)>""")]
    private static partial Regex ForPattern();

    [GeneratedRegex("\"([a-z0-9]+(?:[.-][a-z0-9]+)+)\"")]
    private static partial Regex LiteralPattern();

    [GeneratedRegex("""^\(\s*"([a-zA-Z0-9-]+)"\s*,""")]
    private static partial Regex TuplePattern();
}
