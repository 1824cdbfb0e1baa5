using System.Diagnostics;
using System.Text;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>The TypeScript compiler that came with a folder of <c>tests/peers</c>, at its strictest.</summary>
internal static class StrictTypeScript
{
    /// <summary>What the compiler says of a source that may use the packages of the folder; empty when it takes everything.</summary>
    /// <param name="peer">The folder's name.</param>
    public static async Task<string> CheckAsync(string peer, string source)
    {
        var modules = Path.Combine(Templates.Repository(), "tests", "peers", peer, "node_modules");
        var folder = Directory.CreateDirectory(
            Path.Combine(modules, $".payloads-{Guid.NewGuid():n}")
        );
        try
        {
            await WriteAsync(folder, "payloads.ts", source);
            await WriteAsync(
                folder,
                "tsconfig.json",
                """
                {
                  "compilerOptions": { "strict": true, "noEmit": true, "skipLibCheck": true, "types": [], "module": "nodenext" },
                  "files": ["payloads.ts"]
                }
                """
            );
            var start = new ProcessStartInfo("node") { RedirectStandardOutput = true };
            start.ArgumentList.Add(Path.Combine(modules, "typescript", "bin", "tsc"));
            start.ArgumentList.Add("--project");
            start.ArgumentList.Add(folder.FullName);
            using var compiler = Process.Start(start)!;
            var said = await compiler.StandardOutput.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0 || said.Length > 0
                ? said.Trim()
                : $"tsc ended with {compiler.ExitCode}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task WriteAsync(DirectoryInfo folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, new UTF8Encoding(false));
}
