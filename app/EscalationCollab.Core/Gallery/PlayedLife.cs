using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.WarRooms;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>
/// Lives of escalations played on a <see cref="GalleryStage"/> so that every card and dialog is shown at least once. A new
/// slice adds its step here; a test tells which notice, dialog or command no step leads to.
/// </summary>
internal static class PlayedLife
{
    /// <summary>A customer at whom nobody can be written to.</summary>
    public const string Nobody = "pinewood";

    public static async Task PlayAsync(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        await ProposeTickets(stage, voice, cancellation);
        await AddCustomer(stage);
        await EditPolicy(stage, voice, cancellation);
        await EditLetter(stage, voice, cancellation);
        await LoseAccess(stage, voice, cancellation);
        await NobodyAnswers(stage, voice, cancellation);
        await NobodyApproves(stage, voice);
        await DeclinedAndMerged(stage, voice);
        await SharedChannel(stage, voice);
        await LiveOne(stage, voice, cancellation);
    }

    private static async Task ProposeTickets(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var tickets = Enumerable
            .Range(1, voice == Voice.Shortest ? 1 : 14)
            .Select(n => new Ticket
            {
                Source = "desk",
                Number = $"INC{n:D7}",
                OpenedAt = stage.Now - Duration.FromDays(n),
                UpdatedAt = stage.Now - Duration.FromHours(n),
                Priority = n % 2 == 0 ? "2 - High" : "1 - Critical",
                Customer = n % 3 == 0 ? "Acme Pagamentos" : "",
                Summary = voice.Summary,
                Text = n % 2 == 0 ? "We will cancel the contract and call our lawyer." : "",
                Reassigned = n,
                Reopened = n % 4,
            });
        await new SaveTickets(stage.Store, stage.Time).RunAsync(
            TenantId.Default,
            [.. tickets],
            stage.Policy,
            cancellation
        );
        await stage.Settle();
        await stage.Press("ruta", "proposals.list", null);
        await stage.Settle();
    }

    private static async Task AddCustomer(GalleryStage stage)
    {
        await stage.Fill(
            "ana",
            "customer.add",
            number: null,
            ("zone", "Europe/Vilnius"),
            ("email", "egle@duona.example")
        );
        await stage.Settle();
        await stage.Fill(
            "ana",
            "declare",
            number: null,
            ("customer", Nobody),
            ("reason", "MissingExpertise"),
            ("severity", "Sev4")
        );
        await stage.Settle();
        var number = await stage.Newest();
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        await End(stage, "marco", number);
    }

    /// <summary>The policy is edited badly, then mended.</summary>
    private static async Task EditPolicy(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var problems = Enumerable
            .Range(40, voice == Voice.Longest ? 12 : 1)
            .Select(line => new PolicyProblem(
                "policy.yaml",
                line,
                7,
                $"'{voice.TextFor("text", 60)}' is no length of time.",
                "Write it as 30 min, 4 h or 3 business days."
            ));
        foreach (
            var found in (ImmutableArray<PolicyProblem>[])
                [
                    [.. problems],
                    [],
                ]
        )
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    new Records(connection, TenantId.Default).AddEffects(
                        [new PolicyNotice(new PersonId("helen"), "8f3a", found)],
                        null,
                        stage.Now
                    );
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }

    /// <summary>A letter is edited badly, then mended.</summary>
    private static async Task EditLetter(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var problem = new TemplateProblem(
            "words/en/customer/update.hbs",
            12,
            $"'{voice.TextFor("text", 60)}' is no fact of a letter",
            "Write {{summary}}"
        );
        foreach (
            var found in (TemplateProblem[][])
                [
                    [problem],
                    [],
                ]
        )
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    BrokenTemplates.Checked(
                        new Records(connection, TenantId.Default),
                        found,
                        new Situation(
                            TenantId.Default,
                            stage.Now,
                            PersonId.Product,
                            stage.Policy,
                            stage.Company
                        )
                    );
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }

