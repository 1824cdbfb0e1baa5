using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;

namespace EscalationCollab.Core.PostMortems;

/// <summary>Finds the document behind a link, for pages outside chat.</summary>
public sealed class PostMortemLibrary(
    IStore store,
    Situations situations,
    TimeProvider time,
    Tools tools
)
{
    /// <summary>Where the pages are, below the public address.</summary>
    public const string Path = "post-mortems/";

    private readonly PostMortemDocuments _documents = new(tools.Words.Folder, tools.Words);

    /// <summary>
    /// The document as the person the link was made for may read it now; null for a link that was not made by us, has
    /// ended, or leads to what this person may not see. All three look the same.
    /// </summary>
    public Task<PostMortemReading?> FindAsync(string token, CancellationToken cancellation) =>
        SignedLink.Claim(token) is { } claim
            ? store.ReadAsync(
                connection => Find(token, new Records(connection, claim.Tenant)),
                cancellation
            )
            : Task.FromResult<PostMortemReading?>(null);

    /// <summary>The address that a link goes by; inside a transaction that may write.</summary>
    public static Uri AddressOf(SignedLink link, Records records, Uri publicAddress)
    {
        ArgumentNullException.ThrowIfNull(link);
        return new(publicAddress, Path + link.Token(SignedLink.KeyOf(records)));
    }

    private PostMortemReading? Find(string token, Records records)
    {
        if (
            SignedLink.Read(token, records, time.Moment())
                is not { Page: var page, Number: { } number } link
            || page is not (LinkedPage.PostMortem or LinkedPage.CustomerPostMortem)
        )
            return null;
        var situation = situations.Of(records, link.Reader);
        if (
            situation.Directory.Find(link.Reader) is null
            || records.Load(number) is not { PostMortem: { } postMortem } escalation
            || !Visibility.Sees(escalation, situation)
        )
            return null;
        var forCustomer = page == LinkedPage.CustomerPostMortem;
        if (postMortem.Publication is { } publication)
            return Published(records, number, forCustomer, publication);
        return PostMortemCommon.MayWrite(escalation, situation)
            ? Draft(records, forCustomer, escalation, situation)
            : null;
    }

    private static PostMortemReading? Published(
        Records records,
        EscalationNumber number,
        bool forCustomer,
        Publication publication
    )
    {
        var published = (PostMortemPublished)
            records.Events(number, publication.Sequence, publication.Sequence)[0].Event;
        if (!forCustomer)
            return new PostMortemReading(
                published.Title,
                published.Language,
                published.Markdown,
                IsDraft: false
            );
        return published.CustomerMarkdown is { } customer
            ? new PostMortemReading(
                published.Title,
                published.CustomerLanguage,
                customer,
                IsDraft: false
            )
            : null;
    }

    private PostMortemReading? Draft(
        Records records,
        bool forCustomer,
        Escalation escalation,
        Situation situation
    )
    {
        var documents = _documents.Of(escalation, records.Events(escalation.Number), situation);
        if (!forCustomer)
            return new PostMortemReading(
                documents.Title,
                documents.Language,
                documents.Internal,
                IsDraft: true
            );
        return documents.Customer is { } customer
            ? new PostMortemReading(
                documents.Title,
                documents.CustomerLanguage,
                customer,
                IsDraft: true
            )
            : null;
    }
}

/// <summary>A document to be read.</summary>
/// <param name="Language">The language it is written in.</param>
/// <param name="Markdown">The document; whatever people wrote in it is escaped.</param>
/// <param name="IsDraft">Whether it may still change.</param>
public sealed record PostMortemReading(
    string Title,
    string Language,
    string Markdown,
    bool IsDraft
);
