using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Tests.Slack;

/// <summary>Home, reactions, links and channels that people change: what Slack tells us besides clicks.</summary>
public sealed class SlackSurfacesTests : IAsyncLifetime
{
    private SlackApp _app = null!;
    private int _event;

    private FakeSlack Slack => _app.Slack;

    public async Task InitializeAsync() => _app = await SlackApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    // ---- Home --------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Home_Opened_ShowsWhatIsTheirsInTheirLanguage()
    {
        await HappensAsync(Opened("U0MARCO"));
        await HappensAsync(Opened("U0ANA"));

        await Eventually.IsTrueAsync(() => Slack.Homes.Count == 2, "two pages");
        var page = Slack.Homes["U0MARCO"][^1].ToJsonString();
        page.Should()
            .Contain("Escalate a problem")
            .And.Contain("Nothing waits for you now.")
            .And.Contain("Figures of")
            .And.Contain("no data");
        Slack.Homes["U0ANA"][^1].ToJsonString().Should().Contain("Escalar um problema");
    }

    [Fact]
    public async Task Home_SomethingOfThatPersonChanges_IsShownAnewOnce()
    {
        await HappensAsync(Opened("U0MARCO"));
        await Eventually.IsTrueAsync(() => Slack.Homes.ContainsKey("U0MARCO"), "a page");

        await DeclareAsync();

        await Eventually.IsTrueAsync(
            () => Slack.Homes["U0MARCO"][^1].ToJsonString().Contains("Nobody can sign in"),
            "the new escalation"
        );
        // Declaring, asking an owner, opening the room and inviting are many changes.
        Slack.Homes["U0MARCO"].Count.Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Home_RestrictedEscalation_ShowsOnlyToThoseWhoMaySeeIt()
    {
        await DeclareAsync(restricted: true);

        await HappensAsync(Opened("U0ANA"));
        await HappensAsync(Opened("U0MARCO"));

        await Eventually.IsTrueAsync(() => Slack.Homes.Count == 2, "two pages");
        Slack.Homes["U0MARCO"][^1].ToJsonString().Should().Contain("Nobody can sign in");
        Slack.Homes["U0ANA"][^1].ToJsonString().Should().NotContain("Nobody can sign in");
    }

    [Fact]
    public async Task Home_Guest_IsToldWhomToAsk()
    {
        await HappensAsync(Opened("U0GUEST"));

        await Eventually.IsTrueAsync(() => Slack.Homes.ContainsKey("U0GUEST"), "a page");
        Slack.Homes["U0GUEST"][^1].ToJsonString().Should().Contain("Guests and people");
    }

    [Fact]
    public async Task Home_MessagesTabOpened_PublishesNothing()
    {
        var opened = Opened("U0MARCO");
        opened["tab"] = "messages";
        await HappensAsync(opened);

        (await _app.Store.ReadAsync(c => RecordsOf(c).HomesOf(Marco()), default))
            .Should()
            .BeEmpty();
    }

    // ---- Reactions ---------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Reaction_InTheWarRoom_PutsTheMessageOnTheTimelineOnce()
    {
        var room = await DeclareAsync();
        room.Messages.Add(
            new FakeMessage("1700000000.000100", "U0ANA") { Text = "<@U0MARCO> the patch *works*" }
        );
        room.Members.AddRange(new[] { "U0ANA", "U0MARCO" }.Except(room.Members));

        await HappensAsync(Reacted("U0MARCO", room.Id, "1700000000.000100"));
        await HappensAsync(Reacted("U0ANA", room.Id, "1700000000.000100"));

        var note = (await NotesAsync()).Should().ContainSingle().Subject;
        note.Text.Should().Contain("@Marco Rossi the patch");
        note.Author.Should().Be("Ana Souza");
        note.Link!.AbsoluteUri.Should().EndWith($"archives/{room.Id}/p1700000000000100");
        await Eventually.IsTrueAsync(() => Slack.Whispers.Count == 2, "two private answers");
        ((string)Slack.Whispers.First(w => w.User == "U0MARCO").Message["text"]!)
            .Should()
            .StartWith("It is on the timeline");
        ((string)Slack.Whispers.First(w => w.User == "U0ANA").Message["text"]!)
            .Should()
            .Contain("já está");
    }

    [Fact]
    public async Task Reaction_OtherOrElsewhere_IsIgnoredQuietly()
    {
        var room = await DeclareAsync();
        var general = Slack.AddChannel("general");
        foreach (var channel in new[] { room, general })
            channel.Messages.Add(new FakeMessage("1700000000.000100", "U0ANA") { Text = "Hello" });

        await HappensAsync(Reacted("U0MARCO", room.Id, "1700000000.000100", "thumbsup"));
        await HappensAsync(Reacted("U0MARCO", general.Id, "1700000000.000100"));

        (await NotesAsync()).Should().BeEmpty();
        Slack.CallsOf("reactions.get").Should().BeEmpty();
        Slack.Whispers.Should().BeEmpty();
    }

    [Fact]
    public async Task Reaction_SlackDoesNotAnswer_IsToldPrivately()
    {
        var room = await DeclareAsync();
        room.Members.AddRange(new[] { "U0MARCO" }.Except(room.Members));
        Slack.Fail("reactions.get", Fault.Status(500));

        await HappensAsync(Reacted("U0MARCO", room.Id, "1700000000.000100"));

        await Eventually.IsTrueAsync(
            () => !Slack.Whispers.IsEmpty || Direct("U0MARCO") > 0,
            "words"
        );
        (await NotesAsync()).Should().BeEmpty();
    }

    // ---- Links -------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Link_AmongColleagues_GetsACard()
    {
        await DeclareAsync();
        var channel = Channel("U0ANA", "U0MARCO");

        await HappensAsync(Shared(channel.Id, Link("escalations/ESC-1001")));

        await Eventually.IsTrueAsync(() => !Slack.Unfurls.IsEmpty, "a card");
        var shown = Slack.Unfurls.Single();
        shown.Channel.Should().Be(channel.Id);
        shown.Unfurl.ToJsonString().Should().Contain("Nobody can sign in").And.Contain("Acme");
    }

    [Theory]
    [InlineData("guest")]
    [InlineData("external")]
    [InlineData("restricted")]
    [InlineData("nothing-there")]
    [InlineData("forged-post-mortem")]
    [InlineData("composer")]
    public async Task Link_WhereSomebodyMayNotKnow_StaysBare(string why)
    {
        var room = await DeclareAsync(restricted: why == "restricted");
        var channel = Channel("U0ANA", "U0MARCO");
        channel.IsExternal = why == "external";
        if (why == "guest")
            channel.Members.Add("U0GUEST");
        var link = why switch
        {
            "nothing-there" => Link("escalations/ESC-9999"),
            "forged-post-mortem" => Link(Forged()),
            _ => Link("escalations/ESC-1001"),
        };

        var answer = await HappensAsync(Shared(why == "composer" ? "COMPOSER" : channel.Id, link));

        answer.Status.Should().Be(200);
        // A card that comes late would come before that of a later link.
        await _app.Services.GetRequiredService<Errands>().SettleAsync();
        await HappensAsync(Shared(room.Id, Link("escalations/ESC-1001")));
        await Eventually.IsTrueAsync(() => !Slack.Unfurls.IsEmpty, "the card of the later link");
        Slack.Unfurls.Should().ContainSingle().Which.Channel.Should().Be(room.Id);
        Slack.Whispers.Should().BeEmpty();
    }

    [Fact]
    public async Task Link_RestrictedInItsOwnRoom_GetsACard()
    {
        var room = await DeclareAsync(restricted: true);

        await HappensAsync(Shared(room.Id, Link("escalations/ESC-1001")));

        await Eventually.IsTrueAsync(() => !Slack.Unfurls.IsEmpty, "a card");
    }

    [Fact]
    public async Task Link_ToAPostMortemMadeByUs_GetsACard()
    {
        await DeclareAsync();
        var channel = Channel("U0ANA", "U0MARCO");
        var link = await _app.Store.WriteAsync(
            c =>
                PostMortemLibrary.AddressOf(
                    new SignedLink(
                        TenantId.Default,
                        LinkedPage.PostMortem,
                        new EscalationNumber(1001),
                        Marco(),
                        NodaTime.Instant.FromDateTimeOffset(
                            TimeProvider.System.GetUtcNow().AddHours(1)
                        )
                    ),
                    RecordsOf(c),
                    PublicAddress
                ),
            default
        );

        await HappensAsync(Shared(channel.Id, link.AbsoluteUri));

        await Eventually.IsTrueAsync(() => !Slack.Unfurls.IsEmpty, "a card");
    }

    // ---- Channels that people change ---------------------------------------------------------------------------------

    [Theory]
    [InlineData("channel_archive")]
    [InlineData("channel_deleted")]
    [InlineData("channel_left")]
    [InlineData("group_left")]
    public async Task Channel_TakenAway_IsReplacedAndTheOwnerToldOnce(string type)
    {
        var room = await DeclareAsync();
        var told = Direct("U0MARCO");
        if (type == "channel_archive")
            room.Archived = true;
        else
            Slack.Channels.TryRemove(room.Id, out _);

        await HappensAsync(Of(type, room.Id, "U0ANA"));
        await HappensAsync(Of(type, room.Id, "U0ANA"));

        await Eventually.IsTrueAsync(
            () => Slack.Channels.Values.Any(c => c.Id != room.Id && c.Pins.Count == 1),
            "another room with the card"
        );
        await Eventually.IsTrueAsync(
            () => Texts("U0MARCO").Any(text => text.Contains("is gone")),
            "a word to the owner"
        );
        Texts("U0MARCO").Count(text => text.Contains("is gone")).Should().Be(1);
        (await LoadAsync()).Rooms.Should().HaveCount(2);
        told.Should().BeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Channel_PutAwayByUs_IsNoLoss()
    {
        var room = await DeclareAsync();

        await HappensAsync(Of("channel_archive", room.Id, FakeSlack.BotUser));

        (await LoadAsync()).Rooms.Should().ContainSingle().Which.Lost.Should().BeFalse();
    }

    [Fact]
    public async Task Channel_Renamed_IsKnownByItsNewName()
    {
        var room = await DeclareAsync();
        var renamed = new JsonObject
        {
            ["type"] = "channel_rename",
            ["channel"] = new JsonObject { ["id"] = room.Id, ["name"] = "acme-fire" },
        };

        await HappensAsync(renamed);

        (await LoadAsync()).Rooms[0].Name.Should().Be("acme-fire");
        (await EventsAsync()).OfType<WarRoomRenamed>().Should().ContainSingle();
    }

    [Fact]
    public async Task Channel_NotAWarRoom_ChangesNothing()
    {
        await DeclareAsync();
        var before = (await LoadAsync()).Version;

        await HappensAsync(Of("channel_deleted", "C0OTHER01", "U0ANA"));

        (await LoadAsync()).Rooms[0].Lost.Should().BeFalse();
        (await LoadAsync()).Version.Should().BeGreaterThanOrEqualTo(before);
    }

    [Fact]
    public async Task Member_WithARoleLeft_IsOnTheTimelineAndTheOwnerMayAskThemBack()
    {
        var room = await DeclareAsync();
        await AcceptAsync();
        room.Members.Remove("U0MARCO");

        await HappensAsync(Of("member_left_channel", room.Id, "U0MARCO"));

        (await EventsAsync()).OfType<LeftWarRoom>().Should().ContainSingle();
        await Eventually.IsTrueAsync(
            () => Texts("U0MARCO").Any(text => text.Contains("You left the room")),
            "a word to the owner"
        );
    }

    // ---- Helpers -----------------------------------------------------------------------------------------------------

    private Uri PublicAddress => _app.Services.GetRequiredService<Tools>().PublicAddress;

    private string Link(string path) => new Uri(PublicAddress, path).AbsoluteUri;

    private static string Forged() =>
        PostMortemLibrary.Path
        + new SignedLink(
            TenantId.Default,
            LinkedPage.PostMortem,
            new EscalationNumber(1001),
            new PersonId("x"),
            NodaTime.Instant.MaxValue - NodaTime.Duration.FromDays(1)
        ).Token(new byte[32]);

    private Task<SlackAnswer> HappensAsync(JsonObject happened) =>
        _app.EventAsync(happened, $"Ev{Interlocked.Increment(ref _event)}");

    private static JsonObject Opened(string user) =>
        new()
        {
            ["type"] = "app_home_opened",
            ["user"] = user,
            ["channel"] = "D" + user,
            ["tab"] = "home",
        };

    private static JsonObject Reacted(
        string user,
        string channel,
        string ts,
        string reaction = "pushpin"
    ) =>
        new()
        {
            ["type"] = "reaction_added",
            ["user"] = user,
            ["reaction"] = reaction,
            ["item"] = new JsonObject
            {
                ["type"] = "message",
                ["channel"] = channel,
                ["ts"] = ts,
            },
        };

    private static JsonObject Shared(string channel, string link) =>
        new()
        {
            ["type"] = "link_shared",
            ["channel"] = channel,
            ["message_ts"] = "1700000000.000200",
            ["links"] = new JsonArray(
                new JsonObject { ["domain"] = new Uri(link).Host, ["url"] = link }
            ),
        };

    private static JsonObject Of(string type, string channel, string user) =>
        new()
        {
            ["type"] = type,
            ["channel"] = channel,
            ["user"] = user,
        };

    private FakeChannel Channel(params string[] members)
    {
        var channel = Slack.AddChannel("general");
        channel.Members.AddRange(members);
        return channel;
    }

    private int Direct(string user) => Texts(user).Count;

    private List<string> Texts(string user) =>
        Slack.Channels.TryGetValue("D" + user, out var direct)
            ? [.. direct.Messages.ToArray().Select(message => message.Text)]
            : [];

    private static Records RecordsOf(System.Data.IDbConnection connection) =>
        new(connection, TenantId.Default);

    private PersonId Marco() =>
        _app
            .Store.ReadAsync(
                c => new PersonId(
                    Dapper.SqlMapper.ExecuteScalar<string>(
                        c,
                        "SELECT person FROM slack_user WHERE id = 'U0MARCO'"
                    )!
                ),
                default
            )
            .GetAwaiter()
            .GetResult();

    private async Task<FakeChannel> DeclareAsync(bool restricted = false)
    {
        await ActAsync(
            InteractionKind.SubmitDialog,
            "declare",
            about: null,
            ("customer", "acme"),
            ("summary", "Nobody can sign in"),
            ("reason", "MissingExpertise"),
            ("severity", "Sev2"),
            ("restricted", restricted ? "true" : "")
        );
        await Eventually.IsTrueAsync(
            () => Slack.Named("esc-1001-acme-nobody-can-sign-in") is { Pins.Count: 1 },
            "the war room"
        );
        return Slack.Named("esc-1001-acme-nobody-can-sign-in")!;
    }

    private Task AcceptAsync() =>
        ActAsync(InteractionKind.Action, "owner.accept", new EscalationNumber(1001));

    private async Task ActAsync(
        InteractionKind kind,
        string route,
        EscalationNumber? about,
        params (string Name, string Value)[] inputs
    )
    {
        var reply = await _app
            .Services.GetRequiredService<InteractionRouter>()
            .HandleAsync(
                new Interaction
                {
                    Key = $"{route}:{Interlocked.Increment(ref _event)}",
                    Tenant = TenantId.Default,
                    Actor = Marco(),
                    Platform = "slack",
                    Kind = kind,
                    Route = route,
                    Data = about is { } number
                        ? EscalationCollab.Core.Cards.ActionData.For(number)
                        : EscalationCollab.Core.Cards.ActionData.None,
                    Inputs = inputs.ToImmutableDictionary(
                        input => input.Name,
                        input => ImmutableArray.Create(input.Value)
                    ),
                },
                default
            );
        reply
            .Should()
            .NotBeOfType<Reply.Refused>(
                (reply as Reply.Refused) is { } no
                    ? EscalationCollab.Tests.TestSupport.Scenes.Say(no.Sentence)
                        + string.Join(
                            '\n',
                            _app.Log.Where(line =>
                                line.StartsWith("Error", StringComparison.Ordinal)
                            )
                        )
                    : ""
            );
    }

    private async Task<Escalation> LoadAsync() =>
        (await _app.Store.ReadAsync(c => RecordsOf(c).Load(new EscalationNumber(1001)), default))!;

    private async Task<IReadOnlyList<EscalationEvent>> EventsAsync() =>
        [
            .. (
                await _app.Store.ReadAsync(
                    c => RecordsOf(c).Events(new EscalationNumber(1001)),
                    default
                )
            ).Select(told => told.Event),
        ];

    private async Task<IReadOnlyList<NoteAdded>> NotesAsync() =>
        [.. (await EventsAsync()).OfType<NoteAdded>()];
}
