using System.Text.Json;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// What was pressed, out of the <c>value</c> of an activity: of an invoke <c>adaptiveCard/action</c> (its
/// <c>action.data</c>), of <c>task/fetch</c>, <c>task/submit</c> or a message extension's <c>submitAction</c> (their
/// <c>data</c>), or of the message that an <c>Action.Submit</c> sends.
/// </summary>
internal static class CardReading
{
    /// <summary>What was pressed; null when it is none of ours, whatever else it holds.</summary>
    public static Pressed? Of(JsonElement value) => CardData.Read(DataOf(value));

    /// <summary>The object that holds our data and the answers of inputs.</summary>
    public static JsonElement DataOf(JsonElement value) =>
        value.Part("action")?.Part("data") is { ValueKind: JsonValueKind.Object } executed
            ? executed
        : value.Part("data") is { ValueKind: JsonValueKind.Object } submitted ? submitted
        : value;
}
