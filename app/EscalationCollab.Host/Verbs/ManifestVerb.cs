using System.CommandLine;
using System.Text;
using EscalationCollab.Core.Words;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Teams;
using EscalationCollab.Teams.Installation;

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

    private static readonly Option<Guid?> Bot = new("--teams-client-id")
    {
        Description =
            "The Application (client) ID of the bot in Teams; Teams:ClientId of the settings unless given.",
        HelpName = "ID",
    };

    public static Command Create()
    {
        var command = new Command(
            "manifest",
            "Write what an administrator installs in Slack and in Teams, for your address."
        )
        {
            Url,
            Out,
            Bot,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    parsed.GetRequiredValue(Url),
                    parsed.GetRequiredValue(Out),
                    CommonOptions.PlacesOf(parsed),
                    parsed.GetValue(Bot),
                    cancellation
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string address,
        DirectoryInfo folder,
        Places places,
        Guid? bot,
        CancellationToken cancellation
    )
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.RelativeOrAbsolute, out var url))
            return CommandLine.Misused($"'{address}' is no address.");
        if (SlackManifest.Wrong(url) is { } wrong)
            return CommandLine.Misused(wrong);
        await WriteAsync(Below(folder, "slack"), Slack(url), cancellation);
        var id = bot?.ToString("D") ?? ConfiguredBot(places);
        await WriteAsync(Below(folder, "teams"), Teams(url, id, places), cancellation);
        if (id is null)
            Console.WriteLine(
                "The package for Teams names no bot yet: once its Entra application is made, write this again with --teams-client-id ID."
            );
        return CommandLine.Fine;
    }

    private static IReadOnlyList<(string Name, byte[] Content)> Slack(Uri url) =>
        [
            ("http.json", Text(SlackManifest.Write(url, SlackConnection.Http))),
            ("socket-mode.json", Text(SlackManifest.Write(url, SlackConnection.SocketMode))),
            ("scopes.md", Text(SlackManifest.ScopesPage())),
        ];

    private static IReadOnlyList<(string Name, byte[] Content)> Teams(
        Uri url,
        string? bot,
        Places places
    )
    {
        var files = TeamsManifest.Files(url, bot, Version, Wordbook.Load(places.Templates));
        return
        [
            .. files,
            (TeamsManifest.PackageName, TeamsManifest.Package(files)),
            ("permissions.md", Text(TeamsManifest.PermissionsPage())),
        ];
    }

    private static string? ConfiguredBot(Places places) =>
        TeamsOptions.Read(Server.Settings(places).GetSection(TeamsOptions.Section), out _).ClientId
            is { Length: > 0 } id
            ? id
            : null;

    private static string Version =>
        typeof(ManifestVerb).Assembly.GetName().Version?.ToString(3) ?? "1.0.0";

    private static DirectoryInfo Below(DirectoryInfo folder, string name) =>
        Directory.CreateDirectory(Path.Combine(folder.FullName, name));

    private static async Task WriteAsync(
        DirectoryInfo folder,
        IReadOnlyList<(string Name, byte[] Content)> files,
        CancellationToken cancellation
    )
    {
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(folder.FullName, name);
            await File.WriteAllBytesAsync(path, content, cancellation);
            Console.WriteLine(path);
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
