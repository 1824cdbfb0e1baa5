using System.Collections;
using System.Collections.Immutable;

namespace EscalationCollab.Core.Words;

using Names = IReadOnlyDictionary<string, object?>;

/// <summary>
/// Reads the tags of a template before Handlebars does, because its own messages neither tell what to write instead nor
/// notice an unknown name before the template is used, and because only a few of its tags are welcome.
/// </summary>
internal sealed class TemplateScan
{
    private const int DeepestBlocks = 6;
    private const int DeepestLists = 2;

    private readonly string _file;
    private readonly string _source;
    private readonly int _firstLine;
    private readonly ImmutableArray<string> _rawNames;
    private readonly List<TemplateProblem> _problems = [];
    private readonly Stack<OpenBlock> _blocks = new();
    private readonly Stack<object?> _scopes = new();

    private TemplateScan(
        string file,
        string source,
        Names sample,
        int firstLine,
        ReadOnlySpan<string> rawNames
    )
    {
        (_file, _source, _firstLine, _rawNames) = (file, source, firstLine, [.. rawNames]);
        _scopes.Push(sample);
    }

    public static ImmutableArray<TemplateProblem> Check(
        string file,
        string source,
        Names sample,
        int firstLine,
        ReadOnlySpan<string> rawNames
    )
    {
        var scan = new TemplateScan(file, source, sample, firstLine, rawNames);
        scan.Tags();
        return [.. scan._problems];
    }

    private void Tags()
    {
        var at = 0;
        while ((at = _source.IndexOf("{{", at, StringComparison.Ordinal)) >= 0)
        {
            var close = Closing(at);
            var end = _source.IndexOf(close, at, StringComparison.Ordinal);
            if (end < 0)
            {
                Report(at, "double braces are opened and never closed", $"Close them with {close}");
                return;
            }
            Tag(at, _source[at..(end + close.Length)]);
            at = end + close.Length;
        }
        foreach (var block in _blocks)
            Report(
                block.At,
                $"{{{{#{block.Name}}}}} is never closed",
                $"Write {{{{/{block.Name}}}}} where it ends"
            );
    }

    private string Closing(int at)
    {
        if (_source.AsSpan(at).StartsWith("{{!--", StringComparison.Ordinal))
            return "--}}";
        return _source.AsSpan(at).StartsWith("{{{", StringComparison.Ordinal) ? "}}}" : "}}";
    }

    private void Tag(int at, string tag)
    {
        if (tag.StartsWith("{{!", StringComparison.Ordinal))
            return;
        if (tag.StartsWith("{{{", StringComparison.Ordinal))
        {
            Raw(at, tag);
            return;
        }
        var inner = tag[2..^2].Trim('~').Trim();
        if (inner.StartsWith('#'))
            Open(at, inner[1..].Trim());
        else if (inner.StartsWith('/'))
            Close(at, inner[1..].Trim());
        else if (inner == "else")
            Else(at);
        else
            Name(at, inner);
    }

    private void Raw(int at, string tag)
    {
        var name = tag.Trim('{', '}', ' ', '~');
        if (!_rawNames.Contains(name))
            Report(
                at,
                $"{tag} would put text in without escaping it",
                $"Write {{{{{name}}}}} with two braces"
            );
    }

    private void Open(int at, string inner)
    {
        var parts = inner.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [("if" or "unless" or "each") and var block, var name])
        {
            Report(
                at,
                $"{{{{#{inner}}}}} is not something a template can do",
                "Use {{#if name}}, {{#unless name}} or {{#each list}}, each with one name"
            );
            // Its end is still expected, so that one mistake is told once.
            _blocks.Push(new OpenBlock(parts.FirstOrDefault() ?? "", at, IsList: false));
            return;
        }
        var value = Name(at, name);
        _blocks.Push(new OpenBlock(block, at, block == "each"));
        if (block == "each")
            _scopes.Push(Item(at, name, value));
        if (_blocks.Count > DeepestBlocks)
            Report(
                at,
                $"more than {DeepestBlocks} blocks inside one another",
                "Write it with fewer conditions"
            );
        if (_blocks.Count(b => b.IsList) > DeepestLists)
            Report(
                at,
                $"more than {DeepestLists} lists inside one another",
                "Write the lists one after the other"
            );
    }

    private object? Item(int at, string name, object? value)
    {
        if (value is string or bool or Names || (value is not (null or IEnumerable)))
            Report(at, $"\"{name}\" is not a list", $"Use {{{{#if {name}}}}}");
        return value is IEnumerable list and not string
            ? list.Cast<object?>().FirstOrDefault()
            : null;
    }

    private void Close(int at, string name)
    {
        if (!_blocks.TryPeek(out var open))
        {
            Report(
                at,
                $"{{{{/{name}}}}} closes a block that is not open",
                "Remove it, or write the opening tag before it"
            );
            return;
        }
        if (open.Name != name)
            Report(
                at,
                $"{{{{/{name}}}}} closes {{{{#{open.Name}}}}} of line {LineOf(open.At)}",
                $"Write {{{{/{open.Name}}}}}"
            );
        _blocks.Pop();
        if (open.IsList)
            _scopes.Pop();
    }

    private void Else(int at)
    {
        if (_blocks.Count == 0)
            Report(
                at,
                "{{else}} stands outside a block",
                "Put it between {{#if name}} and {{/if}}"
            );
    }

    private object? Name(int at, string name)
    {
        if (name is "this" or "@index" or "@first" or "@last" && _blocks.Any(b => b.IsList))
            return null;
        var scopes = _scopes.AsEnumerable();
        var rest = name;
        while (rest.StartsWith("../", StringComparison.Ordinal))
            (rest, scopes) = (rest[3..], scopes.Skip(1));
        if (scopes.FirstOrDefault() is Names names && names.TryGetValue(rest, out var value))
            return value;
        Unknown(at, name, scopes.FirstOrDefault() as Names);
        return null;
    }

    private void Unknown(int at, string name, Names? names)
    {
        if (
            name.Contains(' ', StringComparison.Ordinal)
            || name.StartsWith('>')
            || name.StartsWith('&')
        )
        {
            Report(
                at,
                $"{{{{{name}}}}} is not something a template can do",
                "Write one name between the braces"
            );
            return;
        }
        var known = (names?.Keys ?? []).Order(StringComparer.Ordinal).ToList();
        var near = known
            .Where(k => Distance(k, name) <= 2 + name.Length / 6)
            .MinBy(k => Distance(k, name));
        Report(
            at,
            $"there is no \"{name}\" here",
            near is null ? $"Use one of {string.Join(", ", known)}" : $"Write {{{{{near}}}}}"
        );
    }

    /// <summary>How many letters differ, for "did you mean".</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same =
                    char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                (diagonal, row[j]) = (
                    row[j],
                    Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1))
                );
            }
        }
        return row[^1];
    }

    private int LineOf(int at) => _firstLine + _source.AsSpan(0, at).Count('\n');

    private void Report(int at, string what, string remedy) =>
        _problems.Add(new TemplateProblem(_file, LineOf(at), what, remedy));

    private readonly record struct OpenBlock(string Name, int At, bool IsList);
}