    /// <summary>A platform no longer lets us in, then it does again.</summary>
    private static async Task LoseAccess(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        foreach (var lost in (bool[])[true, false])
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    var situation = new Situation(
                        TenantId.Default,
                        stage.Now,
                        PersonId.Product,
                        stage.Policy,
                        stage.Company
                    );
                    if (lost)
                        LostAccess.Found(
                            records,
                            "slack",
                            "T1",
                            voice.TextFor("text", 60),
                            situation
                        );
                    else
                        LostAccess.Restored(records, "slack", "T1", situation);
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }

    /// <summary>Nobody accepts: the path is climbed to its end and the target is missed.</summary>
    private static async Task NobodyAnswers(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        await stage.Fill(
            "ana",
            "declare",
            number: null,
            ("customer", "northgate"),
            ("summary", voice.Summary),
            // No threat in it, so that there are levels left to climb.
            ("details", ""),
            ("reason", "AuthorityNeeded"),
            ("severity", "Sev2")
        );
        var number = await stage.Newest();
        await stage.Advance(Duration.FromMinutes(5));
        await stage.Fill("marco", "owner.decline", number);
        await stage.Advance(Duration.FromHours(3));
        await stage.LookAround("helen", number);
        await stage.Press("helen", "owner.accept", number);
        await stage.Settle();
        await Leave(stage, "helen", number, cancellation);
        await stage.Happens(
            number,
            (escalation, _) =>
                WarRoomLost.Decide(escalation, [.. escalation.Rooms.Select(room => room.Room)]),
            cancellation
        );
        await stage.Settle();
        await End(stage, "helen", number);
    }

    /// <summary>The one who was asked to approve says nothing, and somebody else is asked.</summary>
    private static async Task NobodyApproves(GalleryStage stage, Voice voice)
    {
        await stage.Fill(
            "ana",
            "declare",
            number: null,
            ("customer", "northgate"),
            ("summary", voice.Summary),
            ("details", ""),
            ("reason", "MissingExpertise"),
            ("severity", "Sev2")
        );
        var number = await stage.Newest();
        await stage.Settle();
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        // Who takes part is asked alone.
        await stage.Press("helen", "role.join", number, ("role", "Observer"));
        await stage.Settle();
        await stage.Fill("marco", "customer.letter", ActionDataFor(number, "kind", "Apology"));
        await stage.Settle();
        await stage.Take("marco", "customer.ask-approval");
        await stage.Advance(Duration.FromMinutes(65));
        await stage.Take("marco", "approval.ask-other");
        await stage.Settle();
        await stage.Take("helen", "customer.send-back");
        await stage.Settle();
        await End(stage, "marco", number);
    }

    /// <summary>A customer with a shared channel, which takes no messages; they go by mail instead.</summary>
    private static async Task SharedChannel(GalleryStage stage, Voice voice)
    {
        var room = ActionData
            .None.With("platform", GalleryChat.PlatformName)
            .With("room", "shared-baltmaistas");
        await stage.Command("ruta", "customer-channel", room);
        await stage.Fill("ruta", "customer.channel", room, ("customer", "baltmaistas"));
        await stage.Fill(
            "ana",
            "declare",
            number: null,
            ("customer", "baltmaistas"),
            ("summary", voice.Summary),
            ("reason", "SlaBreach"),
            ("severity", "Sev3")
        );
        await stage.Settle();
        var number = await stage.Newest();
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        await stage.Take("marco", "customer.send-by-mail");
        await stage.Settle();
        await stage.Fill("ruta", "customer.letter", ActionDataFor(number, "kind", "Update"));
        await stage.Settle();
        await stage.Take("ruta", "customer.send");
        await stage.Settle();
        await stage.Take("ruta", "customer.send-by-mail");
        await stage.Settle();
        await End(stage, "marco", number);
    }

