using EscalationCollab.Core.Chat;

namespace EscalationCollab.Teams.Platform;

/// <summary>
/// How conversations of Teams are named here. A room is a channel or a chat; a message that begins a conversation in a
/// channel is in the channel, and a reply to it in that conversation.
/// </summary>
internal static class Conversations
{
    private const string Thread = ";messageid=";

    /// <summary>Whether an id is a channel's own, and not a conversation's in it or a chat's.</summary>
    public static bool IsChannel(string id) =>
        id.EndsWith("@thread.tacv2", StringComparison.Ordinal)
        || id.EndsWith("@thread.skype", StringComparison.Ordinal);

    /// <summary>Whether an id is that of a chat of several; a chat with the app alone is none.</summary>
    public static bool IsGroupChat(string id) =>
        id.EndsWith("@thread.v2", StringComparison.Ordinal);

    /// <summary>Whether an id is that of a place where several people are.</summary>
    public static bool IsRoom(string id) => IsChannel(id) || IsGroupChat(id);

    /// <summary>The room that an activity's conversation is in: the channel, or the chat itself.</summary>
    public static RoomRef RoomOf(string conversation) =>
        new(TeamsPlatform.PlatformName, conversation.Split(Thread)[0]);

    /// <summary>A message by the conversation and the id of its activity.</summary>
    public static MessageRef MessageOf(string conversation, string activity) =>
        new(
            TeamsPlatform.PlatformName,
            conversation.EndsWith($"{Thread}{activity}", StringComparison.Ordinal)
                ? conversation.Split(Thread)[0]
                : conversation,
            activity
        );

    /// <summary>The conversation in which a message is edited or answered.</summary>
    public static string Of(MessageRef message) =>
        IsChannel(message.Room) ? $"{message.Room}{Thread}{message.Id}" : message.Room;
}
