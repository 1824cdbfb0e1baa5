using System.Text.Json;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Storage;

/// <summary>Everything that is stored under a name comes back as it was: old rows are read for years.</summary>
public sealed class StoredTypesTests
{
    public static TheoryData<string> Events => [.. Names(StoredTypes<EscalationEvent>.Known)];

    public static TheoryData<string> Effects => [.. Names(StoredTypes<Effect>.Known)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Event_StoredAndRead_IsTheSame(string name) =>
        ComesBack(name, StoredTypes<EscalationEvent>.Known);

    [Theory]
    [MemberData(nameof(Effects))]
    public void Effect_StoredAndRead_IsTheSame(string name) =>
        ComesBack(name, StoredTypes<Effect>.Known);

    private static void ComesBack<T>(string name, StoredTypes<T> types)
        where T : class
    {
        var type = types.All.Single(pair => pair.Key == name).Value;
        var value = (T)Samples.Of(type);

        var stored = types.Write(value);
        var read = types.Read(name, stored);

        types.Write(read).Should().Be(stored);
        foreach (var property in Samples.Stored(type))
            Json(property.GetValue(read))
                .Should()
                .Be(Json(property.GetValue(value)), $"{property.Name} is kept")
                .And.NotBe("null", $"{property.Name} was filled");
    }

    private static string Json(object? value) => JsonSerializer.Serialize(value, Core.Json.Options);

    private static IEnumerable<string> Names<T>(StoredTypes<T> types)
        where T : class => types.All.Select(pair => pair.Key).Order(StringComparer.Ordinal);
}
