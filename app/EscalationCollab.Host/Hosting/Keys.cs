using Microsoft.AspNetCore.DataProtection;

namespace EscalationCollab.Host.Hosting;

/// <summary>
/// The keys that tokens at rest, links and forms are protected with: files in <c>keys</c> of the data folder, or in
/// <c>KeysFolder</c>, so that they can lie on another disk than the database. A key is made when the first is needed, and
/// replaced by itself every ninety days; old ones stay, to read what they protected.
/// </summary>
internal sealed class Keys : IDisposable
{
    private readonly ServiceProvider _services;

    private Keys(ServiceProvider services) => _services = services;

    /// <summary>For a verb that runs beside the product.</summary>
    public IDataProtectionProvider Protection =>
        _services.GetRequiredService<IDataProtectionProvider>();

    /// <summary>Opens them outside the web application.</summary>
    public static Keys Open(Places places, IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeys(places, configuration);
        return new Keys(services.BuildServiceProvider());
    }

    /// <inheritdoc/>
    public void Dispose() => _services.Dispose();
}

/// <summary>Registers the keys.</summary>
internal static class KeysRegistration
{
    /// <summary>Adds data protection with the keys of the installation.</summary>
    public static IServiceCollection AddKeys(
        this IServiceCollection services,
        Places places,
        IConfiguration configuration
    )
    {
        var folder = FolderOf(places, configuration);
        // That the files themselves are not encrypted is said in manifest/README.md, and no news at every start.
        services.AddLogging(logging =>
            logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        );
        services
            .AddDataProtection()
            .SetApplicationName("EscalationCollab")
            .PersistKeysToFileSystem(folder);
        return services;
    }

    /// <summary>
    /// The folder, closed to everybody else. Ours is closed whenever it is found open; one that somebody chose may be open for
    /// a reason that we do not know, so that somebody has to close it.
    /// </summary>
    private static DirectoryInfo FolderOf(Places places, IConfiguration configuration)
    {
        var asked = configuration["KeysFolder"];
        var chosen = asked is { Length: > 0 };
        var path = chosen ? Path.GetFullPath(asked!) : Path.Combine(places.Data, "keys");
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path);
        if (!Directory.Exists(path))
            return Directory.CreateDirectory(path, Ours);
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) == 0)
            return new DirectoryInfo(path);
        if (chosen)
            throw new Verbs.StartException(
                $"KeysFolder is {path}, and every user of this machine can get into it: whoever reads the keys in it can read every token. Close it with 'chmod o-rwx {path}' and start again."
            );
        File.SetUnixFileMode(path, Ours);
        return new DirectoryInfo(path);
    }

    private const UnixFileMode Ours =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
}
