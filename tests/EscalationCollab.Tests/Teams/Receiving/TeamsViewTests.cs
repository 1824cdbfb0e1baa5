using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Teams.AdaptiveCards;

namespace EscalationCollab.Tests.Teams.Receiving;

/// <summary>The escalation card as each person finds it: Teams asks for it anew for those the message names.</summary>
public sealed class TeamsViewTests : IAsyncLifetime
{
    private const string Message = "1772442000000";

    private TeamsApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await TeamsApp.StartAsync();
        await _app.DeclareAsync("ana", "Sign-in fails");
        await PostedAsync(1001);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Refresh_WhoeverMayAccept_FindsTheButton()
    {
        Titles(await RefreshAsync("marco")).Should().Contain("I take it");
        Titles(await RefreshAsync("tom")).Should().NotContain("I take it");
    }

    [Fact]
    public async Task Refresh_Accepted_ShowsWhatEachCanDoNow()
    {
        await AcceptAsync("marco");

        var owner = Titles(await RefreshAsync("marco"));
        var engineer = Titles(await RefreshAsync("tom"));

        owner.Should().Contain("Change severity").And.Contain("Post status");
        engineer.Should().Contain("Post status").And.NotContain("Change severity");
    }

    [Fact]
    public async Task Refresh_Answer_IsAskedForAnewByThatPersonAlone()
    {
        var card = await RefreshAsync("tom");

        card["value"]!["refresh"]!["userIds"]!
            .AsArray()
            .Select(id => (string?)id)
            .Should()
            .Equal("29:tom");
        ((string?)card["type"]).Should().Be(Surfaces.CardType);
    }

    [Fact]
    public async Task Press_OfAButtonThatSomebodyWasNotShown_IsRefusedAllTheSame()
    {
        await AcceptAsync("tom");

        (await _app.LoadAsync(1001))!.Owner.Should().BeNull();
    }

    [Fact]
    public async Task Refresh_SilentAndNotInvited_TellsNothing()
    {
        await _app.DeclareAsync("ana", "A quiet matter", restricted: true);
        await PostedAsync(1002);

        var answer = await RefreshAsync("tom");

        answer.ToJsonString().Should().NotContain("quiet");
        ((string?)answer["type"]).Should().Be("application/vnd.microsoft.activity.message");
        (await RefreshAsync("ana")).ToJsonString().Should().Contain("quiet");
    }

    private Task<JsonObject> AcceptAsync(string person) =>
        _app.AskAsync(
            _app.Press(
                person,
                CarriedKind.Does,
                "owner.accept",
                ActionData.For(new EscalationNumber(1001))
            )
        );

    private async Task<JsonObject> RefreshAsync(string person)
    {
        var refresh = _app.Invoke(
            person,
            "adaptiveCard/action",
            new JsonObject
            {
                ["action"] = new JsonObject
                {
                    ["type"] = "Action.Execute",
                    ["data"] = TeamsApp.Button(CarriedKind.Refreshes, "card"),
                },
                ["trigger"] = "automatic",
            },
            TeamsApp.Channel
        );
        refresh["replyToId"] = Message;
        refresh["conversation"]!["id"] = $"{TeamsApp.Channel};messageid={Message}";
        return await _app.AskAsync(refresh);
    }

    private Task<bool> PostedAsync(long number) =>
        _app.Store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                // The last one whose card it is counts.
                foreach (var earlier in new long[] { 1001, 1002 })
                    records.DropPosted(new EscalationNumber(earlier), "card", "teams:room");
                records.SavePosted(
                    new EscalationNumber(number),
                    "card",
                    "teams:room",
                    new MessageRef("teams", TeamsApp.Channel, Message)
                );
                return true;
            },
            default
        );

    private static List<string> Titles(JsonNode answer) =>
        [.. AdaptiveCards.CardLint.Texts(answer["value"], "")];
}
