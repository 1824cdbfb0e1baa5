using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.ActionItems;

public sealed class ActionItemTests
{
    private static readonly LocalDate Day = new(2026, 3, 20);

    private static NewActionItem Item(
        string owner = "priya",
        LocalDate? due = null,
        string title = "Document how sign-in limits are raised"
    ) => new(title, Scenes.Who(owner), due ?? Day, ActionItemKind.Documentation);

    private static Escalation WithItem(string owner = "priya", LocalDate? due = null)
    {
        var escalation = Scenes.Declared();
        return escalation.After(
            Scenes.At("ana"),
            (e, s) => OpenActionItem.Decide(e, Item(owner, due), s)
        );
    }

    private static Escalation Remind(Escalation escalation, out Decision decided, string? at = null)
    {
        var due = escalation.ActionItems[0].RemindAt!.Value;
        var situation = Scenes.At("product", at is null ? due : Scenes.Moment(at));
        decided = RemindOwner.Decide(
            escalation,
            new ActionItemReminder { Item = 1, Due = due },
            situation
        );
        return escalation.After(decided, situation);
    }

    [Fact]
    public void Open_Item_HasOwnerDayAndFirstReminder()
    {
        var decided = OpenActionItem.Decide(Scenes.Declared(), Item(), Scenes.At("ana"));

        var item = Scenes.Declared().After(decided, Scenes.At("ana")).ActionItems.Single();
        item.Should()
            .BeEquivalentTo(
                new
                {
                    Number = 1,
                    Owner = Scenes.Who("priya"),
                    DueOn = Day,
                    State = ActionItemState.Open,
                    OpenedBy = Scenes.Who("ana"),
                }
            );
        // Seven days before, at nine in London.
        item.RemindAt.Should().Be(Scenes.Moment("2026-03-13T09:00:00Z"));
        decided.Effects.OfType<ActionItemReminder>().Single().Due.Should().Be(item.RemindAt!.Value);
        decided.Effects.OfType<ActionItemNotice>().Single().Person.Should().Be(Scenes.Who("priya"));
    }

    [Fact]
    public void Open_PastDay_IsRefusedAtTheField()
    {
        var decided = OpenActionItem.Decide(
            Scenes.Declared(),
            Item(due: new LocalDate(2026, 3, 1)),
            Scenes.At("ana")
        );

        decided.Refusals.Single().Field.Should().Be("due");
        decided.Keys().Should().Equal("action-item.past");
    }

    [Fact]
    public void Open_TodayWhereEitherLives_IsAccepted()
    {
        // 01:30 UTC on the 3rd: still the 2nd for Ana in São Paulo, already the 3rd for Rūta in Vilnius.
        var decided = OpenActionItem.Decide(
            Scenes.Declared(),
            Item("ruta", new LocalDate(2026, 3, 2)),
            Scenes.At("ana", "2026-03-03T01:30:00Z")
        );

        decided.IsRefused.Should().BeFalse();
    }

