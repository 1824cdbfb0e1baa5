using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Host.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can also store.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("alive")).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(
        SqliteStore store,
        PolicySource policy,
        CancellationToken cancellation
    )
    {
        try
        {
            // An empty transaction goes the whole way: queue, writer, commit.
            await store.WriteAsync(_ => true, cancellation);
        }
        catch (StoreUnavailableException problem)
        {
            return Results.Json(
                new { status = "not ready", store = problem.Message },
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
        }
        return Results.Json(
            new
            {
                status = "ready",
                policy = policy.Problems.IsEmpty
                    ? "in force"
                    : "the newest edit has problems; the last good policy is in force",
            }
        );
    }
}
