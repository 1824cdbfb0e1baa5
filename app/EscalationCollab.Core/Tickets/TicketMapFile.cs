using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EscalationCollab.Core.Policy;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Tickets;

/// <summary>Reads a mapping file. Never throws for what is written in it: every problem is a value with its place and remedy.</summary>
public static class TicketMapFile
{
    /// <summary>The mapping that is used when none is named, within the folder of templates.</summary>
    public const string Shipped = "tickets/servicenow-audit.yaml";

    /// <summary>The longest text that is read, in characters.</summary>
    public const int LongestText = 100_000;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Shown in problems as given.</param>
    public static TicketMapReading Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            var buffer = new char[LongestText + 1];
            return Parse(path, new string(buffer, 0, reader.ReadBlock(buffer, 0, buffer.Length)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new TicketMapReading(
                null,
                [
                    new PolicyProblem(
                        path,
                        1,
                        1,
                        $"The mapping cannot be read ({failure.GetType().Name}).",
                        $"Name a mapping file, such as templates/{Shipped}."
                    ),
                ]
            );
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">The name shown in problems.</param>
    public static TicketMapReading Parse(string file, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var findings = new Findings(file);
        var root = YamlText.Root(text, "mapping", LongestText, $"templates/{Shipped}", findings);
        var map = root is null ? null : new TicketMapReader(file, findings).Read(root);
        var problems = findings.InOrder();
        return new TicketMapReading(problems.IsEmpty ? map : null, problems);
    }
}

/// <summary>Turns the tree of a text into a mapping, noting everything that is wrong on the way.</summary>
internal sealed class TicketMapReader(string file, Findings findings)
{
    private const string RuleExample =
        "Write '{ column: state, is: [Resolved, Closed] }', '{ column: count, at-least: 2 }' or '{ column: date, present: yes }', "
        + "or join several under 'any:', 'all:' or 'not:'.";

    /// <summary>The mapping; only whole when nothing was noted.</summary>
    public TicketMap Read(YamlMappingNode node)
    {
        var root = new Section("the mapping", node, findings);
        var form = root.Map("file");
        var times = root.Map("times");
        var columns = root.Map("columns");
        var counts = root.Map("counts-as");
        var map = new TicketMap
        {
            File = file,
            Source = root.Text("source", "servicenow"),
            Separator = Separator(form),
            Encoding = EncodingOf(form),
            Missing = Texts(form, "missing"),
            Zone = Zone(times),
            Formats = Formats(times),
            Number = Column(columns, "number", "number"),
            Opened = Column(columns, "opened", "opened_at"),
            Updated = Column(columns, "updated", "updated_at"),
            Revision = Column(columns, "revision"),
            ResolvedAt = Column(columns, "resolved-at"),
            FirstReply = Column(columns, "first-reply"),
            State = Column(columns, "state"),
            Priority = Column(columns, "priority"),
            Customer = Column(columns, "customer"),
            Reassigned = Column(columns, "reassigned"),
            Reopened = Column(columns, "reopened"),
            Summary = Columns(columns, "summary"),
            Text = Columns(columns, "text"),
            Resolved = Rule(counts, "resolved", "{ column: state, is: [Resolved, Closed] }"),
            Escalated = Rule(counts, "escalated", "{ column: reassigned, at-least: 2 }"),
            SlaMet = OptionalRule(counts, "sla-met"),
            FirstContact = OptionalRule(counts, "first-contact"),
        };
        foreach (var section in new[] { form, times, columns, counts, root })
            section?.Done();
        return map;
    }

    private char Separator(Section? form)
    {
        if (form?.Optional("separator") is not { } value)
            return ',';
        var text = (value as YamlScalarNode)?.Value ?? "";
        if (text is "tab" or "\\t")
            return '\t';
        if (text is [var only] && only is not ('"' or '\r' or '\n') && !char.IsLetterOrDigit(only))
            return only;
        findings.Add(
            value,
            $"'{Findings.Shown(text)}' cannot separate columns.",
            "Write \",\", \";\", \"|\" or 'tab'."
        );
        return ',';
    }

    private static Encoding EncodingOf(Section? form)
    {
        if (form?.Optional("encoding") is not { } value)
            return Encoding.UTF8;
        var name = form.AsName(value, "encoding", ["utf-8", "utf-16", "latin-1"]);
        return name switch
        {
            "utf-16" => Encoding.Unicode,
            "latin-1" => Encoding.Latin1,
            _ => Encoding.UTF8,
        };
    }

    private string? Zone(Section? times)
    {
        if (times?.Optional("zone") is not { } value)
            return null;
        var text = (value as YamlScalarNode)?.Value?.Trim() ?? "";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is not null)
            return text;
        findings.Unknown(value, "time zone", text, DateTimeZoneProviders.Tzdb.Ids);
        return null;
    }

    private ImmutableArray<string> Formats(Section? times)
    {
        if (times?.Required("formats", "[dd-MM-yyyy HH:mm]") is null)
            return [];
        var formats = ImmutableArray.CreateBuilder<string>();
        foreach (var node in times.List("formats"))
            if (WrongWith(times.AsText(node, "formats")) is { } wrong)
                findings.Add(
                    node,
                    wrong,
                    "Write for example 'dd-MM-yyyy HH:mm', 'M/d/yyyy h:mm tt' or 'iso'."
                );
            else
                formats.Add(((YamlScalarNode)node).Value!.Trim());
        if (times.List("formats").IsEmpty)
            findings.Add(
                times.Node,
                "There is no time format.",
                "Write for example 'formats: [dd-MM-yyyy HH:mm]'."
            );
        return formats.ToImmutable();
    }

    /// <summary>A time written in the format must read back as the same minute: this finds minutes taken for months.</summary>
    private static string? WrongWith(string format)
    {
        if (format is "" or TicketTimes.Iso)
            return null;
        var shown = Findings.Shown(format);
        var probe = new DateTimeOffset(2016, 11, 23, 14, 45, 0, TimeSpan.Zero);
        try
        {
            var text = probe.ToString(format, CultureInfo.InvariantCulture);
            if (!new TicketTimes([format], DateTimeZone.Utc).TryRead(text, out var read))
                return $"Times cannot be read by '{shown}'.";
            var hours =
                format.Contains('H', StringComparison.Ordinal)
                || format.Contains('h', StringComparison.Ordinal);
            var wanted = Instant.FromDateTimeOffset(
                hours ? probe : new DateTimeOffset(probe.Date, TimeSpan.Zero)
            );
            return read == wanted
                ? null
                : $"'{shown}' does not name day, month, year, hour and minute (months are MM, minutes are mm).";
        }
        catch (FormatException)
        {
            return $"'{shown}' is no time format.";
        }
    }

    private static ColumnName Column(Section? columns, string key, string example)
    {
        if (columns is null)
            return ColumnName.Nowhere;
        return columns.Required(key, example) is { } value
            ? Named(columns, value, key)
            : ColumnName.Nowhere;
    }

    private static ColumnName? Column(Section? columns, string key) =>
        columns?.Optional(key) is { } value ? Named(columns, value, key) : null;

    private static ImmutableArray<ColumnName> Columns(Section? columns, string key) =>
        columns is null ? [] : [.. columns.List(key).Select(value => Named(columns, value, key))];

    private static ColumnName Named(Section section, YamlNode value, string key) =>
        new(section.AsText(value, key), (int)value.Start.Line, (int)value.Start.Column);

    private static ImmutableArray<string> Texts(Section? section, string key) =>
        section is null ? [] : [.. section.List(key).Select(value => section.AsText(value, key))];

    private TicketRule Rule(Section? counts, string key, string example) =>
        counts?.Required(key, example) is { } value ? Rule(counts, value, key) : TicketRule.Never;

    private TicketRule? OptionalRule(Section? counts, string key) =>
        counts?.Optional(key) is { } value ? Rule(counts, value, key) : null;

    private TicketRule Rule(Section section, YamlNode value, string key)
    {
        if (section.AsMap(value, key) is not { } rule)
            return TicketRule.Never;
        var read =
            rule.Has("any") ? new TicketRule.Any(Rules(rule, "any"))
            : rule.Has("all") ? new TicketRule.All(Rules(rule, "all"))
            : rule.Optional("not") is { } not ? new TicketRule.Not(Rule(rule, not, "not"))
            : Leaf(rule);
        rule.Done();
        return read;
    }

    private ImmutableArray<TicketRule> Rules(Section rule, string key)
    {
        var nodes = rule.List(key);
        if (nodes.IsEmpty)
            findings.Add(rule.Node, $"'{key}' has no rules.", RuleExample);
        return [.. nodes.Select(node => Rule(rule, node, key))];
    }

    private TicketRule Leaf(Section rule)
    {
        var column = Column(rule, "column", "state");
        var values = Texts(rule, "is");
        var least = rule.OptionalNumber("at-least", 0, int.MaxValue);
        var most = rule.OptionalNumber("at-most", 0, int.MaxValue);
        var present = rule.Has("present");
        if (
            new[] { !values.IsEmpty, least is not null || most is not null, present }.Count(asked =>
                asked
            ) != 1
        )
            findings.Add(rule.Node, "The rule does not ask one thing.", RuleExample);
        if (present)
            return rule.Flag("present", otherwise: true)
                ? new TicketRule.Present(column)
                : new TicketRule.Not(new TicketRule.Present(column));
        return values.IsEmpty
            ? new TicketRule.Between(column, least ?? decimal.MinValue, most ?? decimal.MaxValue)
            : new TicketRule.Is(column, values);
    }
}
