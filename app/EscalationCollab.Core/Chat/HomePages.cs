using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// A person's own page to be read in a browser, where a chat platform shows pages. A link names the person it was made for and
/// is signed; the page holds what that person may see when it is opened, and nothing can be done on it.
/// </summary>
public sealed class HomePages(
    IStore store,
    Situations situations,
    Slices slices,
    Tools tools,
    TimeProvider time
)
{
    /// <summary>Where the page is, below the public address.</summary>
    public const string Path = "home";

    /// <summary>How long a link works: it is made anew each time the page is opened.</summary>
    public static readonly Duration Lifetime = Duration.FromHours(1);

    /// <summary>The address of a person's page, made for them.</summary>
    /// <exception cref="StoreUnavailableException">It could not be made now.</exception>
    public Task<Uri> LinkAsync(TenantId tenant, PersonId person, CancellationToken cancellation) =>
        store.WriteAsync(
            connection =>
            {
                var key = SignedLink.KeyOf(new Records(connection, tenant));
                var until = time.Moment() + Lifetime;
                var link = new SignedLink(tenant, LinkedPage.Home, null, person, until);
                return new Uri(tools.PublicAddress, $"{Path}?t={link.Token(key)}");
            },
            cancellation
        );

    /// <summary>The page as the person the link was made for may see it now; null for every link that does not work.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public Task<HomeReading?> FindAsync(string? token, CancellationToken cancellation) =>
        SignedLink.Claim(token) is { } claim
            ? store.ReadAsync(
                connection => Find(token, new Records(connection, claim.Tenant)),
                cancellation
            )
            : Task.FromResult<HomeReading?>(null);

    private HomeReading? Find(string? token, Records records)
    {
        if (SignedLink.Read(token, records, time.Moment()) is not { Page: LinkedPage.Home } link)
            return null;
        var situation = situations.Of(records, link.Reader);
        var view = new HomeView(records, situation, slices);
        return situation.Directory.Find(link.Reader) is { } reader
            ? new HomeReading(
                [
                    .. view.Cards()
                        .Select(card =>
                            card with
                            {
                                Blocks = [.. card.Blocks.Where(block => block is not Actions)],
                            }
                        ),
                ],
                reader,
                situation,
                view.Open.ToImmutableDictionary(
                    escalation => escalation.Number,
                    escalation =>
                        EscalationPages.AddressOf(
                            escalation.Number,
                            link.Reader,
                            link.Until,
                            records,
                            tools.PublicAddress
                        )
                )
            )
            : null;
    }
}

/// <summary>A person's own page, to be read.</summary>
/// <param name="Cards">From the top, without buttons.</param>
/// <param name="Pages">The pages of the escalations on it, made for the same person and as long.</param>
public sealed record HomeReading(
    ImmutableArray<Card> Cards,
    People.Person Reader,
    Situation Situation,
    ImmutableDictionary<EscalationNumber, Uri> Pages
);
