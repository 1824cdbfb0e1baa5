using EscalationCollab.Core;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Surveys;

/// <summary>Escalations around their end, and surveys in each state.</summary>
internal static class SurveyScenes
{
    public const string Hash = "hash-of-a-link";

    public static readonly Instant Morning = Scenes.Moment(Scenes.Morning);

    public static Situation ByItself => Scenes.At("product");

    public static Escalation Resolved(bool restricted = false, string customer = "acme") =>
        Scenes
            .Declared(customer: customer, restricted: restricted)
            .After(Scenes.At("marco"), new OwnershipAccepted())
            .After(
                Scenes.At("marco"),
                new Resolved(ResolutionKind.Fix, "Index rebuilt", "", Morning)
            );

    public static Escalation Closed(bool restricted = false, string customer = "acme") =>
        Resolved(restricted, customer).After(new Closed(ClosingReason.CustomerConfirmed));

    /// <summary>Closed, with everything that follows by itself.</summary>
    public static Escalation Scheduled() =>
        Closed().After(ByItself, ScheduleSurvey.Follow(Resolved(), Closed(), ByItself));

    public static Escalation Sending() =>
        Scheduled()
            .After(
                ByItself,
                SurveyLetters.Prepare(Scheduled(), new SendSurvey(1), Hash, null, ByItself)
            );

    public static Escalation Sent() =>
        Sending()
            .After(ByItself, SurveyLetters.Decide(Sending(), new SendSurvey(1), Taken, ByItself));

    public static Core.CustomerUpdates.Delivery Taken =>
        new Core.CustomerUpdates.Delivery.Accepted("<1@test.example>");

    /// <summary>The state after a decision, without asking whether it was refused.</summary>
    public static Escalation After(
        this Escalation before,
        Situation situation,
        Decision decision
    ) => before.After(decision, situation);

    public static SurveyAnswers Answers(
        int resolution = 5,
        int? communication = 4,
        int? effort = 6,
        int? recommendation = 9,
        string comment = ""
    ) => new(resolution, communication, effort, recommendation, comment);

    /// <summary>Resolves and closes an escalation on the stage, as the slices of that room do.</summary>
    public static async Task Close(this Stage stage, EscalationNumber number)
    {
        await stage.Happen(
            number,
            new Resolved(ResolutionKind.Fix, "Index rebuilt", "", stage.Now + Duration.FromDays(3))
        );
        await stage.Happen(number, new Closed(ClosingReason.CustomerConfirmed));
    }

    /// <summary>Stores an event with everything that follows from it.</summary>
    public static Task Happen(
        this Stage stage,
        EscalationNumber number,
        EscalationEvent happened
    ) =>
        stage.Write(records =>
        {
            var escalation = records.Load(number)!;
            return Commit.Write(
                escalation,
                Decision.That(happened),
                new Situation(
                    records.Tenant,
                    stage.Now,
                    new PersonId("marco"),
                    Scenes.Policy,
                    Scenes.Company
                ),
                records,
                stage.Slices
            );
        });

    /// <summary>A closed escalation whose survey has left.</summary>
    public static async Task<(Stage Stage, EscalationNumber Number, string Token)> Asked(
        string customer = "acme"
    )
    {
        var stage = await Stage.OpenAsync();
        await stage.Write(records =>
        {
            records.SaveCompanyName("Harbor Software");
            return 0;
        });
        var number = await stage.Declare(customer: customer);
        await stage.Press("marco", "owner.accept", number);
        await stage.Close(number);
        await stage.Advance(Duration.FromHours(25));
        return (stage, number, stage.Token());
    }

    public static SurveyDesk Desk(this Stage stage) =>
        new(stage.Store, stage.Slices, new Situations(() => Scenes.Policy, stage.Time), stage.Time);

    /// <summary>The letters of surveys, oldest first.</summary>
    public static IReadOnlyList<Core.CustomerUpdates.CustomerMessage> Letters(this Stage stage) =>
        [
            .. stage.Customers.Sent.Where(message =>
                message.PlainBody.Contains("/s/", StringComparison.Ordinal)
            ),
        ];

    /// <summary>The token in the newest letter.</summary>
    public static string Token(this Stage stage)
    {
        var body = stage.Letters()[^1].PlainBody;
        var from = body.IndexOf("https://esc.example/s/", StringComparison.Ordinal) + 22;
        return body[from..(from + 22)];
    }
}
