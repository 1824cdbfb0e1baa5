using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.People;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Receiving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Benchmarks;

/// <summary>
/// Signed clicks on a button of a card ("no change"), durable before they are acknowledged: at 500 a second, and as many as
/// go through, in turns with the smallest app of Slack's own framework, which stores nothing (tests/peers/bolt; "npm ci
/// --ignore-scripts" there first). What a rush leaves to be decided after its acknowledgement is printed with how long that
/// took, and in the end every click must have been decided. Limits: p99 at most 50 ms, at least 1.5 x.
/// </summary>
internal static class ClickBenchmark
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string Team = "T0BENCH";
    private const int Escalations = 200;

    private static readonly string[] Owners = ["marco", "ruta"];
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);
    private static int _next;

    public static async Task<int> RunAsync()
    {
        await using var slack = await StandInAsync();
        await using var product = await ProductAsync(new Uri(slack.Urls.First() + "/api/"));
        var clicks = await PrepareAsync(product);
        using var peer = await Peer.StartAsync("bolt", ("SIGNING_SECRET", Secret));
        var answers = new Uri(slack.Urls.First() + "/api/response");
        var ours = To(new Uri(product.Urls.First() + "/slack/interactions"));
        var theirs = To(new Uri($"http://127.0.0.1:{peer.Port}/slack/events"));
        var before = await Owned.UnchangedAsync(product.Services);

        var holds = await new Comparison("Bolt", 500, 1.5).RunAsync(
            ours,
            theirs,
            product.Services.GetRequiredService<InteractionInbox>()
        );

        await Owned.DemandAsync(product.Services, before, ours);
        return holds ? 0 : 1;

        Target To(Uri address) =>
            new(
                address,
                number =>
                {
                    var (user, value) = clicks[number % clicks.Length];
                    return Request(address, Payload(user, value, number, answers));
                }
            );
    }

    // Answers what the product asks Slack, at once: what is measured is the way in, not the way out.
    private static async Task<WebApplication> StandInAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost(
            "/api/{method}",
            async (string method, HttpContext context) =>
            {
                if (method == "response")
                    return Results.Ok();
                var asked = await new StreamReader(context.Request.Body).ReadToEndAsync();
                var user =
                    Owners.FirstOrDefault(owner =>
                        asked.Contains(UserOf(owner), StringComparison.Ordinal)
                    ) ?? "";
                var id = Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
                return Results.Json(
                    new
                    {
                        ok = true,
                        team_id = Team,
                        team = "Benchmark",
                        user_id = "U0BOT",
                        url = "https://bench.slack.example/",
                        ts = $"1.{id}",
                        channel = method == "chat.postMessage" || method == "chat.update"
                            ? (object)"C0BENCH"
                            : new { id = "C" + id, name = "room-" + id },
                        user = new
                        {
                            id = UserOf(user),
                            team_id = Team,
                            name = user,
                            real_name = user,
                            is_email_confirmed = true,
                            tz = "Europe/Rome",
                            locale = "en-GB",
                            profile = new { email = $"{user}@harbor.example" },
                        },
                        usergroups = Array.Empty<object>(),
                        messages = Array.Empty<object>(),
                        bookmarks = Array.Empty<object>(),
                    }
                );
            }
        );
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> ProductAsync(Uri api)
    {
        var data = Directory.CreateTempSubdirectory("click-benchmark").FullName;
        var app = Server.Build(
            new Places(data, Places.FindTemplates(null)),
            "http://127.0.0.1:0",
            builder =>
            {
                builder.Configuration["Slack:BotToken"] = "xoxb-benchmark";
                builder.Configuration["Slack:SigningSecret"] = Secret;
                builder.Configuration["Slack:ApiUrl"] = api.AbsoluteUri;
                builder.Logging.SetMinimumLevel(LogLevel.Critical);
            }
        );
        await Server.PrepareAsync(app, CancellationToken.None);
        await app.StartAsync();
        return app;
    }

    /// <summary>Owned escalations, and the value, as JSON, of the button "no change" of each.</summary>
    private static async Task<ImmutableArray<(string User, string Value)>> PrepareAsync(
        WebApplication product
    )
    {
        var store = product.Services.GetRequiredService<IStore>();
        var company = CompanyFile.Load(
            Path.Combine(
                product.Services.GetRequiredService<Places>().Templates,
                "sandbox",
                "company.yaml"
            )
        );
        await store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                foreach (var owner in Owners)
                    records.SavePerson(
                        company.Directory.Find(new PersonId(owner))! with
                        {
                            Email = $"{owner}@harbor.example",
                        }
                    );
                foreach (var customer in company.Directory.Customers.Values)
                    records.SaveCustomer(customer);
                return true;
            },
            CancellationToken.None
        );
        var clicks = ImmutableArray.CreateBuilder<(string, string)>(Escalations);
        for (var i = 0; i < Escalations; i++)
        {
            var owner = Owners[i % 2];
            var number = await Owned.MakeAsync(product.Services, "slack", owner, company, i);
            clicks.Add(
                (
                    UserOf(owner),
                    JsonSerializer.Serialize(
                        new Carried(CarriedKind.Does, NoChange.Id, ActionData.For(number)).Write()
                    )
                )
            );
        }
        return clicks.ToImmutable();
    }

    private static string UserOf(string person) => "U0" + person.ToUpperInvariant();

    // Signed when it is sent, as Slack does.
    private static byte[] Request(Uri address, string payload)
    {
        var body = "payload=" + Uri.EscapeDataString(payload);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes($"v0:{timestamp}:{body}"));
        return Encoding.ASCII.GetBytes(
            $"POST {address.AbsolutePath} HTTP/1.1\r\n"
                + $"Host: {address.Authority}\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + $"Content-Length: {body.Length}\r\n"
                + $"{SlackSignature.TimestampHeader}: {timestamp}\r\n"
                + $"{SlackSignature.SignatureHeader}: v0={Convert.ToHexStringLower(signature)}\r\n\r\n"
                + body
        );
    }

    private static string Payload(string user, string value, int number, Uri answers) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"type":"block_actions","team":{"id":"{{Team}}","domain":"bench"},"user":{"id":"{{user}}","team_id":"{{Team}}"},"api_app_id":"A0BENCH","channel":{"id":"C0BENCH","name":"room"},"container":{"type":"message","message_ts":"1.000001","channel_id":"C0BENCH"},"message":{"ts":"1.000001"},"trigger_id":"{{number}}.1.abc","response_url":"{{answers.AbsoluteUri}}","actions":[{"type":"button","action_id":"does:0","block_id":"b0","action_ts":"{{number}}","value":{{value}}}]}
            """
        );
}
