using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.Words;

/// <summary>Who reads, as far as words and numbers go.</summary>
/// <param name="Language">An IETF tag; the closest language is used.</param>
/// <param name="Zone">An IANA time zone; UTC is used for an unknown one.</param>
public sealed record Reader(string Language, string Zone)
{
    /// <summary>A person of the company as a reader.</summary>
    public static Reader Of(Person person) => new(person.Language, person.Zone);

    /// <summary>A customer as a reader.</summary>
    public static Reader Of(Customer customer) => new(customer.Language, customer.Zone);
}

/// <summary>Moments, lengths of time, numbers and days as one reader writes them, seen from one moment.</summary>
/// <param name="words">Says "in", "ago" and the units.</param>
/// <param name="reader">Whose language and zone.</param>
/// <param name="now">The moment from which "in 20 min" is counted.</param>
public sealed class ReaderFormat(Wordbook words, Reader reader, Instant now)
{
    private readonly DateTimeZone _zone =
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(reader.Zone) ?? DateTimeZone.Utc;
    private readonly CultureInfo _culture = Languages.Culture(reader.Language);

    /// <summary>The words used.</summary>
    public Wordbook Words => words;

    /// <summary>The language spoken, one of <see cref="Languages.All"/>.</summary>
    public string Language { get; } = Languages.Closest(reader.Language);

    /// <summary>How this reader writes numbers and dates.</summary>
    public CultureInfo Culture => _culture;

    /// <summary>The zone of the reader.</summary>
    public DateTimeZone Zone => _zone;

    /// <summary>A moment as its style asks.</summary>
    public string Moment(Moment moment) =>
        moment.Style switch
        {
            MomentStyle.Exact => Exact(moment.At),
            MomentStyle.Relative => Relative(moment.At),
            MomentStyle.Date => Date(moment.At.InZone(_zone).Date),
            _ => Say("time.both", ("relative", Relative(moment.At)), ("exact", Exact(moment.At))),
        };

    /// <summary>"14:30", with the day when it is not today.</summary>
    /// <param name="withZone">Adds the zone by name, as every promise to a customer must.</param>
    public string Exact(Instant at, bool withZone = false)
    {
        var local = at.InZone(_zone);
        var clock = local.ToDateTimeUnspecified().ToString("HH':'mm", _culture);
        var text =
            local.Date == now.InZone(_zone).Date
                ? clock
                : Say("time.day-clock", ("day", DayInSentence(local.Date)), ("clock", clock));
        return withZone ? Say("time.with-zone", ("time", text), ("zone", ZoneName())) : text;
    }

    /// <summary>"14:30, Vilnius time": the zone without brackets, for places that may stand in brackets themselves.</summary>
    public string ExactAndZone(Instant at) =>
        Say("time.and-zone", ("time", Exact(at)), ("zone", ZoneName()));

    /// <summary>"Tuesday 24 November 2026, 14:30 (Vilnius time)": the day always said in full, for letters that are read later.</summary>
    public string Full(Instant at) =>
        Say("time.with-zone", ("time", DayAndClock(at, WithWeekday)), ("zone", ZoneName()));

    /// <summary>"24 November, 14:30": the day always said, for messages that stand still and may be read tomorrow.</summary>
    /// <param name="withZone">Adds the zone by name.</param>
    public string Standing(Instant at, bool withZone = false)
    {
        var text = DayAndClock(at, DayInSentence);
        return withZone ? Say("time.with-zone", ("time", text), ("zone", ZoneName())) : text;
    }

    /// <summary>"24 November 2026, 14:30": for lists that are read later and name their zone once.</summary>
    public string Dated(Instant at) => DayAndClock(at, Date);

    /// <summary>"in 20 min", "2 h ago", "now".</summary>
    public string Relative(Instant at)
    {
        var distance = at - now;
        var length = distance < Duration.Zero ? -distance : distance;
        if (length < Duration.FromSeconds(30))
            return Say("time.now");
        var future = distance > Duration.Zero;
        if (length < Duration.FromHours(36))
            return Say(future ? "time.in" : "time.ago", ("span", Span(length)));
        var days = Phrase.Of(
            future ? "time.in-days" : "time.days-ago",
            ("count", new Number((decimal)Math.Round(length.TotalDays)))
        );
        return PlainText.Of(days, this);
    }

