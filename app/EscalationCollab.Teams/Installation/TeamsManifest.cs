using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.Tabs;

namespace EscalationCollab.Teams.Installation;

/// <summary>
/// What an administrator uploads to Teams: the app package, a zip with the manifest, its words in every language and two
/// icons. Source: https://learn.microsoft.com/microsoft-365/extensibility/schema/?view=m365-app-1.30.
/// </summary>
public static class TeamsManifest
{
    /// <summary>The newest schema.</summary>
    public const string Schema = "1.30";

    /// <summary>Stands for the bot's application id until there is one.</summary>
    public const string NoBot = "00000000-0000-0000-0000-000000000000";

    /// <summary>What the app is called in Teams, and mentioned by.</summary>
    public const string AppName = "EscalationCollab";

    /// <summary>The name of the package.</summary>
    public const string PackageName = "escalationcollab.zip";

    /// <summary>The compose extension's search.</summary>
    public const string SearchCommand = "search";

    /// <summary>The compose extension's "Escalate this message".</summary>
    public const string EscalateCommand = "escalate-message";

    /// <summary>The compose extension's "Add to timeline".</summary>
    public const string TimelineCommand = "add-to-timeline";

    /// <summary>The compose extension's "Post status".</summary>
    public const string StatusCommand = "post-status";

    // Commands people begin with; "help" lists the others.
    private static readonly ImmutableArray<string> Offered =
    [
        "help",
        "new",
        "mine",
        "list",
        "show",
        "status",
        "customer-update",
        "catchup",
        "timeline",
        "resolve",
    ];

    private static readonly ImmutableArray<string> Rooms = ["team", "groupChat"];
    private static readonly ImmutableArray<string> Everywhere = ["personal", .. Rooms];

    private static readonly JsonSerializerOptions Indented = new(Payload.Writing)
    {
        WriteIndented = true,
    };

    /// <summary>The files of the package by their names in it.</summary>
    /// <param name="url">Where people reach the product; https, without query or fragment.</param>
    /// <param name="bot">The Application (client) ID of the bot, or null while there is none.</param>
    /// <param name="version">The product's version, three numbers with dots.</param>
    /// <exception cref="ArgumentException">The address cannot be used; the message says why.</exception>
    public static IReadOnlyList<(string Name, byte[] Content)> Files(
        Uri url,
        string? bot,
        string version,
        Wordbook words
    )
    {
        ArgumentNullException.ThrowIfNull(words);
        if (Wrong(url) is { } wrong)
            throw new ArgumentException(wrong, nameof(url));
        var files = new List<(string, byte[])>
        {
            ("manifest.json", Text(Manifest(url, bot ?? NoBot, version, words))),
        };
        files.AddRange(
            Languages
                .All.Where(language => language != Languages.Fallback)
                .Select(language => (FileOf(language), Text(Localized(words, language))))
        );
        files.Add(("color.png", Icon("color.png")));
        files.Add(("outline.png", Icon("outline.png")));
        return files;
    }

