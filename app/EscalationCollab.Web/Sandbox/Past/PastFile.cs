using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>What happened at the trial company before the first start, as a file that people may edit.</summary>
internal sealed record PastFile(ImmutableArray<PastEscalation> Escalations, PastTickets Tickets)
{
    private const string Name = "sandbox/past.yaml";

    /// <summary>Reads <c>past.yaml</c>.</summary>
    /// <exception cref="YamlException">The text is not such a file; the message names line and column.</exception>
    /// <exception cref="InvalidDataException">A moment, zone or act is not one.</exception>
    public static PastFile Load(string path)
    {
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .Build();
        using var reader = new StreamReader(path);
        var root = yaml.Deserialize<Root>(reader);
        return new PastFile(
            [.. root.Escalations.Select(Read)],
            new PastTickets(
                [.. root.Tickets.Sources],
                [.. root.Tickets.Priorities],
                [.. root.Tickets.Questions.Select(q => new PastQuestion(q.Customer, q.Text))],
                root.Tickets.Count,
                root.Tickets.Weeks
            )
        );
    }

    private static PastEscalation Read(EscalationEntry entry) =>
        new(
            entry.Name,
            entry.Week,
            Enum.TryParse<IsoDayOfWeek>(entry.Day, ignoreCase: true, out var day)
            && day != IsoDayOfWeek.None
                ? day
                : throw Wrong(entry.Name, $"'day: {entry.Day}' is not a day of the week"),
            LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(entry.Time)
                is { Success: true } time
                ? time.Value
                : throw Wrong(entry.Name, $"'time: {entry.Time}' is not a time such as 09:30"),
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(entry.Zone)
                ?? throw Wrong(entry.Name, $"'zone: {entry.Zone}' is not known"),
            [
                .. entry.Acts.Select(act => new PastAct(
                    MessagesFile.ReadAge(act.After, $"{Name}: '{entry.Name}' has 'after"),
                    act.Who,
                    act.Does.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries),
                    act.With.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Trim()),
                    act.About.ToImmutableDictionary()
                )),
            ]
        );

    private static InvalidDataException Wrong(string escalation, string problem) =>
        new($"{Name}: {problem} in '{escalation}'.");

    private sealed class Root
    {
        public List<EscalationEntry> Escalations { get; set; } = [];
        public TicketsEntry Tickets { get; set; } = new();
    }

    private sealed class EscalationEntry
    {
        public string Name { get; set; } = "";
        public int Week { get; set; }
        public string Day { get; set; } = "";
        public string Time { get; set; } = "";
        public string Zone { get; set; } = "";
        public List<ActEntry> Acts { get; set; } = [];
    }

    private sealed class ActEntry
    {
        public string After { get; set; } = "";
        public string Who { get; set; } = "";
        public string Does { get; set; } = "";
        public Dictionary<string, string> With { get; set; } = [];
        public Dictionary<string, string> About { get; set; } = [];
    }

    private sealed class TicketsEntry
    {
        public int Count { get; set; }
        public int Weeks { get; set; } = 1;
        public List<string> Sources { get; set; } = [];
        public List<string> Priorities { get; set; } = [];
        public List<QuestionEntry> Questions { get; set; } = [];
    }

    private sealed class QuestionEntry
    {
        public string Customer { get; set; } = "";
        public string Text { get; set; } = "";
    }
}

/// <summary>One escalation of the past: when it began, and what people did.</summary>
/// <param name="Week">How many weeks before the week of the first start.</param>
internal sealed record PastEscalation(
    string Name,
    int Week,
    IsoDayOfWeek Day,
    LocalTime Time,
    DateTimeZone Zone,
    ImmutableArray<PastAct> Acts
)
{
    /// <summary>When it began, seen from a moment.</summary>
    public Instant StartsAt(Instant now)
    {
        var monday = now.InUtc().Date.PlusDays(1).With(DateAdjusters.Previous(IsoDayOfWeek.Monday));
        return Zone.AtLeniently(
                monday.PlusWeeks(-Week).PlusDays((int)Day - (int)IsoDayOfWeek.Monday).At(Time)
            )
            .ToInstant();
    }
}

/// <summary>Something that somebody did.</summary>
/// <param name="After">How long after the beginning.</param>
/// <param name="Who">The id of a person; of nobody for what a customer did.</param>
/// <param name="Does">The kind of act, the route, and what was typed after it.</param>
/// <param name="With">What was filled in; the rest of the form stays as it was opened.</param>
/// <param name="About">What the button was about, beside the escalation.</param>
internal sealed record PastAct(
    Duration After,
    string Who,
    string[] Does,
    ImmutableDictionary<string, string> With,
    ImmutableDictionary<string, string> About
);
