using System.Text;
using System.Text.Json;
using System.Text.Unicode;
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
        if (await ReadAsync(context) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (Parse(body) is not { } payload)
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
                body.ToJsonString(TeamsJson.Options),
                "application/json",
                Encoding.UTF8,
                received.Status
            )
            : Results.StatusCode(received.Status);

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LargestBody)
            return null;
        try
        {
            using var buffer = new MemoryStream();
            var chunk = new byte[16 * 1024];
            int read;
            while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
            {
                if (buffer.Length + read > LargestBody)
                    return null;
                buffer.Write(chunk, 0, read);
            }
            return buffer.ToArray();
        }
        catch (Exception broken)
            when (broken is IOException or BadHttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A body as JSON; null when it is none, is too deep, or has texts that are no texts.</summary>
    internal static JsonElement? Parse(byte[] body)
    {
        try
        {
            if (!Utf8.IsValid(body))
                return null;
            using var document = JsonDocument.Parse(body, TeamsJson.Reading);
            return IsReadable(document.RootElement, body) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Half of a pair of characters, written as an escape, is found out only when the text is read.
    private static bool IsReadable(JsonElement element, byte[] body)
    {
        if (body.AsSpan().IndexOf("\\ud"u8) < 0 && body.AsSpan().IndexOf("\\uD"u8) < 0)
            return true;
        try
        {
            Read(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Read(item);
                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}
