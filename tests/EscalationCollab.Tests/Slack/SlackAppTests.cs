using System.Text.Json.Nodes;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Tests.Slack;

/// <summary>The product in a workspace over HTTP: what works, and every way in which it can be called wrongly.</summary>
public sealed class SlackAppTests : IAsyncLifetime
{
    private SlackApp _app = null!;

    private FakeSlack Slack => _app.Slack;

    public async Task InitializeAsync() => _app = await SlackApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    // ---- Being Slack -------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Address_Verified_AnswersTheChallenge()
    {
        var answer = await _app.SendAsync(
            "/slack/events",
            """{"type":"url_verification","challenge":"3eZbrw1aB"}""",
            "application/json"
        );

        (answer.Status, answer.Body).Should().Be((200, "3eZbrw1aB"));
    }

    [Theory]
    [InlineData("/slack/commands")]
    [InlineData("/slack/interactions")]
    [InlineData("/slack/options")]
    public async Task Certificate_Checked_IsInOrder(string path) =>
        (await _app.SendFormAsync(path, new() { ["ssl_check"] = "1" })).Status.Should().Be(200);

    [Theory]
    [InlineData("/slack/events")]
    [InlineData("/slack/interactions")]
    [InlineData("/slack/commands")]
    [InlineData("/slack/options")]
    public async Task Forged_AnyAddress_IsRefusedAndDoesNothing(string path)
    {
        var wrong = "v0=" + new string('a', 64);

        (
            await _app.SendAsync(
                path,
                "text=help",
                "application/x-www-form-urlencoded",
                signature: wrong
            )
        )
            .Status.Should()
            .Be(401);
        (
            await _app.SendAsync(
                path,
                "text=help",
                "application/x-www-form-urlencoded",
                timestamp: "1531420618"
            )
        )
            .Status.Should()
            .Be(401);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefused() =>
        (await _app.SendAsync("/slack/events", new string('x', 1_100_000), "application/json"))
            .Status.Should()
            .BeOneOf(401, 413);

    [Theory]
    [InlineData("/slack/events", "{")]
    [InlineData("/slack/events", "[]")]
    [InlineData("/slack/events", "null")]
    [InlineData("/slack/events", """{"type":"event_callback","event":17}""")]
    [InlineData("/slack/interactions", "payload=%7B")]
    [InlineData("/slack/interactions", "nothing=here")]
    [InlineData("/slack/interactions", "payload=%7B%22type%22%3A%22new_thing%22%7D")]
    [InlineData("/slack/interactions", "payload=%7B%22type%22%3A%22block_actions%22%7D")]
    [InlineData(
        "/slack/interactions",
        "payload=%7B%22type%22%3A%22view_submission%22%2C%22view%22%3A1%7D"
    )]
    [InlineData("/slack/options", "payload=%7B%22type%22%3A%22block_suggestion%22%7D")]
    [InlineData("/slack/commands", "")]
    public async Task Malformed_IsReceivedWithoutAFault(string path, string body) =>
        (
            await _app.SendAsync(
                path,
                body,
                path == "/slack/events" ? "application/json" : "application/x-www-form-urlencoded"
            )
        )
            .Status.Should()
            .Be(200);

    // ---- Commands ----------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Help_IsAnsweredAtOnceInTheLanguageOfWhoAsks()
    {
        var english = (await _app.CommandAsync("U0MARCO", "help")).Json;
        var portuguese = (await _app.CommandAsync("U0ANA", "")).Json;

        ((string)english["response_type"]!).Should().Be("ephemeral");
        ((string)english["text"]!).Should().Be("What you can do here");
        ((string)portuguese["text"]!).Should().NotBe((string)english["text"]!);
    }

    [Fact]
    public async Task Subcommand_Unknown_SuggestsTheNearest()
    {
        var answer = (await _app.CommandAsync("U0MARCO", "stauts 1001")).Json;

        ((string)answer["text"]!).Should().Contain("stauts").And.Contain("/escalate status");
    }

    [Fact]
    public async Task Guest_IsToldWhomToAsk()
    {
        var answer = (await _app.CommandAsync("U0GUEST", "help")).Json;

        ((string)answer["text"]!).Should().StartWith("Guests and people from other companies");
    }

    [Fact]
    public async Task Workspace_NotInstalled_IsTold()
    {
        var fields = _app.CommandFields("U0MARCO", "help");
        fields["team_id"] = "T0SOMEBODYELSE";

        var answer = (await _app.SendFormAsync("/slack/commands", fields)).Json;

        ((string)answer["text"]!).Should().StartWith("EscalationCollab is not installed");
    }

    [Fact]
    public async Task User_SlackDoesNotAnswer_IsTold()
    {
        Slack.Fail("users.info", Fault.Status(500));

        var answer = (await _app.CommandAsync("U0ANA", "help")).Json;

        ((string)answer["text"]!).Should().StartWith("Slack did not answer us");
    }

    // ---- The main job ------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Declare_FromTheCommandToTheRoom_Works()
    {
        var view = await _app.OpenedAsync(() =>
            _app.CommandAsync("U0MARCO", "new Nobody can sign in")
        );

        var answer = await _app.InteractAsync(Declare("U0MARCO", view));

        ((string)answer.Json["response_action"]!).Should().Be("clear");
        await Eventually.IsTrueAsync(
            () =>
                Slack.Named("esc-1001-acme-nobody-can-sign-in")
                    is { Pins.Count: 1, Members.Count: > 1 },
            "the war room with its pinned card"
        );
        var room = Slack.Named("esc-1001-acme-nobody-can-sign-in")!;
        room.Members.Should().Contain("U0MARCO");
        room.Topic.Should().NotBeEmpty();
        room.Purpose.Should().Contain("ESC-1001");
        // Whoever declared it owns it or is asked to: the team comes from the user group.
        await Eventually.IsTrueAsync(
            () =>
                Slack.Channels.Values.Any(c => c.Id == "DU0MARCO" && c.Messages.Count > 0)
                || Slack.Responses.IsEmpty is false
                || Slack.CallsOf("chat.postMessage").Count > 1,
            "a message to Marco"
        );
    }

    [Fact]
    public async Task Declare_FieldsMissing_StandBesideTheirFields()
    {
        var view = await _app.OpenedAsync(() => _app.CommandAsync("U0MARCO", "new"));

        var answer = (
            await _app.InteractAsync(
                SlackApp.Submit("U0MARCO", view, ("customer", SlackApp.Chosen("acme")))
            )
        ).Json;

        ((string)answer["response_action"]!).Should().Be("errors");
        answer["errors"]!.AsObject().Should().NotBeEmpty();
        (await CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Declare_DeliveredFourTimes_HappensOnce()
    {
        var view = await _app.OpenedAsync(() =>
            _app.CommandAsync("U0MARCO", "new Nobody can sign in")
        );
        var payload = Declare("U0MARCO", view);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => _app.InteractAsync(payload))
        );

        answers.Should().OnlyContain(answer => answer.Status == 200);
        (await CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Shortcut_OnAMessage_FillsTheFormWithIt()
    {
        var view = await _app.OpenedAsync(() =>
            _app.InteractAsync(
                new JsonObject
                {
                    ["type"] = "message_action",
                    ["callback_id"] = "escalate-message",
                    ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
                    ["user"] = new JsonObject { ["id"] = "U0MARCO" },
                    ["channel"] = new JsonObject { ["id"] = "C0GENERAL" },
                    ["message"] = new JsonObject
                    {
                        ["ts"] = "1700000000.000100",
                        ["user"] = "U0ANA",
                        ["text"] = "Acme &amp; co: <@U0MARCO>, sign-in is down",
                    },
                    ["trigger_id"] = _app.NewTrigger(),
                    ["response_url"] = Slack.NewResponseUrl("shortcut"),
                }
            )
        );

        view.ToJsonString()
            .Should()
            .Contain("Ana Souza")
            .And.Contain("sign-in is down")
            .And.NotContain("&amp;amp;");
    }

    [Fact]
    public async Task Shortcut_Global_OpensTheForm()
    {
        var view = await _app.OpenedAsync(() =>
            _app.InteractAsync(
                new JsonObject
                {
                    ["type"] = "shortcut",
                    ["callback_id"] = "declare",
                    ["team"] = new JsonObject { ["id"] = FakeSlack.Team },
                    ["user"] = new JsonObject { ["id"] = "U0MARCO" },
                    ["trigger_id"] = _app.NewTrigger(),
                }
            )
        );

        ((string)view["callback_id"]!).Should().Be("declare");
    }

    [Fact]
    public async Task Form_OpenedInDirectMessages_IsAnsweredThereAndNothingStays()
    {
        var direct = new FakeChannel("D0MARCO", "", true, FakeSlack.BotUser);
        direct.Members.Add("U0MARCO");
        Slack.Channels[direct.Id] = direct;
        var opens = new Carried(CarriedKind.Opens, "declare", ActionData.None);
        var view = await _app.OpenedAsync(() =>
            _app.InteractAsync(_app.Press("U0MARCO", opens.Write(), channel: direct.Id))
        );

        await _app.InteractAsync(Declare("U0MARCO", view));

        await Eventually.IsTrueAsync(
            () => Slack.Whispers.Any(told => told.Channel == direct.Id),
            "an answer that only Marco sees"
        );
        direct.Messages.Should().BeEmpty();
    }

    // ---- What goes wrong ---------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("nonsense")]
    [InlineData("d3:old.")]
    public async Task Button_OfAnOlderVersion_SaysSo(string value)
    {
        var answer = await _app.InteractAsync(_app.Press("U0MARCO", value));

        answer.Status.Should().Be(200);
        (await _app.RespondedAsync()).Should().StartWith("This button is from an older version");
    }

    [Fact]
    public async Task Button_EscalationNotThere_SaysSo()
    {
        var carried = new Carried(
            CarriedKind.Does,
            "status.no-change",
            ActionData.For(new EscalationNumber(9999))
        );

        await _app.InteractAsync(_app.Press("U0MARCO", carried.Write()));

        (await _app.RespondedAsync()).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Text_Oversized_StandsBesideItsFieldAndChangesNothing()
    {
        var view = await _app.OpenedAsync(() => _app.CommandAsync("U0MARCO", "new"));

        var answer = await _app.InteractAsync(
            Declare("U0MARCO", view, summary: new string('x', 100_000))
        );

        ((string)answer.Json["response_action"]!).Should().Be("errors");
        ErrorsOf(answer).Should().ContainSingle().Which.Length.Should().BeInRange(10, 500);
        (await CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Form_AnsweredBySomebodyElseMeanwhile_SaysSo()
    {
        await DeclaredAsync();
        var late = await _app.OpenedAsync(() => _app.CommandAsync("U0ANA", "decline 1001"));
        var early = await _app.OpenedAsync(() => _app.CommandAsync("U0MARCO", "decline 1001"));

        var first = await _app.InteractAsync(Decline("U0MARCO", early));
        var second = await _app.InteractAsync(Decline("U0ANA", late));

        ((string)first.Json["response_action"]!).Should().Be("clear");
        ErrorsOf(second).Should().ContainSingle().Which.Should().Contain("1001");
    }

    [Fact]
    public async Task Form_OfSomebodyWithoutTheRight_SaysSoAndChangesNothing()
    {
        await DeclaredAsync();
        var view = await _app.OpenedAsync(() => _app.CommandAsync("U0ANA", "decline 1001"));

        var answer = await _app.InteractAsync(Decline("U0ANA", view));

        ErrorsOf(answer).Should().ContainSingle().Which.Should().NotBeEmpty();
        (
            await _app.Store.ReadAsync(
                connection => connection.ExecuteScalar<string>("SELECT status FROM escalation"),
                default
            )
        )
            .Should()
            .NotBe("Declined");
    }

    [Fact]
    public async Task Trigger_Expired_SaysTryAgain()
    {
        var answer = await _app.CommandAsync("U0MARCO", "new", trigger: "expired");

        answer.Status.Should().Be(200);
        (await _app.RespondedAsync()).Should().StartWith("The form could not be opened in time");
    }

    [Fact]
    public async Task Slack_HangsWhileAStrangerAsks_IsAcknowledgedInTimeAndAnsweredLater()
    {
        await _app.CommandAsync("U0MARCO", "help");
        _app.BeImpatient();
        Slack.Fail("users.info", Fault.Hang());

        var answer = await _app.CommandAsync("U0ANA", "help");

        answer.Status.Should().Be(200);
        answer.Body.Should().BeEmpty();
        answer.Took.Should().BeLessThan(TimeSpan.FromSeconds(3));
        Slack.Release();
        (await _app.RespondedAsync()).Should().StartWith("Slack did not answer us");
    }

    [Fact]
    public async Task Form_NotStoredInTime_StaysOpenAndSentAgainHappensOnce()
    {
        var view = await _app.OpenedAsync(() =>
            _app.CommandAsync("U0MARCO", "new Nobody can sign in")
        );
        Slack.AddUser("U0NINA", "Nina Novak", "nina.novak@harbor.example");
        _app.BeImpatient();
        Slack.Fail("users.info", Fault.Hang());
        var form = Declare("U0NINA", view);

        var first = await _app.InteractAsync(form);

        ((string)first.Json["response_action"]!).Should().Be("errors", "it would be gone");
        first.Body.Should().Contain("not stored yet");
        first.Took.Should().BeLessThan(TimeSpan.FromSeconds(3));
        Slack.Release();
        await Eventually.IsTrueAsync(
            () => SentAgainAsync().GetAwaiter().GetResult() == "clear",
            "the form to be taken"
        );
        await SentAgainAsync();

        (await CountAsync()).Should().Be(1);

        async Task<string> SentAgainAsync() =>
            (string)(await _app.InteractAsync(form)).Json["response_action"]!;
    }

    [Fact]
    public async Task Slack_HangsEverywhere_ButtonsAreAcknowledgedAtOnce()
    {
        await _app.CommandAsync("U0MARCO", "help");
        foreach (
            var method in new[]
            {
                "views.open",
                "chat.postMessage",
                "chat.postEphemeral",
                "conversations.create",
            }
        )
            Slack.Fail(method, [.. Enumerable.Repeat(Fault.Hang(), 50)]);

        var answers = new List<SlackAnswer>();
        for (var i = 0; i < 20; i++)
            answers.Add(await _app.CommandAsync("U0MARCO", "new"));

        answers.Should().OnlyContain(answer => answer.Status == 200);
        answers.Max(answer => answer.Took).Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Response_AddressOfAStranger_IsNotCalled()
    {
        var payload = _app.Press("U0MARCO", "nonsense");
        payload["response_url"] = "https://hooks.slack.com.evil.example/1";
        payload["channel"] = new JsonObject { ["id"] = "DU0MARCO" };

        await _app.InteractAsync(payload);

        await Eventually.IsTrueAsync(
            () => Slack.CallsOf("chat.postMessage").Count == 1,
            "a direct message"
        );
        Slack.Responses.Should().BeEmpty();
        _app.Log.Should().Contain(line => line.Contains("is not Slack's"));
    }

    // ---- Events ------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Message_ToTheApp_IsACommandAndItsRepetitionIsNot()
    {
        var message = new JsonObject
        {
            ["type"] = "message",
            ["channel_type"] = "im",
            ["channel"] = "DU0MARCO",
            ["user"] = "U0MARCO",
            ["text"] = "help",
            ["ts"] = "1.000001",
        };
        Slack.Channels["DU0MARCO"] = new FakeChannel("DU0MARCO", "", true, FakeSlack.BotUser);

        for (var i = 0; i < 4; i++)
            (await _app.EventAsync((JsonObject)message.DeepClone(), "Ev0001"))
                .Status.Should()
                .Be(200);

        await Eventually.IsTrueAsync(
            () => Slack.Channels["DU0MARCO"].Messages.Count > 0,
            "an answer"
        );
        await _app.EventAsync((JsonObject)message.DeepClone(), "Ev0001");
        Slack.Channels["DU0MARCO"].Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task Event_ThatCannotBeHandledYet_IsAskedForAgain()
    {
        await DeclaredAsync();
        Slack.Fail("users.info", Fault.Status(500));
        var left = Left("U0ANA");

        (await _app.EventAsync((JsonObject)left.DeepClone(), "Ev0010")).Status.Should().Be(503);

        (await _app.EventAsync(left, "Ev0010")).Status.Should().Be(200);
    }

    [Fact]
    public async Task Event_TakesTooLong_IsAskedForAgainAndItsRepetitionWaitsForIt()
    {
        await DeclaredAsync();
        _app.BeImpatient();
        Slack.Fail("users.info", Fault.Hang());
        var asked = Slack.CallsOf("users.info").Count;
        var left = Left("U0ANA");

        (await _app.EventAsync((JsonObject)left.DeepClone(), "Ev0011")).Status.Should().Be(503);
        (await _app.EventAsync((JsonObject)left.DeepClone(), "Ev0011")).Status.Should().Be(503);

        (Slack.CallsOf("users.info").Count - asked)
            .Should()
            .Be(1, "the repetition waits for the first one and does nothing of its own");
        Slack.Release();
        // The first one fails when Slack lets go; what waited for it says the same, and the next one is taken.
        await Eventually.IsTrueAsync(
            () =>
                _app.EventAsync((JsonObject)left.DeepClone(), "Ev0011")
                    .GetAwaiter()
                    .GetResult()
                    .Status == 200,
            "a repetition that is taken"
        );
    }

    [Fact]
    public async Task Event_RepeatedAfterARestart_CountsOnce()
    {
        await DeclaredAsync();
        await _app.EventAsync(Left("U0MARCO"), "Ev0012");

        await _app.RestartAsync();
        await _app.EventAsync(Left("U0MARCO"), "Ev0012");

        (
            await _app.Store.ReadAsync(
                connection =>
                    connection.ExecuteScalar<long>(
                        "SELECT COUNT(*) FROM event WHERE kind = 'left-war-room'"
                    ),
                default
            )
        )
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task Message_ThatNeedsAForm_IsAnsweredWithAButton()
    {
        Slack.Channels["DU0MARCO"] = new FakeChannel("DU0MARCO", "", true, FakeSlack.BotUser);

        await _app.EventAsync(
            new JsonObject
            {
                ["type"] = "message",
                ["channel_type"] = "im",
                ["channel"] = "DU0MARCO",
                ["user"] = "U0MARCO",
                ["text"] = "new",
            },
            "Ev0002"
        );

        await Eventually.IsTrueAsync(
            () => Slack.Channels["DU0MARCO"].Messages.Count > 0,
            "an answer"
        );
        var button = Slack
            .Channels["DU0MARCO"]
            .Messages[0]
            .Blocks!.AsArray()
            .Single(block => (string?)block!["type"] == "actions")!["elements"]![0]!;
        var view = await _app.OpenedAsync(() =>
            _app.InteractAsync(_app.Press("U0MARCO", (string)button["value"]!, channel: "DU0MARCO"))
        );
        ((string)view["callback_id"]!).Should().Be("declare");
    }

    [Fact]
    public async Task App_Uninstalled_IsPausedAndSaid()
    {
        await _app.CommandAsync("U0MARCO", "help");

        await _app.EventAsync(new JsonObject { ["type"] = "app_uninstalled" }, "Ev0003");

        _app.Log.Should()
            .Contain(line => line.StartsWith("Error:") && line.Contains("app_uninstalled"));
        var calls = Slack.Calls.Count;
        await _app.CommandAsync("U0MARCO", "new");
        (await _app.RespondedAsync()).Should().NotBeEmpty();
        Slack.Calls.Should().HaveCount(calls);
    }

    [Fact]
    public async Task User_Changes_IsKnownAtOnce()
    {
        await _app.CommandAsync("U0MARCO", "help");
        Slack.Users["U0MARCO"].Locale = "it-IT";

        await _app.EventAsync(
            new JsonObject
            {
                ["type"] = "user_change",
                ["user"] = Slack.Users["U0MARCO"].ToJson(locale: true),
            },
            "Ev0004"
        );

        ((string)(await _app.CommandAsync("U0MARCO", "help")).Json["text"]!)
            .Should()
            .NotBe("What you can do here");
    }

    [Fact]
    public async Task Logs_HoldNoSecretAndNoText()
    {
        await _app.CommandAsync("U0MARCO", "note 1001 the customer's secret words");
        await _app.SendAsync("/slack/events", "{}", "application/json", signature: "v0=00");

        string.Join('\n', _app.Log)
            .Should()
            .NotContain(FakeSlack.BotToken)
            .And.NotContain(FakeSlack.SigningSecret)
            .And.NotContain("secret words");
    }

    private async Task DeclaredAsync()
    {
        var view = await _app.OpenedAsync(() => _app.CommandAsync("U0MARCO", "new"));
        await _app.InteractAsync(Declare("U0MARCO", view));
        await Eventually.IsTrueAsync(
            () => Slack.Named("esc-1001-acme-nobody-can-sign-in") is { Pins.Count: 1 },
            "the war room"
        );
    }

    private JsonObject Left(string user) =>
        new()
        {
            ["type"] = "member_left_channel",
            ["channel"] = Slack.Named("esc-1001-acme-nobody-can-sign-in")!.Id,
            ["user"] = user,
        };

    private static JsonObject Decline(string user, JsonObject view) =>
        SlackApp.Submit(
            user,
            view,
            ("reason", SlackApp.Typed("It is a question")),
            ("next", SlackApp.Typed("Support answers it"))
        );

    private static List<string> ErrorsOf(SlackAnswer answer) =>
        [.. answer.Json["errors"]!.AsObject().Select(error => (string)error.Value!)];

    private static JsonObject Declare(
        string user,
        JsonObject view,
        string summary = "Nobody can sign in"
    ) =>
        SlackApp.Submit(
            user,
            view,
            ("customer", SlackApp.Chosen("acme")),
            ("summary", SlackApp.Typed(summary)),
            ("reason", SlackApp.Chosen("MissingExpertise"))
        );

    private Task<long> CountAsync() =>
        _app.Store.ReadAsync(
            connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM escalation"),
            default
        );
}
