using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;

namespace EscalationCollab.Core.StatusUpdates;

/// <summary>Posting a status from where no war room says which escalation it is about: it is chosen first.</summary>
internal static class ChooseForStatus
{
    public const string Shortcut = "post-status";
    public const string Id = "status.choose";

    private const int MostOffered = 50;

    public static void Register(Slices slices) =>
        slices.Shortcut(Shortcut, Begin, writes: false).Dialog(Id, open: Choose, submit: Submit);

    private static Reply Begin(Turn turn)
    {
        if (turn.Load(turn.Number) is { } here)
            return PostStatus.Show(here, turn, "");
        return Open(turn) is [var only] ? PostStatus.Show(only, turn, "") : Choose(turn);
    }

    private static Reply Choose(Turn turn) =>
        Open(turn) is { Count: > 0 } open
            ? new Reply.Show(Dialog(open))
            : Turn.Refuse(Phrase.Of("status.choose.none"));

    private static List<Escalation> Open(Turn turn) =>
        [
            .. OpenEscalations
                .All(turn.Records, turn.Situation)
                .Where(escalation => PostStatus.NotNow(escalation, turn.Situation) is null)
                // Where somebody has something to do, they mostly have something to say.
                .OrderByDescending(escalation => escalation.Involves(turn.Situation.Actor))
                .Take(MostOffered),
        ];

    private static Dialog Dialog(IReadOnlyList<Escalation> open) =>
        new Dialog(
            Id,
            Phrase.Of("status.title"),
            Phrase.Of("status.choose.next"),
            [
                new ChoiceInput(
                    "escalation",
                    Phrase.Of("term.escalation"),
                    [
                        .. open.Select(escalation => new Option(
                            escalation.Number.Value.ToString(CultureInfo.InvariantCulture),
                            $"{escalation.Number} {escalation.Customer.Name}: {escalation.Summary}"
                        )),
                    ]
                ),
            ]
        ).Checked();

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var number = EscalationNumber.Parse(form.Text("escalation"));
        if (form.Refused is { } refused)
            return refused;
        return turn.Load(number) is { } escalation
            ? PostStatus.Show(escalation, turn, "")
            : Turn.Refuse(Phrase.Of("router.no-such-escalation"));
    }
}
