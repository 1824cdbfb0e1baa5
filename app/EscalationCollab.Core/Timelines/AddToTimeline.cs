using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.Timelines;

/// <summary>What somebody wants to be remembered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoteKind>))]
public enum NoteKind
{
    /// <summary>Something happened.</summary>
    Event,

    /// <summary>Something was decided.</summary>
    Decision,

    /// <summary>Something is to be done now; what is to be improved later is an action item.</summary>
    Task,
}

/// <summary>A note for the timeline.</summary>
/// <param name="Text">What is remembered; not empty.</param>
/// <param name="Source">The message it comes from, or null.</param>
public sealed record AddNote(NoteKind Kind, string Text, SourceMessage? Source = null);

/// <summary>Pins a message to the timeline, or writes a note there: with its author and the link back.</summary>
internal static class AddToTimeline
{
    public const string Shortcut = "add-to-timeline";
    public const string Id = "timeline.add";

    /// <summary>Adds the message it is done on, without asking: for reactions.</summary>
    public const string PinId = "timeline.pin";

    /// <summary>Escalations offered to choose from; the newest ones.</summary>
    private const int MostOffered = 50;

    public static void Register(Slices slices) =>
        slices
            .Command("note", Typed)
            .Shortcut(Shortcut, Open, writes: false)
            .Dialog(Id, open: Open, submit: Submit)
            .Action(PinId, Pin);

    public static Decision Decide(Escalation escalation, AddNote command, Situation situation)
    {
        if (command.Text.Length == 0)
            return Decision.Refuse(Phrase.Of("note.empty"), "text");
        if (!situation.Directory.People.ContainsKey(situation.Actor))
            return Decision.Refuse(Phrase.Of("note.not-allowed"));
        return Decision
            .That(
                new NoteAdded(
                    command.Kind,
                    command.Text,
                    command.Source?.Author,
                    command.Source?.Link
                )
            )
            .Saying(Phrase.Of("note.added", ("number", new RoomLink(escalation.Number))));
    }

    private static Reply Typed(Turn turn)
    {
        var text = Form.Clean(turn.Words);
        if (text.Length == 0)
            return Turn.Refuse(Phrase.Of("note.empty"));
        return text.Length > Form.LongText
            ? Turn.Refuse(
                Phrase.Of(
                    "form.too-long",
                    ("max", new Number(Form.LongText)),
                    ("length", new Number(text.Length))
                )
            )
            : turn.Decide((e, s) => Decide(e, new AddNote(NoteKind.Event, text), s));
    }

    /// <summary>Once for each message of the war room, whoever marks it and by whichever way it came.</summary>
    private static Reply Pin(Turn turn)
    {
        if (
            turn.Interaction.Source is not { } source
            || turn.Load(turn.Number) is not { } escalation
        )
            return Turn.Refuse(Phrase.Of("router.out-of-date"));
        var there = turn
            .Records.Events(escalation.Number)
            .Any(told =>
                told.Event is NoteAdded note && note.Link is { } && note.Link == source.Link
            );
        if (there)
            return Reply.Say(
                Phrase.Of("note.already-there", ("number", new RoomLink(escalation.Number)))
            );
        var command = new AddNote(
            NoteKind.Event,
            Cut(Form.Clean(source.Text)),
            source with
            {
                Author = DeclareDialog.Author(source),
            }
        );
        return turn.Decide((e, s) => Decide(e, command, s));
    }

    private static Reply Open(Turn turn)
    {
        var source = turn.Interaction.Source;
        if (turn.Load(turn.Number) is { } escalation)
            return new Reply.Show(Dialog(escalation.Number, source, []));
        var open = OpenEscalations(turn);
        return open.IsEmpty
            ? Turn.Refuse(Phrase.Of("note.nothing-open"))
            : new Reply.Show(Dialog(null, source, open));
    }

    private static Dialog Dialog(
        EscalationNumber? number,
        SourceMessage? source,
        ImmutableArray<Option> open
    )
    {
        var data = DeclareDialog.DataOf(source);
        return new Dialog(
            Id,
            Phrase.Of("note.title"),
            Phrase.Of("note.submit"),
            [
                .. number is null
                    ? new Input[]
                    {
                        new ChoiceInput("escalation", Phrase.Of("term.escalation"), open)
                        {
                            Initial = open is [var only] ? [only.Value] : [],
                        },
                    }
                    : [],
                new ChoiceInput("kind", Phrase.Of("note.kind"), DeclareDialog.Options<NoteKind>())
                {
                    Initial = [nameof(NoteKind.Event)],
                },
                new TextInput("text", Phrase.Of("note.text"))
                {
                    Multiline = true,
                    Initial = source is null ? "" : Cut(Form.Clean(source.Text)),
                },
            ]
        )
        {
            Data = number is { } known
                ? data.With("esc", known.Value.ToString(CultureInfo.InvariantCulture))
                : data,
            Introduction = source is null
                ? []
                :
                [
                    new Context(
                        Phrase.Of("declare.source", ("author", DeclareDialog.Author(source)))
                    ),
                ],
        }.Checked();
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var number = turn.Interaction.Data.Escalation;
        if (number is null)
        {
            number = EscalationNumber.Parse(form.Text("escalation"));
            if (number is null && form.Mistakes.Count == 0)
                form.Wrong("escalation", Phrase.Of("form.unknown-choice"));
        }
        var command = new AddNote(
            form.Choice<NoteKind>("kind"),
            form.Text("text"),
            DeclareDialog.SourceOf(turn.Interaction.Data)
        );
        return form.Refused ?? turn.Decide(number, (e, s) => Decide(e, command, s));
    }

    private static ImmutableArray<Option> OpenEscalations(Turn turn) =>
        [
            .. turn
                .Records.Connection.Query<string>(
                    """
                    SELECT snapshot FROM escalation
                    WHERE tenant = @tenant AND status IN ('Declared', 'Acknowledged', 'Mitigated', 'Resolved')
                    ORDER BY changed_at DESC, number DESC LIMIT 500
                    """,
                    new { tenant = turn.Records.Tenant.Value }
                )
                .Select(snapshot => JsonSerializer.Deserialize<Escalation>(snapshot, Json.Options)!)
                .Where(escalation => Visibility.Sees(escalation, turn.Situation))
                .Take(MostOffered)
                .Select(escalation => new Option(
                    escalation.Number.Value.ToString(CultureInfo.InvariantCulture),
                    $"{escalation.Number} {escalation.Customer.Name}: {escalation.Summary}"
                )),
        ];

    private static string Cut(string text) =>
        text.Length <= Form.LongText ? text : text[..(Form.LongText - 1)] + "…";
}

/// <summary>Somebody noted something.</summary>
/// <param name="Author">Who wrote the message it comes from, or null.</param>
/// <param name="Link">Leads back to that message, or null.</param>
[StoredAs("note-added")]
public sealed record NoteAdded(NoteKind Kind, string Text, string? Author, Uri? Link)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) => before;

    /// <inheritdoc/>
    public override Text Tell()
    {
        Cards.Text text = Author is null
            ? Phrase.Of($"timeline.note.{Name}", ("text", Text))
            : Phrase.Of($"timeline.note.{Name}.of", ("text", Text), ("author", Author));
        return Link is null
            ? text
            : text + " " + new Cards.Text(new Link(Phrase.Of("timeline.note.link"), Link));
    }

    private string Name => Phrase.For(Kind).Key["note-kind.".Length..];
}
