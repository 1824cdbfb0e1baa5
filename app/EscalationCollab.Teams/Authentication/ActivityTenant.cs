using System.Text.Json;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Teams.Authentication;

/// <summary>Whose activity it is.</summary>
internal static class ActivityTenant
{
    /// <summary>
    /// The Entra tenant of an activity, in lower case; null when it names none, or names two different ones.
    /// </summary>
    public static string? Of(JsonElement activity)
    {
        var channel = activity.Part("channelData")?.Text("tenant", "id");
        var conversation = activity.Text("conversation", "tenantId");
        var tenant = channel ?? conversation;
        return tenant is { Length: > 0 } && (conversation is null || IsSame(conversation, tenant))
            ? tenant.ToLowerInvariant()
            : null;
    }

    private static bool IsSame(string left, string right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
