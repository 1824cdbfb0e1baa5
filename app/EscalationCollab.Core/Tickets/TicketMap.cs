using System.Collections.Immutable;
using System.Text;
using EscalationCollab.Core.Policy;
using NodaTime;

namespace EscalationCollab.Core.Tickets;

/// <summary>
/// How the export of a help desk is read: which column is what, how times are written and what counts as what. Read from
/// a small YAML file by <see cref="TicketMapFile"/>.
/// </summary>
public sealed record TicketMap
{
    /// <summary>The file it was read from, as named to the reader.</summary>
    public required string File { get; init; }

    /// <summary>The help desk; numbers are unique within it.</summary>
    public required string Source { get; init; }

    /// <summary>The IANA zone in which times without an offset are written; null for the policy's default zone.</summary>
    public string? Zone { get; init; }

    internal char Separator { get; init; } = ',';
    internal Encoding Encoding { get; init; } = Encoding.UTF8;
    internal ImmutableArray<string> Missing { get; init; } = [];
    internal ImmutableArray<string> Formats { get; init; } = [];
    internal ColumnName Number { get; init; } = ColumnName.Nowhere;
    internal ColumnName Opened { get; init; } = ColumnName.Nowhere;
    internal ColumnName Updated { get; init; } = ColumnName.Nowhere;
    internal ColumnName? Revision { get; init; }
    internal ColumnName? ResolvedAt { get; init; }
    internal ColumnName? FirstReply { get; init; }
    internal ColumnName? State { get; init; }
    internal ColumnName? Priority { get; init; }
    internal ColumnName? Customer { get; init; }
    internal ColumnName? Reassigned { get; init; }
    internal ColumnName? Reopened { get; init; }
    internal ImmutableArray<ColumnName> Summary { get; init; } = [];
    internal ImmutableArray<ColumnName> Text { get; init; } = [];
    internal TicketRule Resolved { get; init; } = TicketRule.Never;
    internal TicketRule Escalated { get; init; } = TicketRule.Never;
    internal TicketRule? SlaMet { get; init; }
    internal TicketRule? FirstContact { get; init; }

    /// <summary>The zone times without an offset are in.</summary>
    public DateTimeZone ZoneUnder(EscalationPolicy policy) =>
        DateTimeZoneProviders.Tzdb[Zone ?? policy.DefaultZone];

    internal IEnumerable<ColumnName> Columns =>
        new[]
        {
            Number,
            Opened,
            Updated,
            Revision,
            ResolvedAt,
            FirstReply,
            State,
            Priority,
            Customer,
            Reassigned,
            Reopened,
        }
            .Concat(Summary)
            .Concat(Text)
            .Concat(
                new[] { Resolved, Escalated, SlaMet, FirstContact }
                    .OfType<TicketRule>()
                    .SelectMany(rule => rule.Columns)
            )
            .OfType<ColumnName>();
}

/// <summary>A mapping, or everything that is wrong with its text.</summary>
/// <param name="Map">Null when there are problems.</param>
/// <param name="Problems">In the order of the file.</param>
public sealed record TicketMapReading(TicketMap? Map, ImmutableArray<PolicyProblem> Problems);
