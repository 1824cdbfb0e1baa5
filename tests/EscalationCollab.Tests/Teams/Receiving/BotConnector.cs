using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.Teams.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.Teams.Receiving;

/// <summary>Something the bot said.</summary>
internal sealed record Said(string Conversation, JsonObject Activity)
{
    /// <summary>Its words, or the whole card.</summary>
    public string Text => (string?)Activity["text"] ?? Activity["attachments"]!.ToJsonString();
}

/// <summary>The Bot Connector as answers to activities need it: members, chats with one person, messages.</summary>
internal sealed class BotConnector : IAsyncDisposable
{
    public const string Bot = "28:" + TokenMint.Bot;

    private readonly WebApplication _app;
    private int _next;

    private BotConnector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<Said> Said { get; } = new();

    /// <summary>By their id in Teams.</summary>
    public ConcurrentDictionary<string, (string Name, string Email, string Role)> Members { get; } =
    [];

    /// <summary>Who is not in which conversation.</summary>
    public ConcurrentDictionary<(string, string), bool> Absent { get; } = [];

    /// <summary>The Entra object id of somebody.</summary>
    public static string Entra(string teamsId) =>
        new Guid(
            System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(teamsId)
            )[..16]
        ).ToString("D");

    public static async Task<BotConnector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var connector = new BotConnector(app);
        var v3 = app.MapGroup("/v3/conversations");
        v3.MapPost("", (JsonObject body) => connector.Begin(body));
        v3.MapPost(
            "/{conversation}/activities",
            (string conversation, JsonObject body) => connector.Post(conversation, body)
        );
        v3.MapGet(
            "/{conversation}/members/{user}",
            (string conversation, string user) => connector.Member(conversation, user)
        );
        v3.MapGet(
            "/{conversation}/pagedmembers",
            (string conversation) => connector.Paged(conversation)
        );
        await app.StartAsync();
        return connector;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private IResult Begin(JsonObject body) =>
        Results.Json(
            new JsonObject
            {
                ["id"] = $"a:{((string)body["members"]![0]!["id"]!)["29:".Length..]}",
            },
            statusCode: 201
        );

    private IResult Post(string conversation, JsonObject body)
    {
        Said.Enqueue(new Said(conversation, body));
        return Results.Json(
            new JsonObject
            {
                ["id"] = Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture),
            },
            statusCode: 201
        );
    }

    private IResult Member(string conversation, string user) =>
        Members.Keys.FirstOrDefault(id => id == user || Entra(id) == user) is { } found
        && !Absent.ContainsKey((conversation, found))
            ? Results.Json(Json(found))
            : Results.Json(
                new JsonObject
                {
                    ["error"] = new JsonObject { ["code"] = "MemberNotFoundInConversation" },
                },
                statusCode: 404
            );

    private IResult Paged(string conversation) =>
        Results.Json(
            new JsonObject
            {
                ["members"] = new JsonArray([
                    .. Members
                        .Keys.Where(id => !Absent.ContainsKey((conversation, id)))
                        .Select(Json),
                ]),
            }
        );

    private JsonObject Json(string teamsId)
    {
        var (name, email, role) = Members[teamsId];
        return new JsonObject
        {
            ["id"] = teamsId,
            ["aadObjectId"] = Entra(teamsId),
            ["name"] = name,
            ["email"] = email,
            ["tenantId"] = TokenMint.Tenant,
            ["userRole"] = role,
        };
    }
}
