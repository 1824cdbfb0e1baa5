using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Teams.Receiving;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// The product as a company with real platforms runs it, with the people and customers of the Sandbox. Its clock goes on
/// like a real one and can be put forward.
/// </summary>
internal sealed class CompanyHost : IAsyncDisposable
{
    /// <summary>A Tuesday noon: every office of the company is open.</summary>
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 3, 13, 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("company");
    private WebApplication _app = null!;
    private GoingClock? _clock;

    private CompanyHost() { }

    public Uri Address { get; } = new($"http://127.0.0.1:{Loopback.FreePort()}/");

    public ManualTime Time { get; } = new(Start);

    public IStore Store => _app.Services.GetRequiredService<IStore>();

    /// <summary>Warnings and errors of the product.</summary>
    public ConcurrentQueue<string> Mistakes { get; } = new();

    /// <param name="settings">What connects it with its platforms.</param>
    /// <param name="ready">Called before anything reaches it.</param>
    public static async Task<CompanyHost> StartAsync(
        Dictionary<string, string?> settings,
        Action<CompanyHost> ready
    )
    {
        var company = new CompanyHost();
        await company.BeginAsync(settings, ready);
        return company;
    }

    /// <summary>Lets time pass at once: what was due in between rings now.</summary>
    public Task PassAsync(Duration length) => Time.JumpWhenQuietAsync(Store, length);

    /// <summary>The newest letter to a customer with this subject.</summary>
    public async Task<StoredMail> MailAsync(string subject)
    {
        var folder = _app.Services.GetRequiredService<MailFolder>();
        StoredMail? Newest() =>
            folder
                .List()
                .FirstOrDefault(mail => mail.Subject.Contains(subject, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => Newest() is not null, $"a letter about '{subject}'");
        return Newest()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_clock is not null)
            await _clock.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task BeginAsync(Dictionary<string, string?> settings, Action<CompanyHost> ready)
    {
        _app = Server.Build(
            new Places(_folder.FullName, Templates.Root),
            Address.ToString(),
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>(settings) { ["PublicUrl"] = Address.ToString() }
                );
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new LogRecorder(Mistakes, LogLevel.Warning));
                builder.Services.AddSingleton<TimeProvider>(Time);
            }
        );
        // A busy machine must not make late answers of those that are waited for.
        if (_app.Services.GetService<SlackReceiver>() is { } slack)
            slack.Patience = Duration.FromSeconds(60);
        if (_app.Services.GetService<TeamsReceiver>() is { } teams)
            teams.Patience = Duration.FromSeconds(60);
        await Server.PrepareAsync(_app, default);
        await SeedAsync(Store);
        ready(this);
        await _app.StartAsync();
        _clock = new GoingClock(Time);
    }

    private static Task<bool> SeedAsync(IStore store) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, TenantId.Default);
                var company = CompanyFile.Load(
                    Path.Combine(Templates.Root, "sandbox", "company.yaml")
                );
                foreach (var person in company.Directory.People.Values)
                    records.SavePerson(person);
                foreach (var customer in company.Directory.Customers.Values)
                    records.SaveCustomer(customer);
                records.SaveCompanyName(company.Company);
                return true;
            },
            default
        );
}
