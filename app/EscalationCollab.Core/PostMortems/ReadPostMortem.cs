using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;

namespace EscalationCollab.Core.PostMortems;

/// <summary>Gives a person links to the documents as pages: made for this person, for a day.</summary>
internal static class ReadPostMortem
{
    public const string Id = "postmortem.read";

    public static void Register(Slices slices, Uri publicAddress) =>
        slices
            .Action(Id, turn => turn.On(e => Read(e, turn, publicAddress)))
            .Offers(
                15,
                escalation =>
                    escalation.PostMortem is { IsOpen: false }
                        ? new Does(
                            Phrase.Of("postmortem.read"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null
            );

    private static Reply Read(Escalation escalation, Turn turn, Uri publicAddress)
    {
        if (escalation.PostMortem is not { } postMortem)
            return Turn.Refuse(Phrase.Of("postmortem.none"));
        if (postMortem.IsOpen && !PostMortemCommon.MayWrite(escalation, turn.Situation))
            return Turn.Refuse(Phrase.Of("postmortem.not-published"));
        Visits To(Phrase label, LinkedPage page) =>
            new(
                label,
                PostMortemLibrary.AddressOf(
                    new SignedLink(
                        turn.Records.Tenant,
                        page,
                        escalation.Number,
                        turn.Situation.Actor,
                        turn.Situation.Now + SignedLink.Lifetime
                    ),
                    turn.Records,
                    publicAddress
                )
            );
        return new Reply.Private(
            Card.Of(
                Phrase.Of("postmortem.links", ("number", escalation.Number.ToString())),
                new Paragraph(
                    Phrase.Of("postmortem.links", ("number", escalation.Number.ToString()))
                ),
                new Context(Phrase.Of("postmortem.links.hint")),
                Actions.Of(
                    To(Phrase.Of("postmortem.read.internal"), LinkedPage.PostMortem),
                    postMortem.Customer is null
                        ? null
                        : To(Phrase.Of("postmortem.read.customer"), LinkedPage.CustomerPostMortem),
                    MeetingFile.Button(escalation)
                )
            )
        );
    }
}
