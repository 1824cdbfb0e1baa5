using System.Globalization;
using Dapper;
using EscalationCollab.Core.Storage;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Storage;

public sealed class KillTests : IDisposable
{
    private const int Rounds = 4;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kill");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Write_KilledAtAnyMoment_LosesNothingAnsweredAndLeavesNothingHalf()
    {
        var file = Path.Combine(_folder.FullName, "data.db");
        var random = new Random(20260302);
        var answered = new HashSet<long>();
        for (var round = 0; round < Rounds; round++)
        {
            var told = await RunAndKill(file, 1 + random.Next(600));
            told.Should().NotIntersectWith(answered, "a number is given once");
            answered.UnionWith(told);
            await Check(file, answered);
        }
    }

    // Killing after so many answers lands at a different point of a commit each time.
    private static async Task<List<long>> RunAndKill(string file, int answers)
    {
        using var child = Child.Start("write-until-killed", file);
        var told = new List<long>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            told.Add(long.Parse(line, CultureInfo.InvariantCulture));
            if (told.Count == answers)
                child.Kill();
        }
        await child.WaitForExitAsync();
        told.Count.Should().BeGreaterThanOrEqualTo(answers);
        return told;
    }

    private static async Task Check(string file, HashSet<long> answered)
    {
        await using var store = SqliteStore.Open(
            file,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
        var (last, settings, effects) = await store.ReadAsync(
            connection =>
                (
                    connection.ExecuteScalar<long>("SELECT value FROM counter"),
                    connection.Query<string>("SELECT name FROM setting").Select(Number).ToList(),
                    connection.ExecuteScalar<long>("SELECT COUNT(*) FROM outbox")
                ),
            CancellationToken.None
        );
        settings.Should().Contain(answered);
        settings.Should().HaveCount((int)last);
        effects.Should().Be(last);
    }

    private static long Number(string name) => long.Parse(name, CultureInfo.InvariantCulture);
}