    private static async Task DeclinedAndMerged(GalleryStage stage, Voice voice)
    {
        async Task<EscalationNumber> Declare(string by)
        {
            await stage.Fill(
                by,
                "declare",
                number: null,
                ("customer", "ferri"),
                ("summary", voice.Summary),
                ("reason", "SlaBreach"),
                ("severity", "Sev3")
            );
            await stage.Settle();
            return await stage.Newest();
        }
        var (first, second, third) = (
            await Declare("ana"),
            await Declare("james"),
            await Declare("beatriz")
        );
        await stage.Press("marco", "owner.accept", first);
        await stage.Fill("marco", "escalate.further", first);
        await stage.Settle();
        await stage.LookAround("marco", second);
        await stage.Fill("marco", "merge", second, ("into", first.ToString()));
        await stage.Fill("marco", "decline", third);
        await stage.Settle();
        await stage.LookAround("marco", first);
        await stage.Advance(Duration.FromHours(30));
        // The customer says nothing: it closes by itself while the next life is played.
        await Resolve(stage, "marco", first);
        await stage.Settle();
        await stage.Fill("marco", "customer.letter", ActionDataFor(first, "kind", "Resolution"));
        await stage.Settle();
        await stage.Take("marco", "customer.send");
        await stage.Settle();
    }

    /// <summary>From a customer's message to the end.</summary>
    private static async Task LiveOne(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var source = new SourceMessage(
            new MessageRef("gallery", "support", "1"),
            "Carlos Menezes",
            voice.CustomerWords,
            new Uri("https://chat.example/support/1")
        );
        await stage.Use(
            "ana",
            "escalate-message",
            source,
            number: null,
            ("customer", "acme"),
            ("summary", voice.Summary),
            ("reason", "CancellationThreat"),
            ("severity", "Sev2")
        );
        var number = await stage.Newest();
        await stage.Settle();
        await stage.Press("ruta", "owner.accept", number);
        await stage.Advance(Duration.FromMinutes(40));
        await Roles(stage, number);
        await Leave(stage, "beatriz", number, cancellation);
        await Statuses(stage, number);
        await stage.Use("ana", "add-to-timeline", source, number);
        await stage.Use("ana", "add-to-timeline", source, null, ("escalation", $"{number.Value}"));
        await stage.LookAround("ruta", number);
        await stage.Fill("ruta", "severity.change", number, ("severity", "Sev1"));
        await stage.Advance(Duration.FromHours(5));
        await Letters(stage, number);
        await Concessions(stage, number);
        await Ending(stage, number);
        await Improvements(stage, number);
        await PostMortem(stage, number);
        await ActionItems(stage, number);
        await Survey(stage, voice, number, cancellation);
        await stage.LookAround("ruta", number);
        await stage.Command("ruta", "timeline", $"{number.Value} 1");
        await stage.Press("ruta", "timeline.earlier", number, ("before", "12"));
        await stage.Press("ruta", "metrics.show", number, ("period", "week"));
        await stage.Settle();
    }

    /// <summary>Somebody with work to do leaves the war room.</summary>
    private static async Task Leave(
        GalleryStage stage,
        string person,
        EscalationNumber number,
        CancellationToken cancellation
    )
    {
        await stage.Happens(
            number,
            (escalation, _) =>
                OutOfBand.Left(
                    escalation,
                    escalation.Rooms.First(room => !room.Archived).Room,
                    new PersonId(person)
                ),
            cancellation
        );
        await stage.Settle();
    }

