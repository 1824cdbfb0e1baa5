using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.Platform;

/// <summary>What is said because the war room of an escalation that only some may see is what it is.</summary>
internal static class ChatCards
{
    /// <summary>What the owner of a private channel is told that the app is not in.</summary>
    public const string ShutOut = "teams.room-shut";

    /// <summary>That it is over and the chat stays, since Teams has nowhere to put chats away to.</summary>
    public static Card Over { get; } = Card.Line(Phrase.Of("teams.chat-over"));

    /// <summary>What the chat is called from then on.</summary>
    public static Text OverName(string name) => Phrase.Of("teams.chat-over-name", ("name", name));
}
