using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Slack.People;
using EscalationCollab.Slack.Workspaces;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Slack;

public sealed class SlackPeopleTests : IAsyncLifetime
{
    private SlackDesk _desk = null!;
    private SlackWorkspace _workspace = null!;

    private FakeSlack Slack => _desk.Slack;

    public async Task InitializeAsync()
    {
        _desk = await SlackDesk.OpenAsync();
        _workspace = (await _desk.WorkspaceAsync())!;
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Member_MetForTheFirstTime_ComesIntoTheDirectory()
    {
        var user = Slack.AddUser("U1", "Rūta Kazlauskienė", "Ruta@harbor.example");
        (user.Locale, user.Zone, user.Title) = ("lt-LT", "Europe/Vilnius", "Escalation manager");

        var known = await MeetAsync("U1");

        known!.Standing.Should().Be(Standing.Member);
        (await _desk.DirectoryAsync())
            .Find(known.Person)
            .Should()
            .BeEquivalentTo(
                new Person(
                    known.Person,
                    "Rūta Kazlauskienė",
                    "Ruta@harbor.example",
                    "Escalation manager",
                    "lt",
                    "Europe/Vilnius"
                )
            );
    }

    [Fact]
    public async Task Member_KnownFromElsewhereByEmail_IsTheSamePerson()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ruta"), "R. K.", "ruta@harbor.example", "", "en", "Etc/UTC")
            {
                Teams = ["leadership"],
            }
        );
        Slack.AddUser("U1", "Rūta Kazlauskienė", "RUTA@harbor.example");

        (await MeetAsync("U1"))!.Person.Should().Be(new PersonId("ruta"));

