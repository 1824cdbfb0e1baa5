using System.Collections.Concurrent;
using EscalationCollab.Core;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Slack.LocalSlack;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The company of the Sandbox at work in a Slack workspace, and the product that runs in it.</summary>
internal sealed class SlackCompany : IAsyncDisposable
{
    /// <summary>A Tuesday noon: every office of the company is open.</summary>
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 3, 13, 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slack-company");
    private readonly ManualTime _time = new(Start);
    private WebApplication _app = null!;
    private GoingClock? _clock;

    private SlackCompany(LocalWorkspace workspace) => Workspace = workspace;

    public LocalWorkspace Workspace { get; }

    /// <summary>Warnings and errors of the product.</summary>
    public ConcurrentQueue<string> Mistakes { get; } = new();

    /// <param name="socketMode">Whether the product opens a socket; otherwise it is called by HTTP.</param>
    public static async Task<SlackCompany> StartAsync(bool socketMode)
    {
        var company = new SlackCompany(await LocalWorkspace.StartAsync(socketMode));
        await company.BeginAsync(socketMode);
        return company;
    }

    /// <summary>Lets time pass at once: what was due in between rings now.</summary>
    public Task PassAsync(Duration length) =>
        _time.JumpWhenQuietAsync(_app.Services.GetRequiredService<IStore>(), length);

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
        await Workspace.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task BeginAsync(bool socketMode)
    {
        var address = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/");
        _app = Server.Build(
            new Places(_folder.FullName, Templates.Root),
            address.ToString(),
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["PublicUrl"] = address.ToString(),
                        ["Slack:BotToken"] = LocalWorkspace.BotToken,
                        ["Slack:ApiUrl"] = Workspace.Api.ToString(),
                        ["Slack:Announcements"] = "C02ESCALATIONS",
                        [socketMode ? "Slack:AppToken" : "Slack:SigningSecret"] = socketMode
                            ? LocalWorkspace.AppToken
                            : LocalWorkspace.SigningSecret,
                    }
                );
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new Listener(Mistakes));
                builder.Services.AddSingleton<TimeProvider>(_time);
            }
        );
        // A busy machine must not make late answers of those that are waited for.
        _app.Services.GetRequiredService<SlackReceiver>().Patience = Duration.FromSeconds(60);
        await Server.PrepareAsync(_app, default);
        await SeedAsync(_app.Services.GetRequiredService<IStore>());
        Workspace.Front.Product = address;
        Workspace.Front.Clock = _time;
        await _app.StartAsync();
        _clock = new GoingClock(_time);
    }

    private static async Task SeedAsync(IStore store) =>
        await store.WriteAsync(
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

    private sealed class Listener(ConcurrentQueue<string> mistakes) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                mistakes.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }

        public void Dispose() { }
    }
}
