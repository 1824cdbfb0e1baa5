using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EscalationCollab.Slack.WebApi;

/// <summary>
/// Figures and traces of the way to Slack and from it: the meter and the source <c>EscalationCollab.Slack</c>, named as the
/// semantic conventions of OpenTelemetry name calls of remote procedures.
/// </summary>
internal static class SlackMetrics
{
    private const string Name = "EscalationCollab.Slack";

    /// <summary>Traces.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>(
        "rpc.client.duration",
        "ms",
        "Calls of Slack's Web API by rpc.method and error.type"
    );

    private static readonly Histogram<double> AnswerDuration = Meter.CreateHistogram<double>(
        "escalationcollab.slack.acknowledge.duration",
        "s",
        "From receiving a delivery to acknowledging it, by transport and kind"
    );

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "escalationcollab.slack.refused",
        "{request}",
        "Deliveries that were not taken, by reason"
    );

    private static readonly UpDownCounter<long> Sockets = Meter.CreateUpDownCounter<long>(
        "escalationcollab.slack.sockets",
        "{socket}",
        "Open Socket Mode connections"
    );

    public static Activity? StartCall(SlackMethod method)
    {
        var activity = Source.StartActivity($"slack.web/{method.Name}", ActivityKind.Client);
        activity?.SetTag("rpc.system", "slack").SetTag("rpc.service", "slack.web");
        activity?.SetTag("rpc.method", method.Name);
        return activity;
    }

    public static void Called(SlackMethod method, TimeSpan took, string? error) =>
        CallDuration.Record(
            took.TotalMilliseconds,
            error is null
                ? new TagList { { "rpc.system", "slack" }, { "rpc.method", method.Name } }
                : new TagList
                {
                    { "rpc.system", "slack" },
                    { "rpc.method", method.Name },
                    { "error.type", error },
                }
        );

    public static void Acknowledged(string transport, string kind, TimeSpan took) =>
        AnswerDuration.Record(
            took.TotalSeconds,
            new TagList { { "network.transport", transport }, { "kind", kind } }
        );

    public static void Refuse(string reason) =>
        Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void SocketOpened() => Sockets.Add(1);

    public static void SocketClosed() => Sockets.Add(-1);
}
