using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Words;
using EscalationCollab.Teams.Installation;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.Installation;

/// <summary>The app package, against the schema as Microsoft's own package checks it.</summary>
public sealed class TeamsManifestTests
{
    private const string Bot = "11111111-2222-3333-4444-555555555555";
    private static readonly Uri Example = new("https://escalations.example.com");
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    // https://learn.microsoft.com/microsoftteams/platform/graph-api/rsc/resource-specific-consent
    private static readonly string[] Known =
    [
        "Channel.Create.Group",
        "Channel.Delete.Group",
        "ChannelMember.ReadWrite.Group",
        "ChannelMessage.Read.Group",
        "ChannelSettings.ReadWrite.All",
        "Chat.Create",
        // Of Graph's own list, https://learn.microsoft.com/graph/permissions-reference.
        "Chat.Read.WhereInstalled",
        "Chat.Manage.Chat",
        "TeamsAppInstallation.Read.Group",
        "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All",
        "TeamMember.ReadWriteNonOwnerRole.All",
        "TeamsTab.Create.Chat",
        "TeamsTab.Create.Group",
        "TeamsTab.Read.Chat",
        "TeamsTab.Read.Group",
    ];

    [RequiresFact("teams-manifest")]
    public async Task Manifest_BeforeMicrosoftsSchema_IsValid() =>
        (await ValidateAsync(Manifest())).Should().BeEmpty();

    [RequiresFact("teams-manifest")]
    public async Task Manifest_BrokenOnPurpose_IsRefused()
    {
        var broken = Manifest();
        broken["name"]!["short"] = new string('x', 31);
        broken["bots"]![0]!["scopes"] = new JsonArray("everywhere");

        (await ValidateAsync(broken)).Should().NotBeEmpty();
    }

    [Fact]
    public void Permissions_All_AreMicrosoftsAndExplained()
    {
        TeamsPermission.All.Select(permission => permission.Name).Should().BeSubsetOf(Known);
        TeamsPermission.All.Should().OnlyContain(permission => permission.Why.EndsWith('.'));
        TeamsPermission
            .All.Where(permission => permission.Consent != TeamsConsent.Organisation)
            .Should()
            .HaveCountLessThanOrEqualTo(16)
            .And.OnlyContain(permission =>
                !permission.Name.EndsWith(".All", StringComparison.Ordinal)
            );
    }

    [Fact]
    public void Package_Unpacked_HoldsEverythingTheManifestNames()
    {
        var package = TeamsManifest.Package(Files());

        using var zip = new ZipArchive(new MemoryStream(package));
        var names = zip.Entries.Select(entry => entry.FullName).ToArray();
        var manifest = Manifest();
        string[] named =
        [
            (string)manifest["icons"]!["color"]!,
            (string)manifest["icons"]!["outline"]!,
            .. manifest["localizationInfo"]!["additionalLanguages"]!
                .AsArray()
                .Select(language => (string)language!["file"]!),
        ];
        names.Should().BeEquivalentTo([.. named, "manifest.json"]);
        SizeOf(zip, "color.png").Should().Be((192, 192));
        SizeOf(zip, "outline.png").Should().Be((32, 32));
    }

    [Fact]
    public void Package_SameAddress_IsTheSameAppAndOtherAddressAnother()
    {
        string IdOf(Uri url) =>
            (string)
                JsonNode.Parse(TeamsManifest.Files(url, Bot, "1.0.0", Words)[0].Content)!["id"]!;

        IdOf(Example).Should().Be(IdOf(new Uri(Example, "/")));
        IdOf(Example).Should().NotBe(IdOf(new Uri("https://other.example.com")));
    }

    [Fact]
    public void Words_EveryLanguage_FitTheirPlaces()
    {
        var manifest = Manifest();
        foreach (
            var (name, content) in Files()
                .Where(file => file.Name.EndsWith(".json", StringComparison.Ordinal))
        )
        {
            var json = JsonNode.Parse(content)!.AsObject();
            if (name == "manifest.json")
                continue;
            ((string)json["description.short"]!).Length.Should().BeLessThanOrEqualTo(80, name);
            ((string)json["name.full"]!).Length.Should().BeLessThanOrEqualTo(100, name);
            foreach (
                var (key, value) in json.Where(pair =>
                    pair.Key.StartsWith("compose", StringComparison.Ordinal)
                )
            )
                ((string)value!)
                    .Length.Should()
                    .BeLessThanOrEqualTo(
                        key.EndsWith("title", StringComparison.Ordinal) ? 32 : 128,
                        $"{name} {key}"
                    );
        }
        manifest["composeExtensions"]![0]!["commands"]!.AsArray().Should().HaveCount(4);
    }

    [Fact]
    public async Task Actions_OfTheMessageExtension_LeadToRoutesOfTheProduct()
    {
        await using var stage = await Stage.OpenAsync();

        var shortcuts = stage
            .Slices.Routes.Where(route => route.Kind == InteractionKind.Shortcut)
            .Select(route => route.Name);

        Manifest()["composeExtensions"]![0]!["commands"]!
            .AsArray()
            .Where(command => (string)command!["type"]! == "action")
            .Select(command => (string)command!["id"]!)
            .Should()
            .BeSubsetOf(shortcuts);
    }

    [Theory]
    [InlineData("http://escalations.example.com", "https")]
    [InlineData("https://escalations.example.com/?a=1", "?")]
    [InlineData("escalations", "whole")]
    public void Address_ThatTeamsCannotCall_IsRefusedInWords(string address, string because) =>
        TeamsManifest.Wrong(new Uri(address, UriKind.RelativeOrAbsolute)).Should().Contain(because);

    [Fact]
    public void Delivered_Files_AreWhatTheVerbWrites()
    {
        var folder = Path.Combine(Templates.Repository(), "manifest", "teams");
        var version = typeof(EscalationCollab.Host.Hosting.Server).Assembly.GetName().Version!;
        foreach (
            var (name, content) in TeamsManifest.Files(Example, null, version.ToString(3), Words)
        )
            File.ReadAllBytes(Path.Combine(folder, name)).Should().Equal(content, name);
        File.ReadAllText(Path.Combine(folder, "permissions.md"))
            .Should()
            .Be(TeamsManifest.PermissionsPage());
    }

    private static IReadOnlyList<(string Name, byte[] Content)> Files() =>
        TeamsManifest.Files(Example, Bot, "1.0.0", Words);

    private static JsonObject Manifest() => JsonNode.Parse(Files()[0].Content)!.AsObject();

    private static (int Width, int Height) SizeOf(ZipArchive zip, string name)
    {
        using var stream = zip.GetEntry(name)!.Open();
        var header = new byte[24];
        stream.ReadExactly(header);
        return (
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16)),
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(20))
        );
    }

    private static async Task<string> ValidateAsync(JsonObject manifest)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, manifest.ToJsonString());
            var start = new ProcessStartInfo("node", ["validate.cjs", file])
            {
                WorkingDirectory = Path.Combine(
                    Templates.Repository(),
                    "tests",
                    "peers",
                    "teams-manifest"
                ),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var node = Process.Start(start)!;
            var said = await node.StandardOutput.ReadToEndAsync();
            var wrong = await node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync();
            return node.ExitCode == 0 ? said.Trim() : wrong + said;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
