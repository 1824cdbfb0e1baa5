using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Words;

/// <summary>A <see cref="Text"/> as a string for one reader: for mail, timelines, catch-up and files.</summary>
public static class PlainText
{
    /// <summary>The text as a string. Bold and code lose their marks, a link keeps its address, people go by their names.</summary>
    /// <param name="text">Any text, with or without phrases.</param>
    /// <param name="format">Who reads, and when.</param>
    /// <param name="people">Finds the names of mentioned people; one who is not found goes by the id.</param>
    public static string Of(Text text, ReaderFormat format, CompanyDirectory? people = null)
    {
        var output = new StringBuilder();
        Write(output, format.Words.Resolve(text, format.Language), format, people);
        return output.ToString();
    }

    private static void Write(
        StringBuilder output,
        Text text,
        ReaderFormat format,
        CompanyDirectory? people
    )
    {
        foreach (var part in text.Parts)
            Write(output, part, format, people);
    }

    private static void Write(
        StringBuilder output,
        Inline part,
        ReaderFormat format,
        CompanyDirectory? people
    )
    {
        switch (part)
        {
            case Bold bold:
                Write(output, bold.Value, format, people);
                break;
            case Link link:
                Write(output, link.Label, format, people);
                output.Append(" (").Append(link.Address.AbsoluteUri).Append(')');
                break;
            default:
                output.Append(Leaf(part, format, people));
                break;
        }
    }

    private static string Leaf(Inline part, ReaderFormat format, CompanyDirectory? people) =>
        part switch
        {
            Plain plain => plain.Value,
            Code code => code.Value,
            Mention mention => people?.Find(mention.Person)?.Name ?? mention.Person.Value,
            RoomLink room => room.Escalation.ToString(),
            Moment moment => format.Moment(moment),
            Span span => format.Span(span.Length),
            Number number => format.Number(number),
            _ => throw new InvalidOperationException($"No plain text for {part.GetType().Name}."),
        };
}
