using System.Globalization;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using Xunit.Abstractions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// A month of the whole product, database and outbox included, across both changes of summer time (New York on 8 March,
/// Europe on 29 March 2026): what comes by itself comes once, at the right time on the wall, and an outage is not made
/// good by a burst. The clock of status updates has a month of its own in StatusUpdates.
/// </summary>
public sealed class MonthOnStageTests(ITestOutputHelper output)
{
    private static readonly DateTimeZone Rome = DateTimeZoneProviders.Tzdb["Europe/Rome"];
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    [Fact]
    public async Task CustomerPromises_MonthAcrossTheChange_MissedOnceADayAtTheSameHourOnTheWall()
    {
        await using var stage = await Stage.OpenAsync("2026-03-16T10:00:00Z");
        var number = await Owned(stage, "ferri", "Sev3");

        await stage.Advance(Duration.FromDays(21));

        Print(stage);
        var missed = await Moments(stage, number, "customer-update-missed");
        missed.Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan(12);
        Hours(missed.Skip(1), Rome)
            .Distinct()
            .Should()
            .ContainSingle("a business day is a business day");
        missed
            .Select(at => at.InZone(Rome).DayOfWeek)
            .Should()
            .NotContain([IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday]);
        Once(stage);
    }

    [Fact]
    public async Task Survey_AcrossTheChange_RemindedOnceAfterThreeDaysOfTheClock()
    {
        await using var stage = await Stage.OpenAsync("2026-03-26T10:00:00Z");
        var number = await Owned(stage, "ferri", "Sev3");
        await Resolved(stage, number);
        await stage.Submit("marco", "resolution.close", number, ("note", "Agreed by phone"));

        await stage.Advance(Duration.FromDays(30));

        Print(stage);
        Local(await Moments(stage, number, "survey-sent"), Rome).Should().Equal("Fri 11:00:00");
        Local(await Moments(stage, number, "survey-reminded"), Rome)
            .Should()
            .Equal(["Mon 12:00:00"], "72 hours later the wall clock shows an hour more");
        (await Moments(stage, number, "survey-expired")).Should().ContainSingle();
        Once(stage);
    }

    [Fact]
    public async Task Silence_OfACustomerAcrossTheChange_ClosesOnceAtTheSameHourAfterThreeBusinessDays()
    {
        // Friday 27 March 15:00 in Rome; clocks go forward on Sunday.
        await using var stage = await Stage.OpenAsync("2026-03-27T14:00:00Z");
        var number = await Owned(stage, "ferri", "Sev3");
        await Resolved(stage, number);
        await stage.Act(
            "marco",
            Core.Chat.InteractionKind.SubmitDialog,
            "customer.letter",
            data: ActionData.For(number).With("kind", "Resolution"),
            inputs: [("kind", "Resolution"), ("summary", "Accesso"), ("resolution", "Risolto")]
        );
        await stage.Settle();
        await stage.Press(
            "marco",
            CustomerUpdates.LetterStageTests.Button(stage, "marco", "customer.send")
        );
        await stage.Settle();
        (await stage.Load(number)).CustomerUpdates.ResolutionToldAt.Should().NotBeNull();

        await stage.Advance(Duration.FromDays(21));

        Print(stage);
        Local(await Moments(stage, number, "closed"), Rome).Should().Equal("Wed 15:00:00");
        Once(stage);
    }

    [Fact]
    public async Task VacantRoles_InTheNightOfTheChange_NudgedTenMinutesApartThreeTimes()
    {
        await using var stage = await Stage.OpenAsync("2026-03-29T00:45:00Z");
        await Owned(stage, "ferri", "Sev3");

        await stage.Advance(Duration.FromDays(14));

        Print(stage);
        Local(
                stage
                    .Platform.To("marco")
                    .Where(message => Key(message.First) == "roles.vacant")
                    .Select(message => message.At),
                Rome
            )
            .Should()
            .Equal(
                ["Sun 01:55:00", "Sun 03:05:00", "Sun 03:15:00"],
                "the hour from two to three is not on the wall"
            );
        Once(stage);
    }

    [Fact]
    public async Task OwnersAsked_OverTheWeekendOfTheChange_OneAfterTheOtherInOfficeHoursOfTheCustomer()
    {
        // Friday 6 March 16:30 in New York; clocks go forward on Sunday. Sev4 asks the next one after an office hour.
        await using var stage = await Stage.OpenAsync("2026-03-06T21:30:00Z");
        var number = await stage.Declare(customer: "pinewood", severity: "Sev4");

        await stage.Advance(Duration.FromDays(7));

        Print(stage);
        var asked = (await stage.Load(number)).Ownership.Asked;
        Local(asked.Select(ask => ask.At), NewYork)
            .Take(3)
            .Should()
            .Equal(
                ["Fri 16:30:00", "Mon 09:30:00", "Mon 10:30:00"],
                "half an hour is left on Friday, and Monday begins an hour earlier in UTC"
            );
        Once(stage);
    }

