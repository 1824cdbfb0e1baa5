using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.Authentication;
using EscalationCollab.Teams.People;

namespace EscalationCollab.Teams.Receiving;

/// <summary>Where people and the app are together.</summary>
internal enum Scope
{
    /// <summary>The app and one person.</summary>
    Personal,

    /// <summary>A chat of several.</summary>
    Group,

    /// <summary>A channel of a team.</summary>
    Channel,
}

/// <summary>
/// What Teams sent, once it is proven that Teams sent it. Anything in it may be missing or of another kind than expected:
/// it then reads as empty, and who asked is told that it could not be read.
/// </summary>
internal sealed record Activity(JsonElement Payload)
{
    private const string Thread = ";messageid=";

    /// <summary>Such as <c>message</c> or <c>invoke</c>.</summary>
    public string Type { get; } = Payload.Text("type") ?? "";

    /// <summary>Of an invoke, such as <c>task/fetch</c>.</summary>
    public string Name { get; } = Payload.Text("name") ?? "";

    /// <summary>Another one when Teams repeats it.</summary>
    public string Id { get; } = Payload.Text("id") ?? "";

    /// <summary>The Entra tenant, in lower case; null when it names none.</summary>
    public string? Entra { get; } = ActivityTenant.Of(Payload);

    /// <summary>Where it is answered, on the list of hosts; null when it is no address.</summary>
    public Uri? ServiceUrl { get; } =
        Uri.TryCreate(Payload.Text("serviceUrl"), UriKind.Absolute, out var url) ? url : null;

    /// <summary>The Entra object id of who did it, or empty.</summary>
    public string User { get; } = Payload.Part("from")?.Text("aadObjectId") ?? "";

    /// <summary>The id Teams names them by, such as <c>29:…</c>, or empty.</summary>
    public string TeamsId { get; } = Payload.Text("from", "id") ?? "";

    /// <summary>The id the bot goes by, or empty.</summary>
    public string Bot { get; } = Payload.Text("recipient", "id") ?? "";

    /// <summary>Where it happened: in a channel the conversation that a message there began.</summary>
    public string Conversation { get; } = Payload.Text("conversation", "id") ?? "";

    /// <summary>The message with the button that was pressed, or null.</summary>
    public string? Message { get; } = Payload.Text("replyToId");

    /// <summary>What came along; an empty element when nothing did.</summary>
    public JsonElement Value { get; } = Payload.Part("value") ?? default;

    /// <summary>What the client says of who uses it.</summary>
    public ClientSays Says { get; } = ClientSays.Read(Payload);

    /// <summary>The team, channel and kind of event.</summary>
    public JsonElement Channel { get; } = Payload.Part("channelData") ?? default;

    /// <summary>What kind of place it is.</summary>
    public Scope Scope =>
        Payload.Text("conversation", "conversationType") switch
        {
            "channel" => Scope.Channel,
            "groupChat" => Scope.Group,
            "personal" => Scope.Personal,
            _ => Channel.Text("channel", "id") is not null ? Scope.Channel
            : Conversation.StartsWith("19:", StringComparison.Ordinal) ? Scope.Group
            : Scope.Personal,
        };

    /// <summary>The room: of a conversation in a channel that channel.</summary>
    public string Room =>
        Scope == Scope.Channel && Channel.Text("channel", "id") is { Length: > 0 } channel
            ? channel
            : Conversation.Split(Thread)[0];

    /// <summary>Where a dialog that is opened by it comes from.</summary>
    public DialogOrigin Origin => new(Room.Length > 0 ? Room : null, Message);

    /// <summary>
    /// The same for every delivery of one message: its time, since a repeated one may carry another id.
    /// </summary>
    public string Delivery => Payload.Text("timestamp") ?? Id;

    /// <summary>Whether the members it tells of are the bot itself.</summary>
    public bool IsAboutUs(string list) =>
        Bot.Length > 0 && Payload.List(list).Any(member => member.Text("id") == Bot);
}
