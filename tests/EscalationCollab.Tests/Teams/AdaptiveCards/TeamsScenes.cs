using EscalationCollab.Core;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>The sample company as it reads in an organisation where everybody has an account.</summary>
internal static class TeamsScenes
{
    public static TeamsReader Reader(string language = "en") =>
        new()
        {
            Format = new ReaderFormat(
                Scenes.Words,
                new Reader(language, "Europe/Vilnius"),
                SampleCompany.Now
            ),
            Now = SampleCompany.Now,
            Directory = SampleCompany.Directory,
            UserOf = person =>
                SampleCompany.Directory.Find(person) is { } known
                    ? new TeamsPerson("aad-" + person.Value, known.Name)
                    : null,
            RoomOf = number => new Uri(
                $"https://teams.microsoft.com/l/channel/19%3Aesc{number.Value}%40thread.tacv2/room"
            ),
            PublicUrl = new Uri("https://support.example/"),
        };

    /// <summary>A new message in a channel.</summary>
    public static TeamsReader Room(string language = "en") =>
        Reader(language) with
        {
            IsRoom = true,
            MentionsRing = true,
        };

    public static PersonId? PersonOf(string user) =>
        user.StartsWith("aad-", StringComparison.Ordinal)
        && SampleCompany.Directory.Find(new PersonId(user[4..])) is { } person
            ? person.Id
            : null;
}
