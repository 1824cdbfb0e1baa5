using System.Text.Json.Nodes;
using EscalationCollab.Teams.AdaptiveCards;

namespace EscalationCollab.Teams.Platform;

/// <summary>Messages as the activities that Teams takes.</summary>
internal static class Activities
{
    /// <summary>A message.</summary>
    public static JsonObject Of(TeamsMessage message)
    {
        var activity = new JsonObject { ["type"] = "message", ["summary"] = message.Summary };
        if (message.Text is not null)
        {
            activity["text"] = message.Text;
            activity["textFormat"] = "plain";
        }
        if (message.Attachment is not null)
            activity["attachments"] = new JsonArray(message.Attachment);
        return activity;
    }
}
