using EscalationCollab.Core;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static EscalationCollab.Tests.Surveys.SurveyScenes;

namespace EscalationCollab.Tests.Surveys;

public sealed class SurveyDecisionTests
{
    [Fact]
    public void Follow_Closed_PlansSurveyAfterPolicysTime()
    {
        var decision = ScheduleSurvey.Follow(Resolved(), Closed(), ByItself);

        var at = Morning + Duration.FromHours(24);
        decision.Events.Should().Equal(new SurveyScheduled(at));
        decision.Effects.Should().Equal(new SurveyDue { Due = at, Round = 1 });
    }

    [Fact]
    public void Follow_RestrictedClosed_NothingWithoutAPerson() =>
        ScheduleSurvey
            .Follow(Resolved(restricted: true), Closed(restricted: true), ByItself)
            .Should()
            .Be(Decision.Nothing);

    [Fact]
    public void Follow_OtherChange_Nothing() =>
        ScheduleSurvey.Follow(Closed(), Closed(), ByItself).Should().Be(Decision.Nothing);

    [Fact]
    public void Follow_AskedByHandWhileResolved_NotAskedAgainWhenClosed()
    {
        var asked = Resolved()
            .After(
                Scenes.At("marco"),
                AskForSurvey.Decide(Resolved(), new AskNow(null), Scenes.At("marco"))
            );

        ScheduleSurvey
            .Follow(asked, asked.After(new Closed(ClosingReason.ByHand)), ByItself)
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Follow_Reopened_WithdrawsPlannedSurvey()
    {
        var reopened = Reopened(Scheduled());

        ScheduleSurvey
            .Follow(Scheduled(), reopened, ByItself)
            .Events.Should()
            .Equal(new SurveyWithdrawn());
        ScheduleSurvey
            .Decide(reopened, Due(), Scenes.At("product", Due().Due))
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Follow_ClosedAgain_PlansAnother()
    {
        var reopened = Reopened(Sent()).After(new SurveyWithdrawn());
        var again = reopened
            .After(
                Scenes.At("marco", "2026-03-09T09:00:00Z"),
                new Resolved(ResolutionKind.Fix, "x", "", Morning)
            )
            .After(new Closed(ClosingReason.CustomerConfirmed));

        ScheduleSurvey
            .Follow(reopened, again, ByItself)
            .Effects.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<SurveyDue>()
            .Which.Round.Should()
            .Be(2);
    }

    [Fact]
    public void Due_Planned_AsksForLetter() =>
        ScheduleSurvey
            .Decide(Scheduled(), Due(), Scenes.At("product", Due().Due))
            .Effects.Should()
            .Equal(new SendSurvey(1));

    [Fact]
    public void Due_WeeksLate_SkipsWithReason() =>
        ScheduleSurvey
            .Decide(Scheduled(), Due(), Scenes.At("product", Due().Due + Duration.FromDays(14)))
            .Events.Should()
            .Equal(new SurveySkipped(Phrase.Of("survey.why.too-late")));

    [Fact]
    public void Due_SkippedMeanwhile_Nothing() =>
        ScheduleSurvey
            .Decide(
                Scheduled().After(new SurveySkipped(Phrase.Of("survey.why.too-late"))),
                Due(),
                Scenes.At("product", Due().Due)
            )
            .Should()
            .Be(Decision.Nothing);

    [Fact]
    public void Prepare_Planned_PutsLinkOnRecordBeforeLetterLeaves()
    {
        var board = Sending().Survey;

        board.State.Should().Be(SurveyState.Sending);
        board.Links.Should().Equal(Hash);
        board.Contact.Should().Be("Carlos Menezes");
        board.ExpiresAt.Should().Be(Morning + Duration.FromDays(14));
        board.SentAt.Should().BeNull();
    }

    [Fact]
    public void Prepare_ContactAskedRecently_SkipsAndSaysWhen() =>
        SurveyLetters
            .Prepare(Scheduled(), new SendSurvey(1), Hash, Morning - Duration.FromDays(3), ByItself)
            .Events.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<SurveySkipped>()
            .Which.Why.Key.Should()
            .Be("survey.why.asked-recently");

    [Fact]
    public void Prepare_CustomerWithoutContact_SkipsAndSaysSo()
    {
        var nobody = ByItself with { Directory = new(Scenes.Company.People, []) };

        SurveyLetters
            .Prepare(Scheduled(), new SendSurvey(1), Hash, null, nobody)
            .Events.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<SurveySkipped>()
            .Which.Why.Key.Should()
            .Be("survey.why.no-contact");
    }

    [Fact]
    public void Prepare_ReopenedMeanwhile_Nothing() =>
        SurveyLetters
            .Prepare(Reopened(Scheduled()), new SendSurvey(1), Hash, null, ByItself)
            .Should()
            .Be(Decision.Nothing);

    [Fact]
    public void Prepare_OtherRound_Nothing() =>
        SurveyLetters
            .Prepare(Scheduled(), new SendSurvey(2), Hash, null, ByItself)
            .Should()
            .Be(Decision.Nothing);

    [Fact]
    public void Prepare_ManyInterruptedAttempts_KeepsTheNewestLinks()
    {
        var escalation = Enumerable
            .Range(0, 30)
            .Aggregate(
                Scheduled(),
                (state, i) =>
                    state.After(
                        ByItself,
                        SurveyLetters.Prepare(state, new SendSurvey(1), $"link-{i}", null, ByItself)
                    )
            );

        escalation.Survey.Links.Should().HaveCount(20).And.EndWith("link-29");
        escalation.Survey.First.Should().Be("link-0");
    }

    [Fact]
    public void Sent_Taken_PlansOneReminderAndTheEnd()
    {
        var decision = SurveyLetters.Decide(Sending(), new SendSurvey(1), Taken, ByItself);

        var remind = Morning + Duration.FromDays(3);
        decision.Events.Should().Equal(new SurveySent("Carlos Menezes", remind, Unclear: false));
        decision
            .Effects.Should()
            .Equal(
                new SurveyReminderDue { Due = remind, Round = 1 },
                new SurveyEnds { Due = Morning + Duration.FromDays(14), Round = 1 }
            );
    }

    [Fact]
    public void Sent_Unclear_NeverRepeatedAndSaidSo()
    {
        var decision = SurveyLetters.Decide(
            Sending(),
            new SendSurvey(1),
            new Delivery.Unclear("connection lost"),
            ByItself
        );

        decision.Effects.Should().NotContainItemsAssignableTo<SendSurvey>();
        Sending().After(ByItself, decision).Survey.Unclear.Should().BeTrue();
    }

    [Fact]
    public void Sent_Refused_SaysWhyAndForgetsLinks()
    {
        var after = Sending()
            .After(
                ByItself,
                SurveyLetters.Decide(
                    Sending(),
                    new SendSurvey(1),
                    new Delivery.Refused("550 no such user"),
                    ByItself
                )
            );

        after.Survey.State.Should().Be(SurveyState.NotDelivered);
        after.Survey.Links.Should().BeEmpty();
        new Text(after.Survey.Why!).Say().Should().Contain("550 no such user");
    }

    [Fact]
    public void Sent_AnsweredBeforeItWasNoted_StaysAnswered()
    {
        var answered = Sending()
            .After(
                ByItself,
                AnswerSurvey.Decide(Sending(), new AnswerTheSurvey(Hash, Answers()), ByItself)
            );

        var after = answered.After(
            ByItself,
            SurveyLetters.Decide(answered, new SendSurvey(1), Taken, ByItself)
        );

        after.Survey.State.Should().Be(SurveyState.Answered);
        after.Survey.SentAt.Should().Be(Morning);
    }

    [Fact]
    public void Remind_Unanswered_Once()
    {
        var timer = new SurveyReminderDue { Due = Sent().Survey.RemindAt!.Value, Round = 1 };
        var then = Scenes.At("product", timer.Due);
        var reminded = Sent()
            .After(then, SurveyLetters.Decide(Sent(), new SendSurvey(1, true), Taken, then));

        RemindOfSurvey
            .Decide(Sent(), timer, then)
            .Effects.Should()
            .Equal(new SendSurvey(1, Reminder: true));
        RemindOfSurvey.Decide(reminded, timer, then).Should().Be(Decision.Nothing);
        reminded.Survey.RemindedAt.Should().Be(timer.Due);
    }

    [Fact]
    public void Remind_AnsweredExpiredOrReopened_Nothing()
    {
        var timer = new SurveyReminderDue { Due = Sent().Survey.RemindAt!.Value, Round = 1 };
        var then = Scenes.At("product", timer.Due);
        var answered = Sent().After(new SurveyAnswered(Answers(), false));

        RemindOfSurvey.Decide(answered, timer, then).Should().Be(Decision.Nothing);
        RemindOfSurvey.Decide(Reopened(Sent()), timer, then).Should().Be(Decision.Nothing);
        RemindOfSurvey
            .Decide(Sent(), timer, Scenes.At("product", Sent().Survey.ExpiresAt!.Value))
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Ends_Unanswered_SaysSo()
    {
        var ends = new SurveyEnds { Due = Sent().Survey.ExpiresAt!.Value, Round = 1 };

        RemindOfSurvey
            .Decide(Sent(), ends, ByItself)
            .Events.Should()
            .Equal(new SurveyExpired("Carlos Menezes"));
        RemindOfSurvey
            .Decide(Sent().After(new SurveyAnswered(Answers(), false)), ends, ByItself)
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Ask_Closed_SendsNow()
    {
        var decision = AskForSurvey.Decide(Scheduled(), new AskNow(null), Scenes.At("marco"));

        decision.Events.Should().Equal(new SurveyScheduled(Morning));
        decision.Effects.Should().Equal(new SendSurvey(2));
    }

    [Fact]
    public void Ask_NotPossible_RefusedInWords()
    {
        var marco = Scenes.At("marco");
        var answered = Sent().After(new SurveyAnswered(Answers(), false));

        Ask(Closed(), Scenes.At("stranger")).Should().Equal("survey.not-allowed");
        Ask(Scenes.Declared(), marco).Should().Equal("survey.not-over");
        Ask(Sent(), marco).Should().Equal("survey.sent-already");
        Ask(answered, marco).Should().Equal("survey.answered-already");
        Ask(Closed(), marco with { Directory = new(Scenes.Company.People, []) })
            .Should()
            .Equal("survey.why.no-contact");
        AskForSurvey
            .Decide(Closed(), new AskNow(Morning - Duration.FromDays(1)), marco)
            .Keys()
            .Should()
            .Equal("survey.why.asked-recently");
    }

    [Fact]
    public void Skip_Planned_KeepsReason()
    {
        var after = Scheduled()
            .After(
                Scenes.At("marco"),
                SkipSurvey.Decide(
                    Scheduled(),
                    new SkipTheSurvey("They left us"),
                    Scenes.At("marco")
                )
            );

        after.Survey.State.Should().Be(SurveyState.Skipped);
        new Text(after.Survey.Why!).Say().Should().Be("They left us");
    }

    [Fact]
    public void Skip_NotPossible_RefusedInWords()
    {
        Skip(Scheduled(), "stranger").Should().Equal("survey.not-allowed");
        Skip(Sent(), "marco").Should().Equal("survey.skip.sent");
        Skip(Closed(), "marco").Should().Equal("survey.skip.none");
    }

    [Fact]
    public void Answer_Open_Kept()
    {
        var decision = AnswerSurvey.Decide(
            Sent(),
            new AnswerTheSurvey(Hash, Answers(comment: "Fast")),
            ByItself
        );

        decision.Events.Should().Equal(new SurveyAnswered(Answers(comment: "Fast"), false));
        decision.Effects.Should().BeEmpty();
    }

    [Fact]
    public void Answer_SecondTime_Refused() =>
        AnswerSurvey
            .Decide(
                Sent().After(new SurveyAnswered(Answers(), false)),
                new AnswerTheSurvey(Hash, Answers(resolution: 1)),
                ByItself
            )
            .Keys()
            .Should()
            .Equal("survey-page.answered");

    [Fact]
    public void Answer_ExpiredOrOfAnotherSurvey_Refused()
    {
        AnswerSurvey
            .Decide(
                Sent(),
                new AnswerTheSurvey(Hash, Answers()),
                Scenes.At("product", Sent().Survey.ExpiresAt!.Value)
            )
            .Keys()
            .Should()
            .Equal("survey-page.closed");
        AnswerSurvey
            .Decide(Sent(), new AnswerTheSurvey("another", Answers()), ByItself)
            .Keys()
            .Should()
            .Equal("survey-page.closed");
    }

    [Fact]
    public void Answer_OutsideItsScale_IsABug() =>
        FluentActions
            .Invoking(() =>
                AnswerSurvey.Decide(Sent(), new AnswerTheSurvey(Hash, Answers(effort: 8)), ByItself)
            )
            .Should()
            .Throw<ArgumentException>();

    [Theory]
    [InlineData(2, 5, 7, 10, true)]
    [InlineData(3, 5, 7, 10, false)]
    [InlineData(5, 2, 7, 10, true)]
    [InlineData(5, 3, 7, 10, false)]
    [InlineData(5, 5, 3, 10, true)]
    [InlineData(5, 5, 4, 10, false)]
    [InlineData(5, 5, 7, 6, true)]
    [InlineData(5, 5, 7, 7, false)]
    [InlineData(5, null, null, null, false)]
    public void Answer_AtOrBelowPolicysMark_IsLow(
        int resolution,
        int? communication,
        int? effort,
        int? recommendation,
        bool low
    ) =>
        AnswerSurvey
            .IsLow(
                Answers(resolution, communication, effort, recommendation),
                Scenes.Policy.Surveys
            )
            .Should()
            .Be(low);

    [Fact]
    public void Answer_Low_TellsOwnerAndOpensActionItem()
    {
        var decision = AnswerSurvey.Decide(
            Sent(),
            new AnswerTheSurvey(Hash, Answers(resolution: 2)),
            ByItself
        );

        var until = new LocalDate(2026, 3, 9);
        var owner = new PersonId("marco");
        var item = decision.Events.OfType<ActionItemOpened>().Should().ContainSingle().Subject;
        item.Owner.Should().Be(owner);
        item.DueOn.Should().Be(until);
        item.Source.Should().Be(ActionItemSource.Survey);
        decision
            .Effects.OfType<Notice>()
            .Should()
            .ContainSingle("one message says it all")
            .Which.Should()
            .Be(new ActionItemNotice(owner, item.Item, 0));
    }

    [Fact]
    public void LowScoreCard_SaysWhatTheySaidAndWhatToDo()
    {
        var answers = Answers(resolution: 2, comment: "Nobody told us <b>anything</b>");
        var decision = AnswerSurvey.Decide(Sent(), new AnswerTheSurvey(Hash, answers), ByItself);
        var low = Sent().After([.. decision.Events]);

        var card = new ActionItemNotice(new PersonId("marco"), 1, 0).Compose(
            low,
            Scenes.At("marco")
        )!;

        card.Tone.Should().Be(Tone.Bad);
        card.Summary.Say()
            .Should()
            .Be("Carlos Menezes of Acme Pagamentos gave low marks for ESC-1001.");
        card.Blocks.OfType<Quote>()
            .Single()
            .Body.Say()
            .Should()
            .Be("Nobody told us <b>anything</b>");
        card.Blocks.OfType<Facts>().Single().Items[0].Value.Say().Should().Be("2 of 5");
        card.Blocks.OfType<Paragraph>().Last().Body.Say().Should().Contain("9 March");
    }

    [Fact]
    public void State_InEveryStep_SurvivesStorage()
    {
        var answered = Sent().After(new SurveyAnswered(Answers(comment: "Fast"), true));

        foreach (var escalation in new[] { Scheduled(), Sending(), Sent(), answered })
            escalation
                .Stored()
                .Survey.Should()
                .BeEquivalentTo(escalation.Survey, options => options.ComparingByMembers<Phrase>());
    }

    [Fact]
    public void Card_InEveryState_HasWordsInEveryLanguage()
    {
        Escalation[] states =
        [
            Scheduled(),
            Sending(),
            Sent(),
            Sent().After(new SurveyReminded("Carlos Menezes")),
            Sent().After(new SurveyExpired("Carlos Menezes")),
            Sent().After(new SurveyAnswered(Answers(comment: "Fast"), false)),
            Sending().After(new SurveyNotDelivered("Carlos Menezes", "550")),
        ];
        foreach (var state in states)
        foreach (var language in Core.Words.Languages.All)
            Scenes
                .Words.In(Card.Of("x", [.. SurveyCards.OnCard(state).OfType<Block>()]), language)
                .Blocks.Should()
                .NotBeEmpty();
        SurveyCards.OnCard(Closed()).Should().BeEmpty();
    }

    private static SurveyDue Due() => new() { Due = Morning + Duration.FromHours(24), Round = 1 };

    private static Escalation Reopened(Escalation closed) =>
        closed.After(
            Scenes.At("marco"),
            new Reopened("It is back", new RunningTarget(Morning, Morning))
        );

    private static IEnumerable<string> Ask(Escalation escalation, Situation situation) =>
        AskForSurvey.Decide(escalation, new AskNow(null), situation).Keys();

    private static IEnumerable<string> Skip(Escalation escalation, string person) =>
        SkipSurvey.Decide(escalation, new SkipTheSurvey("x"), Scenes.At(person)).Keys();
}
