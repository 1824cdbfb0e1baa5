using EscalationCollab.Teams.People;
using Microsoft.Graph.Models;

namespace EscalationCollab.Teams.Graph;

/// <summary>What Graph takes by its address and not by its id.</summary>
internal static class Bindings
{
    // The tab that shows any page on the web; Teams opens it in a window of its own.
    private const string Website = "com.microsoft.teamspace.tab.web";

    /// <summary>Somebody who is to be in a conversation.</summary>
    public static AadUserConversationMember Member(
        TeamsCloud cloud,
        KnownUser user,
        List<string> roles
    ) =>
        new()
        {
            OdataType = "#microsoft.graph.aadUserConversationMember",
            Roles = roles,
            AdditionalData = new Dictionary<string, object>
            {
                ["user@odata.bind"] = new Uri(cloud.Graph, $"users('{user.User}')").AbsoluteUri,
            },
        };

    /// <summary>A tab that leads to an address.</summary>
    public static TeamsTab WebsiteTab(TeamsCloud cloud, string title, string link) =>
        new()
        {
            DisplayName = title,
            Configuration = new TeamsTabConfiguration { ContentUrl = link, WebsiteUrl = link },
            AdditionalData = new Dictionary<string, object>
            {
                ["teamsApp@odata.bind"] = AppAddress(cloud, Website),
            },
        };

    /// <summary>A tab of our own app.</summary>
    /// <param name="app">Its id in the organisation's catalogue.</param>
    /// <param name="entity">What it shows, as we name it.</param>
    public static TeamsTab OwnTab(
        TeamsCloud cloud,
        string app,
        string title,
        string entity,
        string address
    ) =>
        new()
        {
            DisplayName = title,
            Configuration = new TeamsTabConfiguration
            {
                EntityId = entity,
                ContentUrl = address,
                WebsiteUrl = address,
            },
            AdditionalData = new Dictionary<string, object>
            {
                ["teamsApp@odata.bind"] = AppAddress(cloud, app),
            },
        };

    /// <summary>An app of the organisation's catalogue, or one of Microsoft's own.</summary>
    public static string AppAddress(TeamsCloud cloud, string app) =>
        new Uri(cloud.Graph, $"appCatalogs/teamsApps/{app}").AbsoluteUri;
}
