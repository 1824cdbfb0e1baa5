using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Tests.CustomerUpdates;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Resolution;

public sealed class ResolutionTests
{
    private static readonly ResolveEscalation Fix = new(
        ResolutionKind.Fix,
        "Renewed the certificate",
        ""
    );

    private static Escalation Resolved() =>
        LetterScenes
            .Owned()
            .After(Scenes.At("marco"), (e, s) => Resolve.Decide(e, Fix, s))
            .After(new CustomerClockStopped());

    [Fact]
    public void Mitigate_AnAcceptedOne_GoesOnTowardsTheCause()
    {
        var after = LetterScenes
            .Owned()
            .After(Scenes.At("marco"), (e, s) => Mitigate.Decide(e, "Use the other door", s));

        after.Status.Should().Be(Status.Mitigated);
        after.ResolveBy!.Met.Should().BeNull();
        Mitigate
            .Decide(after, "Again", Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("resolution.mitigated-already");
    }

    [Fact]
    public void Resolve_MeetsTheTargetStopsTheClockAndOffersTheMessage()
    {
        var owned = LetterScenes.Owned();
        var decision = Resolve.Decide(owned, Fix, Scenes.At("marco"));
        var after = owned.After(Scenes.At("marco"), decision);

        after.Status.Should().Be(Status.Resolved);
        after.ResolveBy!.Met.Should().Be(Scenes.Moment(Scenes.Morning));
        decision.Effects.OfType<TellCustomer>().Should().ContainSingle();
        CustomerClock
            .Follow(owned, after, Scenes.At("marco"))
            .Events.Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<CustomerClockStopped>();
        after.Stored().Should().BeEquivalentTo(after);
    }

    [Fact]
    public void Resolve_TwiceOrWithoutRightOrUnowned_IsRefused()
    {
        Resolve
            .Decide(Resolved(), Fix, Scenes.At("ruta"))
            .Keys()
            .Should()
            .Equal("resolution.resolved-already");
        Resolve
            .Decide(LetterScenes.Owned(), Fix, Scenes.At("ana"))
            .Keys()
            .Should()
            .Equal("resolution.not-allowed");
        Resolve
            .Decide(Scenes.Declared(), Fix, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("resolution.accept-first");
    }

    [Theory]
    [InlineData(500, "EUR", ConcessionState.Approved)]
    [InlineData(500.01, "EUR", ConcessionState.Waiting)]
    [InlineData(2500, "BRL", ConcessionState.Approved)]
    [InlineData(2501, "BRL", ConcessionState.Waiting)]
    public void Resolve_WithConcession_ChecksTheLimitAndGoesOn(
        double amount,
        string currency,
        ConcessionState state
    )
    {
        var decision = Resolve.Decide(
            LetterScenes.Owned(),
            Fix with
            {
                Concession = new ConcessionOffer(
                    "credit",
                    (decimal)amount,
                    currency,
                    "Two days lost"
                ),
            },
            Scenes.At("marco")
        );

        decision.IsRefused.Should().BeFalse("resolving does not wait for the concession");
        decision.Events.OfType<Core.Resolution.Resolved>().Should().ContainSingle();
        var made = decision.Events.OfType<ConcessionOffered>().Single().Concession;
        made.State.Should().Be(state);
        decision
            .Effects.OfType<ConcessionRequest>()
            .Any()
            .Should()
            .Be(state == ConcessionState.Waiting);
        made.Limit.Should()
            .Be(
                state == ConcessionState.Waiting ? null
                : currency == "EUR" ? 500m
                : 2500m
            );
    }

    [Fact]
    public void Concession_InSlices_CountsTogether()
    {
        var offer = new ConcessionOffer("credit", 300, "EUR", "Lost time");
        var once = LetterScenes
            .Owned()
            .After(Scenes.At("marco"), (e, s) => OfferConcession.Decide(e, offer, s));

        OfferConcession
            .Decide(once, offer, Scenes.At("marco"))
            .Events.OfType<ConcessionOffered>()
            .Single()
            .Concession.State.Should()
            .Be(ConcessionState.Waiting);
    }

    [Fact]
    public void Concession_NobodyMayGrant_IsRefusedAtTheAmount()
    {
        var decision = OfferConcession.Decide(
            LetterScenes.Owned(),
            new ConcessionOffer("discount", 51, "%", "Lost time"),
            Scenes.At("marco")
        );

        decision.Keys().Should().Equal("concession.nobody");
        decision.Refusals.Single().Field.Should().Be("concession-amount");
    }

    [Theory]
    [InlineData("marco", "concession.own")]
    [InlineData("ruta", "concession.limit-too-low")]
    [InlineData("helen", null)]
    public void Concession_Waiting_IsDecidedByAHigherLimitOnly(string by, string? refusal)
    {
        var waiting = Waiting();

        var decision = DecideConcession.Approve(waiting, 1, Scenes.At(by));

        decision.Keys().Should().Equal(refusal is null ? [] : [refusal]);
        if (refusal is not null)
            return;
        var approved = waiting.After(Scenes.At(by), decision);
        approved.Resolution.Concessions[0].DecidedBy.Should().Be(Scenes.Who("helen"));
        DecideConcession
            .Refuse(approved, 1, "No", Scenes.At("helen"))
            .Keys()
            .Should()
            .Equal("concession.decided-already");
    }

    [Fact]
    public void Concession_WithdrawnByItsProposer_IsOverAndEverybodyAskedSeesIt()
    {
        var waiting = LetterScenes
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

        WithdrawConcession
            .Decide(waiting, 1, Scenes.At("tom"))
            .Keys()
            .Should()
            .Equal("concession.withdraw.not-yours");
        var decision = WithdrawConcession.Decide(waiting, 1, Scenes.At("marco"));
        var after = waiting.After(Scenes.At("marco"), decision);

        after.Resolution.Concessions[0].State.Should().Be(ConcessionState.Withdrawn);
        decision.Effects.OfType<ConcessionRequest>().Should().OnlyContain(n => n.OnlyEdits);
        decision
            .Effects.OfType<ConcessionRequest>()
            .Should()
            .HaveCount(waiting.Resolution.Concessions[0].Asked.Length);
        decision.Events.Single().Tell().Should().NotBeNull();
        WithdrawConcession
            .Decide(after, 1, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("concession.decided-already");
        DecideConcession
            .Approve(after, 1, Scenes.At("helen"))
            .Keys()
            .Should()
            .Equal("concession.decided-already");
        WithdrawConcession
            .Decide(after, 7, Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("router.out-of-date");
    }

    [Fact]
    public void Concession_OfferedAnew_ReplacesTheOneThatWaits()
    {
        var again = Waiting()
            .After(
                Scenes.At("marco"),
                (e, s) =>
                    OfferConcession.Decide(e, new ConcessionOffer("credit", 90, "EUR", "Less"), s)
            );

        again
            .Resolution.Concessions.Select(c => c.State)
            .Should()
            .Equal(ConcessionState.Withdrawn, ConcessionState.Approved);
    }

    [Fact]
    public void Silence_BeforeTheCustomerKnows_ClosesNothing()
    {
        var resolved = Resolved();
        var due = resolved.Resolution.ClosesAt!.Value;

        var decision = Close.Silent(
            resolved,
            new CloseWhenSilent { Due = due },
            Scenes.At("product", due)
        );

        decision.Events.Should().ContainSingle().Which.Should().BeOfType<SilenceCounts>();
        decision.Effects.OfType<TellCustomer>().Should().ContainSingle();
    }

    [Fact]
    public void Silence_OverAWeekend_CountsWorkingDays()
    {
        // A Thursday in São Paulo: three business days end on the Tuesday after.
        var resolved = LetterScenes
            .Owned()
            .After(Scenes.At("marco", "2026-03-05T15:00:00Z"), (e, s) => Resolve.Decide(e, Fix, s));

        resolved.Resolution.ClosesAt.Should().Be(Scenes.Moment("2026-03-10T15:00:00Z"));
    }

    [Fact]
    public void Confirm_Closes_AndTheSecondIsToldWhoAndWhen()
    {
        var closed = Resolved().After(Scenes.At("marco"), (e, s) => Confirm.Decide(e, s));

        closed.Status.Should().Be(Status.Closed);
        closed.Resolution.ClosedHow.Should().Be(ClosingReason.CustomerConfirmed);
        Confirm
            .Decide(closed, Scenes.At("ruta"))
            .Keys()
            .Should()
            .Equal("resolution.closed-already.by");
        Confirm
            .Decide(LetterScenes.Owned(), Scenes.At("marco"))
            .Keys()
            .Should()
            .Equal("resolution.resolve-first");
    }

    [Fact]
    public void Reopen_StartsAfresh()
    {
        var late = Scenes.At("marco", "2026-03-04T09:00:00Z");
        var closed = Resolved().After(Scenes.At("marco"), (e, s) => Confirm.Decide(e, s));

        var open = closed.After(late, (e, s) => Reopen.Decide(e, "It fails again", s));

        open.Status.Should().Be(Status.Acknowledged);
        open.Owner.Should().Be(Scenes.Who("marco"));
        open.ResolvedAt.Should().BeNull();
        open.ClosedAt.Should().BeNull();
        open.ResolveBy!.From.Should().Be(late.Now);
        open.ResolveBy.Met.Should().BeNull();
        CustomerClock
            .Follow(closed, open, late)
            .Events.OfType<CustomerUpdatePromised>()
            .Single()
            .Next.From.Should()
            .Be(late.Now);
        Reopen.Decide(open, "x", late).Keys().Should().Equal("resolution.still-open");
        Close
            .Silent(open, new CloseWhenSilent { Due = Resolved().Resolution.ClosesAt!.Value }, late)
            .Events.Should()
            .BeEmpty();
    }

    [Fact]
    public async Task Silence_AfterTheCustomerWasTold_Closes()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await LetterStageTests.Accepted(stage);
        await stage.Submit("marco", Resolve.Id, number, ("how", "Fix"), ("done", "Renewed it"));
        await stage.Settle();
        await stage.Submit(
            "marco",
            LetterDialog.Id,
            number,
            ("kind", "Resolution"),
            ("summary", "Sem acesso"),
            ("resolution", "Renovamos o certificado")
        );
        await stage.Settle();
        await stage.Press("marco", LetterStageTests.Button(stage, "marco", ApproveLetter.AskId));
        await stage.Settle();
        var asked = (await stage.Load(number)).CustomerUpdates.Find(2)!.Asked[0].Value;
        await stage.Press(asked, LetterStageTests.Button(stage, asked, ApproveLetter.ApproveId));
        await stage.Settle();
        (await stage.Load(number)).CustomerUpdates.ResolutionToldAt.Should().NotBeNull();

        await stage.Advance(Duration.FromDays(2));
        (await stage.Load(number)).Status.Should().Be(Status.Resolved);
        await stage.Advance(Duration.FromDays(2));

        var closed = await stage.Load(number);
        closed.Status.Should().Be(Status.Closed);
        closed.Resolution.ClosedHow.Should().Be(ClosingReason.CustomerSilent);
    }

    [Theory]
    [InlineData("marco", "500", ConcessionState.Approved)]
    [InlineData("marco", "1.500,50", ConcessionState.Waiting)]
    [InlineData("marco", "1 500,50", ConcessionState.Waiting)]
    [InlineData("helen", "1,500.50", ConcessionState.Approved)]
    public async Task Concession_WrittenAsPeopleWrite_IsUnderstood(
        string by,
        string amount,
        ConcessionState state
    )
    {
        await using var stage = await Stage.OpenAsync();
        var number = await LetterStageTests.Accepted(stage);

        var reply = await stage.Submit(
            by,
            OfferConcession.Id,
            number,
            ("concession-kind", "credit"),
            ("concession-amount", amount),
            ("concession-currency", "EUR"),
            ("concession-reason", "Lost time")
        );

        reply.Should().NotBeOfType<Reply.Refused>();
        var made = (await stage.Load(number)).Resolution.Concessions.Single();
        made.Amount.Should().Be(amount == "500" ? 500m : 1500.50m);
        made.State.Should().Be(state);
    }

    [Theory]
    [InlineData("-5", "concession-amount")]
    [InlineData("much", "concession-amount")]
    [InlineData("1.005", null)]
    [InlineData("0,005", "concession-amount")]
    [InlineData("", "concession-amount")]
    public async Task Concession_WithAWrongAmount_IsToldBesideTheField(string amount, string? field)
    {
        await using var stage = await Stage.OpenAsync();
        var number = await LetterStageTests.Accepted(stage);

        var reply = await stage.Submit(
            "marco",
            Resolve.Id,
            number,
            ("how", "Fix"),
            ("done", "Renewed it"),
            ("concession-kind", "credit"),
            ("concession-amount", amount),
            ("concession-currency", "EUR"),
            ("concession-reason", "Lost time")
        );

        if (field is null)
            reply.Should().NotBeOfType<Reply.Refused>();
        else
            reply.Should().BeOfType<Reply.Refused>().Which.Fields.Should().ContainKey(field);
        (await stage.Load(number))
            .Status.Should()
            .Be(field is null ? Status.Resolved : Status.Acknowledged);
    }

    private static Escalation Waiting() =>
        LetterScenes
            .Owned()
            .After(
                Scenes.At("marco"),
                (e, s) =>
                    OfferConcession.Decide(e, new ConcessionOffer("credit", 900, "EUR", "Lost"), s)
            );
}
