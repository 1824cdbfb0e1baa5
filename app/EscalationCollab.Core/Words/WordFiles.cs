using System.Collections.Immutable;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Words;

using Entries = ImmutableDictionary<string, WordEntry>;

/// <summary>Reads <c>words/{language}/*.yaml</c> and says what is wrong with them.</summary>
internal sealed partial class WordFiles
{
    private readonly string _root;
    private readonly List<TemplateProblem> _problems = [];
    private readonly Dictionary<string, Entries.Builder> _languages = Languages.All.ToDictionary(
        l => l,
        _ => ImmutableDictionary.CreateBuilder<string, WordEntry>(StringComparer.Ordinal)
    );

    private WordFiles(string root) => _root = root;

    /// <summary>Reads everything that can be read; the rest is in the problems.</summary>
    public static (
        ImmutableDictionary<string, Entries> Words,
        ImmutableArray<TemplateProblem> Problems
    ) Read(string root)
    {
        var files = new WordFiles(root);
        files.ReadFolders();
        files.Compare();
        return (
            files._languages.ToImmutableDictionary(l => l.Key, l => l.Value.ToImmutable()),
            [.. files._problems]
        );
    }

    private void ReadFolders()
    {
        var words = Path.Combine(_root, "words");
        if (!Directory.Exists(words))
        {
            Report(
                "words",
                0,
                "the folder is missing",
                "Put back the folder with one folder per language"
            );
            return;
        }
        foreach (var folder in Directory.EnumerateDirectories(words).Order(StringComparer.Ordinal))
        {
            var language = Path.GetFileName(folder);
            if (_languages.ContainsKey(language))
                ReadLanguage(language, folder);
            else
                Report(
                    $"words/{language}",
                    0,
                    $"\"{language}\" is not a language the product speaks",
                    $"Name the folder one of {string.Join(", ", Languages.All)}, or remove it"
                );
        }
    }

    private void ReadLanguage(string language, string folder)
    {
        foreach (
            var path in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
        )
        {
            var file = $"words/{language}/{Path.GetFileName(path)}";
            try
            {
                ReadFile(language, file, File.ReadAllText(path));
            }
            catch (YamlException broken)
            {
                Report(
                    file,
                    (int)broken.Start.Line,
                    $"this is not valid YAML: {Reason(broken)}",
                    "Write one \"key: text\" a line, and put texts that contain \": \", \" #\" or that begin with a sign or a \"{\" in double quotes"
                );
            }
            catch (Exception unreadable)
                when (unreadable is IOException or UnauthorizedAccessException)
            {
                Report(
                    file,
                    0,
                    "the file cannot be read",
                    "Check that it exists and who may read it"
                );
            }
        }
    }

    private static string Reason(YamlException broken) =>
        broken.Message.StartsWith("Duplicate key", StringComparison.OrdinalIgnoreCase)
            ? "a key is written twice"
            : broken.Message.TrimEnd('.');

