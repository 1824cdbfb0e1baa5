using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>A way to reach a customer: e-mail first; help desks and shared chat rooms are others.</summary>
public interface ICustomerChannel
{
    /// <summary>The name in configuration and on the timeline, such as <c>email</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Sends one message. Sending the same <see cref="CustomerMessage.EffectId"/> again must not reach the customer
    /// twice where the channel can tell.
    /// </summary>
    /// <returns>What became of it. Never throws for what a mail server or network does.</returns>
    Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation);
}

/// <summary>A message to a customer, ready to go: rendered, in the customer's language.</summary>
/// <param name="EffectId">The same for every attempt at this one message.</param>
/// <param name="Escalation">What it is about.</param>
/// <param name="Language">An IETF tag such as <c>pt-BR</c>.</param>
/// <param name="Subject">One line.</param>
/// <param name="PlainBody">The text version.</param>
/// <param name="HtmlBody">The HTML version, a whole document.</param>
public sealed record CustomerMessage(
    string EffectId,
    TenantId Tenant,
    EscalationNumber Escalation,
    IReadOnlyList<People.Contact> To,
    string Language,
    string Subject,
    string PlainBody,
    string HtmlBody
)
{
    /// <summary>Message-IDs of the earlier messages of this escalation, oldest first, so that a mail client threads them.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];

    /// <summary>The company that writes, shown as the sender where the channel has no name of its own; may be empty.</summary>
    public string Company { get; init; } = "";

    /// <summary>The room it goes into, on a channel that has rooms instead of addresses; empty otherwise.</summary>
    public string Place { get; init; } = "";
}

/// <summary>What became of a <see cref="CustomerMessage"/>.</summary>
public abstract record Delivery
{
    /// <summary>Accepted by the other side.</summary>
    /// <param name="MessageId">The identifier that replies will carry.</param>
    public sealed record Accepted(string MessageId) : Delivery
    {
        /// <summary>Recipients that it did not reach, each with why, while at least one other took it. Repeating would not help.</summary>
        public IReadOnlyList<string> Missed { get; init; } = [];
    }

    /// <summary>Not now: try again, not before <paramref name="After"/>. Nothing reached the customer.</summary>
    public sealed record Later(Duration After, string Why) : Delivery;

    /// <summary>Refused for good, for example an unknown address. Repeating would not help.</summary>
    public sealed record Refused(string Why) : Delivery
    {
        /// <summary>What stands in the way, where a person can do something about it.</summary>
        public RefusalCause Cause { get; init; }
    }

    /// <summary>The connection broke after the message was handed over: it may or may not have arrived.</summary>
    public sealed record Unclear(string Why) : Delivery;
}

/// <summary>What stands in the way of a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefusalCause>))]
public enum RefusalCause
{
    /// <summary>Only the channel's own words say it.</summary>
    Unknown,

    /// <summary>The room is not there any more, or cannot be seen.</summary>
    RoomMissing,

    /// <summary>We are not in the room.</summary>
    NotInside,

    /// <summary>The room was archived.</summary>
    PutAway,

    /// <summary>The rules of the room or of its organisation do not let us write there.</summary>
    NotAllowed,

    /// <summary>Nobody of the customer is in the room, so nobody would read it.</summary>
    NobodyThere,

    /// <summary>It is too long for a room.</summary>
    TooLong,
}
