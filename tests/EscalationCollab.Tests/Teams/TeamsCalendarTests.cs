using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Teams.Fake;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Teams;

/// <summary>Meetings in the calendar of a mailbox: made once, moved, called off, and done without where there is no right.</summary>
public sealed class TeamsCalendarTests : IAsyncLifetime
{
    private TeamsDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await TeamsDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Keep_New_InvitesThoseWhoMeet()
    {
        var entry = await KeepAsync("keep-1");

        var meeting = _desk.Teams.Meetings[entry!];
        ((string?)meeting["start"]!["dateTime"]).Should().Be("2026-03-09T14:00:00");
        ((string?)meeting["end"]!["dateTime"]).Should().Be("2026-03-09T14:45:00");
        ((string?)meeting["start"]!["timeZone"]).Should().Be("UTC");
        meeting["attendees"]!
            .AsArray()
            .Select(one => (string)one!["emailAddress"]!["address"]!)
            .Should()
            .Equal("ana@vendor.example", "tom@vendor.example");
        ((string?)meeting["subject"]).Should().Be("Post-mortem of ESC-1001, Acme");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keep_AnswersLost_StandsInTheCalendarOnce(bool afterDoing)
    {
        foreach (
            var fault in new[]
            {
                TeamsFault.Break(afterDoing),
                TeamsFault.BadGateway(afterDoing),
                new TeamsFault(500, "ErrorInternalServerError", AfterDoing: afterDoing),
            }
        )
        {
            var effect = $"keep-{fault.Status}";
            _desk.Teams.Fail("invite", fault);

            (await FailureOf(() => KeepAsync(effect))).Should().Be(ChatFailure.Unavailable);
            (await KeepAsync(effect)).Should().NotBeNull();
        }
        _desk.Teams.Meetings.Should().HaveCount(3);
    }

    [Fact]
    public async Task Keep_FoundLateThoughItIsThere_IsAskedAgainAndNotDoubled()
    {
        await KeepAsync("keep-1");
        var meeting = _desk.Teams.Meetings.Values.Single();
        meeting["singleValueExtendedProperties"]!.AsArray().Clear();

        (await FailureOf(() => KeepAsync("keep-1"))).Should().Be(ChatFailure.Unavailable);

        _desk.Teams.Meetings.Should().ContainSingle();
    }

    [Fact]
    public async Task Keep_Moved_ChangesTheEntryAndMakesNoOther()
    {
        var entry = await KeepAsync("keep-1");

        var again = await KeepAsync("keep-2", entry, hours: 2);

        again.Should().Be(entry);
        ((string?)_desk.Teams.Meetings.Values.Single()["start"]!["dateTime"])
            .Should()
            .Be("2026-03-09T16:00:00");
    }

    [Fact]
    public async Task Keep_EntryTakenOutBySomebody_InvitesAnew()
    {
        var entry = await KeepAsync("keep-1");
        _desk.Teams.Meetings.Clear();

        (await KeepAsync("keep-2", entry)).Should().NotBe(entry).And.NotBeNull();
    }

    [Fact]
    public async Task Keep_NoRight_IsDoneWithoutACalendar()
    {
        _desk.Teams.Denied["Calendars.ReadWrite"] = true;

        (await KeepAsync("keep-1")).Should().BeNull();
    }

    [Fact]
    public async Task CallOff_TwiceOrGone_TellsOnce()
    {
        var entry = await KeepAsync("keep-1");
        _desk.Teams.Fail("cancel meeting", TeamsFault.Break(afterDoing: true));

        (await FailureOf(CallOffAsync)).Should().Be(ChatFailure.Unavailable);
        await CallOffAsync();

        _desk.Teams.CalledOff.Should().ContainSingle();

        Task CallOffAsync() =>
            _desk.Platform.CallOffMeetingAsync(TenantId.Default, entry!, default);
    }

    private Task<string?> KeepAsync(string effect, string? entry = null, int hours = 0) =>
        _desk.Platform.KeepMeetingAsync(
            new CalendarMeeting(
                effect,
                TenantId.Default,
                Phrase.Of(
                    "postmortem.meeting-subject",
                    ("number", "ESC-1001"),
                    ("customer", "Acme")
                ),
                Phrase.Of("postmortem.meeting-body", ("number", "ESC-1001")),
                Scenes.Moment("2026-03-09T14:00:00Z") + Duration.FromHours(hours),
                Duration.FromMinutes(45),
                [new Contact("Ana", "ana@vendor.example"), new Contact("Tom", "tom@vendor.example")]
            )
            {
                Entry = entry,
            },
            default
        );

    private static async Task<ChatFailure> FailureOf(Func<Task> call) =>
        (await call.Should().ThrowAsync<ChatException>()).Which.Failure;
}
