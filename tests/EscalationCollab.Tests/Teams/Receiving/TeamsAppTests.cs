using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Tests.Teams.Receiving;

public sealed class TeamsAppTests : IAsyncLifetime
{
    private TeamsApp _app = null!;

    public async Task InitializeAsync() => _app = await TeamsApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    // ---- The door ----------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Activity_Unproven_IsNotLookedAt()
    {
        var body = Encoding.UTF8.GetBytes(_app.Message("ana", "secret words").ToJsonString());
        var strange = _app.Message("ana", "help");
        strange["serviceUrl"] = "https://collector.example/";

        (await _app.SendAsync(body, null)).Should().Be((401, null));
        (await _app.SendAsync(body, "Bearer x.y.z")).Should().Be((401, null));
        (await _app.SendAsync(strange)).Should().Be((403, null));
        (await _app.SendAsync(new byte[TeamsEndpoints.LargestBody + 1], "Bearer x"))
            .Status.Should()
            .Be(413);
        (await _app.SendAsync("no json"u8.ToArray(), "Bearer x")).Status.Should().Be(400);
        (await _app.SendAsync(Encoding.UTF8.GetBytes(new string('[', 99)), "Bearer x"))
            .Status.Should()
            .Be(400);
        (await _app.SendAsync("{\"text\":\"\\ud800\"}"u8.ToArray(), "Bearer x"))
            .Status.Should()
            .Be(400);

        _app.Said.Should().BeEmpty();
        _app.Log.Should().NotContain(line => line.Contains("secret words"));
    }

    [Fact]
    public async Task Activity_OfAnotherOrganisation_IsToldWhy()
    {
        var activity = _app.Press("ana", CarriedKind.Does, "x");
        activity["conversation"]!["tenantId"] = "99999999-0000-0000-0000-000000000009";
        activity["channelData"]!["tenant"]!["id"] = "99999999-0000-0000-0000-000000000009";

        ((string?)(await _app.AskAsync(activity))["value"])
            .Should()
            .Contain("another organisation");
    }

    // ---- Messages ----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("")]
    [InlineData(TeamsApp.Group)]
    [InlineData(TeamsApp.Channel)]
    public async Task Help_InEveryScope_IsSaidInPlace(string conversation)
    {
        var message = _app.Message("ana", "help", conversation, mentions: conversation.Length > 0);

        await _app.SendAsync(message);

        var said = await _app.HearAsync((string)message["conversation"]!["id"]!);
        said.Text.Should()
            .Contain("What you can do here")
            .And.Contain("@EscalationCollab status 1042")
            .And.NotContain("/escalate");
    }

    [Fact]
    public async Task Command_WithTheNameOfTheAppTyped_IsTaken()
    {
        await _app.SendAsync(_app.Message("ana", "@escalationcollab help"));

        (await _app.HearAsync("a:ana")).Text.Should().Contain("What you can do here");
    }

    [Fact]
    public async Task Message_InAChannelToOthers_IsNotAnswered()
    {
        await _app.SendAsync(_app.Message("ana", "help", TeamsApp.Channel));

        _app.Said.Should().BeEmpty();
    }

    [Fact]
    public async Task List_InAChannel_IsAnsweredPrivately()
    {
        await _app.DeclareAsync("ana", "Nobody can sign in");

        await _app.SendAsync(_app.Message("marco", "list", TeamsApp.Channel, mentions: true));

        (await _app.HearAsync("a:marco")).Text.Should().Contain("ESC-1001");
        _app.Said.Should().NotContain(said => said.Conversation.StartsWith(TeamsApp.Channel));
    }

    [Fact]
    public async Task New_Typed_OpensTheFormWithWhatWasTyped()
    {
        await _app.SendAsync(_app.Message("ana", "new The shop is down"));

        var said = await _app.HearAsync("a:ana");
        var button = Find(said.Activity, node => (string?)node["type"] == "Action.Submit")!;
        var shown = await _app.AskAsync(
            _app.Invoke(
                "ana",
                "task/fetch",
                new JsonObject { ["data"] = button["data"]!.DeepClone() }
            )
        );

        Field(shown, "v:summary").Should().Be("The shop is down");
    }

    [Fact]
    public async Task Command_Unknown_IsSaidWithTheNearest()
    {
        await _app.SendAsync(_app.Message("ana", "lst"));

        (await _app.HearAsync("a:ana")).Text.Should().Contain("list").And.NotContain("/escalate");
    }

