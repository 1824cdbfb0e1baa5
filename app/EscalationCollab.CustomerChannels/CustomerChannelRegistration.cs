using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.CustomerChannels.Microsoft365;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.CustomerChannels;

/// <summary>How the host gets its ways to customers.</summary>
public static class CustomerChannelRegistration
{
    /// <summary>
    /// Adds the e-mail channel that the section <c>Email</c> asks for (a mail server, a mailbox of Microsoft 365, or files under <c>mail</c> in
    /// <paramref name="dataFolder"/> when it names no host) and the <see cref="MailFolder"/> of those files.
    /// </summary>
    /// <exception cref="EmailOptionsException">The section is wrong; the message says what to write instead.</exception>
    public static IServiceCollection AddCustomerChannels(
        this IServiceCollection services,
        IConfiguration configuration,
        string dataFolder
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = EmailOptions.Read(
            configuration.GetSection(EmailOptions.Section),
            out var problems
        );
        if (problems.Count > 0)
            throw new EmailOptionsException(problems);
        var mail = Path.Combine(dataFolder, "mail");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new MailFolder(mail));
        services.AddSingleton(s => new MailFiles(
            options,
            s.GetRequiredService<MailFolder>(),
            s.GetRequiredService<ILoggerFactory>()
        ));
        if (options.Microsoft365 is { } shared)
            return AddMicrosoft365(services, options, shared);
        return options.Host.Length == 0
            ? AddFiles(services, options)
            : AddServer(services, options, mail);
    }

    private static IServiceCollection AddFiles(IServiceCollection services, EmailOptions options) =>
        services.AddSingleton<ICustomerChannel>(s => new FileEmailChannel(
            options,
            s.GetRequiredService<MailFolder>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<FileEmailChannel>>()
        ));

    private static IServiceCollection AddServer(
        IServiceCollection services,
        EmailOptions options,
        string mail
    ) =>
        services.AddSingleton<ICustomerChannel>(s => new SmtpEmailChannel(
            options,
            new Handovers(Path.Combine(mail, "handed-over"), s.GetRequiredService<TimeProvider>()),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SmtpEmailChannel>>()
        ));

    private static IServiceCollection AddMicrosoft365(
        IServiceCollection services,
        EmailOptions options,
        Microsoft365Options shared
    )
    {
        services.AddSingleton(s => new Microsoft365Token(
            new HttpClient(NewWire()) { Timeout = Microsoft365Mailbox.Limit },
            shared,
            s.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(s => new Microsoft365Mailbox(
            NewWire(),
            shared,
            s.GetRequiredService<Microsoft365Token>(),
            s.GetRequiredService<TimeProvider>()
        ));
        return services.AddSingleton<ICustomerChannel>(s => new Microsoft365Channel(
            options,
            s.GetRequiredService<Microsoft365Mailbox>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<Microsoft365Channel>>()
        ));
    }

    // Redirects are not followed: a token must not travel to where somebody else points.
    private static SocketsHttpHandler NewWire() =>
        new()
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
}
