using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.PostMortems;

/// <summary>The meeting about a post-mortem: refused, kept in calendars once, moved, called off, offered as a file.</summary>
public sealed class MeetingTests
{
    private static readonly Instant At = Scenes.Moment("2026-03-09T14:00:00Z");
    private static readonly LocalDateTime Written = new(2026, 3, 10, 15, 30);

    [Fact]
    public void Organise_WithAMeeting_KeepsItsLength()
    {
        var decision = OrganisePostMortem.Decide(
            Open(),
            Scenes.Who("marco"),
            Written,
            Scenes.At("marco"),
            minutes: 90
        );

        var after = Open().After(decision, Scenes.At("marco"));
        after.PostMortem!.MeetingMinutes.Should().Be(90);
        KeepMeeting.Agreed(after)!.Minutes.Should().Be(90);
    }

    [Fact]
    public void Organise_MomentPassedOrNobodyElse_IsRefusedBesideTheDay()
    {
        var passed = OrganisePostMortem.Decide(
            Open(),
            Scenes.Who("marco"),
            new LocalDateTime(2020, 1, 1, 9, 0),
            Scenes.At("marco")
        );
        var alone = OrganisePostMortem.Decide(
            Open("marco"),
            Scenes.Who("marco"),
            Written,
            Scenes.At("marco")
        );

        passed.Refusals.Should().ContainSingle().Which.Field.Should().Be("date");
        alone.Refusals.Should().ContainSingle().Which.Field.Should().Be("date");
    }

    [Fact]
    public void Agreed_NobodyButTheOneWhoLeads_IsNoMeeting()
    {
        KeepMeeting.Agreed(Open("marco")).Should().BeNull();
        KeepMeeting
            .Agreed(Open("tom", "ana"))!
            .People.Select(person => person.Value)
            .Should()
            .Equal("ana", "marco", "tom");
    }

    [Fact]
    public async Task Perform_WithACalendar_InvitesOnceMovesAndCallsOff()
    {
        var platform = new Calendar();
        var invited = await AfterAsync(Open("tom"), platform);
        var again = await AfterAsync(invited, platform);
        var moved = await AfterAsync(
            again with
            {
                PostMortem = again.PostMortem! with { MeetingAt = At + Duration.FromDays(1) },
            },
            platform
        );
        var off = await AfterAsync(
            moved with
            {
                PostMortem = moved.PostMortem! with { MeetingAt = null },
            },
            platform
        );

        invited.PostMortem!.Invitation!.Entry.Should().Be("entry-1");
        MeetingFile.Button(invited).Should().BeNull("it is in the calendars");
        platform
            .Kept.Select(meeting => (meeting.Entry, meeting.Start))
            .Should()
            .Equal((null, At), ("entry-1", At + Duration.FromDays(1)));
        platform.CalledOff.Should().Equal("entry-1");
        off.PostMortem!.Invitation.Should().BeNull();
    }

    [Fact]
    public async Task Perform_NoCalendarAnywhere_OffersTheFile()
    {
        var platform = new Calendar { HasOne = false };

        var after = await AfterAsync(Open("tom"), platform);

        after.PostMortem!.Invitation.Should().BeNull();
        MeetingFile.Button(after).Should().NotBeNull();
    }

    [Fact]
    public async Task Perform_MeetingIsOver_InvitesNobody()
    {
        var platform = new Calendar();

        await AfterAsync(Open("tom"), platform, At + Duration.FromMinutes(1));

        platform.Kept.Should().BeEmpty();
    }

    [Fact]
    public void File_HostileAndLongWords_StayInTheirLine()
    {
        var file = MeetingFile.Write(
            Open("tom"),
            _ => "a;b,c\\d\r\nATTENDEE:mailto:thief@evil.example " + new string('ž', 100),
            "esc.example",
            At
        )!;

        var lines = file.Split("\r\n");
        lines.Should().OnlyContain(line => System.Text.Encoding.UTF8.GetByteCount(line) <= 75);
        lines.Should().NotContain(line => line.StartsWith("ATTENDEE"));
        file.Replace("\r\n ", "").Should().Contain("SUMMARY:a\\;b\\,c\\\\d\\nATTENDEE:mailto");
        file.Should()
            .Contain("DTSTART:20260309T140000Z\r\nDTEND:20260309T150000Z\r\n")
            .And.EndWith("END:VCALENDAR\r\n");
    }

    private static Escalation Open(params string[] people)
    {
        var at = Scenes.At("marco");
        return Scenes.Declared() with
        {
            PostMortem = new PostMortem
            {
                OpenedAt = at.Now,
                Facilitator = Scenes.Who("marco"),
                MeetingAt = people.Length > 0 ? At : null,
                Participants =
                [
                    .. (people.Length > 0 ? people : ["tom"]).Select(person => new Participant(
                        Scenes.Who(person),
                        at.Now,
                        null
                    )),
                ],
            },
        };
    }

    private static async Task<Escalation> AfterAsync(
        Escalation escalation,
        IChatPlatform platform,
        Instant? now = null
    )
    {
        var situation = Scenes.At("product", now ?? escalation.PostMortem!.OpenedAt);
        await KeepMeeting.PerformAsync(
            new KeepMeeting(),
            new Performing(
                "1",
                escalation,
                situation,
                [new Calendar { HasOne = false, Name = "first" }, platform],
                decide =>
                {
                    escalation = escalation.After(decide(escalation, situation), situation);
                    return Performed.Done();
                }
            ),
            default
        );
        return escalation;
    }

    /// <summary>A platform that has calendars, and nothing else.</summary>
    private sealed class Calendar : IChatPlatform
    {
        public string Name { get; init; } = "calendar";

        public bool HasOne { get; init; } = true;

        public List<CalendarMeeting> Kept { get; } = [];

        public List<string> CalledOff { get; } = [];

        public Task<string?> KeepMeetingAsync(
            CalendarMeeting meeting,
            CancellationToken cancellation
        )
        {
            if (HasOne)
                Kept.Add(meeting);
            return Task.FromResult(HasOne ? meeting.Entry ?? "entry-1" : null);
        }

        public Task CallOffMeetingAsync(
            TenantId tenant,
            string entry,
            CancellationToken cancellation
        )
        {
            CalledOff.Add(entry);
            return Task.CompletedTask;
        }

        public Task<bool> ReachesAsync(TenantId tenant, PersonId person, CancellationToken c) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<RoomRef>> AnnouncementsAsync(
            TenantId tenant,
            CancellationToken c
        ) => throw new NotSupportedException();

        public Task<OpenedRoom> OpenRoomAsync(RoomSpec room, CancellationToken c) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<PersonId>> InviteAsync(
            TenantId tenant,
            RoomRef room,
            IReadOnlyList<PersonId> people,
            CancellationToken c
        ) => throw new NotSupportedException();

        public Task SetTopicAsync(TenantId tenant, RoomRef room, Text topic, CancellationToken c) =>
            throw new NotSupportedException();

        public Task ArchiveAsync(TenantId tenant, RoomRef room, CancellationToken c) =>
            throw new NotSupportedException();

        public Task<MessageRef> PostAsync(Outgoing message, CancellationToken c) =>
            throw new NotSupportedException();

        public Task EditAsync(MessageRef posted, Outgoing message, CancellationToken c) =>
            throw new NotSupportedException();

        public Task PinAsync(TenantId tenant, MessageRef posted, CancellationToken c) =>
            throw new NotSupportedException();
    }
}
