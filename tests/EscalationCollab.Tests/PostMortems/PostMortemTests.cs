using System.Collections.Immutable;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.PostMortems;

public sealed class PostMortemTests
{
    private const string Later = "2026-03-03T12:00:00Z";

    private static readonly PublishedDocuments Documents = new(
        "Title",
        "en",
        "# Internal\n",
        "pt-BR",
        "# Customer\n"
    );

    [Fact]
    public void Resolve_SeverityOfThePolicy_OpensOneWithParticipantsAndMeeting()
    {
        var scene = PostMortemScenes.Opened();

        var postMortem = scene.Now.PostMortem!;
        postMortem.State.Should().Be(PostMortemState.Draft);
        postMortem.Facilitator.Should().Be(Scenes.Who("marco"));
        postMortem
            .Participants.Select(p => p.Person.Value)
            .Should()
            .BeEquivalentTo("marco", "ana", "beatriz", "james");
        // Five working days of the customer's calendar after Monday 2 March.
        (postMortem.MeetingAt > Scenes.Moment("2026-03-06T00:00:00Z"))
            .Should()
            .BeTrue();
        scene.Now.Status.Should().Be(Status.Resolved, "it resolves and closes nothing itself");
    }

    [Theory]
    [InlineData(Severity.Sev1, true)]
    [InlineData(Severity.Sev2, true)]
    [InlineData(Severity.Sev3, false)]
    [InlineData(Severity.Sev4, false)]
    public void Resolve_BySeverity_OpensAsThePolicySays(Severity severity, bool opens)
    {
        var scene = PostMortemScenes.Resolved(severity: severity);

        OpenPostMortem
            .OnResolved(
                scene.Now with
                {
                    Status = Status.Acknowledged,
                },
                scene.Now,
                Scenes.At("marco", Later)
            )
            .Events.Any()
            .Should()
            .Be(opens);
    }

    [Fact]
    public void Resolve_AgainAfterReopening_OpensNoSecondOne()
    {
        var scene = PostMortemScenes.Opened();

        OpenPostMortem
            .OnResolved(
                scene.Now with
                {
                    Status = Status.Acknowledged,
                },
                scene.Now,
                Scenes.At("marco", Later)
            )
            .Should()
            .Be(Decision.Nothing);
        Open(scene, "marco").Keys().Should().Equal("postmortem.exists");
    }

    [Fact]
    public void Open_ByHand_RefusesStrangersPastMeetingsAndBlindPeople()
    {
        Open(PostMortemScenes.Resolved(), "tom").Keys().Should().Equal("postmortem.not-allowed");
        Open(PostMortemScenes.Resolved(), "marco", new LocalDateTime(2026, 3, 3, 8, 0))
            .Keys()
            .Should()
            .Equal("postmortem.meeting-past");
        Open(PostMortemScenes.Resolved(restricted: true), "marco", person: "tom")
            .Keys()
            .Should()
            .Equal("postmortem.cannot-see");
        Open(PostMortemScenes.Resolved(), "marco", new LocalDateTime(2026, 3, 6, 15, 0))
            .Events.OfType<PostMortemOpened>()
            .Single()
            .MeetingAt.Should()
            .Be(Scenes.Moment("2026-03-06T14:00:00Z"), "Marco lives in Rome");
    }

    [Fact]
    public void Answer_ByAParticipant_IsKeptAndMayChange()
    {
        var scene = PostMortemScenes.Opened();
        scene.Do("ana", Later, (e, s) => AnswerQuestions.Decide(e, "Saw it", "", "", s));
        scene.Do("ana", Later, (e, s) => AnswerQuestions.Decide(e, "Saw it late", "", "", s));

        scene.Now.PostMortem!.Of(Scenes.Who("ana"))!.Answer!.Happened.Should().Be("Saw it late");
        scene
            .Try("tom", Later, (e, s) => AnswerQuestions.Decide(e, "Me too", "", "", s))
            .Keys()
            .Should()
            .Equal("postmortem.not-asked");
    }

