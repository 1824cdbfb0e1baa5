using System.CommandLine;
using System.Text;
using EscalationCollab.Slack.Installation;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>manifest --url URL --out DIR</c>: what an administrator installs in the organisation's chat.</summary>
internal static class ManifestVerb
{
    private static readonly Option<string> Url = new("--url")
    {
        Description =
            "Where the product is reached from outside, such as https://escalations.example.com.",
        Required = true,
        HelpName = "URL",
    };

    private static readonly Option<DirectoryInfo> Out = new("--out")
    {
        Description = "Folder to write to; made when missing.",
        Required = true,
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new Command(
            "manifest",
            "Write what an administrator installs in Slack, for your address."
        )
        {
            Url,
            Out,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(parsed.GetRequiredValue(Url), parsed.GetRequiredValue(Out), cancellation)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string address,
        DirectoryInfo folder,
        CancellationToken cancellation
    )
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.RelativeOrAbsolute, out var url))
            return CommandLine.Misused($"'{address}' is no address.");
        if (SlackManifest.Wrong(url) is { } wrong)
            return CommandLine.Misused(wrong);
        var slack = Directory.CreateDirectory(Path.Combine(folder.FullName, "slack")).FullName;
        (string Name, string Text)[] files =
        [
            ("http.json", SlackManifest.Write(url, SlackConnection.Http)),
            ("socket-mode.json", SlackManifest.Write(url, SlackConnection.SocketMode)),
            ("scopes.md", SlackManifest.ScopesPage()),
        ];
        foreach (var (name, text) in files)
        {
            var path = Path.Combine(slack, name);
            await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), cancellation);
            Console.WriteLine(path);
        }
        return CommandLine.Fine;
    }
}
