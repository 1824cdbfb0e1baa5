using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.CustomerUpdates;

public sealed class LetterDecisionTests
{
    [Fact]
    public void Write_InPortuguese_ShowsTheLetterAsItWillArrive()
    {
        var written = LetterScenes.Owned().Written();

        var draft = written.CustomerUpdates.Drafts.Should().ContainSingle().Subject;
        draft.Letter.Language.Should().Be("pt-BR");
        draft.Letter.PlainBody.Should().Contain("Estamos a investigar.").And.Contain("Marco Rossi");
        draft.Letter.To.Should().HaveCount(2);
        var card = new LetterPreview(Scenes.Who("marco"), 1, 0).Compose(
            written,
            Scenes.At("marco")
        );
        card!.Blocks.OfType<Letter>().Single().PlainBody.Should().Be(draft.Letter.PlainBody);
        Buttons(card).Should().Equal(ApproveLetter.AskId, LetterDialog.Id, DiscardLetter.Id);
        written.Stored().Should().BeEquivalentTo(written);
    }

    [Fact]
    public void Write_WithHostileText_StaysText()
    {
        var escalation = LetterScenes.Owned();
        var letter = LetterScenes.Letter(
            escalation,
            now: "<script>alert(1)</script> {{company}} [x](javascript:1)"
        );

        letter.Letter.HtmlBody.Should().NotContain("<script>");
        letter.Letter.HtmlBody.Should().NotContain("href=\"javascript");
        letter.Letter.PlainBody.Should().Contain("{{company}}");
    }

    [Theory]
    [InlineData("tom", null, false, "customer-update.not-allowed")]
    [InlineData("marco", null, true, "customer-update.next-needed")]
    [InlineData("marco", "2026-03-02T08:59:00Z", false, "customer-update.next-past")]
    [InlineData("marco", "2026-06-02T08:59:00Z", false, "customer-update.next-far")]
    public void Write_Wrongly_IsRefused(string by, string? next, bool none, string key)
    {
        var escalation = LetterScenes.Owned();
        var letter = LetterScenes.Letter(
            escalation,
            next: next is null ? null : Scenes.Moment(next),
            noNext: none
        );

        WriteLetter.Decide(escalation, letter, Scenes.At(by)).Keys().Should().Equal(key);
    }

    [Fact]
    public void Write_ToACustomerWithoutContacts_SaysWhatToDo()
    {
        var escalation = LetterScenes.Owned();
        var letter = LetterScenes.Letter(escalation);

        WriteLetter
            .Decide(
                escalation,
                letter with
                {
                    Letter = letter.Letter with { To = [] },
                },
                Scenes.At("marco")
            )
            .Keys()
            .Should()
            .Equal("customer-update.no-contacts");
    }