    [Fact]
    public void Questions_WithoutAnswer_AreRemindedOnce()
    {
        var scene = PostMortemScenes.Opened();
        var due = scene.Now.PostMortem!.Of(Scenes.Who("ana"))!.RemindAt!.Value;
        due.InZone(DateTimeZoneProviders.Tzdb["America/Sao_Paulo"]).Hour.Should().Be(9);
        var timer = new QuestionsReminder { Person = Scenes.Who("ana"), Due = due };
        var reminded = AnswerQuestions.Remind(scene.Now, timer, Scenes.At("product", due));

        reminded.Effects.OfType<QuestionsNotice>().Single().Again.Should().BeTrue();
        var after = scene.Now.After(reminded, Scenes.At("product", due));
        AnswerQuestions
            .Remind(after, timer, Scenes.At("product", due))
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Questions_AnsweredOrLate_AreNotAskedAtNight()
    {
        var scene = PostMortemScenes.Opened();
        var due = scene.Now.PostMortem!.Of(Scenes.Who("ana"))!.RemindAt!.Value;
        var timer = new QuestionsReminder { Person = Scenes.Who("ana"), Due = due };
        var late = AnswerQuestions.Remind(
            scene.Now,
            timer,
            Scenes.At("product", due + Duration.FromHours(15))
        );
        late.Effects.OfType<QuestionsNotice>().Should().BeEmpty();
        late.Effects.OfType<QuestionsReminder>()
            .Single()
            .Due.Should()
            .Be(due + Duration.FromDays(1));

        scene.Do("ana", Later, (e, s) => AnswerQuestions.Decide(e, "Saw it", "", "", s));
        AnswerQuestions
            .Remind(scene.Now, timer, Scenes.At("product", due))
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Write_WhileSomebodyElseDid_IsRefusedWithoutLosingTheText()
    {
        var scene = PostMortemScenes.Opened();
        scene.Do("marco", Later, (e, s) => Write(e, "First", "", s));

        scene
            .Try("ana", Later, (e, s) => Write(e, "Second", "", s))
            .Keys()
            .Should()
            .Equal("postmortem.changed-meanwhile");
        var seen = WriteSections.Mark(scene.Now.PostMortem!, PostMortemPart.Facts);
        scene.Do("ana", Later, (e, s) => Write(e, "Second", seen, s));
        scene.Now.PostMortem![PostMortemSection.Summary].Should().Be("Second");
        scene.Now.PostMortem.Authors.Should().HaveCount(2);
    }

    [Fact]
    public void Write_ByAStranger_IsRefused() =>
        PostMortemScenes
            .Opened()
            .Try("tom", Later, (e, s) => Write(e, "Text", "", s))
            .Keys()
            .Should()
            .Equal("postmortem.not-allowed");

    [Fact]
    public void CustomerVersion_NamingOneOfUs_IsRefusedAtTheField()
    {
        var refused = PostMortemScenes
            .Opened()
            .Try(
                "marco",
                Later,
                (e, s) =>
                    WriteCustomerVersion.Decide(
                        e,
                        new CustomerVersion("a", "", "priya nair fixed it", "", "b", "c"),
                        "",
                        s
                    )
            );

        refused.Refusals.Single().Field.Should().Be("cause");
        refused.Keys().Should().Equal("postmortem.names");
    }

    [Fact]
    public void Submit_WithGaps_SaysWhatIsMissingInOrder()
    {
        var refused = PostMortemScenes.Opened().Try("marco", Later, ReviewPostMortem.Submit);

        ((Core.Cards.Text)refused.Refusals[0].Sentence)
            .Say()
            .Should()
            .Be(
                "Before others read it, this is missing: Summary, Trigger, How we noticed, Impact, Resolution, "
                    + "What went well, What went badly, Communication, Root cause with at least three steps, At least one action item."
            );
    }

    [Fact]
    public void Submit_Twice_TellsWhoAsked() =>
        PostMortemScenes
            .Opened()
            .Written()
            .InReview()
            .Try("marco", Later, ReviewPostMortem.Submit)
            .Keys()
            .Should()
            .Equal("postmortem.already-in-review");

    [Fact]
    public void Publish_ByAnotherWhoMay_KeepsBothDocumentsWithTheirHash()
    {
        var scene = PostMortemScenes.Opened().Written().InReview();

        var decided = scene.Do("marco", Later, Publish);

        var publication = scene.Now.PostMortem!.Publication!;
        publication
            .Hash.Should()
            .Be(PublishPostMortem.HashOf(Documents.Internal))
            .And.HaveLength(64);
        decided
            .Events.OfType<PostMortemPublished>()
            .Single()
            .Should()
            .BeEquivalentTo(
                new { Markdown = Documents.Internal, CustomerMarkdown = Documents.Customer }
            );
        scene.Now.Status.Should().Be(Status.Resolved);
    }

    [Fact]
    public void Publish_Refusals_AreTold()
    {
        var written = PostMortemScenes.Opened().Written();
        written.Try("marco", Later, Publish).Keys().Should().Equal("postmortem.not-in-review");
        var review = written.InReview();
        review.Try("priya", Later, Publish).Keys().Should().Equal("postmortem.may-not-publish");
        review.Do("marco", Later, Publish);
        review.Try("ruta", Later, Publish).Keys().Should().Equal("postmortem.already-published");
        PostMortemScenes
            .Resolved()
            .Try("marco", Later, Publish)
            .Keys()
            .Should()
            .Equal("postmortem.none");
    }

    [Fact]
    public void Publish_ByTheOnlyAuthor_IsRefused()
    {
        var scene = PostMortemScenes.Opened().Written().InReview();
        var alone = scene.Now with
        {
            PostMortem = scene.Now.PostMortem! with { Authors = [Scenes.Who("marco")] },
        };

        Publish(alone, Scenes.At("marco", Later)).Keys().Should().Equal("postmortem.only-author");
        Publish(alone, Scenes.At("ruta", Later)).IsRefused.Should().BeFalse();
    }

    [Fact]
    public void Write_AfterPublication_IsRefused()
    {
        var scene = PostMortemScenes.Opened().Written().InReview();
        scene.Do("marco", Later, Publish);

        scene
            .Try("ana", Later, (e, s) => Write(e, "Later", "", s))
            .Keys()
            .Should()
            .Equal("postmortem.already-published");
    }

    [Fact]
    public void SendBack_WithReason_ReturnsToDraft()
    {
        var scene = PostMortemScenes.Opened().Written().InReview();
        scene.Do("marco", Later, (e, s) => ReviewPostMortem.SendBack(e, "Say how we noticed", s));

        scene.Now.PostMortem!.State.Should().Be(PostMortemState.Draft);
        scene.Try("ruta", Later, Publish).Keys().Should().Equal("postmortem.was-sent-back");
    }

    [Fact]
    public void Facts_OfTheEvents_AreTimesFiguresAndTimeline()
    {
        var scene = PostMortemScenes.Opened().Written();
        var facts = PostMortemFacts.Of(
            Escalation.None(scene.Now.Tenant, scene.Now.Number),
            scene.Events
        );

        facts.Acknowledge.Should().Be(Duration.FromMinutes(12));
        facts.Mitigate.Should().Be(Duration.FromHours(1));
        facts.Resolve.Should().Be(Duration.FromMinutes(150));
        facts.Paused.Should().Be(Duration.Zero);
        facts.Tickets.Should().BeNull("no data is not zero");
        facts.Severities.Should().ContainSingle();
        facts.Timeline.Should().HaveCount(5, "the work on the post-mortem is not part of it");
        facts.Timeline[2].Evidence.Should().Be(new Uri("https://chat.example/p(1)"));
    }

    [Fact]
    public void Facts_ReopenedCase_TellThePauseApart()
    {
        var scene = PostMortemScenes.Resolved();
        scene.Do(
            "marco",
            "2026-03-02T13:30:00Z",
            (e, _) => Decision.That(new Core.Resolution.Reopened("Back again", e.ResolveBy!))
        );

        PostMortemFacts
            .Of(Escalation.None(scene.Now.Tenant, scene.Now.Number), scene.Events)
            .Should()
            .BeEquivalentTo(
                new
                {
                    Paused = Duration.FromHours(2),
                    Reopenings = 1,
                    Resolve = (Duration?)null,
                }
            );
    }

    [Fact]
    public void Room_IsPutAway_OnceItIsOverAndNothingIsBeingWritten()
    {
        var writing = PostMortemScenes.Opened().Written().InReview();
        var closedEarly = writing.Now with { Status = Status.Closed };
        Archives(writing.Now, closedEarly).Should().BeFalse("people still write there");
        writing.Do("marco", Later, Publish);
        var published = writing.Now;
        var closed = published with { Status = Status.Closed };
        Archives(closedEarly, closed).Should().BeTrue("published after the end");
        Archives(published, closed).Should().BeTrue("ended after the publication");
        Archives(closed, closed with { Summary = "Other" }).Should().BeFalse("once is enough");
        var without = PostMortemScenes.Resolved().Now;
        Archives(without, without with { Status = Status.Closed }).Should().BeTrue("none is due");
    }

    private static bool Archives(Escalation before, Escalation after) =>
        PublishPostMortem
            .ArchiveWhenAllIsSaid(before, after, Scenes.At("marco", Later))
            .Effects.OfType<ArchiveWarRoom>()
            .Any();

    [Fact]
    public void State_StoredAndRead_IsTheSame()
    {
        var scene = PostMortemScenes.Opened().Written().InReview();
        scene.Do("marco", Later, Publish);

        scene.Now.Stored().PostMortem.Should().BeEquivalentTo(scene.Now.PostMortem);
    }

    [Fact]
    public void Cards_OfEachState_HaveWordsInEveryLanguage()
    {
        foreach (
            var scene in new[]
            {
                PostMortemScenes.Opened(),
                PostMortemScenes.Opened().Written(),
                PostMortemScenes.Opened().Written().InReview(),
            }
        )
        {
            PostMortemCards.Of(scene.Now, Scenes.At("marco", Later)).Blocks.Should().NotBeEmpty();
            new ReviewNotice(Scenes.Who("ruta")).Compose(scene.Now, Scenes.At("ruta", Later));
            new QuestionsNotice(Scenes.Who("ana")).Compose(scene.Now, Scenes.At("ana", Later));
            foreach (var language in Core.Words.Languages.All)
                PostMortemCards
                    .Of(scene.Now, Scenes.At("marco", Later))
                    .Summary.Say(language)
                    .Should()
                    .NotContain("postmortem.");
        }
    }

    private static Decision Open(
        PostMortemScenes scene,
        string actor,
        LocalDateTime? meeting = null,
        string person = "marco"
    ) =>
        scene.Try(
            actor,
            Later,
            (e, s) => OpenPostMortem.Decide(e, Scenes.Who(person), [Scenes.Who("ana")], meeting, s)
        );

    private static Decision Write(Escalation escalation, string text, string seen, Situation s) =>
        WriteSections.Decide(
            escalation,
            PostMortemPart.Facts,
            ImmutableSortedDictionary<PostMortemSection, string>.Empty.Add(
                PostMortemSection.Summary,
                text
            ),
            seen,
            s
        );

    private static Decision Publish(Escalation escalation, Situation situation) =>
        PublishPostMortem.Decide(escalation, Documents, situation);
}
