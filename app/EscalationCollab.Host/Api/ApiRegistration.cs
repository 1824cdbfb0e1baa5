using System.Text.Json.Serialization;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Host.Api;

/// <summary>The HTTP interface: its parts, and who may call it.</summary>
internal static class ApiRegistration
{
    private const string CallerKey = "api-caller";

    public static void AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddOpenApi("v1");
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.MaxDepth = 32;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup("/api").AddEndpointFilter(RequireTokenAsync);
        api.MapEscalations();
        api.MapTickets();
        api.MapMetrics();
    }

    /// <summary>The tenant whose token the request carries.</summary>
    public static TenantId Tenant(this HttpContext context) =>
        (((TenantId Tenant, string Name))context.Items[CallerKey]!).Tenant;

    private static async ValueTask<object?> RequireTokenAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    )
    {
        var context = call.HttpContext;
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim()
            : "";
        var store = context.RequestServices.GetRequiredService<IStore>();
        var owner = await store.ReadAsync(
            connection => ApiTokens.Owner(connection, token),
            context.RequestAborted
        );
        if (owner is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Problem(
                "Send a token as 'Authorization: Bearer TOKEN'. 'token create --name NAME' makes one.",
                statusCode: StatusCodes.Status401Unauthorized
            );
        }
        context.Items[CallerKey] = owner.Value;
        return await next(call);
    }
}