    [Fact]
    public async Task Message_RepeatedWithAnotherId_IsAnsweredOnce()
    {
        var message = _app.Message("ana", "help");
        await _app.SendAsync(message);
        message["id"] = "another";

        await _app.SendAsync(message);

        _app.Said.Should().ContainSingle();
    }

    [Fact]
    public async Task Act_OfAGuest_IsRefusedInPlainWords()
    {
        var answer = await _app.AskAsync(_app.Press("gil", CarriedKind.Does, "x"));

        ((string?)answer["value"]).Should().StartWith("Guests and people from other companies");
    }

    [Fact]
    public async Task Act_OfSomebodyUnknown_IsRefusedInPlainWords()
    {
        var answer = await _app.AskAsync(
            _app.Invoke("nobody", "task/fetch", TeamsApp.Button(CarriedKind.Opens, "declare"))
        );

        ((string?)answer["task"]!["value"])
            .Should()
            .StartWith("Teams does not tell us who you are");
    }

    // ---- Forms -------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task EscalateMessage_FilledInWronglyThenRightly_DeclaresOnce()
    {
        var shown = await _app.AskAsync(
            _app.Invoke(
                "ana",
                "composeExtension/fetchTask",
                JsonNode
                    .Parse(
                        """
                        {"commandId":"escalate-message","commandContext":"message","messagePayload":{"id":"17",
                         "from":{"user":{"displayName":"Paul Buyer"}},"linkToMessage":"https://teams.microsoft.com/l/message/17",
                         "body":{"contentType":"html","content":"<p>Acme &lt;3 cannot <b>sign</b> in</p>"}}}
                        """
                    )!
                    .AsObject()
            )
        );
        shown.ToJsonString().Should().Contain("Paul Buyer");
        Field(shown, "v:summary").Should().Be("Acme <3 cannot sign in");

        var again = await _app.AskAsync(
            _app.Submit(
                "ana",
                shown,
                "composeExtension/submitAction",
                ("v:summary", "Typed words"),
                ("v:reason", "MissingExpertise")
            )
        );
        ((string?)again["task"]!["type"]).Should().Be("continue");
        Field(again, "v:summary").Should().Be("Typed words");
        again.ToJsonString().Should().Contain("Please fill this in").And.Contain("Paul Buyer");

        var right = _app.Submit(
            "ana",
            again,
            "composeExtension/submitAction",
            ("v:summary", "Typed words"),
            ("v:reason", "MissingExpertise"),
            ("v:customer", "acme")
        );
        var answer = await _app.AskAsync(right);
        ((string?)answer["task"]!["value"]).Should().Contain("ESC-1001");

        right["id"] = "repeated";
        (await _app.AskAsync(right)).ToJsonString().Should().Be(answer.ToJsonString());
        (await _app.LoadAsync(1002)).Should().BeNull();
        var escalation = (await _app.LoadAsync(1001))!;
        escalation.Source!.Author.Should().Be("Paul Buyer");
        escalation.Source.Link!.Host.Should().Be("teams.microsoft.com");
    }

    [Fact]
    public async Task PostStatus_OutsideARoom_ChoosesTheEscalationFirst()
    {
        await _app.DeclareAsync("ana", "First problem");
        await _app.DeclareAsync("ana", "Second problem");
        await AcceptAsync("marco", 1001);
        await AcceptAsync("marco", 1002);

        var choose = await _app.AskAsync(
            _app.Invoke(
                "marco",
                "composeExtension/fetchTask",
                new JsonObject { ["commandId"] = "post-status", ["commandContext"] = "compose" }
            )
        );
        var form = await _app.AskAsync(
            _app.Submit("marco", choose, "composeExtension/submitAction", ("v:escalation", "1002"))
        );
        var end = await _app.AskAsync(
            _app.Submit(
                "marco",
                form,
                "composeExtension/submitAction",
                ("v:conditions", "Being looked at"),
                ("v:trend", "Same")
            )
        );

        ((string?)end["task"]!["value"]).Should().StartWith("Posted.");
        (await _app.LoadAsync(1002))!.StatusUpdates.Last!.Conditions.Should().Be("Being looked at");
    }

