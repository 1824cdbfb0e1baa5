using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using System.Reflection;
using Dapper;
using NodaTime;

namespace EscalationCollab.Core.Storage;

/// <summary>One numbered step of the database's shape.</summary>
/// <param name="Number">From the file name, such as 1 for <c>0001_base.sql</c>.</param>
/// <param name="Name">The file name without its number and ending.</param>
/// <param name="Sql">What it runs.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>All steps that this version of the program knows, in order.</summary>
    public static readonly ImmutableArray<Migration> Known = ReadAll(typeof(Migration).Assembly);

    /// <summary>Runs the steps that the database has not seen, each in a transaction of its own.</summary>
    /// <returns>The names of the steps that were run.</returns>
    /// <exception cref="DatabaseTooNewException">The database has seen a step that this version does not know.</exception>
    public static IReadOnlyList<string> Run(
        IDbConnection connection,
        ImmutableArray<Migration> known,
        Instant now
    )
    {
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_version "
                + "(version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"
        );
        var seen = connection
            .Query<(long Version, string Name)>("SELECT version, name FROM schema_version")
            .ToDictionary(row => (int)row.Version, row => row.Name);
        RefuseNewer(seen, known);
        var missing = known.Where(step => !seen.ContainsKey(step.Number)).ToList();
        foreach (var step in missing)
            step.RunOn(connection, now);
        return [.. missing.Select(step => step.Name)];
    }

    private static void RefuseNewer(Dictionary<int, string> seen, ImmutableArray<Migration> known)
    {
        var unknown = seen.Keys.Except(known.Select(step => step.Number)).Order().ToList();
        if (unknown is [])
            return;
        var steps = string.Join(", ", unknown.Select(number => $"{Digits(number)} {seen[number]}"));
        throw new DatabaseTooNewException(
            $"The database was written by a newer version of EscalationCollab (it has step {steps}; this version "
                + $"knows steps up to {Digits(known[^1].Number)}). Start the newer version, or restore a backup made "
                + "before the upgrade. Nothing was changed."
        );
    }

    private void RunOn(IDbConnection connection, Instant now)
    {
        connection.Execute("BEGIN IMMEDIATE;");
        try
        {
            connection.Execute(Sql);
            connection.Execute(
                "INSERT INTO schema_version (version, name, at) VALUES (@Number, @Name, @at)",
                new
                {
                    Number,
                    Name,
                    at = now.ToUnixTimeMilliseconds(),
                }
            );
            connection.Execute("COMMIT;");
        }
        catch
        {
            connection.Execute("ROLLBACK;");
            throw;
        }
    }

    private static ImmutableArray<Migration> ReadAll(Assembly assembly)
    {
        const string Folder = ".Storage.Migrations.";
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.Contains(Folder, StringComparison.Ordinal))
                .Select(name =>
                    Read(
                        assembly,
                        name,
                        name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..]
                    )
                )
                .OrderBy(step => step.Number),
        ];
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var parts = Path.GetFileNameWithoutExtension(file).Split('_', 2);
        return new Migration(
            int.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture),
            parts[1],
            reader.ReadToEnd()
        );
    }

    private static string Digits(int number) =>
        number.ToString("0000", CultureInfo.InvariantCulture);
}
