using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Teams.AdaptiveCards;

/// <summary>Payloads as TypeScript against Microsoft's own <c>@microsoft/teams.cards</c> and <c>@microsoft/teams.api</c>.</summary>
internal static class TypeCheck
{
    /// <summary>What the compiler says; empty when it takes everything.</summary>
    public static Task<string> RunAsync(IEnumerable<JsonObject> payloads) =>
        StrictTypeScript.CheckAsync("teams", Source(payloads));

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