    [Fact]
    public async Task ActionItem_MonthAcrossTheChange_RemindedAtNineWhereTheOwnerLives()
    {
        await using var stage = await Stage.OpenAsync("2026-03-09T10:00:00Z");
        var number = await Owned(stage, "ferri", "Sev3");
        var reply = await stage.Submit(
            "marco",
            "action-item.open",
            number,
            ("title", "Renew the certificate by itself"),
            ("owner", "tom"),
            ("due", "2026-03-27"),
            ("kind", "Process")
        );
        reply.Should().NotBeOfType<Core.Chat.Reply.Refused>();

        await stage.Advance(Duration.FromDays(30));

        Print(stage);
        var reminded = await Moments(stage, number, "action-item-reminded");
        reminded.Should().NotBeEmpty().And.OnlyHaveUniqueItems();
        Hours(reminded, Berlin).Distinct().Should().Equal("09:00:00");
        reminded
            .Should()
            .Contain(
                at => at > Scenes.Moment("2026-03-29T01:00:00Z"),
                "it is late after the change"
            );
        Once(stage);
    }

    [Theory]
    [InlineData("2026-03-16T10:00:00Z")]
    [InlineData("2026-03-28T20:00:00Z")]
    public async Task Outage_EightHours_NobodyHearsTheSameTwice(string start)
    {
        await using var stage = await Stage.OpenAsync(start);
        await stage.Declare(customer: "acme", severity: "Sev1");
        await Owned(stage, "northgate", "Sev1");
        await Owned(stage, "ferri", "Sev2");
        await Owned(stage, "acme", "Sev2");
        await stage.Advance(Duration.FromMinutes(20));
        var before = stage.Platform.Messages.Count;

        stage.Sleep(Duration.FromHours(8));
        await stage.Settle();

        Print(stage);
        var burst = stage.Platform.Messages.Skip(before).ToList();
        burst
            .GroupBy(message =>
                (message.Person, message.Room, Key: Key(message.First), About(message))
            )
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .Should()
            .BeEmpty("each kind of word about one escalation reaches a person once");
        burst
            .Where(message => message.Person is not null)
            .GroupBy(message => (message.Person, About(message)))
            .Select(group => group.Count())
            .Should()
            .OnlyContain(count => count <= 3, "an outage is not made good by a burst");
        await stage.Advance(Duration.FromHours(6));
        Once(stage);
    }

    private static async Task<EscalationNumber> Owned(Stage stage, string customer, string severity)
    {
        var number = await stage.Declare(customer: customer, severity: severity);
        await stage.Press("marco", AcceptOwnership.Id, number);
        await stage.Settle();
        return number;
    }

    private static async Task Resolved(Stage stage, EscalationNumber number)
    {
        var reply = await stage.Submit(
            "marco",
            "resolution.resolve",
            number,
            ("how", "Fix"),
            ("done", "Renewed the certificate")
        );
        reply.Should().NotBeOfType<Core.Chat.Reply.Refused>();
        await stage.Settle();
    }

    // The same card at the same moment to the same reader would be a double; so would a failed effect be a gap.
    private static void Once(Stage stage)
    {
        stage
            .Platform.Messages.GroupBy(m => (m.Person, m.Room, m.At, Key(m.First), About(m)))
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .Should()
            .BeEmpty();
        stage.Mistakes.Should().BeEmpty();
    }

    private static async Task<List<Instant>> Moments(
        Stage stage,
        EscalationNumber number,
        string kind
    )
    {
        var failed = await stage.Read(records =>
            records
                .Connection.Query<string>(
                    "SELECT last_error FROM outbox WHERE last_error IS NOT NULL"
                )
                .ToList()
        );
        failed.Should().BeEmpty();
        return
        [
            .. (await stage.Events(number))
                .Where(recorded => recorded.Kind == kind)
                .Select(recorded => recorded.Stamp.At),
        ];
    }

    private static List<string> Local(IEnumerable<Instant> moments, DateTimeZone zone) =>
        [
            .. moments.Select(at =>
                at.InZone(zone).ToString("ddd HH:mm:ss", CultureInfo.InvariantCulture)
            ),
        ];

    private static List<string> Hours(IEnumerable<Instant> moments, DateTimeZone zone) =>
        [
            .. moments.Select(at =>
                at.InZone(zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            ),
        ];

    private static string Key(Card card) =>
        card.Summary.Parts.OfType<Phrase>().FirstOrDefault()?.Key ?? card.Summary.ToString();

    private static string About(PostedMessage message) =>
        string.Join(
            ",",
            message
                .First.Blocks.OfType<Actions>()
                .SelectMany(actions => actions.Items)
                .Select(action =>
                    action switch
                    {
                        Does does => does.Data["esc"],
                        Opens opens => opens.Data["esc"],
                        _ => null,
                    }
                )
                .Distinct()
        ) + message.First.Summary.ToString();

    private void Print(Stage stage)
    {
        foreach (var message in stage.Platform.Messages)
            output.WriteLine(
                $"{message.At} {message.Person?.Value ?? message.Room?.Id} {Key(message.First)}"
            );
    }
}