    /// <summary>"45 s", "20 min", "1 h 20 min", "2 days 3 h". Below half a minute in seconds, below 36 hours in minutes, else in hours, rounded.</summary>
    public string Span(Duration length)
    {
        if (length < Duration.Zero)
            return "−" + Span(-length);
        if (length < Duration.FromSeconds(30))
            return Count("time.seconds", (long)Math.Round(length.TotalSeconds));
        var minutes = (long)Math.Round(length.TotalMinutes, MidpointRounding.AwayFromZero);
        if (minutes < 60)
            return Count("time.minutes", minutes);
        if (minutes < 36 * 60)
            return Join(Count("time.hours", minutes / 60), minutes % 60, "time.minutes");
        var hours = (long)Math.Round(length.TotalHours, MidpointRounding.AwayFromZero);
        return Join(Count("time.days", hours / 24), hours % 24, "time.hours");
    }

    /// <summary>A number in the reader's notation.</summary>
    public string Number(Number number) => number.Value.ToString(number.Format, _culture);

    /// <summary>A day in full: "24 November 2026".</summary>
    public string Date(LocalDate day) => Date(day, Language);

    /// <summary>A day in full, in one language.</summary>
    /// <param name="language">One of <see cref="Languages.All"/>.</param>
    public static string Date(LocalDate day, string language) =>
        day.ToDateTimeUnspecified()
            .ToString(
                language switch
                {
                    "pt-BR" => "d 'de' MMMM 'de' yyyy",
                    "lt" => "yyyy 'm.' MMMM d 'd.'",
                    _ => "d MMMM yyyy",
                },
                Languages.Culture(language)
            );

    /// <summary>A day as every reader writes it. It is the same day wherever they are, which a moment would not be.</summary>
    public static Phrase Day(LocalDate day) =>
        Phrase.InEach(Languages.All.Select(language => (language, Date(day, language))));

    /// <summary>The zone as people call it, such as "Vilnius time".</summary>
    public string ZoneName()
    {
        var key = "zone." + _zone.Id.ToLowerInvariant().Replace('/', '-').Replace('_', '-');
        if (words.Has(key, Language))
            return Say(key);
        var city = _zone.Id[(_zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ');
        return _zone.Id.Contains('/', StringComparison.Ordinal)
            ? Say("zone.elsewhere", ("city", city))
            : _zone.Id;
    }

    private string DayAndClock(Instant at, Func<LocalDate, string> day)
    {
        var local = at.InZone(_zone);
        return Say(
            "time.day-clock",
            ("day", day(local.Date)),
            ("clock", local.ToDateTimeUnspecified().ToString("HH':'mm", _culture))
        );
    }

    // With its weekday an Italian day needs no article, whose form would depend on the number; in Lithuanian the weekday
    // would have to be bent by the sentence around it, so it is left out.
    private string WithWeekday(LocalDate day)
    {
        var pattern = Language switch
        {
            "pt-BR" => "dddd, d 'de' MMMM 'de' yyyy",
            "lt" => null,
            _ => "dddd d MMMM yyyy",
        };
        return pattern is null
            ? Date(day)
            : day.ToDateTimeUnspecified().ToString(pattern, _culture);
    }

    private string DayInSentence(LocalDate day)
    {
        if (day.Year != now.InZone(_zone).Year)
            return Date(day);
        var pattern = Language switch
        {
            "pt-BR" => "d 'de' MMMM",
            "lt" => "MMMM d 'd.'",
            _ => "d MMMM",
        };
        return day.ToDateTimeUnspecified().ToString(pattern, _culture);
    }

    private string Join(string whole, long rest, string unit) =>
        rest == 0 ? whole : whole + " " + Count(unit, rest);

    private string Count(string key, long count) =>
        PlainText.Of(Phrase.Of(key, ("count", new Number(count))), this);

    private string Say(string key, params ReadOnlySpan<(string Name, Text Value)> places) =>
        PlainText.Of(Phrase.Of(key, places), this);
}