    private static async Task Roles(GalleryStage stage, EscalationNumber number)
    {
        await stage.Fill(
            "ruta",
            "role.assign",
            number,
            ("role", "CommunicationsLead"),
            ("person", "beatriz")
        );
        await stage.Settle();
        await stage.Press("beatriz", "role.accept", number, ("role", "CommunicationsLead"));
        await stage.Fill(
            "ruta",
            "role.assign",
            number,
            ("role", "TechnicalLead"),
            ("person", "tom")
        );
        await stage.Settle();
        await stage.Press("tom", "role.decline", number, ("role", "TechnicalLead"));
        await stage.Settle();
        await stage.Fill("ana", "expert.ask", number, ("skill", "database"), ("person", ""));
        await stage.Settle();
        await stage.Press("priya", "expert.accept", number, ("key", "database"));
        await stage.Settle();
        foreach (var observer in (string[])["james", "marco", "tom"])
            await stage.Press(observer, "role.join", number, ("role", "Observer"));
        await stage.Command("tom", "leave", "", number);
        await stage.Settle();
    }

    private static async Task Statuses(GalleryStage stage, EscalationNumber number)
    {
        await stage.Advance(Duration.FromMinutes(70));
        await stage.Fill("priya", "status.post", number, ("trend", "Declining"));
        await stage.Settle();
        await stage.Press("james", "status.request", number);
        await stage.Settle();
        await stage.Command("priya", "no-change", "", number);
        await stage.Settle();
        await stage.Fill("priya", "status.snooze", number, ("length", "60"));
        await stage.Advance(Duration.FromHours(3));
        await stage.Press("james", "status.request", number);
        await stage.Settle();
        await stage.Fill("priya", "status.post", number, ("trend", "Improving"));
        await stage.Settle();
        await stage.Fill(
            "priya",
            "status.choose",
            ActionData.None,
            ("escalation", $"{number.Value}")
        );
        await stage.Settle();
    }

    /// <summary>Drafted, sent back, changed, approved and sent; the next one comes late.</summary>
    private static async Task Letters(GalleryStage stage, EscalationNumber number)
    {
        foreach (var kind in (string[])["Update", "Workaround", "Apology"])
        {
            await stage.Fill("beatriz", "customer.letter", ActionDataFor(number, "kind", kind));
            await stage.Settle();
            await stage.Take("beatriz", "customer.ask-approval");
            await stage.Settle();
            if (kind == "Update")
            {
                // Nobody answers for so long that those asked are reminded, the owner is told, and the promise has passed.
                await stage.Advance(Duration.FromMinutes(65));
                await stage.Take("marco", "customer.send-back");
                await stage.Settle();
                await stage.Take(
                    "beatriz",
                    "customer.letter",
                    ("now", "We found the cause."),
                    ("next-date", Day(stage, 1)),
                    ("next-time", "12:00")
                );
                await stage.Settle();
                await stage.Take("beatriz", "customer.ask-approval");
                await stage.Settle();
            }
            await stage.Take("marco", "customer.approve");
            await stage.Settle();
        }
        for (var steps = 0; steps < 60 && !stage.JustOffered("customer.snooze"); steps++)
            await stage.Advance(Duration.FromMinutes(5));
        await stage.Take("beatriz", "customer.snooze", ("length", "60"));
        await stage.Advance(Duration.FromHours(3));
    }

    private static async Task Concessions(GalleryStage stage, EscalationNumber number)
    {
        foreach (var answer in (string[])["concession.refuse", "concession.approve"])
        {
            await stage.Fill(
                "ruta",
                "resolution.concession",
                number,
                ("concession-kind", "credit"),
                ("concession-amount", "9500"),
                ("concession-currency", "EUR")
            );
            await stage.Settle();
            await stage.Take("helen", answer);
            await stage.Settle();
        }
    }

    /// <summary>A workaround, a fix, a reopening, a fix that the customer confirms.</summary>
    private static async Task Ending(GalleryStage stage, EscalationNumber number)
    {
        await stage.Fill("ruta", "resolution.mitigate", number);
        await stage.Settle();
        await Resolve(stage, "ruta", number);
        await stage.Settle();
        await stage.LookAround("ruta", number);
        await stage.Fill("ruta", "resolution.reopen", number);
        await stage.Settle();
        await Resolve(stage, "ruta", number);
        await stage.Settle();
        await stage.Fill("beatriz", "customer.letter", ActionDataFor(number, "kind", "Resolution"));
        await stage.Settle();
        await stage.Take("beatriz", "customer.ask-approval");
        await stage.Settle();
        await stage.Take("marco", "customer.approve");
        await stage.Settle();
        await stage.Press("ruta", "resolution.confirmed", number);
        await stage.Settle();
    }