    [Fact]
    public async Task Dialog_Cancelled_ClosesWithoutAWord()
    {
        var (status, body) = await _app.SendAsync(
            _app.Invoke(
                "ana",
                "task/submit",
                new JsonObject { ["data"] = TeamsApp.Button(CarriedKind.Cancels, "declare") }
            )
        );

        (status, body).Should().Be((200, null));
    }

    // ---- Buttons -----------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Accept_PressedByTwo_OneWinsAndTheOtherIsTold()
    {
        await _app.DeclareAsync("ana", "Nobody can sign in");

        var first = await AcceptAsync("marco", 1001);
        var second = await AcceptAsync("ruta", 1001);

        ((string?)first["type"]).Should().NotBeNull();
        ((string?)second["value"]).Should().Contain("Marco Rossi");
        (await _app.LoadAsync(1001))!.Owner.Should().Be(new PersonId("marco"));
        _app.Mistakes.Should().BeEmpty();
    }

    [Fact]
    public async Task Button_OfAnotherVersionOrOfNobody_IsSaidToBeOutOfDate()
    {
        var newer = _app.Press("ana", CarriedKind.Does, "x");
        newer["value"]!["action"]!["data"]!["ec"] = 99;
        var unknown = _app.Press("ana", CarriedKind.Does, "no.such.action");
        var whole = _app.Press("ana", CarriedKind.ShowsWhole, new string('a', 32));

        foreach (var activity in new[] { newer, unknown, whole })
            ((string?)(await _app.AskAsync(activity))["value"]).Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task Answer_LaterThanTeamsWaits_IsSaidToGoOn()
    {
        await _app.DeclareAsync("ana", "Nobody can sign in");
        _app.Services.GetRequiredService<TeamsReceiver>().Patience = NodaTime.Duration.Zero;

        var answer = await AcceptAsync("marco", 1001);

        ((string?)answer["value"]).Should().Contain("longer than usual");
        await Eventually.IsTrueAsync(
            () => _app.LoadAsync(1001).GetAwaiter().GetResult()!.Owner is not null,
            "the acceptance"
        );
    }

    [Fact]
    public async Task Notes_DeliveredFourTimesWithNewIds_HappenOnce()
    {
        const int Notes = 60;
        await _app.DeclareAsync("ana", "Nobody can sign in");
        var shown = await _app.AskAsync(
            _app.Invoke(
                "ana",
                "task/fetch",
                TeamsApp.Button(
                    CarriedKind.Opens,
                    "timeline.add",
                    ActionData.For(new EscalationNumber(1001))
                )
            )
        );

        var deliveries =
            from note in Enumerable.Range(0, Notes)
            let activity = _app.Submit(
                "ana",
                shown,
                "task/submit",
                ("v:kind", "Event"),
                ("v:text", $"Note {note}")
            )
            from copy in Enumerable.Range(0, 4)
            select Copy(activity, copy);
        await Parallel.ForEachAsync(
            deliveries,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (activity, _) => (await _app.SendAsync(activity)).Status.Should().Be(200)
        );

        var texts = await _app.ReadAsync(records =>
            records
                .Events(new EscalationNumber(1001))
                .Select(told => told.Event)
                .OfType<NoteAdded>()
                .Select(note => note.Text)
                .ToList()
        );
        texts.Should().HaveCount(Notes).And.OnlyHaveUniqueItems();
    }

    // ---- Searching and links -----------------------------------------------------------------------------------------

    [Theory]
    [InlineData("1001")]
    [InlineData("ESC-1001")]
    [InlineData("acme SIGN")]
    [InlineData("sessao")]
    public async Task Search_ByNumberCustomerAndWords_FindsIt(string typed)
    {
        await _app.DeclareAsync("ana", "Sign in: a sessão expirou");
        await _app.DeclareAsync("ana", "Another thing");

        var found = (await SearchAsync("tom", typed))["composeExtension"]!;

        ((string?)found["type"]).Should().Be("result");
        var entry = found["attachments"]!.AsArray().Should().ContainSingle().Subject!;
        entry["preview"]!["content"]!["title"]!.ToString().Should().Contain("ESC-1001");
        entry["content"]!["refresh"]!["userIds"]!.AsArray().Should().ContainSingle();
    }

    [Fact]
    public async Task Search_ForWhatIsRestricted_FindsNothing()
    {
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);

        // Not even for whoever may see it: what is found is there to be shared with others.
        foreach (var person in new[] { "ana", "tom" })
            ((string?)(await SearchAsync(person, "quiet"))["composeExtension"]!["type"])
                .Should()
                .Be("message");
    }

