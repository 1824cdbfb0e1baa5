using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using NodaTime;

namespace EscalationCollab.Core.Escalations;

/// <summary>What somebody else has to agree to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalKind>))]
public enum ApprovalKind
{
    /// <summary>A message to the customer.</summary>
    CustomerUpdate,

    /// <summary>A concession above its proposer's limit.</summary>
    Concession,

    /// <summary>A post-mortem before it is published.</summary>
    PostMortem,
}

/// <summary>Something that waits for somebody's yes or no.</summary>
/// <param name="Id">The draft or concession; 0 for the post-mortem.</param>
/// <param name="Since">When it was asked for: asked for again, it is another one.</param>
/// <param name="Asked">Who was asked; the first one decides.</param>
/// <param name="By">Who waits for it.</param>
internal sealed record WaitingApproval(
    ApprovalKind Kind,
    int Id,
    Instant Since,
    ImmutableArray<PersonId> Asked,
    PersonId By
)
{
    /// <summary>Everything of an escalation that waits now.</summary>
    public static IEnumerable<WaitingApproval> Of(Escalation escalation)
    {
        foreach (var draft in escalation.CustomerUpdates.Drafts)
            if (draft is { State: DraftState.AwaitingApproval, AskedAt: { } asked })
                yield return new(
                    ApprovalKind.CustomerUpdate,
                    draft.Id,
                    asked,
                    draft.Asked,
                    draft.Keeper
                );
        foreach (var made in escalation.Resolution.Concessions)
            if (made.State == ConcessionState.Waiting)
                yield return new(ApprovalKind.Concession, made.Id, made.At, made.Asked, made.By);
        if (
            escalation.PostMortem is
            {
                State: PostMortemState.InReview,
                SubmittedAt: { } since,
                SubmittedBy: { } by
            } postMortem
        )
            yield return new(ApprovalKind.PostMortem, 0, since, postMortem.Reviewers, by);
    }

    /// <summary>The one that waits, or null.</summary>
    public static WaitingApproval? Find(
        Escalation escalation,
        ApprovalKind kind,
        int id,
        Instant? since = null
    ) =>
        Of(escalation)
            .FirstOrDefault(waiting =>
                waiting.Kind == kind
                && waiting.Id == id
                && (since ?? waiting.Since) == waiting.Since
            );

    /// <summary>Whether it is the same question as another one, whoever else was asked since.</summary>
    public bool IsSameAs(WaitingApproval other) =>
        (Kind, Id, Since) == (other.Kind, other.Id, other.Since);

    /// <summary>Everybody who may say yes, by name.</summary>
    public ImmutableArray<PersonId> Entitled(Escalation escalation, Situation situation) =>
        Kind switch
        {
            ApprovalKind.CustomerUpdate => ApproveLetter.Entitled(
                escalation,
                escalation.CustomerUpdates.Find(Id)!.Authors,
                situation
            ),
            ApprovalKind.Concession => OfferConcession.Entitled(
                escalation,
                escalation.Resolution.Find(Id)!,
                situation
            ),
            _ => ReviewPostMortem.Entitled(escalation, situation with { Actor = By }),
        };

    /// <summary>The key of its kind in words.</summary>
    public static string Key(ApprovalKind kind) =>
        kind switch
        {
            ApprovalKind.CustomerUpdate => "customer-update",
            ApprovalKind.Concession => "concession",
            _ => "post-mortem",
        };

    /// <summary>The policy's times for its kind.</summary>
    public static ApprovalReminders Rule(ApprovalKind kind, Situation situation) =>
        situation.Policy.Nudges.Approvals[kind];
}
