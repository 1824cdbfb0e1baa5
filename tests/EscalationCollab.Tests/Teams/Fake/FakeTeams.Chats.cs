using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Teams.Installation;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>Group chats of Microsoft Graph, and the app's place in the catalogue.</summary>
internal sealed partial class FakeTeams
{
    /// <summary>The app's id in the organisation's catalogue; not the one in its manifest.</summary>
    public const string CatalogApp = "cccccccc-0000-0000-0000-00000000000a";

    private const string SelfInChat = "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All";
    private const string OneChat = "/chats/{chat}";

    /// <summary>By their id.</summary>
    public ConcurrentDictionary<string, FakeGroup> Groups { get; } = [];

    /// <summary>The id in the manifest of the app that is in the team.</summary>
    public string ExternalApp { get; set; } = "";

    /// <summary>Whether the connector knows of the app in a chat as soon as Graph does.</summary>
    public bool KnowsAppsAtOnce { get; set; } = true;

    private void MapChats(
        Action<string, string, string, string, Func<JsonObject, HttpContext, IResult>> map
    )
    {
        map("POST", "/chats", "create chat", "Chat.Create", CreateChat);
        map(
            "GET",
            OneChat,
            "read chat",
            "Chat.Manage.Chat",
            Inside((group, _, _) => Json(About(group)))
        );
        map("PATCH", OneChat, "describe chat", "Chat.Manage.Chat", Inside(Rename));
        map(
            "GET",
            OneChat + "/installedApps",
            "list apps of chat",
            SelfInChat,
            In((group, _, _) => Json(Values(group.HasApp ? [Installed()] : [])))
        );
        map("POST", OneChat + "/installedApps", "add app to chat", SelfInChat, In(Install));
        map(
            "GET",
            OneChat + "/members",
            "list members of chat",
            "Chat.Manage.Chat",
            Inside((group, _, context) => Page([.. group.Members.Keys.Select(Owner)], context))
        );
        map("POST", OneChat + "/members", "add to chat", "Chat.Manage.Chat", Inside(BringToChat));
        map(
            "GET",
            OneChat + "/tabs",
            "list tabs of chat",
            "TeamsTab.Read.Chat",
            Inside((group, _, _) => Json(Values(group.Tabs)))
        );
        map(
            "POST",
            OneChat + "/tabs",
            "add tab to chat",
            "TeamsTab.Create.Chat",
            Inside((group, body, _) => AddTab(group.Tabs, body))
        );
        map(
            "GET",
            "/teams/{team}/installedApps",
            "list apps of team",
            "TeamsAppInstallation.Read.Group",
            (_, context) =>
                Json(
                    Values(
                        context.Request.Query["$filter"]
                        == $"teamsApp/externalId eq '{ExternalApp}'"
                            ? [Installed()]
                            : []
                    )
                )
        );
    }

    private Func<JsonObject, HttpContext, IResult> In(
        Func<FakeGroup, JsonObject, HttpContext, IResult> act
    ) =>
        (body, context) =>
            Groups.TryGetValue((string?)context.Request.RouteValues["chat"] ?? "", out var group)
                ? act(group, body, context)
                : NotFound();

    // Rights over one chat are there with the app.
    private Func<JsonObject, HttpContext, IResult> Inside(
        Func<FakeGroup, JsonObject, HttpContext, IResult> act
    ) =>
        In(
            (group, body, context) =>
                group.HasApp
                    ? act(group, body, context)
                    : Error(
                        403,
                        "Forbidden",
                        "Missing role permissions on the request. The app is not installed in the chat."
                    )
        );

    private IResult CreateChat(JsonObject body, HttpContext context)
    {
        var topic = (string?)body["topic"] ?? "";
        var members = (body["members"] as JsonArray ?? [])
            .Select(member => member is JsonObject one ? UserIn(one) : null)
            .ToList();
        if ((string?)body["chatType"] != "group" || members.Count < 2 || members.Contains(null))
            return Error(400, "BadRequest", "Invalid chat members or type.");
        if (WrongTopic(topic) is { } wrong)
            return wrong;
        var group = new FakeGroup($"19:{NextId()}@thread.v2")
        {
            Topic = topic,
            Created = Clock.GetUtcNow(),
        };
        foreach (var member in members)
            group.Members[member!.Id] = true;
        Groups[group.Id] = group;
        return Json(About(group), 201);
    }

