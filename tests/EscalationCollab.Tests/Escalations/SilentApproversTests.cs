using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Tests.CustomerUpdates;
using EscalationCollab.Tests.PostMortems;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

/// <summary>A question for approval that nobody answers: one reminder, then one word to the owner.</summary>
public sealed class SilentApproversTests
{
    [Fact]
    public async Task Letter_NobodyAnswers_ApproverIsRemindedOnceThenTheOwnerToldOnce()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Asked(stage);
        var approver = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked[0].Value;
        var asked = stage.Now;

        await stage.Advance(Duration.FromHours(30));

        Told(stage, approver, "approval.reminder").Should().Equal(asked + Duration.FromMinutes(30));
        Told(stage, "marco", "approval.overdue").Should().Equal(asked + Duration.FromHours(1));
    }

    [Fact]
    public async Task Letter_AnsweredInTime_NobodyIsReminded()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Asked(stage);
        var approver = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked[0].Value;
        await stage.Press(
            approver,
            LetterStageTests.Button(stage, approver, ApproveLetter.ApproveId)
        );

        await stage.Advance(Duration.FromHours(3));

        Told(stage, approver, "approval.reminder").Should().BeEmpty();
        Told(stage, "marco", "approval.overdue").Should().BeEmpty();
    }

    [Fact]
    public async Task Letter_AnsweredAfterTheReminder_EveryCardSaysSoAndHasNoButtons()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Asked(stage);
        var approver = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked[0].Value;
        await stage.Advance(Duration.FromMinutes(65));

        await stage.Press(
            approver,
            LetterStageTests.Button(stage, approver, ApproveLetter.ApproveId)
        );
        await stage.Settle();

        foreach (var person in new[] { approver, "marco" })
            stage
                .Platform.To(person)
                .Where(message =>
                    Key(message.First).StartsWith("approval.", StringComparison.Ordinal)
                )
                .Should()
                .ContainSingle()
                .Which.Actions.Should()
                .BeEmpty();
    }

    [Fact]
    public async Task Outage_OverBothMoments_OnlyTheOwnerIsTold()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await Asked(stage);
        var approver = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked[0].Value;

        stage.Sleep(Duration.FromHours(8));
        await stage.Settle();

        Told(stage, approver, "approval.reminder").Should().BeEmpty();
        Told(stage, "marco", "approval.overdue").Should().ContainSingle();
    }

    [Fact]
    public async Task AskOther_ByTheOwner_TheOtherMayAnswer()
    {
        await using var stage = await Stage.OpenAsync();
        // She takes part, so she alone is asked at first.
        var number = await Asked(stage, observer: "helen");
        var waiting = WaitingApproval.Of(await stage.Load(number)).Single();
        var situation = Scenes.At("marco", stage.Now);
        var other = waiting
            .Entitled(await stage.Load(number), situation)
            .Except(waiting.Asked)
            .First();
        await stage.Advance(Duration.FromMinutes(65));
        var button = (Opens)LetterStageTests.Button(stage, "marco", AskAnotherApprover.Id);

        var reply = await stage.Act(
            "marco",
            InteractionKind.SubmitDialog,
            AskAnotherApprover.Id,
            data: button.Data,
            inputs: [("person", other.Value)]
        );
        reply.Should().NotBeOfType<Reply.Refused>();
        await stage.Settle();
        reply = await stage.Press(
            other.Value,
            LetterStageTests.Button(stage, other.Value, ApproveLetter.ApproveId)
        );

        reply.Should().NotBeOfType<Reply.Refused>();
        await stage.Settle();
        (await stage.Load(number)).CustomerUpdates.Last!.Kind.Should().NotBe(default);
    }

    [Fact]
    public async Task Letter_EverybodyWhoMayWasAsked_NobodyElseIsOffered()
    {
        await using var stage = await Stage.OpenAsync();
        // Of those who may approve nobody takes part, so all of them are asked.
        var number = await Asked(stage);
        var waiting = WaitingApproval.Of(await stage.Load(number)).Single();
        waiting
            .Entitled(await stage.Load(number), Scenes.At("marco", stage.Now))
            .Should()
            .BeEquivalentTo(waiting.Asked);

        await stage.Advance(Duration.FromMinutes(65));

        stage
            .Platform.To("marco")
            .Where(message =>
                Key(message.First).StartsWith("approval.overdue", StringComparison.Ordinal)
            )
            .Should()
            .ContainSingle()
            .Which.Actions.Should()
            .BeEmpty();
    }

    [Fact]
    public void AskOther_WhoMayNot_IsRefusedWithThoseWhoMay()
    {
        var escalation = Waiting();
        var oneAsked = escalation with
        {
            Resolution = escalation.Resolution.Deciding(1, made => made with { Asked = [] }),
        };
        AskAnotherApprover
            .Decide(oneAsked, ApprovalKind.Concession, 1, new("tom"), Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("approval.may-not-decide");
        AskAnotherApprover
            .Decide(
                escalation,
                ApprovalKind.Concession,
                1,
                escalation.Resolution.Concessions[0].Asked[0],
                Scenes.At("marco")
            )
            .Keys()
            .Should()
            .BeSubsetOf(["approval.asked-already", "approval.nobody-else"]);
        AskAnotherApprover
            .Decide(escalation, ApprovalKind.Concession, 1, new("helen"), Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("approval.not-yours");
        AskAnotherApprover
            .Decide(escalation, ApprovalKind.PostMortem, 0, new("helen"), Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("approval.answered");
    }

    [Fact]
    public void Concession_Asked_IsRemindedAfterOfficeHours()
    {
        var before = LetterScenes.Owned();
        var after = Waiting();

        SilentApprovers
            .Follow(before, after, Scenes.At("product"))
            .Effects.OfType<ApprovalSilent>()
            .Select(timer => timer.Kind)
            .Should()
            .Equal(ApprovalKind.Concession, ApprovalKind.Concession);
    }

    [Theory]
    [InlineData(ApprovalKind.Concession)]
    [InlineData(ApprovalKind.PostMortem)]
    public void AskOther_OfEveryKind_AsksOneMoreAndKeepsTheQuestion(ApprovalKind kind)
    {
        var before =
            kind == ApprovalKind.Concession
                ? Waiting()
                : PostMortemScenes.Opened().Written().InReview().Now;
        var situation = Scenes.At("marco");
        var asked = WaitingApproval.Of(before).Single(waiting => waiting.Kind == kind);
        var others = asked.Entitled(before, situation).Except(asked.Asked).ToList();
        // Where all were asked, the first one is taken back.
        if (others.Count == 0)
        {
            others = [asked.Asked[0]];
            before = before with
            {
                Resolution = before.Resolution.Deciding(
                    asked.Id,
                    made => made with { Asked = made.Asked.RemoveAt(0) }
                ),
            };
        }
        asked = WaitingApproval.Of(before).Single(waiting => waiting.Kind == kind);

        var decision = AskAnotherApprover.Decide(before, kind, asked.Id, others[0], situation);
        var after = before.After(situation, decision);

        decision
            .Effects.OfType<Notice>()
            .Should()
            .ContainSingle()
            .Which.To.Should()
            .Be(Destination.To(others[0]));
        var now = WaitingApproval.Of(after).Single(waiting => waiting.Kind == kind);
        now.Asked.Should().Equal([.. asked.Asked, others[0]]);
        now.IsSameAs(asked).Should().BeTrue("no clock begins anew");
        SilentApprovers
            .Follow(before, after, situation)
            .Effects.Should()
            .AllBeOfType<ApprovalOverdue>()
            .And.OnlyContain(effect => ((Notice)effect).OnlyEdits);
    }

    private static Escalation Waiting() =>
        LetterScenes
            .Owned()
            .After(
                Scenes.At("marco"),
                (e, s) =>
                    OfferConcession.Decide(
                        e,
                        new ConcessionOffer("credit", 900, "EUR", "Lost time"),
                        s
                    )
            );

    private static async Task<EscalationNumber> Asked(Stage stage, string? observer = null)
    {
        var number = await LetterStageTests.Accepted(stage);
        if (observer is not null)
            await stage.Press(observer, "role.join", number, ("role", "Observer"));
        await LetterStageTests.WriteUpdate(stage, number);
        await stage.Press("marco", LetterStageTests.Button(stage, "marco", ApproveLetter.AskId));
        await stage.Settle();
        return number;
    }

    private static IEnumerable<Instant> Told(Stage stage, string person, string key) =>
        stage
            .Platform.To(person)
            .Where(message => Key(message.First).StartsWith(key, StringComparison.Ordinal))
            .Select(message => message.At);

    private static string Key(Card card) =>
        card.Summary.Parts.OfType<Phrase>().FirstOrDefault()?.Key ?? "";
}