    [Fact]
    public void Open_OwnerOutsideARestrictedEscalation_IsRefused() =>
        OpenActionItem
            .Decide(Scenes.Declared(restricted: true), Item("tom"), Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("action-item.cannot-see");

    [Fact]
    public void Open_ByAStranger_IsRefused() =>
        OpenActionItem
            .Decide(Scenes.Declared(), Item(), Scenes.At("stranger"))
            .Keys()
            .Should()
            .Equal("action-item.not-allowed");

    [Fact]
    public void Open_MoreThanAnybodyFollows_IsRefused()
    {
        var escalation = Enumerable
            .Range(0, OpenActionItem.Most)
            .Aggregate(
                Scenes.Declared(),
                (e, _) => e.After(Scenes.At("ana"), (x, s) => OpenActionItem.Decide(x, Item(), s))
            );

        OpenActionItem
            .Decide(escalation, Item(), Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("action-item.too-many");
    }

    [Fact]
    public void Done_ByItsOwner_EndsItAndRefreshesTheCards()
    {
        var decided = EndActionItem.Done(WithItem(), 1, Scenes.At("priya"));

        var item = WithItem().After(decided, Scenes.At("priya")).ActionItems.Single();
        item.State.Should().Be(ActionItemState.Done);
        item.EndedBy.Should().Be(Scenes.Who("priya"));
        decided.Effects.OfType<ActionItemNotice>().Should().OnlyContain(n => n.OnlyEdits);
    }

    [Theory]
    [InlineData("priya", true)]
    [InlineData("marco", true)]
    [InlineData("helen", true)]
    [InlineData("tom", false)]
    [InlineData("james", false)]
    public void Done_ByOthers_OnlyByThoseWhoGiveOutWork(string person, bool may) =>
        EndActionItem.Done(WithItem(), 1, Scenes.At(person)).IsRefused.Should().Be(!may);

    [Fact]
    public void Done_Twice_TellsWhoAndWhen()
    {
        var done = WithItem().After(Scenes.At("priya"), (e, s) => EndActionItem.Done(e, 1, s));

        var again = EndActionItem.Done(done, 1, Scenes.At("marco"));

        again.Keys().Should().Equal("action-item.already-done");
        ((Text)again.Refusals[0].Sentence).Say().Should().Contain("priya").And.Contain("09:00");
    }

    [Fact]
    public void Done_UnknownItem_IsRefused() =>
        EndActionItem
            .Done(WithItem(), 7, Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.unknown");

    [Fact]
    public void Decline_WithReason_IsOnTheRecord()
    {
        var declined = WithItem()
            .After(Scenes.At("priya"), (e, s) => EndActionItem.Decline(e, 1, "Too costly", s));

        declined.ActionItems[0].State.Should().Be(ActionItemState.Declined);
        declined.ActionItems[0].Reason.Should().Be("Too costly");
        EndActionItem
            .Decline(declined, 1, "Again", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.already-declined");
    }

    [Fact]
    public void Move_ToAPastOrTheSameDay_IsRefused()
    {
        MoveActionItem
            .Decide(WithItem(), 1, new LocalDate(2026, 2, 27), "Later", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.past");
        MoveActionItem
            .Decide(WithItem(), 1, Day, "Later", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.same-day");
    }

    [Fact]
    public void Move_ToALaterDay_MakesTheOldReminderObsolete()
    {
        var before = WithItem();
        var moved = before.After(
            Scenes.At("priya"),
            (e, s) => MoveActionItem.Decide(e, 1, new LocalDate(2026, 4, 10), "Waiting", s)
        );

        RemindOwner
            .Decide(
                moved,
                new ActionItemReminder { Item = 1, Due = before.ActionItems[0].RemindAt!.Value },
                Scenes.At("product", before.ActionItems[0].RemindAt!.Value)
            )
            .Should()
            .Be(Decision.Nothing);
        moved.ActionItems[0].Moves.Should().Be(1);
    }

    [Fact]
    public void Reassign_ToAnother_MovesReminderAndButtonsToThem()
    {
        var before = Remind(WithItem(), out _);
        var decided = ReassignActionItem.Decide(
            before,
            1,
            Scenes.Who("tom"),
            "Knows it better",
            Scenes.At("priya")
        );
        var after = before.After(decided, Scenes.At("priya"));

        var item = after.ActionItems.Single();
        item.Owner.Should().Be(Scenes.Who("tom"));
        item.DueOn.Should().Be(Day);
        var notices = decided.Effects.OfType<ActionItemNotice>().ToList();
        var fresh = notices.Single(notice => !notice.OnlyEdits);
        fresh.Person.Should().Be(Scenes.Who("tom"));
        ActionItemCard
            .Of(after, item, Scenes.Who("tom"), Scenes.At("product"))
            .Blocks.OfType<Actions>()
            .Should()
            .ContainSingle();
        ActionItemCard
            .Of(after, item, Scenes.Who("priya"), Scenes.At("product"))
            .Blocks.OfType<Actions>()
            .Should()
            .BeEmpty("it is no longer theirs");
        notices
            .Where(notice => notice.OnlyEdits)
            .Select(notice => notice.Person)
            .Distinct()
            .Should()
            .Equal(Scenes.Who("priya"));
        RemindOwner
            .Decide(
                after,
                new ActionItemReminder { Item = 1, Due = before.ActionItems[0].RemindAt!.Value },
                Scenes.At("product", before.ActionItems[0].RemindAt!.Value)
            )
            .Effects.OfType<ActionItemNotice>()
            .Should()
            .BeEmpty("the day in the morning of somebody else is another moment");
    }

    [Fact]
    public void Reassign_ToTheSameByAStrangerOrAfterItsEnd_IsRefused()
    {
        var tom = Scenes.Who("tom");
        ReassignActionItem
            .Decide(WithItem(), 1, Scenes.Who("priya"), "Why", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.same-owner");
        ReassignActionItem
            .Decide(WithItem(), 1, tom, "Why", Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("action-item.not-yours");
        ReassignActionItem
            .Decide(WithItem(), 2, tom, "Why", Scenes.At("priya"))
            .Keys()
            .Should()
            .Equal("action-item.unknown");
    }

    [Fact]
    public void Remind_AcrossTheClockChange_AlwaysComesAtNineLocal()
    {
        // London moves its clock on 29 March 2026.
        var escalation = WithItem(due: new LocalDate(2026, 3, 30));
        var moments = new List<Instant>();
        for (var i = 0; i < 5; i++)
        {
            moments.Add(escalation.ActionItems[0].RemindAt!.Value);
            escalation = Remind(escalation, out _);
        }

        moments
            .Should()
            .Equal(
                Scenes.Moment("2026-03-23T09:00:00Z"),
                Scenes.Moment("2026-03-29T08:00:00Z"),
                Scenes.Moment("2026-03-30T08:00:00Z"),
                Scenes.Moment("2026-03-31T08:00:00Z"),
                Scenes.Moment("2026-04-07T08:00:00Z")
            );
    }

    [Fact]
    public void Remind_SameTimerTwice_HappensOnce()
    {
        var escalation = WithItem();
        var due = escalation.ActionItems[0].RemindAt!.Value;
        var reminded = Remind(escalation, out _);

        RemindOwner
            .Decide(
                reminded,
                new ActionItemReminder { Item = 1, Due = due },
                Scenes.At("product", due)
            )
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Remind_AfterTheEnd_DoesNothing()
    {
        var due = WithItem().ActionItems[0].RemindAt!.Value;
        var done = WithItem().After(Scenes.At("priya"), (e, s) => EndActionItem.Done(e, 1, s));

        RemindOwner
            .Decide(done, new ActionItemReminder { Item = 1, Due = due }, Scenes.At("product", due))
            .Should()
            .Be(Decision.Nothing);
    }

    [Fact]
    public void Remind_AfterALongOutage_WaitsForTheNextMorningOnce()
    {
        var after = Remind(WithItem(), out var decided, "2026-03-18T02:00:00Z");

        decided.Effects.OfType<ActionItemNotice>().Should().BeEmpty();
        after.ActionItems[0].RemindAt.Should().Be(Scenes.Moment("2026-03-18T09:00:00Z"));
        after = Remind(after, out decided);
        decided.Effects.OfType<ActionItemNotice>().Should().ContainSingle();
        after.ActionItems[0].RemindAt.Should().Be(Scenes.Moment("2026-03-19T09:00:00Z"));
    }

    [Fact]
    public void Remind_Overdue_ClimbsToTheOwnerThenToTheManagersOnce()
    {
        var escalation = WithItem().After(Scenes.At("marco"), AcceptOwnership.Decide);
        var told = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            escalation = Remind(escalation, out var decided);
            told.Add(
                string.Join(
                    ",",
                    decided
                        .Effects.OfType<ActionItemNotice>()
                        .Select(n => n.Person.Value)
                        .Where(p => p != "priya")
                )
            );
        }

        // Seven days, one day, the day itself; then late: the owner, the managers, nobody twice.
        told.Take(3).Should().OnlyContain(people => people.Length == 0);
        told[3].Should().Be("marco");
        told[4].Should().Contain("helen").And.NotContain("marco");
        told[5].Should().BeEmpty();
    }

    [Fact]
    public void Low_Survey_OpensThroughTheSameDoor()
    {
        var situation = Scenes.At("product");
        var decided = Decision.Nothing.OpeningActionItem(
            Scenes.Declared(),
            new NewActionItem(
                Phrase.Of("term.survey"),
                Scenes.Who("marco"),
                situation.TodayOf(Scenes.Who("marco")).PlusDays(7),
                ActionItemKind.Process,
                ActionItemSource.Survey
            ),
            situation
        );

        var after = Scenes.Declared().After(decided, situation).Stored();
        after.ActionItems.Single().Title.Should().Be((Text)Phrase.Of("term.survey"));
    }

    [Fact]
    public void Card_OfEachState_FitsTheRulesInEveryLanguage()
    {
        var open = WithItem();
        var late = open with
        {
            ActionItems = [open.ActionItems[0] with { DueOn = new LocalDate(2026, 2, 1) }],
        };
        var done = open.After(Scenes.At("priya"), (e, s) => EndActionItem.Done(e, 1, s));
        foreach (var escalation in new[] { open, late, done })
        foreach (var language in Core.Words.Languages.All)
        {
            var card = ActionItemCard.Of(
                escalation,
                escalation.ActionItems[0],
                Scenes.Who("priya"),
                Scenes.At("priya")
            );
            card.Summary.Say(language).Should().NotContain("action-item.").And.NotContain("{");
        }
    }
}