    private static IResult? WrongTopic(string topic) =>
        topic.Length > 250 || topic.Contains(':')
            ? Error(400, "BadRequest", "Topic is too long or has characters that are not allowed.")
            : null;

    private static IResult Rename(FakeGroup group, JsonObject body, HttpContext context)
    {
        var topic = (string?)body["topic"] ?? "";
        if (WrongTopic(topic) is { } wrong)
            return wrong;
        group.Topic = topic;
        return Json(About(group));
    }

    private IResult Install(FakeGroup group, JsonObject body, HttpContext context)
    {
        if (
            (string?)body["teamsApp@odata.bind"]
            != $"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{CatalogApp}"
        )
            return Error(404, "NotFound", "App not found in the catalog.");
        var consented =
            body["consentedPermissionSet"]?["resourceSpecificPermissions"]?.AsArray() ?? [];
        if (
            !consented
                .Select(one => $"{one!["permissionValue"]}/{one["permissionType"]}")
                .ToHashSet()
                .SetEquals(
                    TeamsPermission
                        .All.Where(one => one.Consent == TeamsConsent.Chat)
                        .Select(one => $"{one.Name}/application")
                )
        )
            return Error(403, "Forbidden", "The permissions consented to are not the app's.");
        if (group.HasApp)
            return Error(409, "Conflict", "The app is already installed in the chat.");
        group.HasApp = true;
        group.HasBot = KnowsAppsAtOnce;
        return Results.StatusCode(201);
    }

    private IResult BringToChat(FakeGroup group, JsonObject body, HttpContext context)
    {
        if (UserIn(body) is not { } user)
            return NotFound();
        if (body["visibleHistoryStartDateTime"] is null)
            return Error(400, "BadRequest", "Say how much of the history is shared.");
        if (!group.Members.TryAdd(user.Id, true))
            return Error(409, "Conflict", "The user is already in the chat.");
        context.Response.Headers.Location = $"/chats/{group.Id}/members/{user.Id}";
        return Results.StatusCode(201);
    }

    private JsonObject Owner(string user)
    {
        var member = About(Users[user]);
        member["roles"] = new JsonArray("owner");
        return member;
    }

    private JsonObject Installed() =>
        new()
        {
            ["id"] = "NjRiOTkwNTgtMTA2MC00YjRl",
            ["teamsApp"] = new JsonObject
            {
                ["id"] = CatalogApp,
                ["externalId"] = ExternalApp,
                ["displayName"] = "EscalationCollab",
                ["distributionMethod"] = "organization",
            },
        };

    private static JsonObject About(FakeGroup group) =>
        new()
        {
            ["@odata.context"] = "https://graph.microsoft.com/v1.0/$metadata#chats/$entity",
            ["id"] = group.Id,
            ["topic"] = group.Topic,
            ["createdDateTime"] = group.Created.ToString("O", CultureInfo.InvariantCulture),
            ["lastUpdatedDateTime"] = group.Created.ToString("O", CultureInfo.InvariantCulture),
            ["chatType"] = "group",
            ["tenantId"] = Entra,
            ["webUrl"] = $"https://teams.microsoft.com/l/chat/{Uri.EscapeDataString(group.Id)}/0",
        };
}

internal sealed class FakeGroup(string id)
{
    public string Id => id;
    public string Topic { get; set; } = "";
    public bool HasApp { get; set; }
    public bool HasBot { get; set; }
    public DateTimeOffset Created { get; set; }
    public ConcurrentDictionary<string, bool> Members { get; } = [];
    public List<FakeMessage> Messages { get; } = [];
    public List<JsonObject> Tabs { get; } = [];
}
