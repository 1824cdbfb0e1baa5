using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Tickets;
using NodaTime;

namespace EscalationCollab.Web.Sandbox.Past;

/// <summary>A question that customers ask now and then.</summary>
internal sealed record PastQuestion(string Customer, string Text);

/// <summary>The everyday requests of the weeks before the first start, of which escalations are the few exceptions.</summary>
internal sealed record PastTickets(
    ImmutableArray<string> Sources,
    ImmutableArray<string> Priorities,
    ImmutableArray<PastQuestion> Questions,
    int Count,
    int Weeks
)
{
    private const int FirstNumber = 20_101;

    /// <summary>The same tickets for the same moment: spread over office hours of working days, most of them answered at once.</summary>
    public IReadOnlyList<Ticket> Until(Instant now)
    {
        if (Sources.IsEmpty || Priorities.IsEmpty || Questions.IsEmpty)
            return [];
        var first = now.InUtc().Date.PlusWeeks(-Weeks);
        var days = Enumerable
            .Range(0, Weeks * 7)
            .Select(first.PlusDays)
            .Where(day => day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday))
            .ToList();
        return [.. Enumerable.Range(0, Count).Select(i => Make(i, days[i * days.Count / Count]))];
    }

    // Small primes scatter what a table of dice would: no two neighbours alike, the same on every machine.
    private Ticket Make(int i, LocalDate day)
    {
        var question = Questions[i * 7 % Questions.Length];
        var opened = day.At(new LocalTime(8 + i * 5 % 9, i * 17 % 60)).InUtc().ToInstant();
        var resolved = opened + Duration.FromMinutes(25 + i * 37 % 400);
        var escalated = i % 17 == 5;
        var moved = escalated || i % 6 == 2;
        return new Ticket
        {
            Source = Sources[i % 3 == 0 ? Sources.Length - 1 : 0],
            Number = string.Create(CultureInfo.InvariantCulture, $"HD-{FirstNumber + i}"),
            OpenedAt = opened,
            UpdatedAt = resolved,
            FirstReplyAt = opened + Duration.FromMinutes(4 + i * 13 % 55),
            ResolvedAt = resolved,
            State = "Closed",
            Priority = Priorities[i % 5 == 0 ? 0 : Priorities.Length - 1],
            Customer = question.Customer,
            Summary = question.Text,
            Resolved = true,
            Escalated = escalated,
            FirstContact = !moved && i % 4 != 1,
            SlaMet = i % 13 != 7,
            Reassigned = moved ? 1 : 0,
        };
    }
}
