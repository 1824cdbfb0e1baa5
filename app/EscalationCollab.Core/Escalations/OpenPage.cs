using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Links;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// <c>/escalate page 1042</c>: a link to the page of an escalation, made for this person, for a day. There is no sign-in: whoever
/// opens the address without such a link is told to ask for one in chat.
/// </summary>
internal static class OpenPage
{
    public static void Register(Slices slices, Uri publicAddress) =>
        slices.Command(
            "page",
            turn => turn.On(escalation => Link(escalation, turn, publicAddress))
        );

    private static Reply.Private Link(Escalation escalation, Turn turn, Uri publicAddress)
    {
        var title = Phrase.Of("page.link", ("number", escalation.Number.ToString()));
        return new Reply.Private(
            Card.Of(
                title,
                new Paragraph(title),
                new Context(Phrase.Of("page.link.hint")),
                Actions.Of(
                    new Visits(
                        Phrase.Of("page.open"),
                        EscalationPages.AddressOf(
                            escalation.Number,
                            turn.Situation.Actor,
                            turn.Situation.Now + SignedLink.Lifetime,
                            turn.Records,
                            publicAddress
                        )
                    )
                )
            )
        );
    }
}

/// <summary>
/// Escalations as pages. A link names the person it was made for and is signed; it shows what that person may see at the moment
/// it is opened, and nothing once they have lost the right.
/// </summary>
public sealed class EscalationPages(
    IStore store,
    Situations situations,
    Slices slices,
    Tools tools,
    TimeProvider time
)
{
    /// <summary>Where the pages are, below the public address.</summary>
    public const string Path = "escalations/";

    /// <summary>Lines of the timeline on the page; the rest is a count.</summary>
    public const int MostLines = 500;

    /// <summary>The page as the person the link was made for may see it now; null for every link that does not work, whyever.</summary>
    /// <param name="number">The number in the address.</param>
    /// <param name="token">What the link carries, or null.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public Task<EscalationReading?> FindAsync(
        string number,
        string? token,
        CancellationToken cancellation
    ) =>
        EscalationNumber.Parse(number) is { } asked
        && SignedLink.Claim(token) is { } claim
        && claim.Number == asked
            ? store.ReadAsync(
                connection => Find(token, new Records(connection, claim.Tenant)),
                cancellation
            )
            : Task.FromResult<EscalationReading?>(null);

    /// <summary>The address of an escalation's page made for a person; null when they may not see it, or there is none.</summary>
    /// <exception cref="StoreUnavailableException">It could not be made now.</exception>
    public Task<Uri?> LinkAsync(
        TenantId tenant,
        EscalationNumber number,
        PersonId person,
        CancellationToken cancellation
    ) =>
        store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, tenant);
                return
                    records.Load(number) is { } escalation
                    && Visibility.Sees(escalation, situations.Of(records, person))
                    ? AddressOf(
                        number,
                        person,
                        time.Moment() + HomePages.Lifetime,
                        records,
                        tools.PublicAddress
                    )
                    : null;
            },
            cancellation
        );

    /// <summary>The address made for a person; inside a transaction that may write.</summary>
    internal static Uri AddressOf(
        EscalationNumber number,
        PersonId reader,
        Instant until,
        Records records,
        Uri publicAddress
    )
    {
        var link = new SignedLink(records.Tenant, LinkedPage.Escalation, number, reader, until);
        var token = link.Token(SignedLink.KeyOf(records));
        return new Uri(publicAddress, $"{Path}{number.Value}?t={token}");
    }

    /// <summary>The address of a post-mortem's meeting as a file for calendars, made for a person.</summary>
    internal static Uri MeetingAddressOf(
        EscalationNumber number,
        PersonId reader,
        Instant until,
        Records records,
        Uri publicAddress
    )
    {
        var page = AddressOf(number, reader, until, records, publicAddress);
        return new Uri(publicAddress, $"{Path}{number.Value}/meeting.ics{page.Query}");
    }

    /// <summary>The meeting about the post-mortem as a file for calendars; null for every link that does not work.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read now.</exception>
    public async Task<string?> MeetingAsync(
        string number,
        string? token,
        CancellationToken cancellation
    )
    {
        if (
            await FindAsync(number, token, cancellation) is not { } reading
            || EscalationNumber.Parse(number) is not { } asked
        )
            return null;
        var escalation = await store.ReadAsync(
            connection => new Records(connection, reading.Situation.Tenant).Load(asked),
            cancellation
        );
        var format = new Words.ReaderFormat(
            tools.Words,
            Words.Reader.Of(reading.Reader),
            time.Moment()
        );
        return escalation is null
            ? null
            : MeetingFile.Write(
                escalation,
                text => Words.PlainText.Of(text, format),
                tools.PublicAddress.Host,
                time.Moment()
            );
    }

    private EscalationReading? Find(string? token, Records records)
    {
        if (
            SignedLink.Read(token, records, time.Moment())
            is not { Page: LinkedPage.Escalation, Number: { } number } link
        )
            return null;
        var situation = situations.Of(records, link.Reader);
        if (
            situation.Directory.Find(link.Reader) is not { } reader
            || records.Load(number) is not { } escalation
            || !Visibility.Sees(escalation, situation)
        )
            return null;
        var card = EscalationCard.Compose(escalation, situation, slices);
        var lines = Timeline.Entries(records.Events(number));
        return new EscalationReading(
            EscalationCard.Title(escalation),
            card with
            {
                // Nothing is done here: the page is to be read.
                Blocks = [.. card.Blocks.Where(block => block is not Actions)],
            },
            [.. lines.TakeLast(MostLines)],
            reader,
            situation
        )
        {
            LeftOut = Math.Max(0, lines.Length - MostLines),
            PostMortem = escalation.PostMortem?.Publication is null
                ? null
                : PostMortemLibrary.AddressOf(
                    link with
                    {
                        Page = LinkedPage.PostMortem,
                    },
                    records,
                    tools.PublicAddress
                ),
        };
    }
}

/// <summary>An escalation to be read by one person.</summary>
/// <param name="Card">Its card, without buttons.</param>
/// <param name="Timeline">Its newest lines, oldest first.</param>
public sealed record EscalationReading(
    Text Title,
    Card Card,
    System.Collections.Immutable.ImmutableArray<TimelineEntry> Timeline,
    People.Person Reader,
    Situation Situation
)
{
    /// <summary>Older lines that are not there.</summary>
    public int LeftOut { get; init; }

    /// <summary>A link to the published post-mortem, for the same person and as long; null when there is none.</summary>
    public Uri? PostMortem { get; init; }
}
