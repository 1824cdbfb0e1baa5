using Dapper;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static EscalationCollab.Tests.Surveys.SurveyScenes;

namespace EscalationCollab.Tests.Surveys;

/// <summary>Surveys through the whole kernel, on a real database.</summary>
public sealed class SurveyLifeTests
{
    [Fact]
    public async Task Closed_DayLater_LetterInCustomersLanguageWithWorkingLink()
    {
        var (stage, number, token) = await Asked();
        await using var _ = stage;

        var letter = stage.Letters().Should().ContainSingle().Subject;
        letter.Language.Should().Be("pt-BR");
        letter.To.Should().ContainSingle().Which.Email.Should().Contain("carlos.menezes");
        letter
            .PlainBody.Should()
            .Contain("Prezado(a) Carlos Menezes")
            .And.Contain("Harbor Software");
        var sheet = await stage.Desk().LookAsync(token, CancellationToken.None);
        sheet.State.Should().Be(SheetState.Open);
        sheet.Number.Should().Be(number);
    }

    [Fact]
    public async Task Token_Anywhere_IsKeptAsHashOnly()
    {
        var (stage, _, token) = await Asked();
        await using var __ = stage;

        var everything = await stage.Read(records =>
            string.Join(
                '\n',
                records
                    .Connection.Query<string>("SELECT payload FROM event")
                    .Concat(records.Connection.Query<string>("SELECT snapshot FROM escalation"))
                    .Concat(records.Connection.Query<string>("SELECT payload FROM outbox"))
                    .Concat(records.Connection.Query<string>("SELECT token_hash FROM survey"))
                    .Concat(records.Connection.Query<string>("SELECT token_hash FROM survey_link"))
            )
        );

        everything.Should().NotContain(token).And.Contain(SurveyToken.Hash(token));
    }

    [Fact]
    public async Task Unanswered_TwoWeeks_RemindedOnceThenOver()
    {
        var (stage, number, first) = await Asked();
        await using var _ = stage;

        await stage.Advance(Duration.FromDays(4));
        var second = stage.Token();
        await stage.Advance(Duration.FromDays(11));

        stage.Letters().Should().HaveCount(2);
        second.Should().NotBe(first);
        (await stage.Load(number)).Survey.State.Should().Be(SurveyState.Expired);
        foreach (var token in new[] { first, second })
            (await stage.Desk().LookAsync(token, CancellationToken.None))
                .State.Should()
                .Be(SheetState.Expired);
    }

    [Fact]
    public async Task Reminded_EitherLink_LeadsToTheOneSurvey()
    {
        var (stage, _, first) = await Asked();
        await using var __ = stage;
        await stage.Advance(Duration.FromDays(4));
        var desk = stage.Desk();

        var answered = await desk.AnswerAsync(first, Answers(), CancellationToken.None);
        var again = await desk.AnswerAsync(stage.Token(), Answers(1), CancellationToken.None);

        answered.JustAnswered.Should().BeTrue();
        again.JustAnswered.Should().BeFalse();
        again.State.Should().Be(SheetState.Answered);
        (await Rows(stage)).Should().Be(1);
    }

    [Fact]
    public async Task Letter_PutOff_SentOnceWithTheLinkOfTheFirstAttempt()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Close(number);
        stage.Customers.AnswerOnce = new Delivery.Later(Duration.FromMinutes(5), "busy");
        await stage.Advance(Duration.FromHours(26));

        var links = (await stage.Load(number)).Survey.Links;