        (await _desk.DirectoryAsync())
            .Find(new PersonId("ruta"))!
            .Teams.Should()
            .Equal("leadership");
    }

    [Fact]
    public async Task Member_EmailNotConfirmed_IsNobodyElse()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ceo"), "The CEO", "ceo@harbor.example", "", "en", "Etc/UTC")
        );
        Slack.AddUser("U1", "Mallory", "ceo@harbor.example").EmailConfirmed = false;

        var known = await MeetAsync("U1");

        known!.Person.Should().NotBe(new PersonId("ceo"));
        (await _desk.DirectoryAsync()).Find(known.Person)!.Email.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true, FakeSlack.Team)]
    [InlineData(false, "T0ACME")]
    public async Task Visitor_IsKnownButNotInTheDirectory(bool restricted, string team)
    {
        await _desk.SaveAsync(
            new Person(new PersonId("ceo"), "The CEO", "ceo@harbor.example", "", "en", "Etc/UTC")
        );
        var user = Slack.AddUser("U1", "Visitor", "ceo@harbor.example");
        (user.Restricted, user.TeamId) = (restricted, team);

        var known = await MeetAsync("U1");

        known!.Standing.Should().Be(restricted ? Standing.Guest : Standing.Stranger);
        known.Person.Should().NotBe(new PersonId("ceo"));
        (await _desk.DirectoryAsync()).People.Should().HaveCount(1);
    }

    [Fact]
    public async Task Visitor_WelcomedByThePolicy_IsLikeEverybodyElse()
    {
        Slack.AddUser("U1", "Guest", "guest@elsewhere.example").Restricted = true;
        (await MeetAsync("U1"))!.Standing.Should().Be(Standing.Guest);

        _desk.Policy = _desk.Policy with { Guests = new GuestRule(true, []) };

        (await MeetAsync("U1"))!.Standing.Should().Be(Standing.Member);
        (await _desk.DirectoryAsync()).People.Should().HaveCount(1);
    }

    [Fact]
    public async Task Unknown_SlackKnowsNobody_IsNobody() =>
        (await MeetAsync("U0NOBODY")).Should().BeNull();

    [Fact]
    public async Task Member_TenClicksAtOnce_AskSlackOnce()
    {
        Slack.AddUser("U1", "Ana", "ana@harbor.example");

        var met = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => MeetAsync("U1")));

        met.Select(user => user!.Person).Distinct().Should().ContainSingle();
        Slack.CallsOf("users.info").Should().ContainSingle();
    }

    [Fact]
    public async Task Member_AfterHalfADay_IsLookedAtAgainWithoutWaiting()
    {
        var user = Slack.AddUser("U1", "Ana", "ana@harbor.example");
        await MeetAsync("U1");
        user.Locale = "it-IT";

        _desk.Time.Advance(SlackPeople.Memory + Duration.FromMinutes(1));
        var known = await MeetAsync("U1");

        await Eventually.IsTrueAsync(
            () =>
                _desk.DirectoryAsync().GetAwaiter().GetResult().Find(known!.Person)!.Language
                == "it",
            "the new language"
        );
    }

    [Fact]
    public async Task Roster_BringsInWhomThePolicyNames()
    {
        Slack.AddUser("U1", "Ana", "ana@harbor.example");
        Slack.AddUser("U2", "Marco", "marco@harbor.example");
        Slack.AddUser("U3", "Nobody asks for", "other@harbor.example");
        Slack.Groups["S1"] = ("Escalation-Managers", ["U2"]);
        Slack.Groups["S2"] = ("lunch", ["U3"]);
        var team = _desk.Policy.Teams["legal"];
        _desk.Policy = _desk.Policy with
        {
            Teams = _desk.Policy.Teams.SetItem(
                "legal",
                team with
                {
                    Members = ["ANA@harbor.example", "left@harbor.example"],
                }
            ),
        };

        await Roster().LookAsync(default);

        var directory = await _desk.DirectoryAsync();
        directory
            .People.Values.Select(person => person.Name)
            .Should()
            .BeEquivalentTo("Ana", "Marco");
        _desk
            .Policy.TeamMembers("legal", directory)
            .Should()
            .ContainSingle()
            .Which.Name.Should()
            .Be("Ana");
        _desk
            .Policy.TeamMembers("escalation-managers", directory)
            .Should()
            .ContainSingle()
            .Which.Name.Should()
            .Be("Marco");

        var asked = Slack.CallsOf("users.lookupByEmail").Count;
        await Roster().LookAsync(default);
        // Only the one who was not there is asked for again.
        Slack.CallsOf("users.lookupByEmail").Should().HaveCount(asked + 1);
    }

    [Fact]
    public async Task Roster_GroupLeft_TakesTheTeamAwayAndNoOther()
    {
        await _desk.SaveAsync(
            new Person(new PersonId("marco"), "Marco", "marco@harbor.example", "", "en", "Etc/UTC")
            {
                Teams = ["leadership"],
            }
        );
        Slack.AddUser("U2", "Marco", "marco@harbor.example");
        Slack.Groups["S1"] = ("escalation-managers", ["U2"]);
        await Roster().LookAsync(default);
        (await TeamsAsync("marco")).Should().BeEquivalentTo("leadership", "escalation-managers");

        Slack.Groups["S1"] = ("escalation-managers", []);
        await Roster().LookAsync(default);

        (await TeamsAsync("marco")).Should().Equal("leadership");
    }

    [Fact]
    public async Task Roster_NoUserGroupsInThisPlan_IsNoFault()
    {
        Slack.Fail("usergroups.list", Fault.Of("plan_upgrade_required"));

        await Roster().LookAsync(default);
    }

    private Task<KnownUser?> MeetAsync(string user) =>
        _desk.People.OfAsync(_workspace, user, default);

    private async Task<IEnumerable<string>> TeamsAsync(string person) =>
        (await _desk.DirectoryAsync()).Find(new PersonId(person))!.Teams;

    private Roster Roster() =>
        new(
            _desk.Workspaces,
            _desk.People,
            _desk.Api,
            () => _desk.Policy,
            _desk.Time,
            NullLogger<Roster>.Instance
        );
}
