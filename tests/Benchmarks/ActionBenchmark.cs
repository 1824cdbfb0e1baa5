using System.Globalization;
using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Receiving;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// The button "no change" of a card in Teams (Action.Execute with a token of the Bot Connector), durable before it is answered:
/// at 300 a second, and as many as go through, in turns with the smallest app of Microsoft's own framework, which checks the
/// same tokens and stores nothing (tests/peers/teams-apps; "npm ci --ignore-scripts" there first). Limits: p99 at most 50 ms,
/// at least 3 x.
/// </summary>
internal static class ActionBenchmark
{
    private const int Escalations = 200;

    public static async Task<int> RunAsync()
    {
        await using var product = await TeamsApp.StartAsync(quiet: true);
        product.Services.GetRequiredService<TeamsReceiver>().Patience = Duration.FromSeconds(3.5);
        var clicks = await PrepareAsync(product);
        using var peer = await Peer.StartAsync(
            "teams-apps",
            ("CLIENT_ID", TokenMint.Bot),
            ("TENANT_ID", TokenMint.Tenant),
            ("KEYS", product.Keys.AbsoluteUri)
        );
        var token = product.Token();
        var ours = To(new Uri(product.Address, TeamsEndpoints.Path));
        var theirs = To(new Uri($"http://127.0.0.1:{peer.Port}/api/messages"));
        var before = await Owned.UnchangedAsync(product.Services);

        var holds = await new Comparison("teams.apps", 300, 3).RunAsync(
            ours,
            theirs,
            product.Services.GetRequiredService<InteractionInbox>()
        );

        await Owned.DemandAsync(product.Services, before, ours);
        return holds ? 0 : 1;

        Target To(Uri address) =>
            new(address, number => Request(address, token, clicks[number % clicks.Length], number));
    }

    // Activities whose id and message are still to be filled in: the same button of the same message pressed twice in a
    // minute is pressed once.
    private static async Task<string[]> PrepareAsync(TeamsApp product)
    {
        var company = CompanyFile.Load(Path.Combine(Templates.Root, "sandbox", "company.yaml"));
        var clicks = new string[Escalations];
        for (var i = 0; i < Escalations; i++)
        {
            var number = await Owned.MakeAsync(product.Services, "teams", "marco", company, i);
            var press = product.Press(
                "marco",
                CarriedKind.Does,
                NoChange.Id,
                ActionData.For(number)
            );
            press["id"] = Place;
            press["replyToId"] = Place;
            clicks[i] = press.ToJsonString();
        }
        // Who Marco is, is asked once.
        await product.SendAsync(product.Message("marco", "help"));
        return clicks;
    }

    private const string Place = "place-of-the-number";

    private static byte[] Request(Uri address, string token, string click, int number)
    {
        var body = click.Replace(
            Place,
            number.ToString(CultureInfo.InvariantCulture),
            StringComparison.Ordinal
        );
        return Encoding.UTF8.GetBytes(
            $"POST {address.AbsolutePath} HTTP/1.1\r\n"
                + $"Host: {address.Authority}\r\n"
                + $"Authorization: Bearer {token}\r\n"
                + "Content-Type: application/json\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n"
                + body
        );
    }
}
