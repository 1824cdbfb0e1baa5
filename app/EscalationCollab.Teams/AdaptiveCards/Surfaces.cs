using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>A message as Teams takes it: a card, or for one plain sentence its text alone.</summary>
/// <param name="Summary">What a notification says: the activity's <c>summary</c>. Plain text, never empty.</param>
/// <param name="Text">The activity's <c>text</c> with <c>textFormat: "plain"</c>; null when it is a card.</param>
/// <param name="Attachment">The activity's one attachment; null when it is a text.</param>
internal sealed record TeamsMessage(string Summary, string? Text, JsonObject? Attachment)
{
    /// <summary>
    /// Whether something was left out. Then the card has a button that comes back as <c>task/fetch</c> with
    /// <see cref="CarriedKind.ShowsWhole"/> and the message's key: answer it with <see cref="Surfaces.Whole"/>.
    /// </summary>
    public bool IsShortened { get; init; }
}

/// <summary>Cards and dialogs as Teams' messages and task modules. Everything fits Teams' limits, whatever was written.</summary>
internal static class Surfaces
{
    /// <summary>The content type of an Adaptive Card.</summary>
    public const string CardType = "application/vnd.microsoft.card.adaptive";

    /// <summary>A card as a message.</summary>
    /// <param name="key">By which the whole can be found again should the message have to be shortened; at most 150 characters.</param>
    /// <param name="viewers">
    /// The Teams user ids (at most <see cref="CardLimits.Viewers"/>) whose client asks for a view of their own when they see
    /// it: an <c>Action.Execute</c> with <see cref="CarriedKind.Refreshes"/> and the key.
    /// </param>
    /// <param name="mark">
    /// By which the message is found again in its conversation: the id of the card's first element, read by
    /// <see cref="MarkOf"/>. A text has no place for one, so that a marked message is always a card.
    /// </param>
    public static TeamsMessage Message(
        Card card,
        TeamsReader reader,
        string key,
        IReadOnlyCollection<string>? viewers = null,
        string? mark = null
    )
    {
        var said = reader.Format.Words.In(card, reader.Format.Language);
        var summary = Notification(said, reader);
        if (mark is null && PlainLine(said, reader) is { } line)
            return new TeamsMessage(summary, line, null);
        var whole = Attachment(said, summary, reader, null, Refresh(key, viewers), mark);
        if (Fits(whole))
            return new TeamsMessage(summary, null, whole);
        foreach (var (shorter, room) in Shorter(said, reader))
        {
            var attachment = Attachment(shorter, summary, room, key, Refresh(key, viewers), mark);
            if (Fits(attachment))
                return new TeamsMessage(summary, null, attachment) { IsShortened = true };
        }
        throw new CardException($"even its shortest form is too much for a message: {summary}");
    }

    /// <summary>The mark of a message, out of the content of its card as Teams gives it back; null when it has none.</summary>
    public static string? MarkOf(string? card)
    {
        if (string.IsNullOrWhiteSpace(card))
            return null;
        try
        {
            using var content = JsonDocument.Parse(card, Payload.Reading);
            var first = content.RootElement.List("body").FirstOrDefault();
            return first.Text("id");
        }
        catch (JsonException)
        {
            // Others post cards too, of whatever they like.
            return null;
        }
    }

    /// <summary>The whole of a card that was shortened, to read: a task module without buttons of the card.</summary>
    public static JsonObject Whole(Card card, TeamsReader reader)
    {
        var said = reader.Format.Words.In(card, reader.Format.Language);
        var steps = Shorter(said, reader).Prepend((said, reader));
        return FirstThatFits(steps.Select(step => WholeOf(step.Item1, step.Item2)));
    }

    /// <summary>A dialog as the value of a task module, to be answered with <see cref="Answers.Continue"/>.</summary>
    /// <param name="origin">Where it was opened.</param>
    /// <param name="refused">What was wrong with the answers, when it is shown again: said beside the fields.</param>
    /// <param name="answers">What was answered, when it is shown again: stands in the fields again.</param>
    public static JsonObject Dialog(
        Dialog dialog,
        TeamsReader reader,
        DialogOrigin origin,
        Reply.Refused? refused = null,
        ImmutableDictionary<string, ImmutableArray<string>>? answers = null
    )
    {
        var said = reader.Format.Words.In(dialog, reader.Format.Language);
        if (answers is not null)
            said = said with { Inputs = [.. said.Inputs.Select(i => Answered.With(i, answers))] };
        var steps = new[] { CardLimits.Choices, CardLimits.Choices / 4, 5 }.Select(most =>
            DialogOf(said, said.Introduction, reader, origin, refused, most)
        );
        var shorter = Shorter(new Card(said.Title, said.Introduction), reader)
            .Select(step => DialogOf(said, step.Card.Blocks, step.Reader, origin, refused, 5));
        return FirstThatFits(steps.Concat(said.Introduction.IsEmpty ? [] : shorter));
    }

