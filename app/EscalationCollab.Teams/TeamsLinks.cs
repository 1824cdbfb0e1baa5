using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Tenants;

namespace EscalationCollab.Teams;

/// <summary>Addresses that lead into Teams (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams).</summary>
internal static class TeamsLinks
{
    /// <summary>A channel of the team.</summary>
    /// <param name="name">As it is shown; Teams finds the channel by its id.</param>
    public static Uri Channel(TeamsCloud cloud, TeamsTenant tenant, string channel, string name) =>
        new(
            cloud.Client,
            $"l/channel/{Escape(channel)}/{Escape(name)}?groupId={Escape(tenant.Team)}&tenantId={Escape(tenant.Entra)}"
        );

    /// <summary>A message that begins a conversation in a channel of the team.</summary>
    public static Uri Message(TeamsCloud cloud, TeamsTenant tenant, string channel, string id) =>
        new(
            cloud.Client,
            $"l/message/{Escape(channel)}/{Escape(id)}?tenantId={Escape(tenant.Entra)}&groupId={Escape(tenant.Team)}&parentMessageId={Escape(id)}"
        );

    /// <summary>A message in a chat.</summary>
    public static Uri ChatMessage(TeamsCloud cloud, TeamsTenant tenant, string chat, string id) =>
        new(
            cloud.Client,
            $"l/message/{Escape(chat)}/{Escape(id)}?tenantId={Escape(tenant.Entra)}&context={InChat}"
        );

    /// <summary>A war room, whatever it is.</summary>
    /// <param name="name">As it is shown.</param>
    public static Uri Room(TeamsCloud cloud, TeamsTenant tenant, string room, string name) =>
        Conversations.IsChannel(room)
            ? Channel(cloud, tenant, room, name)
            : new Uri(cloud.Client, $"l/chat/{Escape(room)}/conversations?context={InChat}");

    private static readonly string InChat = Escape("""{"contextType":"chat"}""");

    private static string Escape(string part) => Uri.EscapeDataString(part);
}
