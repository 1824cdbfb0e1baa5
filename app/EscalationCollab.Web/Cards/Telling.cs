using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Web.Cards;

/// <summary>Texts as plain strings, for attributes such as <c>alt</c> and <c>aria-label</c>.</summary>
internal static class Telling
{
    /// <summary>A phrase without places, said to the reader.</summary>
    public static string Tell(this CardContext context, string key) =>
        context.Tell((Text)Phrase.Of(key));

    /// <summary>A phrase with places, said to the reader.</summary>
    public static string Tell(
        this CardContext context,
        string key,
        params ReadOnlySpan<(string Name, Text Value)> places
    ) => context.Tell((Text)Phrase.Of(key, places));

    /// <summary>A text said to the reader, without any markup.</summary>
    public static string Tell(this CardContext context, Text text) =>
        PlainText.Of(text, context.Format, context.Directory);
}