    private void ReadFile(string language, string file, string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents.Count == 0)
            return;
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            Report(
                file,
                1,
                "the file is not a list of keys and texts",
                "Write one \"key: text\" a line"
            );
            return;
        }
        foreach (var (keyNode, value) in root.Children)
            ReadEntry(language, file, keyNode, value);
    }

    private void ReadEntry(string language, string file, YamlNode keyNode, YamlNode value)
    {
        var line = (int)keyNode.Start.Line;
        if (keyNode is not YamlScalarNode { Value: { } key } || !KeyPattern().IsMatch(key))
        {
            Report(
                file,
                line,
                $"\"{keyNode}\" cannot be a key",
                "Write small letters, digits, dots and hyphens, such as \"button.save\""
            );
            return;
        }
        if (_languages[language].TryGetValue(key, out var first))
        {
            Report(
                file,
                line,
                $"\"{key}\" is also in {first.File}, line {first.Line}",
                "Keep one of the two"
            );
            return;
        }
        var forms =
            value is YamlMappingNode plural ? ReadForms(language, file, key, plural)
            : ReadForm(file, key, value) is { } only
                ? ImmutableDictionary<string, WordPattern>.Empty.Add(PluralRules.Other, only)
            : null;
        if (forms is { IsEmpty: false })
            _languages[language].Add(key, new WordEntry(key, file, line, forms));
    }

    private ImmutableDictionary<string, WordPattern> ReadForms(
        string language,
        string file,
        string key,
        YamlMappingNode plural
    )
    {
        var forms = ImmutableDictionary<string, WordPattern>.Empty;
        var allowed = PluralRules.Allowed(language);
        foreach (var (node, value) in plural.Children)
        {
            var form = (node as YamlScalarNode)?.Value ?? "";
            if (!allowed.Contains(form))
                Report(
                    file,
                    (int)node.Start.Line,
                    $"\"{form}\" of \"{key}\" is not a plural form of {language}",
                    $"Use {string.Join(", ", allowed)}"
                );
            else if (ReadForm(file, key, value) is { } pattern)
                forms = forms.Add(form, pattern);
        }
        foreach (
            var missing in PluralRules
                .Required(language)
                .Where(f => !plural.Children.ContainsKey(f))
        )
            Report(
                file,
                (int)plural.Start.Line,
                $"\"{key}\" has no form \"{missing}\"",
                $"{language} needs the forms {string.Join(", ", PluralRules.Required(language))}: add \"{missing}: ...\""
            );
        return forms;
    }

    private WordPattern? ReadForm(string file, string key, YamlNode value)
    {
        var line = (int)value.Start.Line;
        if (value is not YamlScalarNode { Value: var text })
        {
            Report(
                file,
                line,
                $"\"{key}\" is neither a text nor plural forms",
                "Write one text after the colon"
            );
            return null;
        }
        if (string.IsNullOrWhiteSpace(text))
        {
            Report(
                file,
                line,
                $"\"{key}\" is empty",
                "Write the text, or remove the key in every language"
            );
            return null;
        }
        if (text.AsSpan().IndexOfAny('!', '¡', '！') >= 0)
            Report(
                file,
                line,
                $"\"{key}\" has an exclamation mark",
                "End the sentence with a full stop: we speak calmly"
            );
        if (!WordPattern.TryParse(text, out var pattern))
            Report(
                file,
                line,
                $"\"{key}\" has a brace that belongs to no place",
                "Write a place as {name}, with letters, digits and hyphens only, and no other braces"
            );
        return pattern;
    }

    /// <summary>Every language must say the same things with the same places.</summary>
    private void Compare()
    {
        var all = _languages
            .Values.SelectMany(l => l.Values)
            .GroupBy(e => e.Key, StringComparer.Ordinal);
        foreach (var key in all)
        {
            var model = _languages[Languages.Fallback].GetValueOrDefault(key.Key) ?? key.First();
            foreach (var language in Languages.All)
                Compare(model, language);
        }
    }

    private void Compare(WordEntry model, string language)
    {
        if (_languages[language].GetValueOrDefault(model.Key) is not { } entry)
        {
            var file = $"words/{language}/{Path.GetFileName(model.File)}";
            if (
                !_problems.Any(p =>
                    p.File == file
                    && p.What.StartsWith("this is not valid", StringComparison.Ordinal)
                )
                && !_problems.Any(p =>
                    p.File == file
                    && p.What.StartsWith($"\"{model.Key}\"", StringComparison.Ordinal)
                )
            )
                Report(
                    file,
                    0,
                    $"\"{model.Key}\" is missing",
                    $"Add it: it says \"{Show(model)}\" in {model.File}, line {model.Line}"
                );
            return;
        }
        // One language may need a plural where another does not, so the count alone may differ.
        var differing = entry.Places.SymmetricExcept(model.Places).Remove(WordPattern.Count);
        if (differing.IsEmpty)
            return;
        var expected = model.Places.Select(p => $"{{{p}}}").ToList();
        Report(
            entry.File,
            entry.Line,
            $"\"{entry.Key}\" differs from {model.File}, line {model.Line}, in {string.Join(", ", differing.Select(p => $"{{{p}}}"))}",
            expected.Count == 0
                ? "Use no places"
                : $"Use exactly these places: {string.Join(", ", expected)}"
        );
    }

    private static string Show(WordEntry entry) =>
        string.Concat(
            entry
                .Choose(Languages.Fallback, ImmutableSortedDictionary<string, Cards.Text>.Empty)
                .Pieces.Select(p => p.IsPlace ? $"{{{p.Value}}}" : p.Value)
        );

    private void Report(string file, int line, string what, string remedy) =>
        _problems.Add(new TemplateProblem(file, line, what, remedy));

    [GeneratedRegex("""^[a-z0-9]+(?:[.-][a-z0-9]+)*$""")]
    private static partial Regex KeyPattern();
}
