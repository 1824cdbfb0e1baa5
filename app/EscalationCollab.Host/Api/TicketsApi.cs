using System.ComponentModel;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using NodaTime;

namespace EscalationCollab.Host.Api;

/// <summary>Tickets as a help desk sends them.</summary>
internal static class TicketsApi
{
    public static void MapTickets(this IEndpointRouteBuilder api) =>
        api.MapPost("/tickets", SaveAsync)
            .WithName("SaveTickets")
            .WithSummary(
                "Save up to 1,000 tickets; the same ticket twice changes nothing, an older state is ignored."
            )
            .Produces<SavedTickets>()
            .ProducesValidationProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> SaveAsync(
        IReadOnlyList<TicketBody> tickets,
        HttpContext context,
        IStore store,
        PolicySource policy,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        if (tickets.Count > SaveTickets.Most)
            return Problems.Refused(
                $"At most {SaveTickets.Most} tickets fit in one request.",
                new Dictionary<string, string[]>()
            );
        var mistakes = tickets.SelectMany((ticket, index) => ticket.Mistakes(index)).ToDictionary();
        if (mistakes.Count > 0)
            return Problems.Refused("Nothing was saved: some tickets are incomplete.", mistakes);
        var saved = await new SaveTickets(store, time).RunAsync(
            context.Tenant(),
            [.. tickets.Select(ticket => ticket.ToTicket())],
            policy.Current,
            cancellation
        );
        return Results.Ok(saved);
    }
}

/// <summary>A ticket as sent. Times are ISO 8601 with an offset.</summary>
internal sealed record TicketBody
{
    [Description("The help desk's name, such as zendesk.")]
    public string? Source { get; init; }

    [Description("The help desk's own number.")]
    public string? Number { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public DateTimeOffset? FirstReplyAt { get; init; }
    public string? State { get; init; }

    [Description("As the help desk names it; the policy's triggers know the names.")]
    public string? Priority { get; init; }
    public string? Customer { get; init; }
    public string? Summary { get; init; }
    public string? Text { get; init; }
    public bool Escalated { get; init; }
    public bool? SlaMet { get; init; }
    public int Reassigned { get; init; }
    public int Reopened { get; init; }

    public IEnumerable<KeyValuePair<string, string[]>> Mistakes(int index)
    {
        KeyValuePair<string, string[]> Wrong(string field, string sentence) =>
            new($"[{index}].{field}", [sentence]);
        if (Source is not { Length: > 0 and <= 50 })
            yield return Wrong("source", "Name the help desk, in at most 50 characters.");
        if (Number is not { Length: > 0 and <= 100 })
            yield return Wrong(
                "number",
                "Give the help desk's own number, in at most 100 characters."
            );
        if (OpenedAt is null)
            yield return Wrong("openedAt", "Say when it was opened, such as 2026-11-20T09:30:00Z.");
        if (UpdatedAt < OpenedAt)
            yield return Wrong("updatedAt", "It cannot be updated before it was opened.");
        if (ResolvedAt < OpenedAt)
            yield return Wrong("resolvedAt", "It cannot be resolved before it was opened.");
        if (Reassigned < 0 || Reopened < 0)
            yield return Wrong("reassigned", "Counts are 0 or more.");
        if ((Text?.Length ?? 0) + (Summary?.Length ?? 0) > 100_000)
            yield return Wrong("text", "At most 100,000 characters of text are taken.");
    }

    public Ticket ToTicket() =>
        new()
        {
            Source = Source!,
            Number = Number!,
            OpenedAt = Instant.FromDateTimeOffset(OpenedAt!.Value),
            UpdatedAt = Instant.FromDateTimeOffset(UpdatedAt ?? ResolvedAt ?? OpenedAt.Value),
            ResolvedAt = ResolvedAt is { } resolved ? Instant.FromDateTimeOffset(resolved) : null,
            FirstReplyAt = FirstReplyAt is { } reply ? Instant.FromDateTimeOffset(reply) : null,
            State = State ?? "",
            Priority = Priority ?? "",
            Customer = Customer ?? "",
            Summary = Summary ?? "",
            Text = Text ?? "",
            Resolved = ResolvedAt is not null,
            Escalated = Escalated,
            FirstContact = ResolvedAt is not null && Reassigned == 0 && Reopened == 0,
            SlaMet = SlaMet,
            Reassigned = Reassigned,
            Reopened = Reopened,
        };
}
