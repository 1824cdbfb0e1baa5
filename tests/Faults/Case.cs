using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.Slack;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Faults;

/// <summary>The product in its workspace, with what the rows ask of it.</summary>
internal sealed class Case : IAsyncDisposable
{
    /// <summary>Marco, who declares, owns and clicks.</summary>
    public const string Marco = "U0MARCO";

    private PersonId _marco;
    private int _next;

    private Case(SlackApp app) => App = app;

    public SlackApp App { get; }

    public FakeSlack Slack => App.Slack;

    /// <param name="times">How much faster than the machine's the clock goes.</param>
    public static async Task<Case> StartAsync(int times = 1, bool socket = false)
    {
        var made = new Case(
            await SlackApp.StartAsync(
                socket,
                http: !socket,
                clock: times == 1 ? TimeProvider.System : new QuickTime(times)
            )
        );
        // Pages as large as Slack's: the small ones of the tests would make long lists slow for no reason.
        made.Slack.PageSize = 1_000;
        made._marco = new PersonId(
            await made.AskAsync<string>("SELECT person FROM slack_user WHERE id = 'U0MARCO'")
        );
        return made;
    }

    /// <summary>Declares an escalation, as Marco.</summary>
    public async Task<EscalationNumber> DeclareAsync()
    {
        await ActAsync(
            InteractionKind.SubmitDialog,
            "declare",
            ActionData.None,
            ("customer", "acme"),
            ("summary", "Nobody can sign in since this morning"),
            ("reason", "MissingExpertise"),
            ("severity", "Sev4")
        );
        return new EscalationNumber(
            (int)await AskAsync<long>("SELECT MAX(number) FROM escalation")
        );
    }

    /// <summary>The same, owned by Marco and with a status, so that "no change" can be said of it.</summary>
    public async Task<EscalationNumber> OwnedAsync()
    {
        var number = await DeclareAsync();
        await ActAsync(InteractionKind.Action, AcceptOwnership.Id, ActionData.For(number));
        await ActAsync(
            InteractionKind.SubmitDialog,
            PostStatus.Id,
            ActionData.For(number),
            ("conditions", "The login service answers 503"),
            ("actions", "Rolling back last night's release"),
            ("needs", ""),
            ("trend", "Same")
        );
        return number;
    }

    /// <summary>"No change" pressed on a card, as Slack sends it.</summary>
    public Parcel Click(EscalationNumber number)
    {
        var press = App.Press(
            Marco,
            new Carried(CarriedKind.Does, NoChange.Id, ActionData.For(number)).Write()
        );
        return new Parcel(
            "/slack/interactions",
            "payload=" + Uri.EscapeDataString(press.ToJsonString()),
            "application/x-www-form-urlencoded",
            "interactive",
            press
        );
    }

    /// <summary>"No change" written to the app, as an event.</summary>
    public Parcel Message(EscalationNumber number)
    {
        var id = Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
        var payload = SlackApp.EventPayload(
            new JsonObject
            {
                ["type"] = "message",
                ["channel_type"] = "im",
                ["channel"] = "D" + Marco,
                ["user"] = Marco,
                ["text"] = $"no-change {number.Value}",
                ["ts"] = $"1700000000.{id.PadLeft(6, '0')}",
            },
            "Ev" + id
        );
        return new Parcel(
            "/slack/events",
            payload.ToJsonString(),
            "application/json",
            "events_api",
            payload
        );
    }

    /// <summary>Sends it, signed now.</summary>
    public Task<SlackAnswer> SendAsync(Parcel parcel) =>
        App.SendAsync(parcel.Path, parcel.Body, parcel.Type);

    /// <summary>How often "no change" is in the store, once every click that was taken is decided.</summary>
    public async Task<long> StoredAsync()
    {
        await Eventually.IsTrueAsync(
            () =>
                AskAsync<long>("SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL")
                    .GetAwaiter()
                    .GetResult() == 0,
            "every click to be decided",
            seconds: 300
        );
        return await AskAsync<long>("SELECT COUNT(*) FROM event WHERE kind = 'status-unchanged'");
    }

    /// <summary>One value of the database.</summary>
    public async Task<T> AskAsync<T>(string sql, object? values = null) =>
        (await App.Store.ReadAsync(c => c.ExecuteScalar<T>(sql, values), default))!;

