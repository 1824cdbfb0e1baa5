using System.Security.Cryptography;
using System.Text;
using Dapper;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.WarRooms;
using Phrase = EscalationCollab.Core.Cards.Phrase;
using Text = EscalationCollab.Core.Cards.Text;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// Publishing: two documents apart, as they read at this moment, kept for good in the event. By somebody who may, and
/// not by the only one who wrote it.
/// </summary>
internal static class PublishPostMortem
{
    public const string Id = "postmortem.publish";

    public static void Register(Slices slices, PostMortemDocuments documents) =>
        slices
            .Action(Id, turn => Publish(turn, documents))
            .Follows(ArchiveWhenAllIsSaid)
            .Projects(Project);

    /// <summary>The room is put away some time after both are true: it is over, and no post-mortem is being written.</summary>
    public static Decision ArchiveWhenAllIsSaid(
        Escalation before,
        Escalation after,
        Situation situation
    ) =>
        AllIsSaid(after) && !AllIsSaid(before)
            ? Decision.Nothing.Then(
                new ArchiveWarRoom { Due = situation.Now + ArchiveWarRoom.After }
            )
            : Decision.Nothing;

    // Declined and merged escalations put their rooms away themselves.
    private static bool AllIsSaid(Escalation escalation) =>
        escalation.Status == Status.Closed && escalation.PostMortem is not { IsOpen: true };

    public static Decision Decide(
        Escalation escalation,
        PublishedDocuments documents,
        Situation situation
    )
    {
        if (ReviewPostMortem.Refusal(escalation, situation) is { } refusal)
            return Decision.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        if (postMortem.Authors is [var only] && only == situation.Actor)
            return Decision.Refuse(Phrase.Of("postmortem.only-author"));
        if (PostMortemCommon.Missing(escalation) is { IsEmpty: false } missing)
            return Decision.Refuse(
                Phrase.Of(
                    "postmortem.missing",
                    ("parts", Text.Join(", ", missing.Select(part => (Text)part)))
                )
            );
        return Decision
            .That(
                new PostMortemPublished(
                    documents.Title,
                    documents.Language,
                    documents.Internal,
                    HashOf(documents.Internal)
                )
                {
                    CustomerMarkdown = documents.Customer,
                    CustomerLanguage = documents.CustomerLanguage,
                    CustomerHash = documents.Customer is { } customer ? HashOf(customer) : null,
                }
            )
            .Then(postMortem.Reviewers.Select(p => new ReviewNotice(p) { OnlyEdits = true }))
            .Then(ReviewPostMortem.Refreshed(postMortem))
            .Then(
                postMortem.Participants.SelectMany(participant =>
                    new[]
                    {
                        new QuestionsNotice(participant.Person) { OnlyEdits = true },
                        new QuestionsNotice(participant.Person) { OnlyEdits = true, Again = true },
                    }
                )
            )
            .Then(new PublishedNotice())
            .Saying(Phrase.Of("postmortem.published-said", ("title", documents.Title)));
    }

    /// <summary>SHA-256 of a document as UTF-8, in hexadecimal digits.</summary>
    internal static string HashOf(string document) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)));

    private static Reply Publish(Turn turn, PostMortemDocuments documents) =>
        turn.Decide(
            (escalation, situation) =>
                Decide(
                    escalation,
                    escalation.PostMortem is null
                        ? PublishedDocuments.None
                        : documents.Of(
                            escalation,
                            turn.Records.Events(escalation.Number),
                            situation
                        ),
                    situation
                )
        );

    private static void Project(Escalation before, Escalation after, Records records)
    {
        if (after.PostMortem is not { } postMortem)
            return;
        if (
            before.PostMortem?.State == postMortem.State
            && before.PostMortem.Publication == postMortem.Publication
        )
            return;
        var publication = postMortem.Publication;
        var published = publication is null
            ? null
            : records.Events(after.Number, publication.Sequence, publication.Sequence)[0].Event
                as PostMortemPublished;
        records.Connection.Execute(
            """
            INSERT INTO post_mortem (tenant, number, state, title, published_at, markdown, customer_markdown)
            VALUES (@tenant, @number, @state, @title, @publishedAt, @markdown, @customer)
            ON CONFLICT (tenant, number) DO UPDATE SET state = excluded.state, title = excluded.title,
                published_at = excluded.published_at, markdown = excluded.markdown,
                customer_markdown = excluded.customer_markdown
            """,
            new
            {
                tenant = records.Tenant.Value,
                number = after.Number.Value,
                state = postMortem.State switch
                {
                    PostMortemState.Draft => "draft",
                    PostMortemState.InReview => "in-review",
                    _ => "published",
                },
                title = publication?.Title ?? after.Summary,
                publishedAt = publication?.At.ToUnixTimeMilliseconds(),
                markdown = published?.Markdown,
                customer = published?.CustomerMarkdown,
            }
        );
        if (publication is not null && postMortem.Cause is { } cause)
            records.Connection.Execute(
                "UPDATE escalation SET root_cause = @cause WHERE tenant = @tenant AND number = @number",
                new
                {
                    tenant = records.Tenant.Value,
                    number = after.Number.Value,
                    cause = Label(cause.Cause),
                }
            );
    }

    /// <summary>The cause as repeats are recognised by: without regard to case, spaces and the full stop.</summary>
    internal static string Label(string cause) =>
        string.Join(' ', cause.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .TrimEnd('.')
            .ToLowerInvariant();
}

/// <summary>The documents as they read when they were published.</summary>
/// <param name="Title">One line.</param>
/// <param name="Language">The language of the internal document.</param>
/// <param name="Markdown">The internal document.</param>
/// <param name="Hash">SHA-256 of it as UTF-8, in hexadecimal digits.</param>
[StoredAs("post-mortem-published")]
public sealed record PostMortemPublished(
    string Title,
    string Language,
    string Markdown,
    string Hash
) : EscalationEvent
{
    /// <summary>The customer's document, or null when nobody wrote one.</summary>
    public string? CustomerMarkdown { get; init; }

    /// <summary>The language of the customer's document.</summary>
    public string CustomerLanguage { get; init; } = "";

    /// <summary>SHA-256 of the customer's document, or null.</summary>
    public string? CustomerHash { get; init; }

    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem! with
            {
                State = PostMortemState.Published,
                Publication = new Publication(
                    stamp.By,
                    stamp.At,
                    Title,
                    Hash,
                    CustomerHash,
                    stamp.Sequence
                ),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.post-mortem-published", ("title", Title), ("hash", Hash[..12]));
}
