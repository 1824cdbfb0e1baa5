using System.Text;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// Where Teams reaches us. Nothing of a body is trusted or logged before it is proven that Teams sent it; after that,
/// whatever is wrong is told to the person and not to Teams, which would only say that something went wrong.
/// </summary>
internal sealed class TeamsEndpoints(
    BotToken token,
    TeamsReceiver receiver,
    ILogger<TeamsEndpoints> log
)
{
    /// <summary>Where activities are posted.</summary>
    public const string Path = "/api/messages";

    /// <summary>Largest body taken, in bytes: a form of ours is far smaller, and so is any message.</summary>
    public const int LargestBody = 256 * 1024;

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(Path, (HttpContext context, TeamsEndpoints here) => here.TakeAsync(context))
            .ExcludeFromDescription();

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(
            context.Request.Body,
            context.Request.ContentLength,
            LargestBody,
            context.RequestAborted
        );
        if (body is null)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (Payload.Parse(body) is not { } payload)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        try
        {
            var verdict = await token.JudgeAsync(
                context.Request.Headers.Authorization,
                payload,
                context.RequestAborted
            );
            return verdict switch
            {
                TokenVerdict.Good => Told(await receiver.ReceiveAsync(new Activity(payload))),
                TokenVerdict.OtherTenant => Told(receiver.TurnAway(new Activity(payload))),
                TokenVerdict.StrangeHost or TokenVerdict.OtherService => Results.StatusCode(
                    StatusCodes.Status403Forbidden
                ),
                _ => Results.StatusCode(StatusCodes.Status401Unauthorized),
            };
        }
        catch (KeysUnavailableException)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            log.LogInformation("Teams went away before its token was judged");
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
    }

    private static IResult Told(Received received) =>
        received.Body is { } body
            ? Results.Text(
                body.ToJsonString(Payload.Writing),
                "application/json",
                Encoding.UTF8,
                received.Status
            )
            : Results.StatusCode(received.Status);
}
