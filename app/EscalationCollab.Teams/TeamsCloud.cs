using System.Collections.Immutable;

namespace EscalationCollab.Teams;

/// <summary>One of Microsoft's clouds: where things are there, and who speaks for it.</summary>
/// <param name="Name">As it is written in the configuration.</param>
/// <param name="Issuer">The issuer of the tokens Teams sends.</param>
/// <param name="Metadata">Where its keys are found.</param>
/// <param name="Login">Where our own tokens are asked for.</param>
/// <param name="BotScope">What a token for answering is asked for.</param>
/// <param name="Graph">Microsoft Graph.</param>
/// <param name="Client">Where links into Teams begin.</param>
/// <param name="Hosts">The hosts Teams may be answered at; a leading dot stands for everything below.</param>
internal sealed record TeamsCloud(
    string Name,
    string Issuer,
    Uri Metadata,
    Uri Login,
    string BotScope,
    Uri Graph,
    Uri Client,
    ImmutableArray<string> Hosts
)
{
    /// <summary>
    /// The one for everybody. Everybody may register a name below trafficmanager.net: only the connector's own is taken.
    /// </summary>
    public static readonly TeamsCloud Public = new(
        "public",
        "https://api.botframework.com",
        new Uri("https://login.botframework.com/v1/.well-known/openid-configuration"),
        new Uri("https://login.microsoftonline.com/"),
        "https://api.botframework.com/.default",
        new Uri("https://graph.microsoft.com/v1.0/"),
        new Uri("https://teams.microsoft.com/"),
        ["smba.trafficmanager.net", ".teams.microsoft.com", ".botframework.com"]
    );

    /// <summary>The one for the government of the United States.</summary>
    public static readonly TeamsCloud UnitedStatesGovernment = new(
        "usgov",
        "https://api.botframework.us",
        new Uri("https://login.botframework.azure.us/v1/.well-known/openid-configuration"),
        new Uri("https://login.microsoftonline.us/"),
        "https://api.botframework.us/.default",
        new Uri("https://graph.microsoft.us/v1.0/"),
        new Uri("https://gov.teams.microsoft.us/"),
        [".teams.microsoft.us", ".botframework.azure.us"]
    );

    private static readonly ImmutableArray<TeamsCloud> All = [Public, UnitedStatesGovernment];

    /// <summary>A bot for several tenants asks here, whichever it answers in.</summary>
    public const string SeveralTenants = "botframework.com";

    /// <summary>The names that may be written.</summary>
    public static IEnumerable<string> Names => All.Select(cloud => cloud.Name);

    /// <summary>A cloud by its name; the public one for an empty name, null for an unknown one.</summary>
    public static TeamsCloud? Named(string name) =>
        name.Length == 0
            ? Public
            : All.FirstOrDefault(cloud =>
                cloud.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            );

    /// <summary>Where the keys are found that people's own tokens are signed with.</summary>
    public Uri SignInMetadata => new(Login, "common/v2.0/.well-known/openid-configuration");

    /// <summary>
    /// Where tabs stand in a frame (https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements).
    /// </summary>
    public ImmutableArray<string> Frames =>
        Name == Public.Name
            ?
            [
                "https://teams.microsoft.com",
                "https://*.teams.microsoft.com",
                "https://*.cloud.microsoft",
            ]
            : ["https://*.teams.microsoft.us"];

    /// <summary>Where a token is asked for.</summary>
    /// <param name="tenant">The Entra tenant, or empty for a bot of several tenants.</param>
    public Uri TokenFor(string tenant) =>
        new(Login, $"{(tenant.Length > 0 ? tenant : SeveralTenants)}/oauth2/v2.0/token");
}
