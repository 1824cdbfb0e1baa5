using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.ActionItems;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Timelines;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.PostMortems;

/// <summary>An escalation lived to its resolution and a post-mortem in each state, with the events as they are recorded.</summary>
internal sealed class PostMortemScenes
{
    private readonly List<RecordedEvent> _events = [];

    public Escalation Now { get; private set; } =
        Escalation.None(TenantId.Default, new EscalationNumber(EscalationNumber.First));

    public IReadOnlyList<RecordedEvent> Events => _events;

    public static PostMortemScenes Resolved(
        string customer = "acme",
        Severity severity = Severity.Sev2,
        string summary = "Customers cannot sign in",
        bool restricted = false
    )
    {
        var scene = new PostMortemScenes();
        scene.Do(
            "ana",
            Scenes.Morning,
            (e, s) =>
                Core.Intake.Declare.Decide(
                    e,
                    new Core.Intake.DeclareEscalation(
                        Scenes.Customer(customer),
                        summary,
                        Reason.MissingExpertise
                    )
                    {
                        Severity = severity,
                        Restricted = restricted,
                    },
                    s
                )
        );
        scene.Do("marco", "2026-03-02T09:12:00Z", AcceptOwnership.Decide);
        scene.That(
            "priya",
            "2026-03-02T09:40:00Z",
            new NoteAdded(
                NoteKind.Event,
                "Limit of 500 sign-ins reached",
                "Priya",
                new Uri("https://chat.example/p(1)")
            )
        );
        scene.That("marco", "2026-03-02T10:00:00Z", new Mitigated("Sign in by e-mail"));
        scene.That(
            "marco",
            "2026-03-02T11:30:00Z",
            new Core.Resolution.Resolved(
                ResolutionKind.Fix,
                "The limit was raised to 5,000",
                "A limit nobody knew of",
                Scenes.Moment("2026-03-05T11:30:00Z")
            )
        );
        return scene;
    }

    public static PostMortemScenes Opened(
        string customer = "acme",
        string summary = "Customers cannot sign in",
        bool restricted = false
    )
    {
        var scene = Resolved(customer, summary: summary, restricted: restricted);
        var situation = Scenes.At("product", "2026-03-02T11:30:00Z");
        scene.Record(
            situation,
            OpenPostMortem.OnResolved(
                scene.Now with
                {
                    Status = Status.Mitigated,
                },
                scene.Now,
                situation
            )
        );
        return scene;
    }

    /// <summary>Everything written, by Priya and Marco.</summary>
    public PostMortemScenes Written(string words = "", string customerWords = "")
    {
        const string At = "2026-03-03T10:00:00Z";
        foreach (var (part, _, sections) in WriteSections.Dialogs)
            Do(
                "priya",
                At,
                (e, s) =>
                    WriteSections.Decide(
                        e,
                        part,
                        sections.ToImmutableSortedDictionary(
                            section => section,
                            section => $"Text of {section}. {words}"
                        ),
                        "",
                        s
                    )
            );
        Do(
            "marco",
            At,
            (e, s) =>
                WriteRootCause.Decide(
                    e,
                    new RootCause(
                        $"A limit that nobody watched. {words}",
                        [$"The limit was reached. {words}", "Nobody saw it.", "There is no alert."],
                        $"Month end. {words}"
                    ),
                    "",
                    s
                )
        );
        Do(
            "marco",
            At,
            (e, s) =>
                WriteCustomerVersion.Decide(
                    e,
                    new CustomerVersion(
                        $"Não foi possível entrar. {customerWords}",
                        $"40 minutos sem acesso. {customerWords}",
                        $"Um limite foi atingido. {customerWords}",
                        $"Não avisamos a tempo. {customerWords}",
                        $"O limite foi aumentado. {customerWords}",
                        $"O limite será vigiado. {customerWords}"
                    ),
                    "",
                    s
                )
        );
        Do(
            "ana",
            At,
            (e, s) =>
                AnswerQuestions.Decide(
                    e,
                    $"The customer wrote at nine. {words}",
                    $"Luck: Priya was there. {words}",
                    $"An alert. {words}",
                    s
                )
        );
        Do(
            "marco",
            At,
            (e, s) =>
                OpenActionItem.Decide(
                    e,
                    new NewActionItem(
                        $"Add an alert. {words}",
                        new PersonId("tom"),
                        new LocalDate(2026, 3, 30),
                        ActionItemKind.Product,
                        ActionItemSource.PostMortem
                    ),
                    s
                )
        );
        return this;
    }

    public PostMortemScenes InReview()
    {
        Do("priya", "2026-03-03T11:00:00Z", ReviewPostMortem.Submit);
        return this;
    }

    public Decision Try(
        string actor,
        string moment,
        Func<Escalation, Situation, Decision> decide
    ) => decide(Now, Scenes.At(actor, moment));

    public Decision Do(string actor, string moment, Func<Escalation, Situation, Decision> decide)
    {
        var situation = Scenes.At(actor, moment);
        var decided = decide(Now, situation);
        Record(situation, decided);
        return decided;
    }

    private void That(string actor, string moment, EscalationEvent happened) =>
        Record(Scenes.At(actor, moment), Decision.That(happened));

    private void Record(Situation situation, Decision decided)
    {
        decided.Refusals.Should().BeEmpty();
        foreach (var happened in decided.Events)
        {
            var stamp = new Stamp(situation.Now, situation.Actor, Now.Version + 1);
            _events.Add(
                new RecordedEvent(
                    stamp,
                    StoredTypes<EscalationEvent>.Known.Name(happened),
                    happened
                )
            );
            Now = Now.With(happened, stamp);
        }
    }
}
