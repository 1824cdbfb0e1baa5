using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>Microsoft Graph.</summary>
internal sealed partial class FakeTeams
{
    private const string GraphScope = "https://graph.microsoft.com/.default";
    private const string MemberType = "#microsoft.graph.aadUserConversationMember";

    private void MapGraph(IEndpointRouteBuilder graph)
    {
        Map(
            "GET",
            "/teams/{team}/channels",
            "list channels",
            "ChannelSettings.ReadWrite.All",
            List
        );
        Map("POST", "/teams/{team}/channels", "create channel", "Channel.Create.Group", Create);
        Map(
            "POST",
            "/teams/{team}/members",
            "add to team",
            "TeamMember.ReadWriteNonOwnerRole.All",
            Join
        );
        Map(
            "GET",
            One,
            "read channel",
            "ChannelSettings.ReadWrite.All",
            On((channel, _, _) => Json(About(channel)))
        );
        Map("PATCH", One, "describe channel", "ChannelSettings.ReadWrite.All", On(Describe));
        Map(
            "POST",
            One + "/archive",
            "archive channel",
            "ChannelSettings.ReadWrite.All",
            On(Archive)
        );
        Map("GET", One + "/members", "list members", "ChannelMember.ReadWrite.Group", On(Members));
        Map("POST", One + "/members", "add to channel", "ChannelMember.ReadWrite.Group", On(Bring));
        Map(
            "GET",
            One + "/tabs",
            "list tabs",
            "TeamsTab.Read.Group",
            On((channel, _, _) => Json(Values(channel.Tabs)))
        );
        Map("POST", One + "/tabs", "add tab", "TeamsTab.Create.Group", On(AddTab));
        Map(
            "GET",
            One + "/messages",
            "find message",
            "ChannelMessage.Read.Group",
            On((channel, _, context) => Page(Told(channel.Messages), context))
        );
        Map("GET", "/chats/{chat}/messages", "find in chat", "Chat.Read.WhereInstalled", InChat);
        MapChats(Map);

        void Map(
            string method,
            string path,
            string name,
            string permission,
            Func<JsonObject, HttpContext, IResult> act
        ) =>
            graph.MapMethods(
                path,
                [method],
                (HttpContext context) =>
                    AnswerAsync(
                        name,
                        GraphScope,
                        context,
                        body =>
                            Denied.ContainsKey(permission)
                                ? Error(
                                    403,
                                    "Forbidden",
                                    $"Missing role permissions on the request. API requires one of '{permission}'."
                                )
                            : context.Request.RouteValues["team"] is string team && team != Team
                                ? NotFound()
                            : act(body, context)
                    )
            );
    }

    private const string One = "/teams/{team}/channels/{channel}";

    private Func<JsonObject, HttpContext, IResult> On(
        Func<FakeChannel, JsonObject, HttpContext, IResult> act
    ) =>
        (body, context) =>
            Channels.TryGetValue(
                (string?)context.Request.RouteValues["channel"] ?? "",
                out var channel
            )
                ? act(channel, body, context)
                : NotFound();

    private static IResult NotFound() =>
        Error(404, "NotFound", "No thread found with the id given.");

    private IResult List(JsonObject body, HttpContext context) =>
        Page([.. Channels.Values.OrderBy(channel => channel.Id).Select(About)], context);

