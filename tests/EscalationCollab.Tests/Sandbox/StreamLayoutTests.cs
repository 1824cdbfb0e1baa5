using EscalationCollab.Core.Cards;
using EscalationCollab.Web.Sandbox;
using NodaTime;

namespace EscalationCollab.Tests.Sandbox;

public sealed class StreamLayoutTests
{
    private static readonly DateTimeZone Vilnius = DateTimeZoneProviders.Tzdb["Europe/Vilnius"];

    [Fact]
    public void Of_SamePersonWithinFiveMinutes_GoesOnWithoutName() =>
        Continues(Said("ana", 0), Said("ana", 5), Said("ana", 11))
            .Should()
            .Equal(false, true, false);

    [Fact]
    public void Of_AnotherPersonOrCardOrPrivate_BeginsAnew() =>
        Continues(
                Said("ana", 0),
                Said("tomas", 1),
                Said("tomas", 2) with
                {
                    OnlyYou = true,
                },
                Said("tomas", 3) with
                {
                    OnlyYou = true,
                    Card = Card.Line("x"),
                },
                Said("tomas", 4) with
                {
                    OnlyYou = true,
                }
            )
            .Should()
            .Equal(false, false, false, false, false);

    [Fact]
    public void Of_MidnightOfTheReader_BeginsADay()
    {
        // 21:58 and 22:02 UTC are before and after midnight in Vilnius.
        var lines = Lines(null, Said("ana", 21 * 60 + 58), Said("ana", 22 * 60 + 2));

        lines
            .Select(l => l.Day)
            .Should()
            .Equal(new LocalDate(2026, 11, 24), new LocalDate(2026, 11, 25));
        lines[1].Continues.Should().BeFalse();
    }

    [Fact]
    public void Of_FirstUnread_BeginsAnewUnderItsLine()
    {
        var second = Said("ana", 1);
        var lines = Lines(second.Id, Said("ana", 0), second, Said("ana", 2));

        lines.Select(l => l.FirstUnread).Should().Equal(false, true, false);
        lines.Select(l => l.Continues).Should().Equal(false, false, true);
    }

    private static MessageView Said(string who, int minute) =>
        new(
            $"{who}-{minute}",
            new PersonView(new(who), who),
            Instant.FromUtc(2026, 11, 24, 0, 0) + Duration.FromMinutes(minute)
        )
        {
            Body = "text",
        };

    private static List<StreamLine> Lines(string? unread, params MessageView[] messages) =>
        [
            .. StreamLayout.Of(
                new RoomView("r", "r")
                {
                    Address = "/r",
                    Messages = [.. messages],
                    FirstUnread = unread,
                },
                Vilnius
            ),
        ];

    private static IEnumerable<bool> Continues(params MessageView[] messages) =>
        Lines(null, messages).Select(l => l.Continues);
}
