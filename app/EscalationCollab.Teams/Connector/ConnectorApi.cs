using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Teams.Connector;

/// <summary>
/// Calls the Bot Connector (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference)
/// at the pace Teams allows for one conversation, with every way in which a call can fail told apart. Nothing that is sent
/// or answered is logged.
/// </summary>
/// <param name="http">Follows no redirects: a token must not travel to where somebody else points.</param>
internal sealed class ConnectorApi(
    HttpClient http,
    AccessTokens tokens,
    ServiceHosts hosts,
    TeamsOptions options,
    Pace pace,
    TimeProvider time,
    ILogger<ConnectorApi> log
)
{
    /// <summary>What Teams allows a bot in one conversation (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).</summary>
    public static readonly IReadOnlyList<Burst> PerConversation =
    [
        new(7, Duration.FromSeconds(1)),
        new(8, Duration.FromSeconds(2)),
        new(60, Duration.FromSeconds(30)),
        new(1_800, Duration.FromHours(1)),
    ];

    /// <summary>And in all conversations of an organisation.</summary>
    public static readonly Burst PerTenant = new(50, Duration.FromSeconds(1));

    /// <summary>How long one call may take.</summary>
    public static readonly Duration Limit = Duration.FromSeconds(15);

    // Longer waits are the outbox's to plan.
    private static readonly Duration Patience = Duration.FromSeconds(5);
    private static readonly Duration WhenUnsaid = Duration.FromSeconds(10);

    /// <summary>Opens the conversation with one person, or answers the one there is.</summary>
    /// <exception cref="TeamsException">It did not happen, or it is not clear whether it did.</exception>
    public async Task<string> OpenDirectAsync(
        TeamsTenant tenant,
        string teamsId,
        CancellationToken cancellation
    )
    {
        var answer = await CallAsync(
            tenant,
            "open",
            HttpMethod.Post,
            "v3/conversations",
            teamsId,
            new JsonObject
            {
                ["bot"] = new JsonObject { ["id"] = tenant.Bot },
                ["members"] = new JsonArray(new JsonObject { ["id"] = teamsId }),
                ["isGroup"] = false,
                ["tenantId"] = tenant.Entra,
                ["channelData"] = new JsonObject
                {
                    ["tenant"] = new JsonObject { ["id"] = tenant.Entra },
                },
            },
            // Asked twice, it answers the same conversation.
            mayRepeat: true,
            cancellation
        );
        return answer.Text("id") ?? throw Unreadable("open");
    }

    /// <summary>Posts into a chat, or a reply into a conversation of a channel.</summary>
    /// <returns>The id of the activity.</returns>
    /// <exception cref="TeamsException">It did not happen, or it is not clear whether it did.</exception>
    public async Task<string> PostAsync(
        TeamsTenant tenant,
        string conversation,
        JsonObject activity,
        CancellationToken cancellation
    )
    {
        var answer = await CallAsync(
            tenant,
            "post",
            HttpMethod.Post,
            $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities",
            conversation,
            activity,
            mayRepeat: false,
            cancellation
        );
        return answer.Text("id") ?? throw Unreadable("post");
    }

    /// <summary>Begins a conversation in a channel.</summary>
    /// <returns>The conversation, which its replies and edits are sent to, and the id of its first activity.</returns>
    /// <exception cref="TeamsException">It did not happen, or it is not clear whether it did.</exception>
    public async Task<(string Conversation, string Activity)> PostToChannelAsync(
        TeamsTenant tenant,
        string channel,
        JsonObject activity,
        CancellationToken cancellation
    )
    {
        var answer = await CallAsync(
            tenant,
            "post",
            HttpMethod.Post,
            "v3/conversations",
            channel,
            new JsonObject
            {
                ["isGroup"] = true,
                ["bot"] = new JsonObject { ["id"] = tenant.Bot },
                ["tenantId"] = tenant.Entra,
                ["channelData"] = new JsonObject
                {
                    ["channel"] = new JsonObject { ["id"] = channel },
                    ["tenant"] = new JsonObject { ["id"] = tenant.Entra },
                },
                ["activity"] = activity,
            },
            mayRepeat: false,
            cancellation
        );
        var conversation = answer.Text("id") ?? throw Unreadable("post");
        // A message that begins a conversation goes by the conversation's own mark, here and in Graph.
        return (
            conversation,
            MarkOf(conversation) ?? answer.Text("activityId") ?? throw Unreadable("post")
        );
    }

    /// <summary>Replaces an activity.</summary>
    /// <exception cref="TeamsException">It did not happen, or it is not clear whether it did.</exception>
    public Task EditAsync(
        TeamsTenant tenant,
        string conversation,
        string id,
        JsonObject activity,
        CancellationToken cancellation
    ) =>
        CallAsync(
            tenant,
            "edit",
            HttpMethod.Put,
            $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities/{Uri.EscapeDataString(id)}",
            conversation,
            activity,
            mayRepeat: true,
            cancellation
        );

    /// <summary>Somebody in a conversation; an empty element when they are not in it.</summary>
    /// <param name="user">Their id in Teams or in Entra, or their user principal name.</param>
    /// <exception cref="TeamsException">It could not be asked.</exception>
    public async Task<JsonElement> MemberAsync(
        TeamsTenant tenant,
        string conversation,
        string user,
        CancellationToken cancellation
    )
    {
        try
        {
            return await CallAsync(
                tenant,
                "member",
                HttpMethod.Get,
                $"v3/conversations/{Uri.EscapeDataString(conversation)}/members/{Uri.EscapeDataString(user)}",
                "members of " + conversation,
                null,
                mayRepeat: true,
                cancellation
            );
        }
        catch (TeamsException nobody) when (nobody.Failure == ChatFailure.Gone)
        {
            return default;
        }
    }

    /// <summary>Everybody in a conversation; null when there are more than <paramref name="most"/>.</summary>
    /// <exception cref="TeamsException">It could not be asked, or the bot is not in it.</exception>
    public async Task<IReadOnlyList<JsonElement>?> MembersAsync(
        TeamsTenant tenant,
        string conversation,
        int most,
        CancellationToken cancellation
    )
    {
        var (members, next) = (new List<JsonElement>(), "");
        do
        {
            var page = await CallAsync(
                tenant,
                "members",
                HttpMethod.Get,
                $"v3/conversations/{Uri.EscapeDataString(conversation)}/pagedmembers?pageSize=500{next}",
                "members of " + conversation,
                null,
                mayRepeat: true,
                cancellation
            );
            members.AddRange(page.List("members"));
            if (members.Count > most)
                return null;
            next = page.Text("continuationToken") is { Length: > 0 } token
                ? "&continuationToken=" + Uri.EscapeDataString(token)
                : "";
        } while (next.Length > 0);
        return members;
    }

    private async Task<JsonElement> CallAsync(
        TeamsTenant tenant,
        string call,
        HttpMethod method,
        string path,
        string conversation,
        JsonObject? body,
        bool mayRepeat,
        CancellationToken cancellation
    )
    {
        // Where it is answered was proven when it was learnt; a list that was made shorter since must count all the same.
        if (!hosts.Allows(tenant.ServiceUrl.AbsoluteUri))
            throw new TeamsException(call, "strange_host", ChatFailure.Refused);
        // First, because nothing may take long between a turn and its call.
        var token = await tokens.ForAsync(options.TokenUrl, options.Cloud.BotScope, cancellation);
        await TakeTurnAsync(tenant, call, conversation, cancellation);
        using var deadline = new CancellationTokenSource(Limit.ToTimeSpan(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        var whenBroken = mayRepeat ? ChatFailure.Unavailable : ChatFailure.Unclear;
        try
        {
            using var request = new HttpRequestMessage(
                method,
                new Uri(WithSlash(tenant.ServiceUrl), path)
            );
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(
                    body.ToJsonString(Payload.Writing),
                    Encoding.UTF8,
                    "application/json"
                );
            using var response = await http.SendAsync(request, either.Token);
            return await ReadAsync(tenant, call, conversation, response, whenBroken, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TeamsException(call, "timed_out", whenBroken, inner: late);
        }
        catch (HttpRequestException broken)
        {
            throw new TeamsException(
                call,
                "not_reached",
                TeamsException.IsBeforeAnything(broken) ? ChatFailure.Unavailable : whenBroken,
                inner: broken
            );
        }
    }

    private async Task TakeTurnAsync(
        TeamsTenant tenant,
        string call,
        string conversation,
        CancellationToken cancellation
    )
    {
        try
        {
            await pace.WaitAsync(
                [
                    .. PerConversation.Select(burst =>
                        (LaneOf(tenant, conversation, burst), burst)
                    ),
                    (tenant.Entra, PerTenant),
                ],
                Patience,
                cancellation
            );
        }
        catch (PaceException later)
        {
            throw new TeamsException(
                call,
                "paced",
                ChatFailure.RateLimited,
                later.After,
                inner: later
            );
        }
    }

    private async Task<JsonElement> ReadAsync(
        TeamsTenant tenant,
        string call,
        string conversation,
        HttpResponseMessage response,
        ChatFailure whenBroken,
        CancellationToken cancellation
    )
    {
        var answer = await Payload.ReadAsync(response.Content, cancellation);
        if (response.IsSuccessStatusCode)
            return answer;
        var error =
            answer.Part("error")?.Text("code")
            ?? $"http_{((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        log.LogWarning("Teams refused a call: {Call} {Error}", call, error);
        throw response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => Limited(tenant, call, error, conversation, response),
            HttpStatusCode.Unauthorized => Unauthorized(call, error),
            // Two writers at once: documented as to be tried again, and nothing happened.
            HttpStatusCode.PreconditionFailed => new TeamsException(
                call,
                error,
                ChatFailure.Unavailable
            ),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new TeamsException(
                call,
                error,
                ChatFailure.Gone
            ),
            // The bot was removed from the conversation, or the person blocked it.
            HttpStatusCode.Forbidden => new TeamsException(call, error, ChatFailure.Gone),
            HttpStatusCode.RequestTimeout => new TeamsException(call, error, whenBroken),
            >= HttpStatusCode.InternalServerError => new TeamsException(call, error, whenBroken),
            _ => new TeamsException(call, error, ChatFailure.Refused),
        };
    }

    // Withdrawn before its time: the next attempt asks for a new one.
    private TeamsException Unauthorized(string call, string error)
    {
        tokens.Forget(options.TokenUrl, options.Cloud.BotScope);
        return new TeamsException(call, error, ChatFailure.Unavailable);
    }

    private TeamsException Limited(
        TeamsTenant tenant,
        string call,
        string error,
        string conversation,
        HttpResponseMessage response
    )
    {
        var asked = response.Headers.RetryAfter?.Delta is { } delta
            ? Duration.FromTimeSpan(delta)
            : WhenUnsaid;
        // Everybody who was turned away at the same moment must not come back at the same moment.
        var after =
            Duration.Min(asked, Duration.FromHours(1))
            + Duration.FromMilliseconds(Random.Shared.Next(1_000));
        // Whoever waits in any of them for its turn must notice.
        foreach (var burst in PerConversation)
            pace.Hold(LaneOf(tenant, conversation, burst), after);
        return new TeamsException(call, error, ChatFailure.RateLimited, after);
    }

    private static string LaneOf(TeamsTenant tenant, string conversation, Burst burst) =>
        $"{tenant.Entra}/{conversation}/{burst.Count}";

    private static string? MarkOf(string conversation) =>
        conversation.Split(";messageid=") is [_, var id] ? id : null;

    private static TeamsException Unreadable(string call) =>
        new(call, "unreadable", ChatFailure.Unclear);

    private static Uri WithSlash(Uri address) => new(address.AbsoluteUri.TrimEnd('/') + "/");
}
