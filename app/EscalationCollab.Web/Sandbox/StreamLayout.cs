using System.Collections.Immutable;
using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>What stands before each message of a stream, decided without any HTML.</summary>
internal static class StreamLayout
{
    // Longer silence deserves the name and the time again.
    private static readonly Duration GroupedWithin = Duration.FromMinutes(5);

    /// <summary>The lines of a stream, oldest first.</summary>
    public static ImmutableArray<StreamLine> Of(RoomView room, DateTimeZone zone)
    {
        var lines = ImmutableArray.CreateBuilder<StreamLine>(room.Messages.Length);
        MessageView? before = null;
        foreach (var message in room.Messages)
        {
            var day = message.At.InZone(zone).Date;
            var newDay = before is null || before.At.InZone(zone).Date != day;
            var firstUnread = message.Id == room.FirstUnread;
            lines.Add(
                new StreamLine(
                    message,
                    newDay ? day : null,
                    firstUnread,
                    !newDay && !firstUnread && Continues(before!, message)
                )
            );
            before = message;
        }
        return lines.ToImmutable();
    }

    private static bool Continues(MessageView before, MessageView message) =>
        before.Author.Id == message.Author.Id
        && before.OnlyYou == message.OnlyYou
        && before.Card is null
        && message.Card is null
        && message.At - before.At <= GroupedWithin;
}

/// <summary>A message and what stands before it.</summary>
/// <param name="Message">The message.</param>
/// <param name="Day">The day that begins with it; null when the day goes on.</param>
/// <param name="FirstUnread">Whether the line that marks new messages stands before it.</param>
/// <param name="Continues">Whether it goes on from the one before, without a name and picture of its own.</param>
public sealed record StreamLine(
    MessageView Message,
    LocalDate? Day,
    bool FirstUnread,
    bool Continues
);