        stage.Letters().Should().ContainSingle();
        links.Should().ContainSingle("an attempt that was put off uses its link again");
        links.Should().Equal(SurveyToken.Hash(stage.Token()));
    }

    [Fact]
    public async Task Answered_Low_OwnerIsToldActionItemAndFiguresAreKept()
    {
        var (stage, number, token) = await Asked();
        await using var _ = stage;

        var sheet = await stage
            .Desk()
            .AnswerAsync(
                token,
                Answers(2, null, 3, 0, "Ninguém nos avisou"),
                CancellationToken.None
            );
        await stage.Settle();

        sheet.FollowUp!.Person.Should().Be("Marco Rossi");
        stage
            .Platform.To("marco")
            .Should()
            .Contain(m => m.Card.Summary.ToString().Contains("survey.low.line"));
        (await stage.Load(number)).ActionItems.Should().ContainSingle();
        var row = await stage.Read(records =>
            records.Connection.QuerySingle(
                "SELECT resolution, communication, effort, recommendation, comment FROM survey"
            )
        );
        ((long)row.resolution).Should().Be(2);
        ((object?)row.communication).Should().BeNull();
        ((string)row.comment).Should().Be("Ninguém nos avisou");
    }

    [Fact]
    public async Task SameContact_SecondCaseWithinRest_NotAskedAgain()
    {
        var (stage, _, _) = await Asked();
        await using var __ = stage;
        var second = await stage.Declare(summary: "Another problem");
        await stage.Close(second);

        await stage.Advance(Duration.FromDays(2));

        stage.Letters().Should().ContainSingle();
        var board = (await stage.Load(second)).Survey;
        board.State.Should().Be(SurveyState.Skipped);
        board.Why!.Key.Should().Be("survey.why.asked-recently");
    }

    [Fact]
    public async Task Refused_AskedByHandLater_GoesOut()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", "owner.accept", number);
        await stage.Close(number);
        stage.Customers.AnswerOnce = new Delivery.Refused("550 no such user");
        await stage.Advance(Duration.FromHours(25));
        (await stage.Load(number)).Survey.State.Should().Be(SurveyState.NotDelivered);

        var reply = await stage.Command("marco", "survey", number.ToString());
        await stage.Settle();

        reply.Should().BeOfType<Reply.Private>();
        stage.Letters().Should().ContainSingle();
    }

    [Fact]
    public async Task Command_SkipWithReason_NothingGoesOut()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", "owner.accept", number);
        await stage.Close(number);

        var noReason = await stage.Command("marco", "survey", $"{number} skip");
        var nonsense = await stage.Command("marco", "survey", $"{number} later");
        var reply = await stage.Command("marco", "survey", $"{number} skip They left us");
        await stage.Advance(Duration.FromDays(30));

        noReason.Should().BeOfType<Reply.Refused>();
        nonsense.Should().BeOfType<Reply.Refused>();
        reply.Should().BeOfType<Reply.Private>();
        stage.Letters().Should().BeEmpty();
    }

    [Fact]
    public async Task Dialog_Skip_NeedsReasonAndStopsTheSurvey()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await stage.Press("marco", "owner.accept", number);
        await stage.Close(number);
        await stage.Open("marco", "survey.skip", number);

        var empty = await stage.Submit("marco", "survey.skip", number, ("reason", " "));
        var reply = await stage.Submit("marco", "survey.skip", number, ("reason", "They left"));

        empty.Should().BeOfType<Reply.Refused>().Which.Fields.Should().ContainKey("reason");
        reply.Should().BeOfType<Reply.Private>();
        (await stage.Load(number)).Survey.State.Should().Be(SurveyState.Skipped);
    }

    /// <summary>The benchmark <c>survey-guesses</c> does the same a million times.</summary>
    [Fact]
    public async Task Guesses_Random_HitNothing()
    {
        var (stage, _, _) = await Asked();
        await using var __ = stage;
        var desk = stage.Desk();

        for (var i = 0; i < 2_000; i++)
            (await desk.LookAsync(SurveyToken.New(), CancellationToken.None))
                .State.Should()
                .Be(SheetState.Unknown);
    }

    private static Task<long> Rows(Stage stage) =>
        stage.Read(records =>
            records.Connection.ExecuteScalar<long>("SELECT COUNT(*) FROM survey")
        );
}
