using System.Text.Json;
using System.Text.Json.Nodes;

namespace EscalationCollab.Slack.Receiving;

/// <summary>Something Slack delivers, by whichever way it came.</summary>
/// <param name="Payload">As Slack documents it; a slash command's fields as an object of texts.</param>
/// <param name="Transport"><c>http</c> or <c>websocket</c>, for the figures.</param>
internal sealed record Delivery(DeliveryKind Kind, JsonElement Payload, string Transport);

/// <summary>How the kinds of <see cref="Delivery"/> are called in the log.</summary>
internal static class DeliveryKinds
{
    /// <summary>With its article, as the beginning of a sentence.</summary>
    public static string Named(this DeliveryKind kind) =>
        kind switch
        {
            DeliveryKind.Event => "An event",
            DeliveryKind.Interaction => "An interaction",
            _ => "A command",
        };
}

/// <summary>The kinds of <see cref="Delivery"/>.</summary>
internal enum DeliveryKind
{
    /// <summary>Something happened in the workspace.</summary>
    Event,

    /// <summary>A button, a shortcut, a dialog; also asked for the entries of a menu.</summary>
    Interaction,

    /// <summary>A slash command.</summary>
    Command,
}

/// <summary>What Slack is answered at once; nothing but "received" when there is no body.</summary>
internal sealed record Acknowledgement(JsonObject? Body)
{
    /// <summary>Received.</summary>
    public static readonly Acknowledgement Plain = new((JsonObject?)null);

    /// <summary>Not received: Slack is to deliver it again, which it does with events only.</summary>
    public static readonly Acknowledgement Again = new((JsonObject?)null) { IsTaken = false };

    /// <summary>Whether it was received.</summary>
    public bool IsTaken { get; private init; } = true;
}