    /// <summary>The files as one package. The same files make the same package, byte for byte.</summary>
    public static byte[] Package(IEnumerable<(string Name, byte[] Content)> files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }
        return memory.ToArray();
    }

    /// <summary>What is wrong with a public address, in words for an administrator, or null.</summary>
    public static string? Wrong(Uri url) =>
        url switch
        {
            { IsAbsoluteUri: false } =>
                "The address must be whole, such as https://escalations.example.com.",
            { Scheme: not "https" } =>
                "Teams calls only https addresses: write https:// and put a certificate in front.",
            { Query.Length: > 0 } or { Fragment.Length: > 0 } =>
                "The address must end before any ? or #, such as https://escalations.example.com.",
            { UserInfo.Length: > 0 } => "The address must not hold a name or a password.",
            _ => null,
        };

    /// <summary>The permissions with their reasons, as Markdown.</summary>
    public static string PermissionsPage()
    {
        var page = new StringBuilder(
            """
            # What the app may do in your Teams, and why

            The app never acts in the name of a person. What the owner of a team allows holds for that team alone.

            | permission | who allows it | what it is used for |
            | --- | --- | --- |

            """.ReplaceLineEndings("\n")
        );
        foreach (var permission in TeamsPermission.All)
            page.Append("| `")
                .Append(permission.Name)
                .Append("` | ")
                .Append(
                    permission.Consent switch
                    {
                        TeamsConsent.Team => "the team's owner, when the app is added",
                        TeamsConsent.Chat => "whoever adds the app to a chat, for that chat",
                        _ => "an administrator, once",
                    }
                )
                .Append(" | ")
                .Append(permission.Why)
                .Append(" |\n");
        return page.ToString();
    }

    private static JsonObject Manifest(Uri url, string bot, string version, Wordbook words)
    {
        var address = url.AbsoluteUri.TrimEnd('/');
        string Say(string key) => Said(words, key, Languages.Fallback);
        return new JsonObject
        {
            ["$schema"] =
                $"https://developer.microsoft.com/json-schemas/teams/v{Schema}/MicrosoftTeams.schema.json",
            ["manifestVersion"] = Schema,
            ["version"] = version,
            ["id"] = IdFor(url).ToString("D"),
            ["developer"] = new JsonObject
            {
                ["name"] = "EscalationCollab",
                ["websiteUrl"] = address,
                ["privacyUrl"] = address + "/privacy",
                ["termsOfUseUrl"] = address + "/terms",
            },
            ["name"] = new JsonObject
            {
                ["short"] = AppName,
                ["full"] = Say("teams-manifest.name"),
            },
            ["description"] = new JsonObject
            {
                ["short"] = Say("teams-manifest.short"),
                ["full"] = Say("teams-manifest.full"),
            },
            ["icons"] = new JsonObject { ["color"] = "color.png", ["outline"] = "outline.png" },
            ["accentColor"] = "#1f6f78",
            ["localizationInfo"] = new JsonObject
            {
                ["defaultLanguageTag"] = Languages.Fallback,
                ["additionalLanguages"] = new JsonArray([
                    .. Languages
                        .All.Where(language => language != Languages.Fallback)
                        .Select(language => new JsonObject
                        {
                            ["languageTag"] = language.ToLowerInvariant(),
                            ["file"] = FileOf(language),
                        }),
                ]),
            },
            ["bots"] = new JsonArray(Bot(bot, Say)),
            ["composeExtensions"] = new JsonArray(Extension(bot, url, Say)),
            ["staticTabs"] = new JsonArray(
                new JsonObject
                {
                    ["entityId"] = TabPages.Home,
                    ["name"] = Say("teams-manifest.home-tab"),
                    ["contentUrl"] = TabPages.AddressOf(url, TabPages.Home),
                    ["websiteUrl"] = address,
                    ["scopes"] = new JsonArray("personal"),
                }
            ),
            // So that the product may add the tab of an escalation to its war room; nobody has to set one up.
            ["configurableTabs"] = new JsonArray(
                new JsonObject
                {
                    ["configurationUrl"] = TabPages.AddressOf(url, TabPages.Setup),
                    ["canUpdateConfiguration"] = false,
                    ["scopes"] = ArrayOf(Rooms),
                }
            ),
            ["permissions"] = new JsonArray("identity", "messageTeamMembers"),
            ["validDomains"] = new JsonArray(url.Host),
            ["webApplicationInfo"] = new JsonObject
            {
                ["id"] = bot,
                ["resource"] = $"api://{url.Host}/{bot}",
            },
            ["authorization"] = new JsonObject
            {
                ["permissions"] = new JsonObject
                {
                    ["resourceSpecific"] = new JsonArray([
                        .. TeamsPermission
                            .All.Where(permission =>
                                permission.Consent != TeamsConsent.Organisation
                            )
                            .Select(permission => new JsonObject
                            {
                                ["name"] = permission.Name,
                                ["type"] = "Application",
                            }),
                    ]),
                },
            },
            ["defaultInstallScope"] = "team",
            ["defaultGroupCapability"] = new JsonObject { ["team"] = "bot", ["groupchat"] = "bot" },
            // So that it may be added to private channels, which silent escalations use.
            ["supportsChannelFeatures"] = "tier1",
        };
    }

    private static JsonObject Bot(string bot, Func<string, string> say) =>
        new()
        {
            ["botId"] = bot,
            ["scopes"] = ArrayOf(Everywhere),
            ["isNotificationOnly"] = false,
            ["supportsFiles"] = false,
            ["commandLists"] = new JsonArray(
                new JsonObject
                {
                    ["scopes"] = ArrayOf(Everywhere),
                    ["commands"] = new JsonArray([
                        .. Offered.Select(word => new JsonObject
                        {
                            ["title"] = word,
                            ["description"] = say($"command.{word}"),
                        }),
                    ]),
                }
            ),
        };

    private static JsonObject Extension(string bot, Uri url, Func<string, string> say)
    {
        var search = Command(SearchCommand, "query", ["compose", "commandBox"], say);
        search["initialRun"] = true;
        search["parameters"] = new JsonArray(
            new JsonObject
            {
                ["name"] = "text",
                ["title"] = say("teams-manifest.search.text"),
                ["description"] = say("teams-manifest.search.hint"),
                ["inputType"] = "text",
            }
        );
        return new JsonObject
        {
            ["botId"] = bot,
            ["commands"] = new JsonArray([
                search,
                .. Actions.Select(action =>
                {
                    var command = Command(action.Id, "action", action.Contexts, say);
                    command["fetchTask"] = true;
                    return command;
                }),
            ]),
            ["messageHandlers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "link",
                    ["value"] = new JsonObject { ["domains"] = new JsonArray(url.Host) },
                }
            ),
        };
    }

    private static readonly ImmutableArray<(string Id, ImmutableArray<string> Contexts)> Actions =
    [
        (EscalateCommand, ["message"]),
        (TimelineCommand, ["message"]),
        (StatusCommand, ["compose", "commandBox"]),
    ];

    private static JsonObject Command(
        string id,
        string type,
        ImmutableArray<string> contexts,
        Func<string, string> say
    ) =>
        new()
        {
            ["id"] = id,
            ["type"] = type,
            ["context"] = ArrayOf(contexts),
            ["title"] = say($"teams-manifest.{id}"),
            ["description"] = say($"teams-manifest.{id}.description"),
        };

    private static JsonObject Localized(Wordbook words, string language)
    {
        string Say(string key) => Said(words, key, language);
        var said = new JsonObject
        {
            ["$schema"] =
                $"https://developer.microsoft.com/json-schemas/teams/v{Schema}/MicrosoftTeams.Localization.schema.json",
            ["name.short"] = AppName,
            ["name.full"] = Say("teams-manifest.name"),
            ["description.short"] = Say("teams-manifest.short"),
            ["description.full"] = Say("teams-manifest.full"),
        };
        said["staticTabs[0].name"] = Say("teams-manifest.home-tab");
        for (var i = 0; i < Offered.Length; i++)
            said[$"bots[0].commandLists[0].commands[{i}].description"] = Say(
                $"command.{Offered[i]}"
            );
        string[] commands = [SearchCommand, .. Actions.Select(action => action.Id)];
        for (var i = 0; i < commands.Length; i++)
        {
            var place = $"composeExtensions[0].commands[{i}]";
            said[$"{place}.title"] = Say($"teams-manifest.{commands[i]}");
            said[$"{place}.description"] = Say($"teams-manifest.{commands[i]}.description");
        }
        const string text = "composeExtensions[0].commands[0].parameters[0]";
        said[$"{text}.title"] = Say("teams-manifest.search.text");
        said[$"{text}.description"] = Say("teams-manifest.search.hint");
        return said;
    }

    /// <summary>
    /// The app's id: the same for the same address, so that a newer package upgrades the app, and another for another
    /// (RFC 9562, version 8).
    /// </summary>
    internal static Guid IdFor(Uri url)
    {
        var hash = SHA256.HashData(
            Encoding.UTF8.GetBytes("escalationcollab-teams " + url.AbsoluteUri.TrimEnd('/'))
        );
        var bytes = hash.AsSpan(0, 16);
        var version = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(version & 0x0FFF | 0x8000));
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string FileOf(string language) => $"{language.ToLowerInvariant()}.json";

    private static string Said(Wordbook words, string key, string language) =>
        string.Concat(
            words
                .Resolve(Phrase.Of(key), language)
                .Parts.OfType<Plain>()
                .Select(plain => plain.Value)
        );

    private static byte[] Text(JsonObject json) =>
        Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");

    private static byte[] Icon(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the icon {name} is not in the program");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static JsonArray ArrayOf(IEnumerable<string> values) =>
        [.. values.Select(value => JsonValue.Create(value))];
}
