using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Tests.Teams.Fake;
using NodaTime;

namespace EscalationCollab.Tests.Teams;

public sealed class TeamsPeopleTests : IAsyncLifetime
{
    private const string Id = "00000000-0000-0000-0000-00000000000a";

    private TeamsDesk _desk = null!;

    private FakeTeams Teams => _desk.Teams;

    public async Task InitializeAsync() => _desk = await TeamsDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Member_MetForTheFirstTime_ComesIntoTheDirectory()
    {
        Teams.AddUser(Id, "Rūta Kazlauskienė", "Ruta@harbor.example");

        var known = await _desk.MeetAsync(Id.ToUpperInvariant(), "lt", "Europe/Vilnius", $"a:{Id}");

        known!.Standing.Should().Be(Standing.Member);
        known.TeamsId.Should().Be($"29:{Id}");
        (await _desk.DirectoryAsync())
            .Find(known.Person)
            .Should()
            .BeEquivalentTo(
                new Person(
                    known.Person,
                    "Rūta Kazlauskienė",
                    "Ruta@harbor.example",
                    "",
                    "lt",
                    "Europe/Vilnius"
                )
            );
    }

    [Fact]
    public async Task Member_KnownFromElsewhereByEmail_IsTheSamePerson()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ruta"), "R. K.", "ruta@harbor.example", "VP", "lt", "Etc/UTC")
            {
                Teams = ["leadership"],
            }
        );
        Teams.AddUser(Id, "Rūta Kazlauskienė", "RUTA@harbor.example");

        (await _desk.MeetAsync(Id))!.Person.Should().Be(new PersonId("ruta"));

        var person = (await _desk.DirectoryAsync()).Find(new PersonId("ruta"))!;
        person.Teams.Should().Equal("leadership");
        (person.Title, person.Language).Should().Be(("VP", "lt"));
    }

    [Theory]
    [InlineData("guest", FakeTeams.Entra, Standing.Guest)]
    [InlineData("user", "72f988bf-0000-0000-0000-00000000ffff", Standing.Stranger)]
    [InlineData("anonymous", FakeTeams.Entra, Standing.Stranger)]
    public async Task Visitor_WithACeosAddress_IsKnownButNobodyElse(
        string role,
        string tenant,
        object standing
    )
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ceo"), "The CEO", "ceo@harbor.example", "", "en", "Etc/UTC")
        );
        var user = Teams.AddUser(Id, "Visitor", "ceo@harbor.example");
        (user.Role, user.Tenant) = (role, tenant);

        var known = await _desk.MeetAsync(Id);

        known!.Standing.Should().Be((Standing)standing);
        known.Person.Should().NotBe(new PersonId("ceo"));
        (await _desk.DirectoryAsync()).People.Should().HaveCount(1);
    }

    [Fact]
    public async Task Visitor_WelcomedByThePolicy_IsAGuestOfTheDirectory()
    {
        Teams.AddUser(Id, "Guest", "guest@elsewhere.example").Role = "guest";
        (await _desk.MeetAsync(Id))!.Standing.Should().Be(Standing.Guest);

        _desk.Policy = _desk.Policy with { Guests = new GuestRule(true, []) };

        var known = await _desk.MeetAsync(Id);
        known!.Standing.Should().Be(Standing.Member);
        var person = (await _desk.DirectoryAsync()).Find(known.Person)!;
        person.IsGuest.Should().BeTrue();
        person.Email.Should().BeEmpty();
    }

    [Fact]
    public async Task Unknown_TeamsKnowsNobody_IsNobody() =>
        (await _desk.MeetAsync(Id)).Should().BeNull();

    [Fact]
    public async Task Member_InAChatWithoutTheBot_IsFoundInTheTeam()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example", inTeam: true);

        (await _desk.MeetAsync(Id, conversation: "19:others@thread.v2"))!.Name.Should().Be("Ana");
    }

    [Fact]
    public async Task Member_InAThreadOfAChannel_IsFoundInTheChannel()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example", inTeam: true);
        var channel = Teams.AddChannel("one");

        (await _desk.MeetAsync(Id, conversation: $"{channel.Id};messageid=1700"))!
            .Name.Should()
            .Be("Ana");
        Teams.CallsOf("member").Should().ContainSingle();
    }

    [Fact]
    public async Task Member_TenClicksAtOnce_AskTeamsOnce()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example");

        var met = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _desk.MeetAsync(Id)));

        met.Select(user => user!.Person).Distinct().Should().ContainSingle();
        Teams.CallsOf("member").Should().ContainSingle();
    }

    [Fact]
    public async Task Member_ClientSaysAnotherLanguage_IsSpokenToInItAtOnce()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example");
        await _desk.MeetAsync(Id, "en", "Europe/Vilnius");

        var known = await _desk.MeetAsync(Id, "it", "");

        var person = (await _desk.DirectoryAsync()).Find(known!.Person)!;
        (person.Language, person.Zone).Should().Be(("it", "Europe/Vilnius"));
        Teams.CallsOf("member").Should().ContainSingle();
    }

    [Fact]
    public async Task Member_AfterHalfADay_IsLookedAtAgainWithoutWaiting()
    {
        var user = Teams.AddUser(Id, "Ana", "ana@harbor.example");
        await _desk.MeetAsync(Id);
        user.Name = "Ana Silva";
        _desk.Time.Advance(TeamsPeople.Memory + Duration.FromMinutes(1));

        (await _desk.MeetAsync(Id))!.Name.Should().Be("Ana");

        await Slack.Fake.Eventually.IsTrueAsync(
            () => _desk.MeetAsync(Id).GetAwaiter().GetResult()!.Name == "Ana Silva",
            "the new name"
        );
    }

    [Fact]
    public async Task Member_MetForTheFirstTimeWhileTeamsIsAway_IsNotTakenForNobody()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example");
        Teams.Fail("member", TeamsFault.BadGateway(afterDoing: false));

        await ((Func<Task>)(() => _desk.MeetAsync(Id))).Should().ThrowAsync<TeamsException>();

        (await _desk.MeetAsync(Id)).Should().NotBeNull();
    }

    [Fact]
    public async Task Left_ComesBack_IsAskedAboutAgain()
    {
        Teams.AddUser(Id, "Ana", "ana@harbor.example");
        var before = await _desk.MeetAsync(Id);
        await _desk.People.LeaveAsync(TenantId.Default, Id, default);
        (await _desk.Platform.ReachesAsync(TenantId.Default, before!.Person, default))
            .Should()
            .BeFalse();

        var after = await _desk.MeetAsync(Id);

        (after!.Standing, after.Person).Should().Be((Standing.Member, before.Person));
    }

    [Fact]
    public async Task Colleague_NeverMet_IsFoundInTheTeamByEmail()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ana"), "Ana", "ana@harbor.example", "", "en", "Etc/UTC")
        );
        Teams.AddUser(Id, "Ana", "ana@harbor.example", inTeam: true);

        (await _desk.Platform.ReachesAsync(TenantId.Default, new PersonId("ana"), default))
            .Should()
            .BeTrue();
    }

    [Fact]
    public async Task Colleague_NotInTheTeam_IsNotAskedAboutEachTime()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ana"), "Ana", "ana@harbor.example", "", "en", "Etc/UTC")
        );

        for (var i = 0; i < 3; i++)
            (await _desk.Platform.ReachesAsync(TenantId.Default, new PersonId("ana"), default))
                .Should()
                .BeFalse();

        Teams.CallsOf("member").Should().ContainSingle();
    }
}
