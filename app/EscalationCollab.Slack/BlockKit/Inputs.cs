using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using NodaTime.Text;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>
/// What a dialog asks as Slack's input blocks. Where Slack's words are too short for an option, the whole stands above the
/// input.
/// </summary>
internal sealed class Inputs(SlackReader reader)
{
    /// <summary>The <c>action_id</c> of every input: its block tells which it is.</summary>
    public const string Answer = "answer";

    /// <summary>The <c>action_id</c> of a customer's type-ahead.</summary>
    public const string Customers = "customers";

    /// <summary>Up to here choices are shown at once; those that may be left out never are, to keep a phone's form short.</summary>
    private const int ShownAtOnce = 5;

    /// <summary>An input block.</summary>
    public JsonObject Block(Input input)
    {
        var element = Element(input);
        var block = new JsonObject
        {
            ["type"] = "input",
            ["block_id"] = BlockId(input, element),
            ["label"] = Parts.Plain(reader.Tell(input.Label), BlockKitLimits.Label),
            ["element"] = element,
            // A box that is not ticked is an answer too, but Slack takes it for none.
            ["optional"] = !input.Required || input is CheckInput,
        };
        if (input.Hint is { IsEmpty: false } hint)
            block["hint"] = Parts.Plain(reader.Tell(hint), BlockKitLimits.Label);
        return block;
    }

    /// <summary>What stands above an input because it does not fit into its options; null when all fits.</summary>
    public Text? Explanation(Input input)
    {
        if (input is not ChoiceInput choice)
            return null;
        var tooLong = choice
            .Options.Where(option => !FitsOption(option))
            .Select(option =>
            {
                var label = "• " + (Text)new Bold(Most(option.Label));
                return option.Description is { IsEmpty: false } more
                    ? label + ": " + Most(more)
                    : label;
            })
            .ToList();
        return tooLong.Count == 0 ? null : Text.Join("\n", tooLong);
    }

    // An option is a choice, not a story.
    private string Most(Text text) => Literal.Shorten(reader.Tell(text), 1_000);

    /// <summary>The options of a type-ahead for customers: those that begin so first, then those that contain it.</summary>
    public JsonObject CustomerOptions(string typed)
    {
        var wanted = typed.Trim();
        var found = reader
            .Directory.Customers.Values.Where(customer =>
                customer.Name.Contains(wanted, StringComparison.CurrentCultureIgnoreCase)
            )
            .OrderByDescending(customer =>
                customer.Name.StartsWith(wanted, StringComparison.CurrentCultureIgnoreCase)
            )
            .ThenBy(customer => customer.Name, StringComparer.CurrentCultureIgnoreCase)
            .Take(BlockKitLimits.SelectOptions);
        return new JsonObject { ["options"] = new JsonArray([.. found.Select(Choice)]) };
    }

    private bool FitsOption(Option option) =>
        reader.Tell(option.Label).Length <= BlockKitLimits.OptionText
        && (
            option.Description is null
            || reader.Tell(option.Description).Length <= BlockKitLimits.OptionText
        );

    private JsonObject Element(Input input) =>
        input switch
        {
            TextInput text => TextBox(text),
            ChoiceInput choice => ChoiceBox(choice),
            CheckInput check => Tick(check),
            PersonInput person => PersonBox(person),
            CustomerInput customer => CustomerBox(customer),
            DateInput date => With(
                New("datepicker"),
                "initial_date",
                date.Initial is { } day ? LocalDatePattern.Iso.Format(day) : null
            ),
            TimeInput time => With(
                With(
                    New("timepicker"),
                    "initial_time",
                    time.Initial?.ToString("HH:mm", CultureInfo.InvariantCulture)
                ),
                "timezone",
                reader.Format.Zone.Id
            ),
            NumberInput number => NumberBox(number),
            RatingInput rating => Scale(rating),
            _ => throw new CardException($"no Block Kit for {input.GetType().Name}"),
        };

    private static JsonObject TextBox(TextInput text)
    {
        var box = New("plain_text_input");
        box["multiline"] = text.Multiline;
        box["max_length"] = Math.Min(text.MaxLength, BlockKitLimits.Answer);
        if (text.Initial.Length > BlockKitLimits.Answer)
            throw new CardException($"{text.Id} begins with more than Slack's text box holds");
        return text.Initial.Length == 0 ? box : With(box, "initial_value", text.Initial);
    }

    private JsonObject ChoiceBox(ChoiceInput choice)
    {
        var options = choice
            .Options.Select(option =>
                Choice(
                    option.Value,
                    reader.Tell(option.Label),
                    option.Description is null ? "" : reader.Tell(option.Description)
                )
            )
            .ToList();
        var chosen = options.Where(o => choice.Initial.Contains((string)o["value"]!)).ToList();
        return choice.Many
            ? ManyBox(
                options,
                chosen,
                options.Count <= BlockKitLimits.BoxOptions ? "checkboxes" : "multi_static_select"
            )
            : OneBox(
                options,
                chosen.FirstOrDefault(),
                choice.Required && options.Count <= ShownAtOnce ? "radio_buttons" : "static_select"
            );
    }

    private JsonObject Tick(CheckInput check)
    {
        var yes = Choice("true", reader.Tell("answer.yes"), "");
        return ManyBox([yes], check.Initial ? [yes] : [], "checkboxes");
    }