    /// <summary>How many bytes of UTF-8 something takes.</summary>
    public static int BytesOf(JsonNode payload) =>
        Encoding.UTF8.GetByteCount(payload.ToJsonString(Payload.Writing));

    /// <summary>Whether Teams takes it with all that is around it.</summary>
    public static bool Fits(JsonNode payload) =>
        BytesOf(payload) <= CardLimits.MessageBytes - CardLimits.EnvelopeBytes;

    // Shorter and shorter; from the middle on without lines, at the very end only how it begins.
    private static IEnumerable<(Card Card, TeamsReader Reader)> Shorter(
        Card said,
        TeamsReader reader
    )
    {
        var card = said;
        foreach (var (shorter, i) in Condensing.Of(said).Select((card, i) => (card, i)))
        {
            card = shorter;
            yield return (shorter, reader with { IsTight = i >= 4 });
        }
        var begin = card.Blocks.Where((block, i) => i < 2 || block is Actions);
        yield return (
            card with
            {
                Blocks = [.. begin, new Context("…")],
            },
            reader with
            {
                IsTight = true,
            }
        );
    }

    // What people typed themselves is never cut: should all steps be too much, the last one is tried.
    private static JsonObject FirstThatFits(IEnumerable<JsonObject> steps)
    {
        var last = (JsonObject?)null;
        foreach (var step in steps)
        {
            if (Fits(step))
                return step;
            last = step;
        }
        return last!;
    }

    private static JsonObject Attachment(
        Card said,
        string summary,
        TeamsReader reader,
        string? wholeKey,
        JsonObject? refresh,
        string? mark
    )
    {
        var times = Times.Count(said);
        var body = reader with { NamesZone = reader.IsRoom && times == 1 };
        var mentions = new Mentions(body, said.Notify);
        var buttons = new Buttons(body);
        var writer = new CardWriter(body, mentions, buttons);
        writer.Write(said.Blocks);
        if (wholeKey is not null)
            writer.Add(buttons.Whole(wholeKey));
        if (reader.IsRoom && times > 1)
            writer.Add(writer.Lines(ZoneOf(reader), Look.Small));
        List<JsonObject> elements = [.. Called(mentions), .. writer.Elements];
        if (elements.Count == 0)
            elements.Add(RichText.Block(RichText.Runs(summary, body, Look.Usual)));
        var card = New(elements);
        card["speak"] = summary;
        card["fallbackText"] = summary;
        if (refresh is not null)
            card["refresh"] = refresh;
        if (mentions.Any)
            card["msteams"] = new JsonObject { ["entities"] = mentions.Entities };
        if (mark is not null)
            elements[0]["id"] = mark;
        return Attached(card);
    }

    private static Text ZoneOf(TeamsReader reader) =>
        reader.Tell(Phrase.Of("teams-cards.zone", ("zone", reader.Format.ZoneName())));

    // Those who are to be notified and are not named on the card are called by a first line.
    private static IEnumerable<JsonObject> Called(Mentions mentions)
    {
        var missing = mentions.Missing.ToList();
        return missing.Count == 0
            ? []
            :
            [
                new JsonObject
                {
                    ["type"] = "TextBlock",
                    ["text"] = string.Join(' ', missing.Select(mentions.TagOf)),
                    ["wrap"] = true,
                },
            ];
    }

    private static JsonObject? Refresh(string key, IReadOnlyCollection<string>? viewers)
    {
        if (viewers is not { Count: > 0 and <= CardLimits.Viewers })
            return null;
        var action = Buttons.Execute("…", new Carried(CarriedKind.Refreshes, key, ActionData.None));
        action.Remove("fallback");
        action.Remove("title");
        return new JsonObject
        {
            ["action"] = action,
            ["userIds"] = new JsonArray([.. viewers.Select(viewer => JsonValue.Create(viewer))]),
        };
    }

    private static JsonObject WholeOf(Card said, TeamsReader reader)
    {
        var writer = Writer(reader);
        writer.Write(said.Blocks.Where(block => block is not Actions));
        var card = New(writer.Elements);
        return TaskModule(reader.Tell("cards.whole-title"), card, "large");
    }

