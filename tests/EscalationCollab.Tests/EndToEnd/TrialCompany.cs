using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// The whole product as it starts for a newcomer, on a port and a data folder of its own. Its clock goes on like a real
/// one and can be put forward, so that a day of waiting does not take a day.
/// </summary>
internal sealed class TrialCompany : IAsyncDisposable
{
    /// <summary>A Tuesday noon: every office of the trial company is open.</summary>
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 3, 13, 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trial-company");
    private readonly ManualTime _time = new(Start);
    private WebApplication _app = null!;
    private GoingClock _clock = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>Where letters to customers are written.</summary>
    public string Mail => Path.Combine(_folder.FullName, "mail");

    public static async Task<TrialCompany> StartAsync()
    {
        var company = new TrialCompany();
        var port = Loopback.FreePort();
        company.Address = new Uri($"http://127.0.0.1:{port}/");
        company._app = Server.Build(
            new Places(company._folder.FullName, Templates.Root),
            company.Address.ToString(),
            builder =>
            {
                builder.Configuration["Sandbox:Past"] = "false";
                builder.Configuration["PublicUrl"] = company.Address.ToString();
                builder.Services.AddSingleton<TimeProvider>(company._time);
            }
        );
        await Server.PrepareAsync(company._app, default);
        await company._app.StartAsync();
        company._clock = new GoingClock(company._time);
        return company;
    }

    /// <summary>Lets time pass at once: what was due in between rings now.</summary>
    public Task PassAsync(Duration length) =>
        _time.JumpWhenQuietAsync(_app.Services.GetRequiredService<IStore>(), length);

    public async ValueTask DisposeAsync()
    {
        await _clock.DisposeAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
