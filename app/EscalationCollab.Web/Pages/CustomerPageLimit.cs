using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Pages;

/// <summary>
/// How often one address may ask for customer pages. Somebody who answers a survey needs three requests; a whole company
/// behind one address has room; whoever tries links one after the other is slowed down to where it is hopeless.
/// </summary>
internal sealed class CustomerPageLimit : IDisposable
{
    /// <summary>Requests at once, and then one in every <see cref="Refill"/>.</summary>
    public const int Burst = 60;

    /// <summary>How long until one more request is let through.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(2);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<
        string,
        string
    >(address =>
        RateLimitPartition.GetTokenBucketLimiter(
            address,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Burst,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = Refill,
                QueueLimit = 0,
            }
        )
    );

    /// <summary>Whether this request may go on.</summary>
    public bool Allows(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(KeyOf(context.Connection.RemoteIpAddress));
        if (!lease.IsAcquired)
            context.Response.Headers.RetryAfter = Refill.TotalSeconds.ToString(
                "0",
                CultureInfo.InvariantCulture
            );
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    /// <summary>An IPv6 household has as many addresses as it likes: its network counts.</summary>
    internal static string KeyOf(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address switch
        {
            null => "",
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(
                address.GetAddressBytes().AsSpan(0, 8)
            ),
            _ => address.ToString(),
        };
    }
}
