using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Time;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace EscalationCollab.Core.Policy;

internal sealed partial class PolicyReader
{
    private const string HolidayExamples =
        "Write '12-25' for every year, '2026-12-24' for one year, 'Easter + 1', '4th Thursday of November' or 'last Monday of May'.";

    private const string HoursExamples =
        "Write for example 'monday - friday: 09:00-18:00' or 'saturday: 09:00-12:00, 13:00-15:00'.";

    private ImmutableSortedDictionary<string, BusinessCalendar> Calendars(Section? section)
    {
        var found = Empty<BusinessCalendar>().ToBuilder();
        foreach (var (name, keyNode, value) in section?.Entries() ?? [])
            if (found.ContainsKey(name))
                findings.Add(keyNode, $"Calendar '{name}' is defined twice.", "Keep one of them.");
            else if (section!.AsMap(value, name) is { } map)
                found.Add(name, Calendar(name, map));
        return found.ToImmutable();
    }

    private BusinessCalendar Calendar(string name, Section map)
    {
        var zone = Zone(map.Required("zone", "Europe/Rome")) ?? DateTimeZone.Utc;
        var week = map.Map("hours") is { } hours ? Week(name, hours) : [];
        var holidays = map.List("holidays").Select(Holiday).OfType<Holiday>().ToImmutableArray();
        map.Done();
        return week.Count == 0
            ? BusinessCalendar.Always(zone)
            : new BusinessCalendar(name, zone, week, holidays);
    }

    private Dictionary<IsoDayOfWeek, ImmutableArray<OpenHours>> Week(string name, Section hours)
    {
        var week = new Dictionary<IsoDayOfWeek, ImmutableArray<OpenHours>>();
        var entries = 0;
        foreach (var (key, keyNode, value) in hours.Entries())
        {
            entries++;
            var open = Hours(value);
            foreach (var day in Days(key, keyNode))
                if (!week.TryAdd(day, open))
                    findings.Add(
                        keyNode,
                        $"{day} has its hours twice in calendar '{name}'.",
                        "Name each day in one line only."
                    );
        }
        if (entries == 0)
            findings.Add(hours.Node, $"Calendar '{name}' is never open.", HoursExamples);
        return week.Values.All(day => day.IsEmpty) ? [] : week;
    }

    private IEnumerable<IsoDayOfWeek> Days(string key, YamlNode at)
    {
        var ends = key.Split('-', StringSplitOptions.TrimEntries);
        var days = ends.Select(text => DayOf(text, at)).ToList();
        if (days.Any(day => day == IsoDayOfWeek.None) || days.Count > 2)
            yield break;
        var last = days[^1];
        for (var day = days[0]; ; day = (IsoDayOfWeek)(((int)day % 7) + 1))
        {
            yield return day;
            if (day == last)
                yield break;
        }
    }

    private IsoDayOfWeek DayOf(string text, YamlNode at)
    {
        if (
            Enum.TryParse<IsoDayOfWeek>(text, ignoreCase: true, out var day)
            && Enum.IsDefined(day)
            && day != IsoDayOfWeek.None
            && !char.IsDigit(text[0])
        )
            return day;
        findings.Unknown(
            at,
            "day of the week",
            text,
            Enum.GetNames<IsoDayOfWeek>().Skip(1).Select(name => name.ToLowerInvariant())
        );
        return IsoDayOfWeek.None;
    }

    private ImmutableArray<OpenHours> Hours(YamlNode value)
    {
        var text = (value as YamlScalarNode)?.Value ?? "";
        var found = new List<OpenHours>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (
                ends.Length != 2
                || MinuteOf(ends[0]) is not { } from
                || MinuteOf(ends[1]) is not { } to
            )
                findings.Add(
                    value,
                    $"'{Findings.Shown(part)}' are no opening hours.",
                    HoursExamples
                );
            else if (to <= from)
                findings.Add(
                    value,
                    $"'{part}' closes before it opens.",
                    $"Swap the two, or write '{ends[0]}-24:00' and the rest under the next day."
                );
            else if (found.Any(other => from < other.ToMinute && other.FromMinute < to))
                findings.Add(
                    value,
                    $"'{part}' overlaps other hours of the same day.",
                    "Join them into one."
                );
            else
                found.Add(new OpenHours(from, to));
        }
        return [.. found];
    }

    private static int? MinuteOf(string text)
    {
        var match = TimeOfDay().Match(text);
        if (!match.Success)
            return null;
        var minute =
            (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 60)
            + int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        return minute <= 1440 ? minute : null;
    }

    private Holiday? Holiday(YamlNode node)
    {
        var text = (node as YamlScalarNode)?.Value?.Trim() ?? "";
        Holiday? found = Dated(text);
        found ??= AroundEaster(text);
        found ??= WeekdayOf(text);
        if (found is null)
            findings.Add(node, $"'{Findings.Shown(text)}' is not a holiday.", HolidayExamples);
        return found;
    }

    private static Holiday? Dated(string text)
    {
        if (NodaTime.Text.LocalDatePattern.Iso.Parse(text) is { Success: true } once)
            return new Holiday.Once(once.Value);
        return NodaTime.Text.AnnualDatePattern.Iso.Parse(text) is { Success: true } yearly
            ? new Holiday.EveryYear(yearly.Value)
            : null;
    }

    private static Holiday.AroundEaster? AroundEaster(string text)
    {
        var match = EasterDay().Match(text);
        if (!match.Success)
            return null;
        var days = match.Groups[2].Success
            ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)
            : 0;
        return new Holiday.AroundEaster(match.Groups[1].Value == "-" ? -days : days);
    }

    private static Holiday.WeekdayOf? WeekdayOf(string text)
    {
        var match = WeekdayOfMonth().Match(text);
        if (
            !match.Success
            || !Enum.TryParse<IsoDayOfWeek>(match.Groups[2].Value, true, out var day)
            || day == IsoDayOfWeek.None
        )
            return null;
        var month = Array.FindIndex(
            CultureInfo.InvariantCulture.DateTimeFormat.MonthNames,
            name => name.Equals(match.Groups[3].Value, StringComparison.OrdinalIgnoreCase)
        );
        var which = match.Groups[1].Value[0] is var first && char.IsDigit(first) ? first - '0' : -1;
        return month < 0 ? null : new Holiday.WeekdayOf(which, day, month + 1);
    }

    [GeneratedRegex(@"^(\d{1,2}):([0-5]\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(
        @"^easter(?:\s*([+-])\s*(\d{1,2}))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex EasterDay();

    [GeneratedRegex(
        @"^(1st|2nd|3rd|4th|last)\s+([a-z]+)\s+of\s+([a-z]+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex WeekdayOfMonth();
}
