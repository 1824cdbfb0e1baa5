using System.Collections.Concurrent;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Tests.Teams.Authentication;
using EscalationCollab.Tests.Teams.Playground;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The company of the Sandbox at work in Teams, each of its people at a client of their own.</summary>
internal sealed class TeamsCompany : IAsyncDisposable
{
    private readonly TokenMint _mint;
    private CompanyHost _host = null!;

    private TeamsCompany(TokenMint mint, PlaygroundTown town) => (_mint, Town) = (mint, town);

    public PlaygroundTown Town { get; }

    /// <summary>Warnings and errors of the product.</summary>
    public ConcurrentQueue<string> Mistakes => _host.Mistakes;

    public static async Task<TeamsCompany> StartAsync(params IReadOnlyList<string> people)
    {
        var mint = new TokenMint();
        var company = new TeamsCompany(mint, await PlaygroundTown.StartAsync(mint, people));
        company._host = await CompanyHost.StartAsync(
            SettingsOf(mint, company.Town),
            host => Connect(mint, company.Town, host)
        );
        return company;
    }

    /// <summary>What connects the product with Teams.</summary>
    public static Dictionary<string, string?> SettingsOf(TokenMint mint, PlaygroundTown town) =>
        new()
        {
            ["Teams:ClientId"] = TokenMint.Bot,
            ["Teams:TenantId"] = TokenMint.Tenant,
            ["Teams:OpenIdMetadataUrl"] = mint.Metadata.AbsoluteUri,
            ["Teams:ServiceHosts"] = "127.0.0.1",
            ["Teams:OutboundToken"] = "off",
            ["Teams:GraphUrl"] = town.Graph.AbsoluteUri,
            ["Teams:Announcements"] = Playground.General,
        };

    /// <summary>Tells Teams where the product is and what time it has.</summary>
    public static void Connect(TokenMint mint, PlaygroundTown town, CompanyHost host)
    {
        mint.Clock = host.Time;
        town.Product = host.Address;
    }

    /// <summary>Lets time pass at once: what was due in between rings now.</summary>
    public Task PassAsync(Duration length) => _host.PassAsync(length);

    /// <summary>The newest letter to a customer with this subject.</summary>
    public Task<StoredMail> MailAsync(string subject) => _host.MailAsync(subject);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Town.DisposeAsync();
        _mint.Dispose();
    }
}
