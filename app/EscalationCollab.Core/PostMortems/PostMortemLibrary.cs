using EscalationCollab.Core.Escalations;
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
    private readonly PostMortemDocuments _documents = new(tools.Words.Folder, tools.Words);

    /// <summary>
    /// The document as the person the link was made for may read it now; null for a link that was not made by us, has
    /// ended, or leads to what this person may not see. All three look the same.
    /// </summary>
    public Task<PostMortemReading?> FindAsync(string token, CancellationToken cancellation) =>
        PostMortemLink.Claim(token) is { } claim
            ? store.ReadAsync(
                connection => Find(token, new Records(connection, claim.Tenant)),
                cancellation
            )
            : Task.FromResult<PostMortemReading?>(null);

    private PostMortemReading? Find(string token, Records records)
    {
        if (
            PostMortemLink.KnownKeyOf(records) is not { } key
            || PostMortemLink.Read(token, key, time.Moment()) is not { } link
        )
            return null;
        var situation = situations.Of(records, link.Reader);
        if (
            situation.Directory.Find(link.Reader) is null
            || records.Load(link.Number) is not { PostMortem: { } postMortem } escalation
            || !Visibility.Sees(escalation, situation)
        )
            return null;
        if (postMortem.Publication is { } publication)
            return Published(records, link, publication);
        return PostMortemCommon.MayWrite(escalation, situation)
            ? Draft(records, link, escalation, situation)
            : null;
    }

    private static PostMortemReading? Published(
        Records records,
        PostMortemLink link,
        Publication publication
    )
    {
        var published = (PostMortemPublished)
            records.Events(link.Number, publication.Sequence, publication.Sequence)[0].Event;
        if (!link.Customer)
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
        PostMortemLink link,
        Escalation escalation,
        Situation situation
    )
    {
        var documents = _documents.Of(escalation, records.Events(link.Number), situation);
        if (!link.Customer)
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
