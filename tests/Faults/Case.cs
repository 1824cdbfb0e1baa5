using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Tests.Slack;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults;

/// <summary>The product in its workspace, with what the rows ask of it.</summary>
internal sealed class Case : Played, IAsyncDisposable
{
    /// <summary>Marco, who declares, owns and clicks.</summary>
    public const string Marco = "U0MARCO";

    private int _next;

    private Case(SlackApp app) => App = app;

    protected override IServiceProvider Services => App.Services;

    protected override TimeProvider Clock => App.Clock;

    protected override string Platform => "slack";

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
        made.Actor = new PersonId(
            await made.AskAsync<string>("SELECT person FROM slack_user WHERE id = 'U0MARCO'")
        );
        return made;
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

    /// <summary>From now on as impatient as Slack makes it.</summary>
    public void BeImpatient() => App.BeImpatient();

    public ValueTask DisposeAsync() => App.DisposeAsync();
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

/// <summary>Sending many to the workspace's side of the product.</summary>
internal static class Sending
{
    /// <summary>So many at a time.</summary>
    public static Task<List<SlackAnswer>> AllAsync(
        this Case product,
        IEnumerable<Parcel> parcels,
        int callers = 32
    ) => Deliveries.AllAsync(parcels, product.SendAsync, callers);

    /// <summary>So many a second, whether or not earlier ones are answered.</summary>
    /// <returns>Each with the time from the moment it was to be sent.</returns>
    public static async Task<List<SlackAnswer>> AtRateAsync(
        this Case product,
        IReadOnlyList<Parcel> parcels,
        int perSecond
    ) =>
        [
            .. (await Deliveries.AtRateAsync(parcels, product.SendAsync, perSecond)).Select(one =>
                one.Answer with
                {
                    Took = one.Took,
                }
            ),
        ];

    /// <summary>Milliseconds below which such a share of the answers came.</summary>
    public static double At(this List<SlackAnswer> answers, double share) =>
        Deliveries.At([.. answers.Select(answer => answer.Took)], share);
}
