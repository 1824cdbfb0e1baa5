using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>Payloads as TypeScript against Microsoft's own <c>@microsoft/teams.cards</c> and <c>@microsoft/teams.api</c>.</summary>
internal static class TypeCheck
{
    private static readonly string Peers = Path.Combine(
        Templates.Repository(),
        "tests",
        "peers",
        "teams"
    );

    /// <summary>What the compiler says; empty when it takes everything.</summary>
    public static async Task<string> RunAsync(IEnumerable<JsonObject> payloads)
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(Peers, $"node_modules/.payloads-{Guid.NewGuid():n}")
        );
        try
        {
            await WriteAsync(folder, "payloads.ts", Source(payloads));
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
            start.ArgumentList.Add(Path.Combine(Peers, "node_modules", "typescript", "bin", "tsc"));
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

    private static string Source(IEnumerable<JsonObject> payloads)
    {
        var source = new StringBuilder(
            """
            import type { IAdaptiveCard } from "@microsoft/teams.cards";
            import type { AdaptiveCardActionResponse, TaskModuleResponse } from "@microsoft/teams.api";

            """
        );
        var count = 0;
        foreach (var (type, some) in Typed(payloads))
        foreach (var shape in Shapes.Of(some))
            source.Append(
                CultureInfo.InvariantCulture,
                $"export const payload{++count}: {type} = {shape};\n"
            );
        return source.ToString();
    }

    // The card by its own type first: inside an attachment it would be anything. The frame around it is checked apart.
    private static IEnumerable<(string Type, IEnumerable<JsonNode> Payloads)> Typed(
        IEnumerable<JsonObject> payloads
    )
    {
        var all = payloads.ToList();
        yield return ("IAdaptiveCard", all.Select(CardLint.CardOf).OfType<JsonObject>());
        yield return (
            "TaskModuleResponse",
            all.Where(payload => payload["card"] is not null)
                .Select(payload =>
                {
                    var task = (JsonObject)payload.DeepClone();
                    task["card"]!["content"] = new JsonObject();
                    return new JsonObject
                    {
                        ["task"] = new JsonObject { ["type"] = "continue", ["value"] = task },
                    };
                })
        );
        yield return (
            "AdaptiveCardActionResponse",
            all.Where(payload => payload["statusCode"] is not null)
        );
    }
}
