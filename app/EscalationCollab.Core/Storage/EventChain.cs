using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EscalationCollab.Core.Storage;

/// <summary>How an event's hash is made: over the hash before it and everything the row says.</summary>
internal static class EventChain
{
    /// <summary>The hash of one event, as 64 small hexadecimal digits.</summary>
    /// <param name="previous">The hash of the event before, empty for the first one.</param>
    /// <param name="row">Its own hash is not looked at.</param>
    public static string Hash(string previous, EventRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, previous);
        Add(hash, row.Tenant);
        Add(hash, row.Number.ToString(CultureInfo.InvariantCulture));
        Add(hash, row.Sequence.ToString(CultureInfo.InvariantCulture));
        Add(hash, row.At.ToString(CultureInfo.InvariantCulture));
        Add(hash, row.ByPerson);
        Add(hash, row.Kind);
        Add(hash, row.Payload);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each part is preceded by its length, so that text moved from one column to the next changes the hash.
    private static void Add(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>One row of the table <c>event</c>.</summary>
internal sealed record EventRow
{
    public string Tenant { get; init; } = "";
    public long Number { get; init; }
    public int Sequence { get; init; }
    public long At { get; init; }
    public string ByPerson { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Payload { get; init; } = "";
    public string Hash { get; init; } = "";
}