    private IResult Create(JsonObject body, HttpContext context)
    {
        var name = (string?)body["displayName"] ?? "";
        var isPrivate = (string?)body["membershipType"] == "private";
        var owner = (body["members"] as JsonArray)?.FirstOrDefault() is JsonObject first
            ? UserIn(first)
            : null;
        if (name.Length is 0 or > 50)
            return Error(400, "BadRequest", "Channel name is too long.");
        if (isPrivate && (owner is null || !TeamMembers.ContainsKey(owner.Id)))
            return Error(
                400,
                "BadRequest",
                "CreateChannel_Private: Cannot create private channel, an owner in the team is needed."
            );
        lock (_gate)
        {
            if (Channels.Values.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                return Error(
                    400,
                    "BadRequest",
                    "Channel name already existed, please use other name."
                );
        }
        var channel = new FakeChannel($"19:{NextId()}@thread.tacv2", name)
        {
            Description = (string?)body["description"] ?? "",
            IsPrivate = isPrivate,
            HasBot = !isPrivate || LetsBotIntoPrivate,
            Created = Clock.GetUtcNow(),
            Owner = owner?.Id,
        };
        if (owner is not null)
            channel.Members[owner.Id] = true;
        Channels[channel.Id] = channel;
        return Json(About(channel), 201);
    }

    /// <summary>Whether the owner of a private channel adds the app at once.</summary>
    public bool LetsBotIntoPrivate { get; set; } = true;

    private IResult Join(JsonObject body, HttpContext context)
    {
        if (UserIn(body) is not { } user)
            return NotFound();
        if (!TeamMembers.TryAdd(user.Id, true))
            return Error(409, "Conflict", "The user is already in the team.");
        return Json(About(user), 201);
    }

    private static IResult Describe(FakeChannel channel, JsonObject body, HttpContext context)
    {
        if (channel.Archived)
            return Error(403, "Forbidden", "The channel is archived.");
        channel.Description = (string?)body["description"] ?? channel.Description;
        return Results.NoContent();
    }

    private static IResult Archive(FakeChannel channel, JsonObject body, HttpContext context)
    {
        if (channel.Archived)
            return Error(400, "BadRequest", "Channel is already archived.");
        channel.Archived = true;
        context.Response.Headers.Location =
            $"/teams('{Team}')/operations('00000000-0000-0000-0000-000000000000')";
        return Results.StatusCode(202);
    }

    private IResult Members(FakeChannel channel, JsonObject body, HttpContext context) =>
        Page(
            [
                .. channel.Members.Keys.Select(id =>
                {
                    var member = About(Users[id]);
                    member["roles"] = id == channel.Owner ? new JsonArray("owner") : [];
                    return member;
                }),
            ],
            context
        );

    private IResult Bring(FakeChannel channel, JsonObject body, HttpContext context)
    {
        if (!channel.IsPrivate)
            return Error(400, "BadRequest", "Standard channels have the members of their team.");
        if (UserIn(body) is not { } user || !TeamMembers.ContainsKey(user.Id))
            return NotFound();
        channel.Members[user.Id] = true;
        return Json(About(user), 201);
    }

    private IResult AddTab(FakeChannel channel, JsonObject body, HttpContext context) =>
        AddTab(channel.Tabs, body);

    private static IResult AddTab(List<JsonObject> tabs, JsonObject body)
    {
        const string Apps = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/";
        var app = (string?)body["teamsApp@odata.bind"];
        if (app is not (Apps + "com.microsoft.teamspace.tab.web" or Apps + CatalogApp))
            return Error(400, "BadRequest", "There is no such app.");
        var tab = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["displayName"] = body["displayName"]?.DeepClone(),
            ["webUrl"] = "https://teams.microsoft.com/l/entity/com.microsoft.teamspace.tab.web",
            ["configuration"] = body["configuration"]?.DeepClone(),
        };
        tabs.Add(tab);
        return Json(tab.DeepClone(), 201);
    }

    private IResult InChat(JsonObject body, HttpContext context)
    {
        var id = (string?)context.Request.RouteValues["chat"] ?? "";
        if (Groups.TryGetValue(id, out var group))
            return group.HasApp ? Page(Told(group.Messages), context) : NotFound();
        var chat = Chats.Values.FirstOrDefault(one =>
            id == $"19:{one.User}_{ClientId}@unq.gbl.spaces"
        );
        return chat is null ? NotFound() : Page(Told(chat.Messages), context);
    }