    private static JsonObject DialogOf(
        Dialog said,
        IEnumerable<Block> introduction,
        TeamsReader reader,
        DialogOrigin origin,
        Reply.Refused? refused,
        int mostChoices
    )
    {
        reader = reader with { IsNow = true };
        var writer = Writer(reader);
        var inputs = new Inputs(reader, mostChoices);
        var title = reader.Tell(said.Title).ReplaceLineEndings(" ");
        if (title.Length > CardLimits.DialogTitle)
            writer.Write([new Header(Literal.Shorten(title, CardLimits.FieldText))]);
        if (refused is not null)
            writer.Add(Warned(writer, Answered.Elsewhere(said, refused, reader)));
        writer.Write(introduction);
        foreach (var input in said.Inputs)
        {
            if (inputs.Explanation(input) is { } explanation)
                writer.Add(writer.Lines(explanation));
            if (refused?.Fields.GetValueOrDefault(input.Id) is { } wrong)
                writer.Add(
                    writer.Lines(
                        Signs.Of(Tone.Warning)
                            + (Text)Literal.Shorten(reader.Tell(wrong), CardLimits.FieldText),
                        new Look { Color = "Attention", IsBold = true }
                    )
                );
            writer.Add(inputs.Of(input));
            if (input.Hint is { IsEmpty: false } hint)
                writer.Add(
                    Close(
                        writer.Lines(
                            Literal.Shorten(reader.Tell(hint), CardLimits.FieldText),
                            Look.Small
                        )
                    )
                );
        }
        var card = New(writer.Elements);
        card["actions"] = new JsonArray(Send(said, reader, origin), Cancel(said, reader));
        return TaskModule(title, card, HeightOf(said));
    }

    private static JsonObject Send(Dialog said, TeamsReader reader, DialogOrigin origin)
    {
        var carried = new Carried(CarriedKind.Submits, said.Id, DialogData.With(said.Data, origin));
        var send = Buttons.Submit(reader.Tell(said.Submit), CardData.Write(carried));
        send["style"] = "positive";
        return send;
    }

    private static JsonObject Cancel(Dialog said, TeamsReader reader)
    {
        var carried = new Carried(CarriedKind.Cancels, said.Id, ActionData.None);
        var cancel = Buttons.Submit(reader.Tell("button.cancel"), CardData.Write(carried));
        cancel["associatedInputs"] = "none";
        return cancel;
    }

    private static IEnumerable<JsonObject> Warned(CardWriter writer, List<string> sentences) =>
        sentences.Count == 0
            ? []
            :
            [
                new JsonObject
                {
                    ["type"] = "Container",
                    ["style"] = "attention",
                    ["items"] = new JsonArray([
                        .. sentences.SelectMany(sentence =>
                            writer.Lines(
                                Signs.Of(Tone.Warning)
                                    + (Text)Literal.Shorten(sentence, CardLimits.FieldText)
                            )
                        ),
                    ]),
                },
            ];

    private static List<JsonObject> Close(List<JsonObject> lines)
    {
        foreach (var line in lines)
            line["spacing"] = "None";
        return lines;
    }

    private static string HeightOf(Dialog said) =>
        (said.Inputs.Length + said.Introduction.Length) switch
        {
            <= 1 => "small",
            <= 4 => "medium",
            _ => "large",
        };

    private static JsonObject TaskModule(string title, JsonObject card, string height) =>
        new()
        {
            ["title"] = Literal.Shorten(Safe.Shown(title), CardLimits.DialogTitle),
            ["height"] = height,
            ["width"] = "medium",
            ["card"] = Attached(card),
        };

    private static JsonObject New(IEnumerable<JsonObject> body) =>
        new()
        {
            ["type"] = "AdaptiveCard",
            ["version"] = CardLimits.Version,
            ["body"] = new JsonArray([.. body]),
        };

    private static JsonObject Attached(JsonObject card) =>
        new() { ["contentType"] = CardType, ["content"] = card };

    // Nobody is rung by a dialog.
    private static CardWriter Writer(TeamsReader reader) =>
        new(reader, new Mentions(reader with { MentionsRing = false }, []), new Buttons(reader));

    // One sentence reads best as a message like everybody's. Bold, links and mentions need a card.
    private static string? PlainLine(Card said, TeamsReader reader)
    {
        if (
            said.Blocks is not [Paragraph { Body: var body }]
            || body.Parts.Any(part => part is Bold or Link or Code or RoomLink)
            || (reader.MentionsRing && said.Notify.Any(p => reader.UserOf(p) is not null))
        )
            return null;
        var line = (reader with { NamesZone = reader.IsRoom }).Tell(body).Trim();
        return line.Length is > 0 and <= 1_000 ? line : null;
    }

    // Notifications are read at once, and people go by their names in them.
    private static string Notification(Card said, TeamsReader reader)
    {
        var line = (reader with { IsNow = true, NamesZone = reader.IsRoom })
            .Tell(said.Summary)
            .ReplaceLineEndings(" ")
            .Trim();
        return line.Length == 0 ? "…" : Literal.Shorten(line, CardLimits.Summary);
    }
}
