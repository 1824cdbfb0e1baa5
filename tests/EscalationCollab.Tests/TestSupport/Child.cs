using System.Diagnostics;
using EscalationCollab.Tests.Storage;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>This program started again as a process of its own, for tests that kill it.</summary>
internal static class Child
{
    /// <summary>Starts a part in a child process whose output can be read line by line.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
        };
        var isDotnet = Path.GetFileNameWithoutExtension(start.FileName) == "dotnet";
        start.FileName = isDotnet ? start.FileName : "dotnet";
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(Child).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["write-until-killed", var file])
            return 2;
        await WriteUntilKilled.RunAsync(file);
        return 0;
    }
}
