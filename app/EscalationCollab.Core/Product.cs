using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Metrics;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core;

/// <summary>Everything the product can do: the slices, one line each. Start here to find out what there is.</summary>
public static class Product
{
    /// <summary>All slices. Two that claim the same route are refused here.</summary>
    public static Slices Slices(Tools tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        var slices = new Slices();
        Help.Register(slices);
        Home.Register(slices);
        Declare.Register(slices);
        ListEscalations.Register(slices);
        AddCustomer.Register(slices);
        AskOwner.Register(slices);
        AcceptOwnership.Register(slices);
        DeclineOwnership.Register(slices);
        OpenWarRoom.Register(slices);
        Upkeep.Register(slices);
        ArchiveWarRoom.Register(slices);
        OutOfBand.Register(slices);
        EscalationCard.Register(slices);
        JoinRole.Register(slices);
        AssignRole.Register(slices);
        HandOver.Register(slices);
        LeaveRole.Register(slices);
        NudgeRoles.Register(slices);
        SilentApprovers.Register(slices);
        AskAnotherApprover.Register(slices);
        AskExpert.Register(slices);
        ChangeSeverity.Register(slices);
        EscalateFurther.Register(slices);
        MergeInto.Register(slices);
        DeclineEscalation.Register(slices);
        TargetWarnings.Register(slices);
        StatusClock.Register(slices);
        PostStatus.Register(slices);
        NoChange.Register(slices);
        RequestUpdate.Register(slices);
        Snooze.Register(slices);
        StatusCards.Register(slices);
        CustomerClock.Register(slices);
        SendReceipt.Register(slices, tools);
        LetterDialog.Register(slices, tools);
        ApproveLetter.Register(slices);
        SendLetter.Register(slices, tools);
        DiscardLetter.Register(slices);
        SnoozeCustomerUpdate.Register(slices);
        LetterCards.Register(slices);
        Mitigate.Register(slices);
        Resolve.Register(slices);
        OfferConcession.Register(slices);
        DecideConcession.Register(slices);
        WithdrawConcession.Register(slices);
        Confirm.Register(slices);
        Close.Register(slices);
        Reopen.Register(slices);
        Ending.Register(slices);
        TimelineView.Register(slices);
        CatchUp.Register(slices);
        AddToTimeline.Register(slices);
        OpenPostMortem.Register(slices);
        AnswerQuestions.Register(slices);
        WriteSections.Register(slices);
        WriteRootCause.Register(slices);
        WriteCustomerVersion.Register(slices);
        OrganisePostMortem.Register(slices);
        ReviewPostMortem.Register(slices);
        PublishPostMortem.Register(slices, tools.Documents);
        ShareDocument.Register(slices);
        ReadPostMortem.Register(slices, tools.PublicAddress);
        PostMortemCards.Register(slices);
        OpenActionItem.Register(slices);
        EndActionItem.Register(slices);
        MoveActionItem.Register(slices);
        ReassignActionItem.Register(slices);
        RemindOwner.Register(slices);
        ListActionItems.Register(slices, tools);
        ActionItemCard.Register(slices);
        ReviewTickets.Register(slices);
        ListProposals.Register(slices);
        AcceptProposal.Register(slices);
        DismissProposal.Register(slices);
        MetricsCards.Register(slices);
        ScheduleSurvey.Register(slices);
        AskForSurvey.Register(slices);
        SurveyLetters.Register(slices, tools);
        RemindOfSurvey.Register(slices);
        SkipSurvey.Register(slices);
        AnswerSurvey.Register(slices);
        SurveyCards.Register(slices);
        return slices;
    }
}
