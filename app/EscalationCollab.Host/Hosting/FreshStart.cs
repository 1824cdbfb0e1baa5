using System.Globalization;
using EscalationCollab.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Host.Hosting;

/// <summary>Starting over without losing anything: the old files are moved into a folder beside, named by the moment.</summary>
internal static class FreshStart
{
    /// <summary>Moves database and mail aside. Nothing happens when there are none.</summary>
    /// <exception cref="StoreStartException">A running program uses the database.</exception>
    public static void MoveAside(Places places)
    {
        if (!File.Exists(places.Database))
            return;
        // Opening it proves that nobody else uses it, and folds the write-ahead log into the file.
        SqliteStore
            .Open(places.Database, TimeProvider.System, NullLogger<SqliteStore>.Instance)
            .DisposeAsync()
            .AsTask()
            .GetAwaiter()
            .GetResult();
        var now = TimeProvider
            .System.GetUtcNow()
            .ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var aside = Directory.CreateDirectory(Path.Combine(places.Data, "earlier", now)).FullName;
        foreach (
            var file in Directory.EnumerateFiles(
                places.Data,
                Path.GetFileName(places.Database) + "*"
            )
        )
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        var mail = Path.Combine(places.Data, "mail");
        if (Directory.Exists(mail))
            Directory.Move(mail, Path.Combine(aside, "mail"));
    }
}
