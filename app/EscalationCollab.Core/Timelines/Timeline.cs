using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Timelines;

/// <summary>A line of the timeline.</summary>
/// <param name="At">When it happened.</param>
/// <param name="By">Who caused it; <see cref="PersonId.Product"/> for what happened by itself.</param>
/// <param name="What">What happened, without the time and the person.</param>
/// <param name="Sequence">Its place among the events, counted from 1.</param>
public sealed record TimelineEntry(Instant At, PersonId By, Text What, int Sequence);

/// <summary>The events of an escalation as lines.</summary>
public static class Timeline
{
    /// <summary>The events that have something to tell, in order; technical ones are left out.</summary>
    public static ImmutableArray<TimelineEntry> Entries(IReadOnlyList<RecordedEvent> events) =>
        [
            .. events
                .Select(recorded =>
                    recorded.Event.Tell() is { IsEmpty: false } what
                        ? new TimelineEntry(
                            recorded.Stamp.At,
                            recorded.Stamp.By,
                            what,
                            recorded.Stamp.Sequence
                        )
                        : null
                )
                .OfType<TimelineEntry>(),
        ];

    /// <summary>Who caused something, as shown: a person, or the product by its name.</summary>
    public static Text Who(PersonId person) =>
        person == PersonId.Product ? Phrase.Of("answer.product") : new Mention(person);

    /// <summary>The text with each piece of it that people wrote cut to a length, on one line.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">Most characters of each piece; at least 2.</param>
    public static Text Shortened(Text text, int length) =>
        new([.. text.Parts.Select(part => Shortened(part, length))]);

    private static Inline Shortened(Inline part, int length) =>
        part switch
        {
            Plain plain => new Plain(Cut(plain.Value, length)),
            Bold bold => new Bold(Shortened(bold.Value, length)),
            Link link => link with { Label = Shortened(link.Label, length) },
            Phrase phrase => phrase with
            {
                Places = phrase.Places.ToImmutableSortedDictionary(
                    place => place.Key,
                    place => Shortened(place.Value, length),
                    StringComparer.Ordinal
                ),
            },
            _ => part,
        };

    private static string Cut(string text, int length)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length <= length)
            return line;
        var end = char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1;
        return line[..end].TrimEnd() + "…";
    }
}
