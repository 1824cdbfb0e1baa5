using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Slack.Receiving;

/// <summary>Where an act came from, which decides how it can be answered.</summary>
internal enum ActKind
{
    /// <summary>A slash command.</summary>
    Command,

    /// <summary>A button or menu entry.</summary>
    Button,

    /// <summary>A global or message shortcut.</summary>
    Shortcut,

    /// <summary>A modal was submitted.</summary>
    Submission,

    /// <summary>A menu asks for its entries while somebody types.</summary>
    Suggestion,

    /// <summary>A message to the app.</summary>
    Message,
}

/// <summary>How the kinds of acts are called in the log.</summary>
internal static class ActKinds
{
    /// <summary>With its article, as the beginning of a sentence.</summary>
    public static string Named(this ActKind kind) =>
        kind switch
        {
            ActKind.Command => "A command",
            ActKind.Button => "A button",
            ActKind.Shortcut => "A shortcut",
            ActKind.Submission => "A form",
            ActKind.Suggestion => "A menu",
            _ => "A message",
        };
}

/// <summary>Something a person did in Slack, as far as answering it needs.</summary>
internal sealed record Act(ActKind Kind, JsonElement Payload)
{
    /// <summary>The workspace the app acts in, or empty for an act of a whole organisation.</summary>
    public string Team { get; init; } = "";

    /// <summary>The organisation, or empty.</summary>
    public string Enterprise { get; init; } = "";

    /// <summary>Who did it.</summary>
    public string User { get; init; } = "";

    /// <summary>Where, or null.</summary>
    public string? Channel { get; init; }

    /// <summary>On which message, or null.</summary>
    public string? Message { get; init; }

    /// <summary>Exchanged once, within three seconds, for a dialog.</summary>
    public string? Trigger { get; init; }

    /// <summary>Takes private answers for half an hour, without a token.</summary>
    public string? ResponseUrl { get; init; }

    /// <summary>The modal that was submitted or in which a button was pressed.</summary>
    public JsonElement? View { get; init; }

    /// <summary>Where a dialog that is opened by this act comes from.</summary>
    public DialogOrigin Origin => new(Channel, Message);

    /// <summary>Reads a slash command.</summary>
    public static Act OfCommand(JsonElement fields) =>
        new(ActKind.Command, fields)
        {
            Team = fields.Text("team_id") ?? "",
            Enterprise = fields.Text("enterprise_id") ?? "",
            User = fields.Text("user_id") ?? "",
            Channel = fields.Text("channel_id"),
            Trigger = fields.Text("trigger_id"),
            ResponseUrl = fields.Text("response_url"),
        };

    /// <summary>Reads an interaction; null for one that wants no answer and for what is none.</summary>
    public static Act? OfInteraction(JsonElement payload)
    {
        ActKind? kind = payload.Text("type") switch
        {
            "block_actions" => ActKind.Button,
            "shortcut" or "message_action" => ActKind.Shortcut,
            "view_submission" => ActKind.Submission,
            "block_suggestion" => ActKind.Suggestion,
            _ => null,
        };
        if (kind is not { } known)
            return null;
        var view = payload.Part("view");
        var origin = OriginOf(view);
        return new Act(known, payload)
        {
            Team = payload.Text("team", "id") ?? payload.Text("view", "team_id") ?? "",
            Enterprise =
                payload.Text("enterprise", "id") ?? payload.Text("team", "enterprise_id") ?? "",
            User = payload.Text("user", "id") ?? "",
            Channel =
                payload.Text("channel", "id")
                ?? payload.Text("container", "channel_id")
                ?? origin.Channel,
            Message =
                payload.Text("message", "ts")
                ?? payload.Text("container", "message_ts")
                ?? origin.Message,
            Trigger = payload.Text("trigger_id"),
            ResponseUrl = payload.Text("response_url"),
            View = view,
        };
    }

    // A modal does not say where it was opened; ours carry it.
    private static DialogOrigin OriginOf(JsonElement? view) =>
        Carried.Read(view?.Text("private_metadata")) is { Kind: CarriedKind.Submits } carried
            ? DialogData.Apart(carried.Data).Origin
            : DialogOrigin.None;
}