    private static JsonObject About(FakeChannel channel) =>
        new()
        {
            ["id"] = channel.Id,
            ["createdDateTime"] = channel.Created.ToString("O", CultureInfo.InvariantCulture),
            ["displayName"] = channel.Name,
            ["description"] = channel.Description,
            ["isFavoriteByDefault"] = null,
            ["email"] = "",
            ["tenantId"] = Entra,
            ["membershipType"] = channel.IsPrivate ? "private" : "standard",
            ["isArchived"] = channel.Archived,
            ["webUrl"] =
                "https://teams.microsoft.com/l/channel/" + Uri.EscapeDataString(channel.Id),
        };

    private static JsonObject About(FakeUser user) =>
        new()
        {
            ["@odata.type"] = MemberType,
            ["id"] = "MCMj" + user.Id,
            ["roles"] = new JsonArray(),
            ["displayName"] = user.Name,
            ["userId"] = user.Id,
            ["email"] = user.Mail,
            ["tenantId"] = user.Tenant,
        };

    // The newest first, cards as text.
    private List<JsonObject> Told(List<FakeMessage> messages)
    {
        lock (_gate)
            return [.. messages.AsEnumerable().Reverse().Select(Told)];
    }

    private static JsonObject Told(FakeMessage message)
    {
        var card = message.Activity["attachments"]?[0];
        var id = Guid.NewGuid().ToString("N");
        return new JsonObject
        {
            ["id"] = message.Id,
            ["messageType"] = "message",
            ["createdDateTime"] = message.At.ToString("O", CultureInfo.InvariantCulture),
            ["summary"] = message.Activity["summary"]?.DeepClone(),
            ["from"] = new JsonObject
            {
                ["device"] = null,
                ["user"] = null,
                ["application"] = new JsonObject
                {
                    ["@odata.type"] = "#microsoft.graph.teamworkApplicationIdentity",
                    ["id"] = message.App,
                    ["displayName"] = "EscalationCollab",
                    ["applicationIdentityType"] = "bot",
                },
            },
            ["body"] = new JsonObject
            {
                ["contentType"] = "html",
                ["content"] = card is null
                    ? message.Activity["text"]?.DeepClone()
                    : $"<attachment id=\"{id}\"></attachment>",
            },
            ["attachments"] = card is null
                ? []
                : new JsonArray(
                    new JsonObject
                    {
                        ["id"] = id,
                        ["contentType"] = card["contentType"]?.DeepClone(),
                        ["contentUrl"] = null,
                        ["content"] = card["content"]!.ToJsonString(),
                        ["name"] = null,
                        ["thumbnailUrl"] = null,
                    }
                ),
            ["mentions"] = new JsonArray(),
            ["reactions"] = new JsonArray(),
        };
    }

    private IResult Page(List<JsonObject> all, HttpContext context)
    {
        var from = int.Parse(
            context.Request.Query["$skiptoken"].FirstOrDefault() ?? "0",
            CultureInfo.InvariantCulture
        );
        var answer = Values(all.Skip(from).Take(PageSize));
        if (from + PageSize < all.Count)
            answer["@odata.nextLink"] = new Uri(
                NextPage ?? Address,
                $"{context.Request.PathBase}{string.Join('/', context.Request.Path.Value!.Split('/').Select(Uri.EscapeDataString))}?$skiptoken={from + PageSize}"
            ).AbsoluteUri;
        return Json(answer);
    }

    /// <summary>Where the next page is said to be, when it is elsewhere.</summary>
    public Uri? NextPage { get; set; }

    private static JsonObject Values(IEnumerable<JsonObject> values) =>
        new()
        {
            ["@odata.context"] = "https://graph.microsoft.com/v1.0/$metadata",
            ["value"] = new JsonArray([.. values.Select(value => value.DeepClone())]),
        };

    private FakeUser? UserIn(JsonObject member) =>
        (string?)member["@odata.type"] == MemberType
        && Bound().Match((string?)member["user@odata.bind"] ?? "") is { Success: true } bound
            ? Users.GetValueOrDefault(bound.Groups[1].Value)
            : null;

    [GeneratedRegex(@"^https://graph\.microsoft\.com/v1\.0/users\('([0-9a-f-]+)'\)$")]
    private static partial Regex Bound();
}
