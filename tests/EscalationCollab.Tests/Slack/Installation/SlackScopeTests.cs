using System.Reflection;
using EscalationCollab.Slack.Installation;
using EscalationCollab.Slack.WebApi;

namespace EscalationCollab.Tests.Slack.Installation;

/// <summary>
/// The rights that are asked for against what is called with them, as the reference lists it method by method: enough for
/// every call, and none to spare.
/// </summary>
public sealed class SlackScopeTests
{
    // What conversations.* need depends on the kind of channel: public, private, direct.
    private static readonly string[] Manage = ["channels:manage", "groups:write"];
    private static readonly string[] Look = ["channels:read", "groups:read"];

    /// <summary>Every scope that a method is called with; all of them are needed.</summary>
    private static readonly Dictionary<string, string[]> ScopesOf = new()
    {
        ["apps.connections.open"] = [],
        ["auth.teams.list"] = [],
        ["auth.test"] = [],
        ["bookmarks.add"] = ["bookmarks:write"],
        ["bookmarks.list"] = ["bookmarks:read"],
        ["chat.getPermalink"] = [],
        ["chat.postEphemeral"] = ["chat:write"],
        ["chat.postMessage"] = ["chat:write"],
        ["chat.unfurl"] = ["links:write"],
        ["chat.update"] = ["chat:write"],
        ["conversations.archive"] = Manage,
        ["conversations.canvases.create"] = ["canvases:write"],
        ["conversations.create"] = Manage,
        ["conversations.history"] = ["channels:history", "groups:history", "im:history"],
        ["conversations.info"] = Look,
        ["conversations.invite"] = Manage,
        ["conversations.list"] = Look,
        ["conversations.members"] = Look,
        ["conversations.open"] = ["im:write"],
        ["conversations.setPurpose"] = Manage,
        ["conversations.setTopic"] = Manage,
        ["files.completeUploadExternal"] = ["files:write"],
        ["files.getUploadURLExternal"] = ["files:write"],
        ["pins.add"] = ["pins:write"],
        ["reactions.get"] = ["reactions:read"],
        ["usergroups.list"] = ["usergroups:read"],
        ["users.info"] = ["users:read"],
        ["users.lookupByEmail"] = ["users:read.email"],
        ["views.open"] = [],
        ["views.publish"] = [],
        ["views.push"] = [],
        ["views.update"] = [],
    };

    private static readonly IReadOnlyList<SlackMethod> Methods =
    [
        .. typeof(SlackMethod)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(SlackMethod))
            .Select(field => (SlackMethod)field.GetValue(null)!),
    ];

    private static readonly IReadOnlyList<string> Granted =
    [
        .. SlackScope.All.Select(scope => scope.Name),
    ];

    [Fact]
    public void Scopes_EveryMethodThatCanBeCalled_IsGranted()
    {
        Methods.Should().NotBeEmpty();
        foreach (var method in Methods)
            ScopesOf[method.Name].Should().BeSubsetOf(Granted, $"{method.Name} needs them");
    }

    [Fact]
    public void Scopes_EachGranted_IsUsedByAMethodOrAnEvent()
    {
        var used = Methods
            .SelectMany(method => ScopesOf[method.Name])
            .Concat(SlackManifest.Events.Select(name => SlackManifestTests.ScopeOfEvent[name]))
            .Append("commands")
            .OfType<string>();

        Granted.Should().BeSubsetOf(used);
    }
}
