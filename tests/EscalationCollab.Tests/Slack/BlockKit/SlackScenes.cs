using EscalationCollab.Core;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.BlockKit;
using EscalationCollab.Tests.Sandbox;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Slack.BlockKit;

/// <summary>The sample company as it reads in a workspace where everybody has an account.</summary>
internal static class SlackScenes
{
    public static SlackReader Reader(string language = "en") =>
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
                SampleCompany.Directory.Find(person) is null
                    ? null
                    : "U0" + person.Value.ToUpperInvariant(),
            ChannelOf = number => $"C0ESC{number.Value}",
            PublicUrl = new Uri("https://support.example/"),
        };

    public static PersonId? PersonOf(string user) =>
        user.StartsWith("U0", StringComparison.Ordinal)
        && SampleCompany.Directory.Find(new PersonId(user[2..].ToLowerInvariant())) is { } person
            ? person.Id
            : null;
}
