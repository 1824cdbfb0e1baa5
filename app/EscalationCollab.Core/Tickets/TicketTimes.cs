using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>
/// Reads times as a help desk writes them. One that a clock change skips is read as the moment an unchanged clock would
/// have shown it; of one that it shows twice, the first is taken.
/// </summary>
internal sealed class TicketTimes(ImmutableArray<string> formats, DateTimeZone zone)
{
    /// <summary>The format name for ISO 8601, with or without offset.</summary>
    public const string Iso = "iso";

    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd",
    ];

    private static readonly string[] OffsetFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mmzzz",
    ];

    private readonly string[] _local =
    [
        .. formats
            .Where(format => !HasOffset(format))
            .SelectMany(format => format == Iso ? IsoFormats : [format]),
    ];

    private readonly string[] _offset =
    [
        .. formats.SelectMany(format =>
            format == Iso ? OffsetFormats
            : HasOffset(format) ? [format]
            : Array.Empty<string>()
        ),
    ];

    /// <summary>Reads a time typed by a person: ISO 8601 with or without offset; a day alone is its first moment.</summary>
    public static Instant? Typed(string text, DateTimeZone zone) =>
        new TicketTimes([Iso], zone).TryRead(text.Trim(), out var moment) ? moment : null;

    public static bool HasOffset(string format) => format.Contains('z', StringComparison.Ordinal);

    public bool TryRead(ReadOnlySpan<char> text, out Instant moment)
    {
        if (
            _offset.Length > 0
            && DateTimeOffset.TryParseExact(
                text is [.., 'Z'] ? $"{text[..^1]}+00:00" : text,
                _offset,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var exact
            )
        )
        {
            moment = Instant.FromDateTimeOffset(exact);
            return true;
        }
        var read = DateTime.TryParseExact(
            text,
            _local,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var local
        );
        moment = read
            ? LocalDateTime
                .FromDateTime(DateTime.SpecifyKind(local, DateTimeKind.Unspecified))
                .InZoneLeniently(zone)
                .ToInstant()
            : default;
        return read;
    }
}