    [Fact]
    public async Task Search_WithMarksOfTheDatabase_FindsOnlyTheirLetters()
    {
        await _app.DeclareAsync("ana", "100% broken");

        (await SearchAsync("tom", "100%"))["composeExtension"]!["attachments"].Should().NotBeNull();
        ((string?)(await SearchAsync("tom", "br_ken"))["composeExtension"]!["type"])
            .Should()
            .Be("message");
    }

    [Fact]
    public async Task Link_AmongColleagues_UnfoldsAndElsewhereStaysBare()
    {
        await _app.DeclareAsync("ana", "Nobody can sign in");
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);
        _app.LeaveRoom(TeamsApp.Group, "29:gil");

        (await LinkAsync("https://esc.example/escalations/1001", TeamsApp.Group))
            .Should()
            .ContainSingle();
        (await LinkAsync("https://esc.example/escalations/1001", TeamsApp.Channel))
            .Should()
            .BeEmpty("a guest reads there");
        (await LinkAsync("https://esc.example/escalations/1002", TeamsApp.Group))
            .Should()
            .BeEmpty();
        (await LinkAsync("https://elsewhere.example/escalations/1001", TeamsApp.Group))
            .Should()
            .BeEmpty();
        (await LinkAsync("no address", TeamsApp.Group)).Should().BeEmpty();
    }

    [Fact]
    public async Task WholeCard_OfASharedOne_IsShownToWhoeverMaySeeIt()
    {
        await _app.DeclareAsync("ana", "Nobody can sign in");
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);

        (await WholeAsync("tom", "ESC-1001")).ToJsonString().Should().Contain("Nobody can sign in");
        ((string?)(await WholeAsync("tom", "ESC-1002"))["task"]!["type"]).Should().Be("message");
    }

    // ---- Installing --------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Installation_ToldTwice_WelcomesOnceAndKeepsTheTeam()
    {
        var team = JsonNode
            .Parse(
                $$$"""{"tenant":{"id":"{{{Authentication.TokenMint.Tenant}}}"},"team":{"id":"19:general@thread.tacv2","aadGroupId":"AAAAAAAA-0000-0000-0000-000000000001","name":"Ops"}}"""
            )!
            .AsObject();
        const string General = "19:general@thread.tacv2";

        await _app.SendAsync(
            _app.Activity(
                "ana",
                "installationUpdate",
                new JsonObject { ["action"] = "add", ["channelData"] = team.DeepClone() },
                General
            )
        );
        await _app.SendAsync(
            _app.Activity(
                "ana",
                "conversationUpdate",
                new JsonObject
                {
                    ["membersAdded"] = new JsonArray(new JsonObject { ["id"] = BotConnector.Bot }),
                    ["channelData"] = team.DeepClone(),
                },
                General
            )
        );

        _app.Said.Should().ContainSingle().Which.Text.Should().Contain("ready here");
        (await TeamAsync()).Should().Be("aaaaaaaa-0000-0000-0000-000000000001");

        await _app.SendAsync(
            _app.Activity(
                "ana",
                "installationUpdate",
                new JsonObject { ["action"] = "remove", ["channelData"] = team.DeepClone() },
                General
            )
        );
        (await TeamAsync()).Should().BeEmpty();
    }

    // ---- Whatever comes ----------------------------------------------------------------------------------------------

    [Fact]
    public async Task Activity_Malformed_IsAnsweredAndNeverAMistake()
    {
        string[] values =
        [
            "null",
            "1",
            "\"x\"",
            "[]",
            "{}",
            "{\"data\":null}",
            "{\"data\":{\"ec\":1}}",
            "{\"data\":{\"ec\":1,\"act\":\"s\"}}",
            "{\"data\":{\"ec\":\"1\",\"act\":7}}",
            "{\"action\":{\"data\":{\"ec\":1,\"act\":\"d3:abc.\"}}}",
            "{\"data\":{\"ec\":1,\"act\":\"s7:declare.\",\"v:customer\":{\"a\":[1]},\"g:x\":5}}",
            "{\"commandId\":7,\"messagePayload\":{\"body\":9,\"from\":[]}}",
            "{\"parameters\":{\"x\":1},\"queryOptions\":\"no\"}",
            "{\"parameters\":[1,null,{\"name\":\"text\",\"value\":\"%_!'\\u0000\"}],\"queryOptions\":{\"skip\":-1,\"count\":1e99}}",
            "{\"url\":\"\\\\\\\\x\"}",
            "{\"queryText\":{},\"dataset\":1}",
        ];
        string[] names =
        [
            "adaptiveCard/action",
            "task/fetch",
            "task/submit",
            "composeExtension/query",
            "composeExtension/fetchTask",
            "composeExtension/submitAction",
            "composeExtension/queryLink",
            "composeExtension/anonymousQueryLink",
            "application/search",
            "message/submitAction",
            "no/such/name",
            "",
        ];
        foreach (var name in names)
        foreach (var value in values)
        {
            var activity = _app.Invoke("ana", name, []);
            activity["value"] = JsonNode.Parse(value);
            (await _app.SendAsync(activity)).Status.Should().Be(200, "{0} {1}", name, value);
        }
        foreach (
            var broken in new[]
            {
                "from",
                "conversation",
                "channelData",
                "recipient",
                "type",
                "value",
                "id",
                "entities",
                "membersRemoved",
            }
        )
        foreach (
            var type in new[]
            {
                "message",
                "invoke",
                "conversationUpdate",
                "installationUpdate",
                "event",
                "7",
            }
        )
        foreach (var wrong in new[] { "null", "[]", "\"x\"", "{}" })
        {
            var activity = _app.Activity("ana", type, new JsonObject { ["name"] = "task/fetch" });
            activity[broken] = JsonNode.Parse(wrong);
            (await _app.SendAsync(activity))
                .Status.Should()
                .BeOneOf([200, 403], "{0} {1} {2}", broken, type, wrong);
        }

        _app.Mistakes.Should().BeEmpty();
    }

    // ---- Help --------------------------------------------------------------------------------------------------------

    private Task<JsonObject> AcceptAsync(string person, long number) =>
        _app.AskAsync(
            _app.Press(
                person,
                CarriedKind.Does,
                "owner.accept",
                ActionData.For(new EscalationNumber(number))
            )
        );

    private Task<JsonObject> SearchAsync(string person, string typed) =>
        _app.AskAsync(
            _app.Invoke(
                person,
                "composeExtension/query",
                new JsonObject
                {
                    ["commandId"] = "search",
                    ["parameters"] = new JsonArray(
                        new JsonObject { ["name"] = "text", ["value"] = typed }
                    ),
                }
            )
        );

    private async Task<JsonArray> LinkAsync(string url, string conversation) =>
        (
            await _app.AskAsync(
                _app.Invoke(
                    "tom",
                    "composeExtension/queryLink",
                    new JsonObject { ["url"] = url },
                    conversation
                )
            )
        )["composeExtension"]!["attachments"]!.AsArray();

    private Task<JsonObject> WholeAsync(string person, string key) =>
        _app.AskAsync(
            _app.Invoke(
                person,
                "task/fetch",
                new JsonObject { ["data"] = TeamsApp.Button(CarriedKind.ShowsWhole, key) }
            )
        );

    private Task<string> TeamAsync() =>
        _app.ReadAsync(records =>
            Dapper.SqlMapper.ExecuteScalar<string>(
                records.Connection,
                "SELECT team FROM teams_tenant"
            )!
        );

    private static JsonObject Copy(JsonObject activity, int copy)
    {
        var again = activity.DeepClone().AsObject();
        again["id"] = $"{activity["id"]}-{copy}";
        again["timestamp"] = $"2026-03-03T14:00:{15 * copy % 60:00}Z";
        return again;
    }

    private static string? Field(JsonObject shown, string id) =>
        (string?)Find(shown, node => (string?)node["id"] == id)?["value"];

    private static JsonObject? Find(JsonNode? node, Func<JsonObject, bool> wanted) =>
        node switch
        {
            JsonObject found when wanted(found) => found,
            JsonObject parent => parent
                .Select(p => Find(p.Value, wanted))
                .FirstOrDefault(f => f is not null),
            JsonArray list => list.Select(item => Find(item, wanted))
                .FirstOrDefault(f => f is not null),
            _ => null,
        };
}