    [Fact]
    public void Send_WhatNeedsApproval_IsRefused() =>
        SendLetter
            .Send(LetterScenes.Owned().Written(), 1, 1, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("customer-update.needs-approval");

    [Fact]
    public void Send_WhatNeedsNone_GoesOut()
    {
        var written = LetterScenes.Owned("ferri", Severity.Sev3).Written();

        var decision = SendLetter.Send(written, 1, 1, Scenes.At("marco"));

        decision.Effects.Should().ContainSingle(e => e is SendCustomerMessage);
    }

    [Fact]
    public void Send_AfterTheSeverityRose_NeedsApprovalAfterAll()
    {
        var written = LetterScenes.Owned("ferri", Severity.Sev3).Written() with
        {
            Severity = Severity.Sev1,
        };

        SendLetter
            .Send(written, 1, 1, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("customer-update.needs-approval");
    }

    [Fact]
    public void Ask_AsksOthersWhoTakePartOrAreEntitled()
    {
        var decision = ApproveLetter.Ask(LetterScenes.Owned().Written(), 1, 1, Scenes.At("marco"));

        var asked = decision.Events.OfType<ApprovalAsked>().Single().People;
        asked.Should().NotContain(Scenes.Who("marco")).And.NotBeEmpty();
        decision
            .Effects.OfType<ApprovalRequest>()
            .Where(request => !request.OnlyEdits)
            .Select(request => request.Person)
            .Should()
            .BeEquivalentTo(asked);
    }

    // Who wrote it, who presses, what comes of it: the policy lets escalation managers, support managers and leadership approve.
    [Theory]
    [InlineData("marco", "marco", "customer-update.own-text")]
    [InlineData("marco", "ruta", null)]
    [InlineData("marco", "helen", null)]
    [InlineData("marco", "ana", "customer-update.may-not-approve")]
    [InlineData("marco", "beatriz", "customer-update.may-not-approve")]
    [InlineData("marco", "tom", "customer-update.may-not-approve")]
    [InlineData("marco", "james", "customer-update.may-not-approve")]
    [InlineData("ruta", "ruta", "customer-update.own-text")]
    [InlineData("ruta", "marco", null)]
    [InlineData("beatriz", "beatriz", "customer-update.own-text")]
    [InlineData("beatriz", "marco", null)]
    [InlineData("helen", "helen", "customer-update.own-text")]
    [InlineData("helen", "ruta", null)]
    public void Approve_ByRoleAndAuthor_FollowsTheMatrix(string author, string by, string? refusal)
    {
        var asked = LetterScenes.Owned().Written(author).Asked(author);

        var decision = ApproveLetter.Approve(asked, 1, 1, Scenes.At(by));

        decision.Keys().Should().Equal(refusal is null ? [] : [refusal]);
        decision.Effects.OfType<SendCustomerMessage>().Should().HaveCount(refusal is null ? 1 : 0);
    }

    [Fact]
    public void Approve_AfterAnotherDid_IsToldWhoAndWhen()
    {
        var approved = LetterScenes
            .Owned()
            .Written()
            .Asked()
            .After(Scenes.At("ruta"), (e, s) => ApproveLetter.Approve(e, 1, 1, s));

        var second = ApproveLetter.Approve(approved, 1, 1, Scenes.At("helen"));

        var sentence = second.Refusals.Single().Sentence;
        sentence.Key.Should().Be("customer-update.outcome.approved");
        sentence.Places["person"].ToString().Should().Be("@ruta");
        sentence.Places["when"].Parts.Single().Should().BeOfType<Moment>();
    }

    [Fact]
    public void Change_AfterAsking_TakesTheApprovalBack()
    {
        var asked = LetterScenes.Owned().Written().Asked();

        var changed = asked.After(
            Scenes.At("marco"),
            (e, s) => WriteLetter.Decide(e, LetterScenes.Letter(e, draft: 1, revision: 1), s)
        );

        changed.CustomerUpdates.Find(1)!.State.Should().Be(DraftState.Written);
        ApproveLetter
            .Approve(changed, 1, 1, Scenes.At("ruta"))
            .Keys()
            .Should()
            .Equal("customer-update.outcome.changed");
        new ApprovalRequest(Scenes.Who("ruta"), 1, 1)
            .Compose(changed, Scenes.At("ruta"))
            .Blocks.OfType<Actions>()
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Change_ByASecondAuthor_BarsBothFromApproving()
    {
        var changed = LetterScenes
            .Owned()
            .Written()
            .After(
                Scenes.At("ruta"),
                (e, s) =>
                    WriteLetter.Decide(
                        e,
                        LetterScenes.Letter(e, by: "ruta", draft: 1, revision: 1),
                        s
                    )
            )
            .After(Scenes.At("ruta"), (e, s) => ApproveLetter.Ask(e, 1, 2, s));

        foreach (var author in new[] { "marco", "ruta" })
            ApproveLetter
                .Approve(changed, 1, 2, Scenes.At(author))
                .Keys()
                .Should()
                .Equal("customer-update.own-text");
        ApproveLetter.Approve(changed, 1, 2, Scenes.At("helen")).IsRefused.Should().BeFalse();
    }

    [Fact]
    public void Change_OfAnOlderRevision_OverwritesNothing()
    {
        var changed = LetterScenes
            .Owned()
            .Written()
            .After(
                Scenes.At("ruta"),
                (e, s) =>
                    WriteLetter.Decide(
                        e,
                        LetterScenes.Letter(e, by: "ruta", draft: 1, revision: 1),
                        s
                    )
            );

        WriteLetter
            .Decide(
                changed,
                LetterScenes.Letter(changed, draft: 1, revision: 1),
                Scenes.At("marco")
            )
            .Keys()
            .Should()
            .Equal("customer-update.changed-meanwhile");
    }

    [Fact]
    public void SendBack_TellsTheAuthorWithTheReason()
    {
        var asked = LetterScenes.Owned().Written().Asked();

        var decision = ApproveLetter.SendBack(asked, 1, 1, "Too vague", Scenes.At("ruta"));
        var after = asked.After(Scenes.At("ruta"), decision);

        decision
            .Effects.OfType<LetterPreview>()
            .Should()
            .ContainSingle(p => !p.OnlyEdits && p.Person == Scenes.Who("marco"));
        var card = new LetterPreview(Scenes.Who("marco"), 1, 1).Compose(after, Scenes.At("marco"));
        card!.Summary.ToString().Should().Contain("Too vague");
        Buttons(card).Should().Contain(ApproveLetter.AskId);
    }

    [Fact]
    public void Approve_AfterItsOwnPromisePassed_IsRefused() =>
        ApproveLetter
            .Approve(
                LetterScenes.Owned().Written().Asked(),
                1,
                1,
                Scenes.At("ruta", "2026-03-02T11:00:00Z")
            )
            .Keys()
            .Should()
            .Equal("customer-update.promise-passed");

    [Fact]
    public void Discard_ThenSend_SaysWhoDiscarded()
    {
        var discarded = LetterScenes
            .Owned()
            .Written()
            .After(Scenes.At("marco"), (e, s) => DiscardLetter.Decide(e, 1, 1, s));

        SendLetter
            .Send(discarded, 1, 1, Scenes.At("ruta"))
            .Keys()
            .Should()
            .Equal("customer-update.outcome.discarded");
    }

    [Fact]
    public void Miss_WhenDue_IsRecordedAndClimbs()
    {
        var escalation = LetterScenes.Owned();
        var due = escalation.CustomerUpdates.Cadence.Next!.Due;

        var missed = CustomerClock.Miss(
            escalation,
            new CustomerUpdateFallsDue { Due = due, Promised = due },
            Scenes.At("product", due)
        );

        missed.Events.OfType<CustomerUpdateMissed>().Should().ContainSingle();
        missed.Events.OfType<NextLevelTold>().Should().ContainSingle();
        CustomerClock
            .Miss(
                escalation.After(Scenes.At("product", due), missed),
                new CustomerUpdateFallsDue { Due = due, Promised = due },
                Scenes.At("product", due)
            )
            .Events.Should()
            .BeEmpty("the promise has ended");
    }

    [Fact]
    public void Miss_AfterALongOutage_AlarmsNobody()
    {
        var escalation = LetterScenes.Owned();
        var due = escalation.CustomerUpdates.Cadence.Next!.Due;
        var later = due + Duration.FromHours(30);

        var missed = CustomerClock.Miss(
            escalation,
            new CustomerUpdateFallsDue { Due = due, Promised = due },
            Scenes.At("product", later)
        );

        missed.Events.Should().ContainSingle().Which.Should().BeOfType<CustomerUpdateMissed>();
        missed
            .Events.OfType<CustomerUpdateMissed>()
            .Single()
            .Next!.Due.Should()
            .BeGreaterThan(later);
    }

    [Fact]
    public void Snooze_IsOnTheRecordAndNoUpdate()
    {
        var escalation = LetterScenes.Owned();
        var due = escalation.CustomerUpdates.Cadence.Next!.Due;

        var snoozed = escalation.After(
            Scenes.At("marco"),
            (e, s) =>
                SnoozeCustomerUpdate.Decide(
                    e,
                    Duration.FromMinutes(30),
                    "Waiting for logs",
                    null,
                    s
                )
        );

        snoozed.CustomerUpdates.Cadence.Next!.Due.Should().Be(due + Duration.FromMinutes(30));
        snoozed.CustomerUpdates.Cadence.Snoozed.Should().Be(1);
        snoozed.CustomerUpdates.Cadence.Kept.Should().Be(0);
        SnoozeCustomerUpdate
            .Decide(escalation, Duration.FromMinutes(31), "x", null, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("form.unknown-choice");
    }

    private static IEnumerable<string> Buttons(Card card) =>
        card
            .Blocks.OfType<Actions>()
            .SelectMany(actions => actions.Items)
            .Select(action =>
                action switch
                {
                    Does does => does.ActionId,
                    Opens opens => opens.DialogId,
                    _ => "",
                }
            );
}
