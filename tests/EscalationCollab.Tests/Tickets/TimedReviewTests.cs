using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Tests.Policy;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Tickets;

/// <summary>Tickets become late by themselves, between two imports.</summary>
public sealed class TimedReviewTests
{
    [Fact]
    public async Task OpenTicket_LateAfterTheImport_IsProposedWithoutAnotherImport()
    {
        await using var desk = new TicketDesk();
        var (platform, worker) = Host(desk);
        await Import(desk, minutes: [0]);
        await worker.RunDueAsync(default);
        platform.Messages.Should().BeEmpty("it has four hours");

        desk.Time.Advance(Duration.FromHours(4) + Duration.FromMinutes(20));
        await worker.RunDueAsync(default);
        await worker.RunDueAsync(default);

        (await desk.Rows<long>("SELECT COUNT(*) FROM proposal")).Should().Equal(1);
        platform.Messages.Should().NotBeEmpty();
        platform.Messages.Select(message => message.Person).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task ManyTickets_LateOneAfterTheOther_AreOneMessageThatIsEdited()
    {
        await using var desk = new TicketDesk();
        var (platform, worker) = Host(desk);
        await Import(desk, minutes: [.. Enumerable.Range(0, 20).Select(i => -10 * i)]);

        for (var step = 0; step < 60; step++)
        {
            await worker.RunDueAsync(default);
            desk.Time.Advance(Duration.FromMinutes(10));
        }

        (await desk.Rows<long>("SELECT COUNT(*) FROM proposal")).Should().Equal(20);
        platform
            .Messages.GroupBy(message => message.Person)
            .Should()
            .OnlyContain(messages => messages.Count() == 1);
        (
            await desk.Rows<long>(
                "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND kind = 'ticket-review-due'"
            )
        )
            .Should()
            .Equal([0L], "nothing is left to become late");
    }

    [Fact]
    public async Task Replay_UntilAMoment_PlansNothing()
    {
        await using var desk = new TicketDesk();

        await Import(desk, minutes: [0], replay: true);

        (await desk.Rows<long>("SELECT COUNT(*) FROM outbox WHERE kind = 'ticket-review-due'"))
            .Should()
            .Equal(0);
    }

    private static async Task Import(TicketDesk desk, int[] minutes, bool replay = false)
    {
        var now = desk.Time.GetUtcNow();
        var rows = minutes.Select(
            (minute, i) =>
            {
                var at = now.AddMinutes(minute)
                    .ToOffset(TimeSpan.FromHours(2))
                    .ToString(
                        "yyyy-MM-dd'T'HH:mm:ss",
                        System.Globalization.CultureInfo.InvariantCulture
                    );
                return $"T{i},{at},{at},0,Slow,Slow,1 - Critical,,open";
            }
        );
        var file = desk.FileOf(
            "id,opened,updated,moves,about,text,prio,replied,state\n"
                + string.Join('\n', rows)
                + "\n"
        );
        var result = await desk.Import(
            file,
            TicketDesk.SmallMap,
            replay ? Instant.FromDateTimeOffset(now) : null
        );
        result.Tickets.Should().Be(minutes.Length);
    }

    private static (RecordingPlatform, OutboxWorker) Host(TicketDesk desk)
    {
        var platform = new RecordingPlatform();
        var slices = Product.Slices(new Tools(Scenes.Words, [], new Uri("https://esc.example/")));
        var situations = new Situations(() => DeliveredPolicy.Policy, desk.Time);
        var worker = new OutboxWorker(
            desk.Store,
            new EffectRunner(desk.Store, slices, situations, [platform]),
            desk.Time,
            new Random(1),
            NullLogger<OutboxWorker>.Instance
        );
        return (platform, worker);
    }
}
