using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Csv;

namespace EscalationCollab.Core.Tickets;

/// <summary>A yes-or-no question about a row of a help desk's export.</summary>
internal abstract record TicketRule
{
    /// <summary>Holds for no row.</summary>
    public static readonly TicketRule Never = new Any([]);

    /// <summary>Answers it for the row the reader stands on.</summary>
    public abstract bool Holds(CsvReader row, Bound bound);

    /// <summary>The columns it looks at.</summary>
    public abstract IEnumerable<ColumnName> Columns { get; }

    /// <summary>All of several.</summary>
    internal sealed record All(ImmutableArray<TicketRule> Rules) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => Rules.SelectMany(rule => rule.Columns);

        public override bool Holds(CsvReader row, Bound bound)
        {
            foreach (var rule in Rules)
                if (!rule.Holds(row, bound))
                    return false;
            return true;
        }
    }

    /// <summary>At least one of several.</summary>
    internal sealed record Any(ImmutableArray<TicketRule> Rules) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => Rules.SelectMany(rule => rule.Columns);

        public override bool Holds(CsvReader row, Bound bound)
        {
            foreach (var rule in Rules)
                if (rule.Holds(row, bound))
                    return true;
            return false;
        }
    }

    /// <summary>The opposite.</summary>
    internal sealed record Not(TicketRule Rule) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => Rule.Columns;

        public override bool Holds(CsvReader row, Bound bound) => !Rule.Holds(row, bound);
    }

    /// <summary>The column says one of these, whatever its case; a missing value says nothing.</summary>
    internal sealed record Is(ColumnName Column, ImmutableArray<string> Values) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => [Column];

        public override bool Holds(CsvReader row, Bound bound)
        {
            var value = bound.Value(row, Column);
            foreach (var wanted in Values)
                if (value.Length > 0 && value.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                    return true;
            return false;
        }
    }

    /// <summary>The column holds a number within these bounds; a missing value does not.</summary>
    internal sealed record Between(ColumnName Column, decimal Least, decimal Most) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => [Column];

        public override bool Holds(CsvReader row, Bound bound) =>
            decimal.TryParse(
                bound.Value(row, Column),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number >= Least
            && number <= Most;
    }

    /// <summary>The column has a value at all.</summary>
    internal sealed record Present(ColumnName Column) : TicketRule
    {
        public override IEnumerable<ColumnName> Columns => [Column];

        public override bool Holds(CsvReader row, Bound bound) =>
            bound.Value(row, Column).Length > 0;
    }
}

/// <summary>A column as the mapping names it, and where, so that a file without it can be told with the place.</summary>
internal sealed record ColumnName(string Name, int Line, int Column)
{
    /// <summary>Stands for a column that the mapping fails to name.</summary>
    public static readonly ColumnName Nowhere = new("", 1, 1);
}
