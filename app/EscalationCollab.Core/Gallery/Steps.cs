using EscalationCollab.Core.Chat;
using EscalationCollab.Core.WarRooms;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>Steps that several lives share.</summary>
internal static class Steps
{
    /// <summary>Somebody with work to do leaves the war room.</summary>
    public static async Task Leave(
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

    public static Task<Reply> Resolve(GalleryStage stage, string person, EscalationNumber number) =>
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
    public static async Task End(GalleryStage stage, string person, EscalationNumber number)
    {
        await Resolve(stage, person, number);
        await stage.Settle();
        await stage.LookAround(person, number);
        await stage.Fill(person, "resolution.close", number);
        await stage.Settle();
    }

    public static string Day(GalleryStage stage, int days) =>
        (stage.Now + Duration.FromDays(days))
            .InUtc()
            .Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static Cards.ActionData ActionDataFor(
        EscalationNumber number,
        string name,
        string value
    ) => Cards.ActionData.For(number).With(name, value);
}
