using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Cards;
using NodaTime;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>Makes a value of any stored type with something in every place, so that nothing can be lost unnoticed.</summary>
internal static class Samples
{
    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(string)] = "Žodis <b>&\"'\n😀",
        [typeof(int)] = 3,
        [typeof(long)] = 1042L,
        [typeof(double)] = 0.5,
        [typeof(decimal)] = 12.5m,
        [typeof(bool)] = true,
        [typeof(Guid)] = new Guid("11111111-2222-3333-4444-555555555555"),
        [typeof(Uri)] = new Uri("https://esc.example/a?b=1&c=2"),
        [typeof(Instant)] = Instant.FromUtc(2026, 3, 29, 0, 59, 59) + Duration.FromMilliseconds(7),
        [typeof(Duration)] = Duration.FromMinutes(95),
        [typeof(LocalDate)] = new LocalDate(2028, 2, 29),
        [typeof(LocalTime)] = new LocalTime(17, 30),
        [typeof(Text)] = (Text)"text " + new Bold("bold"),
        [typeof(Phrase)] = Phrase.Of("button.save", ("place", "value")),
        [typeof(ActionData)] = ActionData.None.With("name", "value"),
    };

    /// <summary>A value of a type.</summary>
    public static object Of(Type type)
    {
        if (Known.TryGetValue(type, out var known))
            return known;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Of(inner);
        if (type.IsEnum)
            return type.GetEnumValues().Cast<object>().Last();
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
            return Filled(type);
        if (type.IsAbstract)
            return Of(
                type.GetCustomAttributes<JsonDerivedTypeAttribute>().FirstOrDefault()?.DerivedType
                    ?? throw new NotSupportedException($"no sample of {type}")
            );
        return Built(type);
    }

    /// <summary>What of a type is stored: what can be set and is not left out.</summary>
    public static IEnumerable<PropertyInfo> Stored(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property =>
                property.GetIndexParameters() is []
                && property.GetCustomAttribute<JsonIgnoreAttribute>() is null
                && (property.SetMethod is not null || IsGiven(type, property))
            );

    private static bool IsGiven(Type type, PropertyInfo property) =>
        Constructor(type)
            ?.GetParameters()
            .Any(parameter =>
                string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase)
            )
            is true;

    private static ConstructorInfo? Constructor(Type type)
    {
        var all = type.GetConstructors()
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type)
            .ToList();
        return all.Find(c => c.GetCustomAttribute<JsonConstructorAttribute>() is not null)
            ?? all.MaxBy(c => c.GetParameters().Length);
    }

    private static object Built(Type type)
    {
        var constructor = Constructor(type);
        var value = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([
                .. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType)),
            ]);
        foreach (var property in Stored(type).Where(p => p.SetMethod is not null))
            property.SetValue(value, Of(property.PropertyType));
        return value;
    }

    private static object Filled(Type type)
    {
        var items = type.GetGenericArguments();
        var name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        var maker = typeof(ImmutableArray).Assembly.GetType(
            $"System.Collections.Immutable.{(name.StartsWith("Immutable", StringComparison.Ordinal) ? name : "ImmutableArray")}"
        )!;
        var list = Array.CreateInstance(
            items is [var key, var of]
                ? typeof(KeyValuePair<,>).MakeGenericType(key, of)
                : items[0],
            1
        );
        list.SetValue(
            items is [var k, var v]
                ? Activator.CreateInstance(list.GetType().GetElementType()!, Of(k), Of(v))
                : Of(items[0]),
            0
        );
        return maker
            .GetMethods()
            .Where(method =>
                method.Name == "CreateRange" && method.GetGenericArguments().Length == items.Length
            )
            .Single(method =>
                method.GetParameters() is [var only]
                && only.ParameterType.Name == typeof(IEnumerable<>).Name
            )
            .MakeGenericMethod(items)
            .Invoke(null, [list])!;
    }
}
