using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>The Bot Connector.</summary>
internal sealed partial class FakeTeams
{
    private const string BotScope = "https://api.botframework.com/.default";
    private const string Thread = ";messageid=";

    private void MapConnector(IEndpointRouteBuilder v3)
    {
        v3.MapPost(
            "/conversations",
            (HttpContext context) => AnswerAsync("begin", BotScope, context, Begin)
        );
        v3.MapPost(
            "/conversations/{conversation}/activities",
            (string conversation, HttpContext context) =>
                AnswerAsync("post", BotScope, context, body => Post(conversation, body))
        );
        v3.MapPut(
            "/conversations/{conversation}/activities/{id}",
            (string conversation, string id, HttpContext context) =>
                AnswerAsync("edit", BotScope, context, body => Edit(conversation, id, body))
        );
        v3.MapGet(
            "/conversations/{conversation}/members/{user}",
            (string conversation, string user, HttpContext context) =>
                AnswerAsync("member", BotScope, context, _ => Member(conversation, user))
        );
    }

    private IResult Begin(JsonObject body)
    {
        if ((string?)body["channelData"]?["tenant"]?["id"] != Entra)
            return Error(400, "BadSyntax", "Bad tenant.");
        if ((bool?)body["isGroup"] is true)
            return BeginInChannel(body);
        var teamsId = (string?)body["members"]?[0]?["id"];
        if (Users.Values.FirstOrDefault(one => one.TeamsId == teamsId) is not { } user)
            return Error(400, "BadArgument", "Failed to decrypt pairwise id.");
        var id = $"a:{user.Id}";
        var chat = Chats.GetOrAdd(id, _ => new FakeChat(user.Id));
        return chat.Blocked
            ? Error(403, "MessageWritesBlocked", "The user has blocked the bot.")
            : Json(new JsonObject { ["id"] = id }, 201);
    }

    private IResult BeginInChannel(JsonObject body)
    {
        var wanted = (string?)body["channelData"]?["channel"]?["id"] ?? "";
        if (!Channels.TryGetValue(wanted, out var channel))
            return Error(404, "ConversationNotFound", "Conversation not found.");
        if (Closed(channel) is { } closed)
            return closed;
        var id = Add(channel.Messages, body["activity"]!.AsObject());
        return Json(
            new JsonObject
            {
                ["id"] = $"{channel.Id}{Thread}{id}",
                ["activityId"] = $"1:{id}-opaque",
            },
            201
        );
    }

    private static IResult? Closed(FakeChannel channel) =>
        !channel.HasBot
            ? Error(
                403,
                "BotNotInConversationRoster",
                "The bot is not part of the conversation roster."
            )
        : channel.Archived ? Error(403, "ConversationBlockedByAdmin", "The channel is archived.")
        : null;

    private IResult Post(string conversation, JsonObject activity)
    {
        if (Groups.TryGetValue(conversation, out var group))
            return group.HasBot
                ? Json(new JsonObject { ["id"] = Add(group.Messages, activity) }, 201)
                : Error(
                    403,
                    "BotNotInConversationRoster",
                    "The bot is not part of the conversation roster."
                );
        if (!Chats.TryGetValue(conversation, out var chat))
            return Error(404, "ConversationNotFound", "Conversation not found.");
        if (chat.Blocked)
            return Error(403, "MessageWritesBlocked", "The user has blocked the bot.");
        return Json(new JsonObject { ["id"] = Add(chat.Messages, activity) }, 201);
    }

    private IResult Edit(string conversation, string id, JsonObject activity)
    {
        if (
            Channels.TryGetValue(conversation.Split(Thread)[0], out var shut)
            && Closed(shut) is { } closed
        )
            return closed;
        var (messages, thread) =
            conversation.Split(Thread) is [var channel, var begins]
            && Channels.TryGetValue(channel, out var known)
                ? (known.Messages, begins)
            : Chats.TryGetValue(conversation, out var chat) ? (chat.Messages, id)
            : Groups.TryGetValue(conversation, out var group) && group.HasBot ? (group.Messages, id)
            : (null, "");
        lock (_gate)
        {
            if (messages?.FirstOrDefault(one => one.Id == id) is not { } message || thread != id)
                return Error(404, "ActivityNotFoundInConversation", "Activity not found.");
            message.Activity = activity.DeepClone().AsObject();
        }
        return Json(new JsonObject { ["id"] = id });
    }

    private IResult Member(string conversation, string user)
    {
        var found = Users.Values.FirstOrDefault(one =>
            one.Id == user
            || one.TeamsId == user
            || one.Mail.Equals(user, StringComparison.OrdinalIgnoreCase)
        );
        var inside =
            found is not null
            && (
                conversation == General || Channels.ContainsKey(conversation)
                    ? TeamMembers.ContainsKey(found.Id)
                    : conversation == $"a:{found.Id}"
            );
        if (!inside)
            return Error(
                404,
                "MemberNotFoundInConversation",
                "The member was not found in the conversation roster."
            );
        return Json(
            new JsonObject
            {
                ["id"] = found!.TeamsId,
                ["aadObjectId"] = found.Id,
                ["objectId"] = found.Id,
                ["name"] = found.Name,
                ["givenName"] = found.Name.Split(' ')[0],
                ["email"] = found.Mail,
                ["userPrincipalName"] = found.Mail,
                ["tenantId"] = found.Tenant,
                ["userRole"] = found.Role,
            }
        );
    }

    private string Add(List<FakeMessage> messages, JsonObject activity)
    {
        var id = NextId();
        lock (_gate)
            messages.Add(
                new FakeMessage(id, Clock.GetUtcNow())
                {
                    Activity = activity.DeepClone().AsObject(),
                }
            );
        return id;
    }
}
