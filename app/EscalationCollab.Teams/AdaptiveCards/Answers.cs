using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// What invokes are answered with. A submitted or cancelled dialog closes when the answer is empty.
/// </summary>
internal static class Answers
{
    /// <summary>Says that a card is of another version of the program.</summary>
    public static readonly Text OutOfDate = Phrase.Of("teams-cards.out-of-date");

    /// <summary>To <c>task/fetch</c> or <c>task/submit</c>: shows a task module, or another one in its place.</summary>
    public static JsonObject Continue(JsonObject taskModule) =>
        new()
        {
            ["task"] = new JsonObject { ["type"] = "continue", ["value"] = taskModule },
        };

    /// <summary>To <c>task/fetch</c> or <c>task/submit</c>: a sentence in place of the dialog.</summary>
    public static JsonObject Saying(Text sentence, TeamsReader reader) =>
        new()
        {
            ["task"] = new JsonObject
            {
                ["type"] = "message",
                ["value"] = (reader with { IsNow = true }).Tell(sentence),
            },
        };

    /// <summary>To <c>adaptiveCard/action</c>: puts another card in the place of the one that was pressed.</summary>
    /// <param name="attachment">An attachment of <see cref="Surfaces"/>.</param>
    public static JsonObject Card(JsonObject attachment) =>
        new()
        {
            ["statusCode"] = 200,
            ["type"] = Surfaces.CardType,
            ["value"] = attachment["content"]!.DeepClone(),
        };

    /// <summary>To <c>adaptiveCard/action</c>: a sentence that only the person who pressed sees; the card stays.</summary>
    public static JsonObject Message(Text sentence, TeamsReader reader) =>
        new()
        {
            ["statusCode"] = 200,
            ["type"] = "application/vnd.microsoft.activity.message",
            ["value"] = (reader with { IsNow = true }).Tell(sentence),
        };

    /// <summary>To <c>application/search</c> with the dataset <see cref="Inputs.Customers"/>: customers, while somebody types.</summary>
    public static JsonObject CustomersFor(string typed, TeamsReader reader) =>
        new()
        {
            ["statusCode"] = 200,
            ["type"] = "application/vnd.microsoft.search.searchResponse",
            ["value"] = new JsonObject
            {
                ["results"] = new Inputs(reader, CardLimits.Choices).CustomersNamed(typed),
            },
        };
}
