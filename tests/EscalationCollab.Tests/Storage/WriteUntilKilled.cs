using System.Globalization;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Storage;

/// <summary>The child process of the kill test: says every number whose write has been answered.</summary>
internal static class WriteUntilKilled
{
    private const int Callers = 8;

    public static async Task RunAsync(string file)
    {
        await using var store = SqliteStore.Open(
            file,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
        var output = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => WriteAsync(store, output)));
    }

    private static async Task WriteAsync(SqliteStore store, Stream output)
    {
        while (true)
        {
            var number = await store.WriteAsync(
                connection =>
                {
                    var records = TestTypes.Of(connection);
                    var next = records.Next("written");
                    var name = next.ToString(CultureInfo.InvariantCulture);
                    records.SaveSetting(name, "kept");
                    records.AddEffects([new TestEffect(name)], null, TimeProvider.System.Moment());
                    return next;
                },
                CancellationToken.None
            );
            var line = string.Create(CultureInfo.InvariantCulture, $"{number}\n");
            lock (output)
                output.Write(System.Text.Encoding.ASCII.GetBytes(line));
        }
    }
}
