using EscalationCollab.Core.Cards;
using EscalationCollab.Core.WarRooms;
using NodaTime;
using static EscalationCollab.Core.Gallery.Steps;

namespace EscalationCollab.Core.Gallery;

/// <summary>Escalations that take another road than most.</summary>
internal static class ShortLives
{
    /// <summary>Nobody accepts: the path is climbed to its end and the target is missed.</summary>
    public static async Task NobodyAnswers(
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
                OutOfBand.Shut(escalation, escalation.Rooms[^1].Room, null, "teams.room-shut"),
            cancellation
        );
        await stage.Settle();
        await stage.Happens(
            number,
            (escalation, _) =>
                WarRoomLost.Decide(escalation, [.. escalation.Rooms.Select(room => room.Room)]),
            cancellation
        );
        await stage.Settle();
        await End(stage, "helen", number);
    }

    /// <summary>The one who was asked to approve says nothing, and somebody else is asked; then the team with the war room is gone.</summary>
    public static async Task NobodyApproves(
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
        await stage.Happens(
            number,
            (escalation, _) => WarRoomLost.Unserved(escalation, _ => true),
            cancellation
        );
        await stage.Settle();
        await End(stage, "marco", number);
    }

    /// <summary>A customer with a shared channel, which takes no messages; they go by mail instead.</summary>
    public static async Task SharedChannel(GalleryStage stage, Voice voice)
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

    public static async Task DeclinedAndMerged(GalleryStage stage, Voice voice)
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
}
