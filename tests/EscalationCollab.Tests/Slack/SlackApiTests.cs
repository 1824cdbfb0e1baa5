using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Tests.Slack.Fake;
using NodaTime;

namespace EscalationCollab.Tests.Slack;

public sealed class SlackApiTests : IAsyncLifetime
{
    private SlackDesk _desk = null!;

    private FakeSlack Slack => _desk.Slack;

    public async Task InitializeAsync() => _desk = await SlackDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task Call_TakesJson_IsSentAsJson()
    {
        await CallAsync(SlackMethod.AuthTest);

        Slack.CallsOf("auth.test").Should().ContainSingle().Which.AsJson.Should().BeTrue();
    }

    [Fact]
    public async Task Call_TakesNoJson_IsSentAsAForm()
    {
        Slack.AddUser("U1", "Ana");

        var answer = await CallAsync(
            SlackMethod.User,
            new JsonObject { ["user"] = "U1", ["include_locale"] = true }
        );

        var call = Slack.CallsOf("users.info").Should().ContainSingle().Subject;
        call.AsJson.Should().BeFalse();
        call["include_locale"].Should().Be("true");
        answer.Text("user", "locale").Should().Be("en-GB");
    }

    [Fact]
    public async Task Call_RateLimited_WaitsAsLongAsAskedForThatMethodOnly()
    {
        Slack.Fail("auth.test", Fault.Limit(30));
        await FailsAsync(SlackMethod.AuthTest, ChatFailure.RateLimited, Duration.FromSeconds(30));

        _desk.Time.Advance(Duration.FromSeconds(20));
        await FailsAsync(SlackMethod.AuthTest, ChatFailure.RateLimited, Duration.FromSeconds(10));
        await CallAsync(SlackMethod.UserGroups);
        _desk.Time.Advance(Duration.FromSeconds(10));
        await CallAsync(SlackMethod.AuthTest);

        Slack.CallsOf("auth.test").Should().HaveCount(2, "no call may come before its time");
    }

    [Fact]
    public async Task Call_RateLimited_LeavesOtherWorkspacesAlone()
    {
        Slack.Fail("auth.test", Fault.Limit(30));
        await FailsAsync(SlackMethod.AuthTest, ChatFailure.RateLimited, Duration.FromSeconds(30));

        await _desk.Api.CallAsync(
            new SlackToken("another", FakeSlack.BotToken),
            SlackMethod.AuthTest,
            [],
            default
        );
    }

    [Fact]
    public async Task Call_OftenerThanTheTierAllows_DoesNotReachSlack()
    {
        for (var i = 0; i < SlackMethod.UserGroups.PerMinute; i++)
            await CallAsync(SlackMethod.UserGroups);

        await FailsAsync(SlackMethod.UserGroups, ChatFailure.RateLimited, Duration.FromMinutes(1));

        Slack.CallsOf("usergroups.list").Should().HaveCount(SlackMethod.UserGroups.PerMinute);
    }

    [Theory]
    [InlineData("channel_not_found", ChatFailure.Gone)]
    [InlineData("not_in_channel", ChatFailure.Gone)]
    [InlineData("is_archived", ChatFailure.Gone)]
    [InlineData("message_not_found", ChatFailure.Gone)]
    [InlineData("restricted_action", ChatFailure.Refused)]
    [InlineData("invalid_blocks", ChatFailure.Refused)]
    [InlineData("missing_scope", ChatFailure.Refused)]
    [InlineData("something_new", ChatFailure.Refused)]
    [InlineData("internal_error", ChatFailure.Unclear)]
    [InlineData("fatal_error", ChatFailure.Unclear)]
    [InlineData("ratelimited", ChatFailure.RateLimited)]
    public async Task Call_Refused_TellsTheKinds(string error, ChatFailure failure)
    {
        Slack.Fail("chat.postMessage", Fault.Of(error));

        await FailsAsync(SlackMethod.PostMessage, failure);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Call_Broken_IsUnclearOnlyWhereTwiceIsNotOnce(int status)
    {
        Slack.Fail("chat.postMessage", Fault.Status(status));
        Slack.Fail("chat.update", Fault.Status(status));

        await FailsAsync(SlackMethod.PostMessage, ChatFailure.Unclear);
        await FailsAsync(SlackMethod.UpdateMessage, ChatFailure.Unavailable);
    }

    [Fact]
    public async Task Call_NobodyListens_CertainlyDidNotHappen()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var free = ((IPEndPoint)port.LocalEndpoint).Port;
        port.Stop();
        var api = _desk.NewApi(new Uri($"http://127.0.0.1:{free}/api/"));

        var call = () => api.CallAsync(SlackDesk.Token, SlackMethod.PostMessage, [], default);

        (await call.Should().ThrowAsync<SlackException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Unavailable);
    }

    [Fact]
    public async Task Call_Hangs_EndsAtItsLimit()
    {
        Slack.Fail("chat.postMessage", Fault.Hang());
        var call = CallAsync(SlackMethod.PostMessage);
        await Eventually.IsTrueAsync(
            () => Slack.CallsOf("chat.postMessage").Count == 1,
            "the call"
        );

        _desk.Time.Advance(SlackApi.Usual - Duration.FromSeconds(1));
        call.IsCompleted.Should().BeFalse();
        _desk.Time.Advance(Duration.FromSeconds(1));

        (await ((Func<Task>)(() => call)).Should().ThrowAsync<SlackException>())
            .Which.Failure.Should()
            .Be(ChatFailure.Unclear);
    }

    [Fact]
    public async Task Token_Revoked_PausesTheWorkspaceUntilItIsTriedAgain()
    {
        Slack.Revoked = true;
        await FailsAsync(SlackMethod.AuthTest, ChatFailure.Unavailable);
        Slack.Revoked = false;

        await FailsAsync(SlackMethod.UserGroups, ChatFailure.Unavailable, SlackApi.Pause);
        Slack.Calls.Should().HaveCount(1, "a refused token is not knocked with");
        await _desk.Api.CallAsync(
            new SlackToken("another", FakeSlack.BotToken),
            SlackMethod.AuthTest,
            [],
            default
        );
        _desk.Time.Advance(SlackApi.Pause);
        await CallAsync(SlackMethod.UserGroups);

        _desk.Api.IsPaused("configured").Should().BeFalse();
    }

    [Fact]
    public async Task Messages_HoldNeitherTokenNorText()
    {
        Slack.Fail("chat.postMessage", Fault.Of("invalid_blocks"));

        var call = () =>
            CallAsync(
                SlackMethod.PostMessage,
                new JsonObject { ["channel"] = "C1", ["text"] = "what the customer wrote" }
            );

        (await call.Should().ThrowAsync<SlackException>())
            .Which.ToString()
            .Should()
            .NotContain(FakeSlack.BotToken)
            .And.NotContain("customer wrote");
    }

    private Task<System.Text.Json.JsonElement> CallAsync(
        SlackMethod method,
        JsonObject? arguments = null
    ) => _desk.Api.CallAsync(SlackDesk.Token, method, arguments ?? [], default);

    private async Task FailsAsync(SlackMethod method, ChatFailure failure, Duration? after = null)
    {
        var failed = (
            await ((Func<Task>)(() => CallAsync(method))).Should().ThrowAsync<SlackException>()
        ).Which;
        failed.Failure.Should().Be(failure);
        if (after is not null)
            failed.After.Should().Be(after);
    }
}
