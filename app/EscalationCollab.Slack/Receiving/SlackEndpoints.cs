using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.WebApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// Where Slack reaches us by HTTP. Nothing is looked at before the signature over the raw bytes is proven; after that,
/// whatever is wrong is told to a person and not to Slack, which would only show a warning triangle.
/// </summary>
internal sealed class SlackEndpoints(
    SlackSignature signature,
    SlackReceiver receiver,
    ILogger<SlackEndpoints> log
)
{
    /// <summary>Largest body taken, in bytes: a form of ours comes back whole, and Slack allows 250 kB for one.</summary>
    public const int LargestBody = 1024 * 1024;

    /// <summary>Maps the four addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var slack = routes.MapGroup("/slack").ExcludeFromDescription();
        slack.MapPost(
            "/events",
            (HttpContext context, SlackEndpoints here) => here.EventsAsync(context)
        );
        foreach (var path in (string[])["/interactions", "/options"])
            slack.MapPost(
                path,
                (HttpContext context, SlackEndpoints here) => here.InteractionsAsync(context)
            );
        slack.MapPost(
            "/commands",
            (HttpContext context, SlackEndpoints here) => here.CommandsAsync(context)
        );
    }

    private async Task<IResult> EventsAsync(HttpContext context)
    {
        if (await ProvenBodyAsync(context) is not { } body)
            return Results.Unauthorized();
        if (Payload.Parse(body) is not { } payload)
            return Unreadable("event");
        return payload.Text("type") == "url_verification"
            ? Results.Text(payload.Text("challenge") ?? "", "text/plain")
            : await AnswerAsync(DeliveryKind.Event, payload);
    }

    private async Task<IResult> InteractionsAsync(HttpContext context)
    {
        if (await ProvenBodyAsync(context) is not { } body)
            return Results.Unauthorized();
        var form = FormOf(body);
        if (IsCertificateCheck(form))
            return Results.Ok();
        return form.TryGetValue("payload", out var text) && Payload.Parse(text) is { } payload
            ? await AnswerAsync(DeliveryKind.Interaction, payload)
            : Unreadable("interaction");
    }

    private async Task<IResult> CommandsAsync(HttpContext context)
    {
        if (await ProvenBodyAsync(context) is not { } body)
            return Results.Unauthorized();
        var form = FormOf(body);
        if (IsCertificateCheck(form))
            return Results.Ok();
        var fields = new JsonObject();
        foreach (var (name, value) in form)
            fields[name] = Encoding.UTF8.GetString(value);
        return await AnswerAsync(
            DeliveryKind.Command,
            JsonSerializer.SerializeToElement(fields, Payload.Writing)
        );
    }

    private async Task<IResult> AnswerAsync(DeliveryKind kind, JsonElement payload)
    {
        var answer = await receiver.ReceiveAsync(new Delivery(kind, payload, "http"));
        if (!answer.IsTaken)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        return answer.Body is { } body
            ? Results.Text(body.ToJsonString(Payload.Writing), "application/json")
            : Results.Ok();
    }

    /// <summary>The raw body when Slack has signed it just now; null otherwise.</summary>
    private async Task<byte[]?> ProvenBodyAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var body = await RequestBody.ReadAsync(
            context.Request.Body,
            context.Request.ContentLength,
            LargestBody,
            context.RequestAborted
        );
        if (
            body is not null
            && signature.IsSlacks(
                headers[SlackSignature.TimestampHeader],
                headers[SlackSignature.SignatureHeader],
                body
            )
        )
            return body;
        SlackMetrics.Refuse(body is null ? "body" : "signature");
        log.LogWarning(
            "A request to {Path} was refused: it is not signed by Slack, or its signature is older or newer than {Seconds} s",
            context.Request.Path,
            SlackSignature.Tolerance.TotalSeconds
        );
        return null;
    }

    // Slack asks now and then whether the certificate is in order; it wants nothing else.
    private static bool IsCertificateCheck(Dictionary<string, byte[]> form) =>
        form.TryGetValue("ssl_check", out var check) && check.AsSpan().SequenceEqual("1"u8);

    // As bytes: a payload is most of its form, and its reader takes no text.
    private static Dictionary<string, byte[]> FormOf(byte[] body)
    {
        var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var field in body.AsSpan().Split((byte)'&'))
        {
            var (at, length) = field.GetOffsetAndLength(body.Length);
            var named = body.AsSpan(at, length).IndexOf((byte)'=');
            if (named > 0)
                fields[WebUtility.UrlDecode(Encoding.UTF8.GetString(body, at, named))] =
                    WebUtility.UrlDecodeToBytes(body, at + named + 1, length - named - 1)!;
        }
        return fields;
    }

    // Signed, and yet nothing that Slack sends: nobody can be told, and a repetition would be no better.
    private IResult Unreadable(string what)
    {
        SlackMetrics.Refuse("unreadable");
        log.LogWarning("A signed {What} could not be read", what);
        return Results.Ok();
    }
}