    /// <summary>Answered, written, sent back, handed in again and published.</summary>
    private static async Task PostMortem(GalleryStage stage, EscalationNumber number)
    {
        await stage.LookAround("ruta", number);
        await stage.Fill("priya", "postmortem.answer", number);
        await stage.Press("beatriz", "postmortem.nothing", number);
        await stage.Settle();
        string[] others = ["postmortem.open", "postmortem.answer", "postmortem.send-back"];
        foreach (
            var dialog in stage
                .Slices.Routes.Where(route => route.Kind == InteractionKind.OpenDialog)
                .Select(route => route.Name)
                .Where(name => name.StartsWith("postmortem.", StringComparison.Ordinal))
                .Except(others)
        )
        {
            await stage.Fill("ruta", dialog, number);
            await stage.Settle();
        }
        foreach (var answer in (string[])["postmortem.send-back", "postmortem.publish"])
        {
            await stage.Take("ruta", "postmortem.submit");
            await stage.Settle();
            await stage.LookAround("marco", number);
            await stage.Take("helen", answer);
            await stage.Settle();
        }
    }

    private static Task<Reply> Resolve(
        GalleryStage stage,
        string person,
        EscalationNumber number
    ) =>
        stage.Fill(
            person,
            "resolution.resolve",
            number,
            ("concession-kind", ""),
            ("concession-amount", ""),
            ("concession-currency", ""),
            ("concession-reason", "")
        );

    /// <summary>Resolved and closed without waiting for the customer.</summary>
    private static async Task End(GalleryStage stage, string person, EscalationNumber number)
    {
        await Resolve(stage, person, number);
        await stage.Settle();
        await stage.LookAround(person, number);
        await stage.Fill(person, "resolution.close", number);
        await stage.Settle();
    }

    private static async Task Survey(
        GalleryStage stage,
        Voice voice,
        EscalationNumber number,
        CancellationToken cancellation
    )
    {
        if ((await stage.Load(number)).Survey.Links is [.., var link])
            await stage.Happens(
                number,
                (escalation, situation) =>
                    AnswerSurvey.Decide(
                        escalation,
                        new AnswerTheSurvey(
                            link,
                            new SurveyAnswers(2, 1, 3, 4, voice.TextFor("text", 3_000))
                        ),
                        situation
                    ),
                cancellation
            );
        await stage.Settle();
    }

    private static async Task Improvements(GalleryStage stage, EscalationNumber number)
    {
        foreach (var owner in (string[])["tom", "priya", "james"])
            await stage.Fill(
                "ruta",
                "action-item.open",
                number,
                ("owner", owner),
                ("due", Day(stage, 4))
            );
        await stage.Settle();
    }

    private static string Day(GalleryStage stage, int days) =>
        (stage.Now + Duration.FromDays(days))
            .InUtc()
            .Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task ActionItems(GalleryStage stage, EscalationNumber number)
    {
        await stage.Press("tom", "action-item.done", number, ("item", "1"));
        await stage.Fill("priya", "action-item.decline", ActionDataFor(number, "item", "2"));
        await stage.Fill(
            "james",
            "action-item.move",
            ActionDataFor(number, "item", "3"),
            ("due", Day(stage, 7))
        );
        await stage.Advance(Duration.FromDays(9));
    }

    private static Cards.ActionData ActionDataFor(
        EscalationNumber number,
        string name,
        string value
    ) => Cards.ActionData.For(number).With(name, value);
}
