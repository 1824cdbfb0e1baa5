using System.Text.Encodings.Web;
using System.Text.Json;

namespace EscalationCollab.Teams;

/// <summary>Writing for Teams, and reading what it sends, in which anything may be missing or of another kind than expected.</summary>
internal static class TeamsJson
{
    /// <summary>How payloads are written: letters of every language as they are, for a message's size is counted in bytes.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How activities are read: nothing of Teams' own is deeper.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = 32 };

    /// <summary>A property, or null when there is none, it is null, or this is no object.</summary>
    public static JsonElement? Part(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    /// <summary>A text, or null when there is none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text further inside, or null.</summary>
    public static string? Text(this JsonElement element, string outer, string name) =>
        element.Part(outer)?.Text(name);

    /// <summary>The entries of a list, none when there is no such list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The JSON of an answer; an empty element when it has none.</summary>
    public static async Task<JsonElement> ReadAsync(
        HttpContent content,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellation);
            using var document = await JsonDocument.ParseAsync(body, Reading, cancellation);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Proxies answer with pages of their own: the status says enough.
            return default;
        }
    }
}