    /// <summary>Rows of the database.</summary>
    public Task<List<T>> AllAsync<T>(string sql) =>
        App.Store.ReadAsync(connection => connection.Query<T>(sql).AsList(), default);

    /// <summary>Waits until nothing is due any more.</summary>
    public async Task RestAsync(int seconds = 600)
    {
        var quiet = 0;
        await Eventually.IsTrueAsync(
            () => (quiet = WaitingAsync().GetAwaiter().GetResult() == 0 ? quiet + 1 : 0) > 20,
            "the outbox to come to rest",
            seconds
        );
    }

    /// <summary>How many effects are due and not done, those included that wait to be tried again.</summary>
    public Task<long> WaitingAsync() =>
        AskAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND (lease_owner IS NOT NULL OR due_at <= @now)",
            new { now = App.Clock.Moment().ToUnixTimeMilliseconds() }
        );

    /// <summary>From now on as impatient as Slack makes it.</summary>
    public void BeImpatient() => App.BeImpatient();

    public ValueTask DisposeAsync() => App.DisposeAsync();

    private async Task ActAsync(
        InteractionKind kind,
        string route,
        ActionData data,
        params (string Name, string Value)[] inputs
    )
    {
        var reply = await App
            .Services.GetRequiredService<InteractionRouter>()
            .HandleAsync(
                new Interaction
                {
                    Key = Guid.NewGuid().ToString("N"),
                    Tenant = TenantId.Default,
                    Actor = _marco,
                    Platform = "slack",
                    Kind = kind,
                    Route = route,
                    Data = data,
                    Inputs = inputs.ToImmutableDictionary(
                        input => input.Name,
                        input => ImmutableArray.Create(input.Value)
                    ),
                },
                default
            );
        if (reply is Reply.Refused refused)
            throw new InvalidOperationException($"{route} was refused: {refused.Sentence}");
    }
}

/// <summary>A delivery that can be sent again as it is.</summary>
/// <param name="Envelope">What Socket Mode calls it.</param>
internal sealed record Parcel(
    string Path,
    string Body,
    string Type,
    string Envelope,
    JsonObject Payload
);

/// <summary>Sending many.</summary>
internal static class Sending
{
    /// <summary>So many at a time.</summary>
    public static async Task<List<SlackAnswer>> AllAsync(
        this Case product,
        IEnumerable<Parcel> parcels,
        int callers = 32
    )
    {
        var answers = new System.Collections.Concurrent.ConcurrentQueue<SlackAnswer>();
        await Parallel.ForEachAsync(
            parcels,
            new ParallelOptions { MaxDegreeOfParallelism = callers },
            async (parcel, _) => answers.Enqueue(await product.SendAsync(parcel))
        );
        return [.. answers];
    }

    /// <summary>So many a second, whether or not earlier ones are answered.</summary>
    /// <returns>Each with the time from the moment it was to be sent.</returns>
    public static async Task<List<SlackAnswer>> AtRateAsync(
        this Case product,
        IReadOnlyList<Parcel> parcels,
        int perSecond
    )
    {
        var calls = new List<Task<SlackAnswer>>(parcels.Count);
        var began = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (calls.Count < parcels.Count)
        {
            await ticks.WaitForNextTickAsync();
            var passed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var due = Math.Min((int)(passed * perSecond), parcels.Count);
            while (calls.Count < due)
                calls.Add(
                    TimedAsync(
                        parcels[calls.Count],
                        TimeSpan.FromSeconds((double)calls.Count / perSecond)
                    )
                );
        }
        return [.. await Task.WhenAll(calls)];

        async Task<SlackAnswer> TimedAsync(Parcel parcel, TimeSpan wanted)
        {
            var answer = await Task.Run(() => product.SendAsync(parcel));
            return answer with { Took = TimeProvider.System.GetElapsedTime(began) - wanted };
        }
    }

    /// <summary>Milliseconds below which such a share of the answers came.</summary>
    public static double At(this List<SlackAnswer> answers, double share)
    {
        var times = answers.Select(answer => answer.Took.TotalMilliseconds).Order().ToArray();
        return times[(int)((times.Length - 1) * share)];
    }
}