    private JsonObject PersonBox(PersonInput person)
    {
        var known = person.Initial.Select(reader.UserOf).OfType<string>().Distinct().ToList();
        if (person.Many)
            return known.Count == 0
                ? Placed(New("multi_users_select"))
                : With(
                    Placed(New("multi_users_select")),
                    "initial_users",
                    new JsonArray([.. known.Select(user => JsonValue.Create(user))])
                );
        return With(Placed(New("users_select")), "initial_user", known.FirstOrDefault());
    }

    private JsonObject Choice(Customer customer) =>
        Choice(customer.Id.Value, customer.Name, reader.Tell(reader.TierName(customer.Tier)));

    // A list that fits into a select is searched by the client itself; a longer one is asked for while it is typed.
    private JsonObject CustomerBox(CustomerInput customer)
    {
        var known = reader.Directory.Customers.Values;
        var first =
            customer.Initial is { } id && reader.Directory.Find(id) is { } found
                ? Choice(found)
                : null;
        if (known.Count() is > 0 and <= BlockKitLimits.SelectOptions)
            return OneBox(
                [
                    .. known
                        .OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)
                        .Select(Choice),
                ],
                first,
                "static_select"
            );
        var box = Placed(New("external_select"));
        box["action_id"] = Customers;
        box["min_query_length"] = 0;
        return first is null ? box : With(box, "initial_option", first);
    }

    private static JsonObject NumberBox(NumberInput number)
    {
        var box = New("number_input");
        box["is_decimal_allowed"] = number.Decimal;
        box = With(box, "initial_value", Invariant(number.Initial));
        box = With(box, "min_value", Invariant(number.Min));
        return With(box, "max_value", Invariant(number.Max));
    }

    private JsonObject Scale(RatingInput rating)
    {
        var options = Enumerable
            .Range(rating.From, rating.To - rating.From + 1)
            .Select(point =>
            {
                var words =
                    point == rating.From ? reader.Tell(rating.Lowest)
                    : point == rating.To ? reader.Tell(rating.Highest)
                    : "";
                var number = point.ToString(CultureInfo.InvariantCulture);
                return Choice(number, words.Length == 0 ? number : $"{number} · {words}", "");
            })
            .ToList();
        return OneBox(
            options,
            null,
            options.Count <= BlockKitLimits.BoxOptions ? "radio_buttons" : "static_select"
        );
    }

    private JsonObject OneBox(List<JsonObject> options, JsonObject? chosen, string type)
    {
        var box = type == "static_select" ? Placed(New(type)) : New(type);
        box["options"] = new JsonArray([.. options]);
        return chosen is null ? box : With(box, "initial_option", chosen.DeepClone());
    }

    private JsonObject ManyBox(List<JsonObject> options, List<JsonObject> chosen, string type)
    {
        var box = type == "checkboxes" ? New(type) : Placed(New(type));
        box["options"] = new JsonArray([.. options]);
        return chosen.Count == 0
            ? box
            : With(
                box,
                "initial_options",
                new JsonArray([.. chosen.Select(option => option.DeepClone())])
            );
    }

    private static JsonObject Choice(string value, string label, string description)
    {
        if (value.Length > BlockKitLimits.OptionValue)
            throw new CardException($"the value of an option is too long: {value}");
        var option = new JsonObject
        {
            ["text"] = Parts.Plain(Literal.Clean(label), BlockKitLimits.OptionText),
            ["value"] = value,
        };
        if (description.Length > 0)
            option["description"] = Parts.Plain(
                Literal.Clean(description),
                BlockKitLimits.OptionText
            );
        return option;
    }

    private static JsonObject New(string type) => new() { ["type"] = type, ["action_id"] = Answer };

    private JsonObject Placed(JsonObject box) =>
        With(
            box,
            "placeholder",
            Parts.Plain(reader.Tell("cards.choose"), BlockKitLimits.Placeholder)
        );

    private static JsonObject With(JsonObject box, string name, JsonNode? value)
    {
        if (value is not null)
            box[name] = value;
        return box;
    }

    private static string? Invariant(decimal? number) =>
        number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Slack keeps what was typed as long as a block keeps its id, even over what a new view says. So the id tells the
    /// input and what it begins with: a dialog that is shown again with another answer in it shows that answer.
    /// </summary>
    private static string BlockId(Input input, JsonObject element)
    {
        var beginning = string.Join(
            '|',
            element
                .Where(p => p.Key.StartsWith("initial_", StringComparison.Ordinal))
                .Select(p => p.Value!.ToJsonString())
        );
        var id =
            beginning.Length == 0
                ? $"in:{input.Id}:"
                : $"in:{input.Id}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(beginning)))[..8]}";
        return id.Length <= BlockKitLimits.Id
            ? id
            : throw new CardException($"the id of an input is too long: {input.Id}");
    }

    /// <summary>The input that a block asks; null when it is none of ours.</summary>
    public static string? InputOf(string? blockId) =>
        blockId is not null
        && blockId.StartsWith("in:", StringComparison.Ordinal)
        && blockId.LastIndexOf(':') is > 3 and var end
            ? blockId[3..end]
            : null;
}
