using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Host.Api;

/// <summary>Escalations over HTTP. A token sees what everybody in the company may see: no restricted escalations.</summary>
internal static class EscalationsApi
{
    private const int MostInAList = 200;

    public static void MapEscalations(this IEndpointRouteBuilder api)
    {
        api.MapPost("/escalations", DeclareAsync)
            .WithName("DeclareEscalation")
            .WithSummary(
                "Declare an escalation. With an Idempotency-Key header, a repeat does not declare a second one."
            )
            .Produces<EscalationView>(StatusCodes.Status201Created)
            .ProducesValidationProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/escalations/{number}", GetAsync)
            .WithName("GetEscalation")
            .WithSummary("One escalation as it stands now.")
            .Produces<EscalationView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/escalations", ListAsync)
            .WithName("ListEscalations")
            .WithSummary("Escalations, newest first.")
            .Produces<IReadOnlyList<EscalationView>>();
    }

    private static async Task<IResult> DeclareAsync(
        DeclareBody body,
        HttpContext context,
        InteractionRouter router,
        IStore store,
        Wordbook words,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var tenant = context.Tenant();
        var idempotency = context.Request.Headers["Idempotency-Key"].ToString();
        var key = idempotency.Length > 0 ? $"api:{Digest(idempotency)}" : $"api:{Guid.NewGuid():N}";
        var actor = await ActorAsync(body, tenant, store, cancellation);
        if (actor is null)
            return Problems.Refused(
                "Nobody here has that e-mail address.",
                new Dictionary<string, string[]>
                {
                    ["declaredBy"] =
                    [
                        "Use the e-mail address of a person in the company directory, or leave it out.",
                    ],
                }
            );
        var reply = await router.HandleAsync(
            body.ToInteraction(key, tenant, actor.Value),
            cancellation
        );
        if (reply is Reply.Refused refused)
            return Refusal(refused, words, time);
        var found = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, tenant);
                return EscalationNumber.Parse(records.Recall(key)?.Reply) is { } number
                    ? records.Load(number)
                    : null;
            },
            cancellation
        );
        return found is null
            ? Results.Problem("It was declared, but could not be read back.", statusCode: 500)
            : Results.Created($"/api/escalations/{found.Number}", EscalationView.Of(found));
    }

    private static async Task<IResult> GetAsync(
        [Description("ESC-1042 or 1042.")] string number,
        HttpContext context,
        IStore store,
        CancellationToken cancellation
    ) =>
        await LoadAsync(EscalationNumber.Parse(number), context.Tenant(), store, cancellation)
            is { Restricted: false } found
            ? Results.Ok(EscalationView.Of(found))
            : Results.Problem(
                $"There is no escalation {number} that this token may see.",
                statusCode: 404
            );

    private static async Task<IResult> ListAsync(
        [Description("Declared, Acknowledged, Mitigated, Resolved, Closed, Declined or Merged.")]
            Status? status,
        [Description("The customer's id.")] string? customer,
        [Description("Only numbers below this one: the way to the next page.")] long? before,
        HttpContext context,
        IStore store,
        CancellationToken cancellation
    )
    {
        var tenant = context.Tenant();
        var rows = await store.ReadAsync(
            connection =>
                connection
                    .Query<string>(
                        """
                        SELECT snapshot FROM escalation
                        WHERE tenant = @tenant AND restricted = 0 AND number < @before
                          AND (@status IS NULL OR status = @status) AND (@customer IS NULL OR customer = @customer)
                        ORDER BY number DESC LIMIT @most
                        """,
                        new
                        {
                            tenant = tenant.Value,
                            status = status?.ToString(),
                            customer,
                            before = before ?? long.MaxValue,
                            most = MostInAList,
                        }
                    )
                    .AsList(),
            cancellation
        );
        return Results.Ok(
            rows.Select(row =>
                EscalationView.Of(
                    System.Text.Json.JsonSerializer.Deserialize<Escalation>(row, Json.Options)!
                )
            )
        );
    }

    private static Task<PersonId?> ActorAsync(
        DeclareBody body,
        TenantId tenant,
        IStore store,
        CancellationToken cancellation
    ) =>
        body.DeclaredBy is not { Length: > 0 } email
            ? Task.FromResult<PersonId?>(PersonId.Product)
            : store.ReadAsync(
                connection => new Records(connection, tenant).LoadDirectory().ByEmail(email)?.Id,
                cancellation
            );

    private static Task<Escalation?> LoadAsync(
        EscalationNumber? number,
        TenantId tenant,
        IStore store,
        CancellationToken cancellation
    ) =>
        number is { } known
            ? store.ReadAsync(
                connection => new Records(connection, tenant).Load(known),
                cancellation
            )
            : Task.FromResult<Escalation?>(null);

    private static IResult Refusal(Reply.Refused refused, Wordbook words, TimeProvider time)
    {
        var format = new ReaderFormat(
            words,
            new Reader(Languages.Fallback, "Etc/UTC"),
            time.Moment()
        );
        string Say(Text text) => PlainText.Of(text, format);
        return Problems.Refused(
            Say(refused.Sentence),
            refused.Fields.ToDictionary(field => field.Key, field => new[] { Say(field.Value) })
        );
    }

    private static string Digest(string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
