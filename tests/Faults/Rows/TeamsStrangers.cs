using System.Diagnostics;
using System.Text.Json.Nodes;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Tests.Teams.Fake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Eventually = EscalationCollab.Tests.Slack.Fake.Eventually;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// Activities with a token of Teams that want their answers at a stranger's address, written in every way that has fooled
/// somebody; and Teams and Graph themselves pointing elsewhere, by redirects.
/// </summary>
internal static class TeamsStrangers
{
    private const string Domain = "stranger.example";

    public static async Task<Finding> RunAsync(int count)
    {
        await using var stranger = await Stranger.StartAsync();
        await using var product = await TeamsCase.StartAsync();
        var number = await product.OwnedAsync();
        await product.RestAsync();
        using var wire = new Wire(stranger.Port);
        var addresses = Addresses(product.Teams.ServiceUrl, stranger.Port);
        var activities = Enumerable
            .Range(0, count)
            .Select(i => Wanted(product, number, addresses[i % addresses.Length], i))
            .ToList();

        var answers = await Deliveries.AllAsync(activities, product.SendAsync, 16);
        var refused = answers.Count(answer => answer.Status == 403);
        var redirected = await RedirectAsync(product, stranger, Math.Clamp(count / 100, 2, 20));

        var stored = await product.StoredAsync();
        return new Finding(
            $"{count:N0} activities with a good token and {addresses.Length} kinds of a stranger's address, {redirected} calls answered with a redirect",
            $"{refused:N0} refused, {stored} decided; {stranger.Calls + wire.Calls} calls to strangers, {stranger.Tokens} tokens given away",
            "0 calls to strangers, 0 tokens given away"
        )
            .Must(refused == count, $"{count - refused} were not refused")
            .Must(stored == 0, $"{stored} were decided")
            .Must(redirected > 0, "no call was redirected")
            .Must(stranger.Calls + wire.Calls == 0, "a stranger was called")
            .Must(stranger.Tokens == 0, "a stranger has a token of ours");
    }

    private static string[] Addresses(Uri ours, int port) =>
        [
            $"http://127.0.0.1:{port}/",
            $"http://localhost:{port}/",
            $"http://[::1]:{port}/",
            $"http://[::ffff:127.0.0.1]:{port}/",
            $"http://2130706433:{port}/",
            $"http://0x7f000001:{port}/",
            $"http://127.1:{port}/",
            $"http://{ours.Authority}@127.0.0.1:{port}/",
            $"http://{ours.Authority}#@127.0.0.1:{port}/",
            $"http://{ours.Authority}\\@127.0.0.1:{port}/",
            $"https://smba.trafficmanager.net@127.0.0.1:{port}/",
            $"https://smba.trafficmanager.net:{port}/",
            $"https://smba.trafficmanager.net.{Domain}/emea/",
            $"https://smba-trafficmanager.net.{Domain}/",
            $"https://{Domain}/smba.trafficmanager.net/",
            $"https://{Domain}/?smba.trafficmanager.net",
            $"https://xsmba.trafficmanager.net.{Domain}:443/",
            "http://smba.trafficmanager.net/emea/",
            "http://169.254.169.254/metadata/instance",
            "ftp://smba.trafficmanager.net/",
            "file:///etc/passwd",
            $"//127.0.0.1:{port}/",
            "",
        ];

    // The token is made for the very address: what stands in the way is the list of hosts alone.
    private static JsonObject Wanted(
        TeamsCase product,
        Core.EscalationNumber number,
        string address,
        int turn
    )
    {
        var activity = (turn % 3) switch
        {
            0 => product.Press(NoChange.Id, number),
            1 => product.Message($"no-change {number.Value}"),
            _ => product.Added(),
        };
        activity["serviceUrl"] = address;
        return activity;
    }

    private static async Task<int> RedirectAsync(TeamsCase product, Stranger stranger, int count)
    {
        var redirected = 0;
        product.Teams.Chooses = _ =>
            Interlocked.Increment(ref redirected) <= count
                ? new TeamsFault(redirected % 2 == 0 ? 302 : 307)
                {
                    Location = new Uri($"http://127.0.0.1:{stranger.Port}/"),
                }
                : null;
        await product.DeclareAsync();
        await Eventually.IsTrueAsync(() => redirected >= 1, "a redirect", seconds: 60);
        product.Teams.Chooses = null;
        return Math.Min(redirected, count);
    }

    /// <summary>Somebody on this machine who takes whatever is given.</summary>
    private sealed class Stranger(WebApplication app) : IAsyncDisposable
    {
        private int _calls;
        private int _tokens;

        public int Port => new Uri(app.Urls.First()).Port;

        public int Calls => _calls;

        public int Tokens => _tokens;

        public static async Task<Stranger> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var stranger = new Stranger(app);
            app.Run(stranger.TakeAsync);
            await app.StartAsync();
            return stranger;
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        private Task TakeAsync(HttpContext context)
        {
            Interlocked.Increment(ref _calls);
            if (context.Request.Headers.Authorization.Count > 0)
                Interlocked.Increment(ref _tokens);
            return context.Response.WriteAsync("{}");
        }
    }

    /// <summary>Sees every HTTP call that leaves this process, also those that reach nobody.</summary>
    private sealed class Wire : IDisposable
    {
        private readonly ActivityListener _listener;
        private int _calls;

        public Wire(int port)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "System.Net.Http",
                Sample = (ref _) => ActivitySamplingResult.AllData,
                ActivityStopped = call =>
                {
                    var address = call.GetTagItem("url.full")?.ToString() ?? "";
                    if (
                        address.Contains(Domain, StringComparison.Ordinal)
                        || address.Contains("trafficmanager", StringComparison.Ordinal)
                        || address.Contains("169.254.", StringComparison.Ordinal)
                        || address.Contains($":{port}/", StringComparison.Ordinal)
                    )
                        Interlocked.Increment(ref _calls);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>To strangers.</summary>
        public int Calls => _calls;

        public void Dispose() => _listener.Dispose();
    }
}
