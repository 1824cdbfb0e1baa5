using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace EscalationCollab.Web.Sandbox;

/// <summary>The rooms of the trial company and what was written in them, as a file that people may edit.</summary>
internal sealed partial record MessagesFile(
    string StartPerson,
    string StartRoom,
    IReadOnlyList<SeededRoom> Rooms
)
{
    /// <summary>Reads <c>messages.yaml</c>.</summary>
    /// <exception cref="YamlException">The text is not such a file; the message names line and column.</exception>
    /// <exception cref="InvalidDataException">A length of time is not one.</exception>
    public static MessagesFile Load(string path)
    {
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .Build();
        using var reader = new StreamReader(path);
        var file = yaml.Deserialize<Root>(reader);
        return new MessagesFile(
            file.StartPerson,
            file.StartRoom,
            [
                .. file.Rooms.Select(room => new SeededRoom(
                    room.Name,
                    room.Topic,
                    [.. room.Members],
                    [
                        .. room.Messages.Select(m => new SeededMessage(
                            m.From,
                            ReadAge(m.Before, "messages.yaml: 'before"),
                            m.Text.Trim()
                        )),
                    ]
                )),
            ]
        );
    }

    /// <summary>Reads a length of time such as "1d 2h 30m".</summary>
    /// <param name="place">The file and key it stands in, after which the text is shown.</param>
    internal static Duration ReadAge(string text, string place)
    {
        var match = Age().Match(text);
        return match.Success && text.Length > 0
            ? Duration.FromDays(Number(match, "d"))
                + Duration.FromHours(Number(match, "h"))
                + Duration.FromMinutes(Number(match, "m"))
            : throw new InvalidDataException(
                $"{place}: {text}' is not a length of time. Write it as '1d 2h 30m', for example."
            );
    }

    private static int Number(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group
            ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"^\s*(?:(?<d>\d{1,4})d)?\s*(?:(?<h>\d{1,4})h)?\s*(?:(?<m>\d{1,4})m)?\s*\z")]
    private static partial Regex Age();

    private sealed class Root
    {
        public string StartPerson { get; set; } = "";
        public string StartRoom { get; set; } = "";
        public List<RoomEntry> Rooms { get; set; } = [];
    }

    private sealed class RoomEntry
    {
        public string Name { get; set; } = "";
        public string Topic { get; set; } = "";
        public List<string> Members { get; set; } = [];
        public List<MessageEntry> Messages { get; set; } = [];
    }

    private sealed class MessageEntry
    {
        public string From { get; set; } = "";
        public string Before { get; set; } = "";
        public string Text { get; set; } = "";
    }
}

/// <summary>A room of the trial company.</summary>
/// <param name="Members">Ids of people; empty for everybody.</param>
internal sealed record SeededRoom(
    string Name,
    string Topic,
    IReadOnlyList<string> Members,
    IReadOnlyList<SeededMessage> Messages
);

/// <summary>A message of the trial company.</summary>
/// <param name="From">The id of a person, or the name of a customer's contact.</param>
/// <param name="Before">How long before the first start it was written.</param>
internal sealed record SeededMessage(string From, Duration Before, string Text);
