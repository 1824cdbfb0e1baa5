using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>A message as Slack takes it.</summary>
/// <param name="Text">What a notification and a screen reader say: mrkdwn, never empty.</param>
/// <param name="Blocks">The body.</param>
internal sealed record SlackMessage(string Text, JsonArray Blocks)
{
    /// <summary>
    /// Whether something was left out. Then the last block has a button that comes back as
    /// <see cref="CarriedKind.ShowsWhole"/> with the message's key: answer it with <see cref="Surfaces.Whole"/>.
    /// </summary>
    public bool IsShortened { get; init; }
}

/// <summary>Cards and dialogs as Slack's messages, modals and Home. Everything fits Slack's limits, whatever was written.</summary>
internal static class Surfaces
{
    /// <summary>A card as a message.</summary>
    /// <param name="key">By which the whole can be found again should the message have to be shortened; at most 150 characters.</param>
    public static SlackMessage Message(Card card, SlackReader reader, string key)
    {
        var said = reader.Format.Words.In(card, reader.Format.Language);
        var text = Notification(said, reader);
        var blocks = Blocks(said, reader, null);
        if (Fits(blocks))
            return new SlackMessage(text, [.. blocks]);
        foreach (var shorter in Condensing.Of(said))
        {
            blocks = Blocks(shorter, reader, key);
            if (Fits(blocks))
                return new SlackMessage(text, [.. blocks]) { IsShortened = true };
        }
        throw new CardException($"even its shortest form is too much for a message: {text}");
    }

    /// <summary>The whole of a card that was shortened, to read: a modal without buttons of the card.</summary>
    public static JsonObject Whole(Card card, SlackReader reader)
    {
        var said = reader.Format.Words.In(card, reader.Format.Language);
        var whole = WholeOf(said.Blocks, reader);
        return FitsView(whole)
            ? whole
            : Condensing
                .Of(said)
                .Select(shorter => WholeOf(shorter.Blocks, reader))
                .FirstOrDefault(FitsView)
                ?? throw new CardException("even its shortest form is too much for a view");
    }

    private static JsonObject WholeOf(IEnumerable<Block> blocks, SlackReader reader)
    {
        var writer = Writer(reader, Everybody(reader));
        writer.Write([.. blocks.Where(block => block is not Actions)]);
        return new JsonObject
        {
            ["type"] = "modal",
            ["title"] = Parts.Plain(reader.Tell("cards.whole-title"), BlockKitLimits.ViewTitle),
            ["close"] = Parts.Plain(reader.Tell("button.close"), BlockKitLimits.ViewTitle),
            ["blocks"] = ForView(writer),
        };
    }

    /// <summary>A dialog as a modal. Should its introduction be too much for one, that is shortened visibly.</summary>
    public static JsonObject Modal(Dialog dialog, SlackReader reader, DialogOrigin origin)
    {
        var said = reader.Format.Words.In(dialog, reader.Format.Language);
        var whole = Modal(said, said.Introduction, reader, origin);
        return FitsView(whole)
            ? whole
            : Condensing
                .Of(new Card(said.Title, said.Introduction))
                .Select(shorter => Modal(said, shorter.Blocks, reader, origin))
                .FirstOrDefault(FitsView)
                ?? throw new CardException($"{dialog.Id} is too much for a view");
    }

    private static JsonObject Modal(
        Dialog said,
        IReadOnlyList<Block> introduction,
        SlackReader reader,
        DialogOrigin origin
    )
    {
        var title = reader.Tell(said.Title).ReplaceLineEndings(" ");
        var writer = Writer(reader, Everybody(reader));
        if (title.Length > BlockKitLimits.ViewTitle)
            writer.Write([new Header(Literal.Shorten(title, BlockKitLimits.Text))]);
        writer.Write(introduction);
        var inputs = new Inputs(reader);
        foreach (var input in said.Inputs)
        {
            if (inputs.Explanation(input) is { } explanation)
                writer.Write(explanation);
            writer.Add(inputs.Block(input));
        }
        var submits = new Carried(CarriedKind.Submits, said.Id, DialogData.With(said.Data, origin));
        return new JsonObject
        {
            ["type"] = "modal",
            ["callback_id"] = said.Id,
            ["title"] = Parts.Plain(title, BlockKitLimits.ViewTitle),
            ["submit"] = Parts.Plain(reader.Tell(said.Submit), BlockKitLimits.ViewTitle),
            ["close"] = Parts.Plain(reader.Tell("button.cancel"), BlockKitLimits.ViewTitle),
            ["private_metadata"] = submits.Write(),
            ["blocks"] = ForView(writer),
        };
    }

