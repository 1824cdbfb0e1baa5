using System.Globalization;
using EscalationCollab.Core;

namespace EscalationCollab.Web.Sandbox;

/// <summary>A person's picture without a picture: initials on a colour that is always the same for that person.</summary>
internal static class Portrait
{
    /// <summary>Colours in the style sheet.</summary>
    public const int Tints = 10;

    /// <summary>First letters of the first and the last name, without the company in brackets after it.</summary>
    public static string Initials(string name)
    {
        var words = name.Split('(')[0]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [] => "?",
            [var only] => First(only),
            [var first, .., var last] => First(first) + First(last),
        };
    }

    /// <summary>The number of a person's colour, 0 to <see cref="Tints"/> - 1. The same in every process.</summary>
    public static int Tint(PersonId person)
    {
        // FNV-1a: string.GetHashCode differs from run to run.
        var hash = 2166136261u;
        foreach (var c in person.Value)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash % Tints);
    }

    private static string First(string word) =>
        StringInfo.GetNextTextElement(word).ToUpperInvariant();
}
