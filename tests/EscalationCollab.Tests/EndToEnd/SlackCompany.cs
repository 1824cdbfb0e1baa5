using System.Collections.Concurrent;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Tests.Slack.LocalSlack;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The company of the Sandbox at work in a Slack workspace, and the product that runs in it.</summary>
internal sealed class SlackCompany : IAsyncDisposable
{
    private CompanyHost _host = null!;

    private SlackCompany(LocalWorkspace workspace) => Workspace = workspace;

    public LocalWorkspace Workspace { get; }

    /// <summary>Warnings and errors of the product.</summary>
    public ConcurrentQueue<string> Mistakes => _host.Mistakes;

    /// <param name="socketMode">Whether the product opens a socket; otherwise it is called by HTTP.</param>
    public static async Task<SlackCompany> StartAsync(bool socketMode)
    {
        var company = new SlackCompany(await LocalWorkspace.StartAsync(socketMode));
        company._host = await CompanyHost.StartAsync(
            SettingsOf(company.Workspace, socketMode),
            host => Connect(company.Workspace, host)
        );
        return company;
    }

    /// <summary>What connects the product with a workspace.</summary>
    public static Dictionary<string, string?> SettingsOf(
        LocalWorkspace workspace,
        bool socketMode
    ) =>
        new()
        {
            ["Slack:BotToken"] = LocalWorkspace.BotToken,
            ["Slack:ApiUrl"] = workspace.Api.ToString(),
            ["Slack:Announcements"] = "C02ESCALATIONS",
            [socketMode ? "Slack:AppToken" : "Slack:SigningSecret"] = socketMode
                ? LocalWorkspace.AppToken
                : LocalWorkspace.SigningSecret,
        };

    /// <summary>Tells a workspace where the product is.</summary>
    public static void Connect(LocalWorkspace workspace, CompanyHost host)
    {
        workspace.Front.Product = host.Address;
        workspace.Front.Clock = host.Time;
    }

    /// <summary>Lets time pass at once: what was due in between rings now.</summary>
    public Task PassAsync(Duration length) => _host.PassAsync(length);

    /// <summary>The newest letter to a customer with this subject.</summary>
    public Task<StoredMail> MailAsync(string subject) => _host.MailAsync(subject);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Workspace.DisposeAsync();
    }
}