    /// <summary>Cards as somebody's Home, from the top; those that do not fit any more are counted at the end.</summary>
    public static JsonObject Home(IReadOnlyList<Card> cards, SlackReader reader)
    {
        var buttons = new Buttons(reader);
        var blocks = new List<JsonObject>();
        for (var i = 0; i < cards.Count; i++)
        {
            var writer = new BlockWriter(reader, Everybody(reader), buttons, tables: false);
            if (i > 0)
                writer.Add(Parts.Divider());
            writer.Write(cards[i].Blocks);
            if (blocks.Count + writer.Blocks.Count > BlockKitLimits.ViewBlocks - 1)
            {
                blocks.Add(
                    Parts.Context(
                        Mrkdwn.Of(
                            Phrase.Of("cards.home-more", ("count", new Number(cards.Count - i))),
                            reader
                        )
                    )
                );
                break;
            }
            blocks.AddRange(writer.Blocks);
        }
        return new JsonObject { ["type"] = "home", ["blocks"] = new JsonArray([.. blocks]) };
    }

    /// <summary>How much of <see cref="BlockKitLimits.MessageWeight"/> blocks take.</summary>
    public static int WeightOf(IEnumerable<JsonObject> blocks) =>
        blocks.Sum(block =>
            BlockKitLimits.BlockWeight - BlockKitLimits.PartWeight + WeightOf(block)
        );

    private static int WeightOf(JsonNode? node) =>
        node switch
        {
            JsonObject part => BlockKitLimits.PartWeight
                + part.Where(p => p.Key is not ("type" or "value" or "action_id"))
                    .Sum(p => WeightOf(p.Value)),
            JsonArray list => list.Sum(WeightOf),
            JsonValue value when value.TryGetValue<string>(out var text) => text.Length,
            _ => 0,
        };

    private static bool Fits(List<JsonObject> blocks) =>
        blocks.Count <= BlockKitLimits.MessageBlocks
        && WeightOf(blocks) <= BlockKitLimits.MessageWeight
        && blocks.Where(block => (string?)block["type"] == "table").All(TableFits);

    private static bool TableFits(JsonObject table) =>
        WeightOf(table) <= BlockKitLimits.TableText
        && table["rows"]!
            .AsArray()
            .SelectMany(row => row!.AsArray())
            .All(cell => WeightOf(cell) <= BlockKitLimits.Text);

    private static List<JsonObject> Blocks(Card card, SlackReader reader, string? wholeKey)
    {
        var buttons = new Buttons(reader);
        var mentioned = new HashSet<PersonId>();
        var writer = new BlockWriter(
            reader,
            mention =>
            {
                if (reader.MentionsRing && !card.Notify.Contains(mention.Person))
                    return null;
                mentioned.Add(mention.Person);
                return reader.UserOf(mention.Person);
            },
            buttons,
            tables: true
        );
        writer.Write(card.Blocks);
        if (wholeKey is not null)
            writer.Add(buttons.Whole(wholeKey));
        var called = reader.MentionsRing ? Called(card, reader, mentioned) : [];
        var blocks =
            called.Count > 0
                ? [RichText.Block(RichText.Section(called)), .. writer.Blocks]
                : writer.Blocks;
        return blocks.Count > 0
            ? [.. blocks]
            : [RichText.Block(RichText.Section([RichText.Leaf(reader.Tell(card.Summary))]))];
    }

    // Those who are to be notified and are not named on the card are called by a first line.
    private static List<JsonObject> Called(
        Card card,
        SlackReader reader,
        HashSet<PersonId> mentioned
    ) =>
        RichText.Leaves(
            Text.Join(
                " ",
                card.Notify.Distinct()
                    .Where(person =>
                        !mentioned.Contains(person) && reader.UserOf(person) is not null
                    )
                    .Select(person => (Text)new Mention(person))
            ),
            reader,
            mention => reader.UserOf(mention.Person)
        );

    // In the summary people go by their names: the body mentions them.
    private static string Notification(Card card, SlackReader reader)
    {
        var text = Mrkdwn.Of(card.Summary, reader, _ => null);
        if (text.Length > BlockKitLimits.MessageText)
            text = Mrkdwn.Literally(
                Literal.Shorten(reader.Tell(card.Summary), BlockKitLimits.MessageText / 6)
            );
        return text.Trim().Length == 0 ? "…" : text;
    }

    // A view without any block is refused.
    private static JsonArray ForView(BlockWriter writer) =>
        [.. writer.Blocks.Count == 0 ? [Parts.Divider()] : writer.Blocks];

    private static bool FitsView(JsonObject view) =>
        view["blocks"]!.AsArray().Count <= BlockKitLimits.ViewBlocks
        && Encoding.UTF8.GetByteCount(view.ToJsonString(Payload.Writing))
            <= BlockKitLimits.ViewBytes;

    private static BlockWriter Writer(SlackReader reader, Func<Mention, string?> user) =>
        new(reader, user, new Buttons(reader), tables: false);

    // Nobody is rung by a view.
    private static Func<Mention, string?> Everybody(SlackReader reader) =>
        mention => reader.UserOf(mention.Person);
}
