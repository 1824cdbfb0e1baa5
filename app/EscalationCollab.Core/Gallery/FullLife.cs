using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Surveys;
using NodaTime;
using static EscalationCollab.Core.Gallery.Steps;

namespace EscalationCollab.Core.Gallery;

/// <summary>One escalation from a customer's message to the last action item, a chapter after the other.</summary>
internal static class FullLife
{
    public static async Task PlayAsync(
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
}
