using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using NodaTime.Text;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>What a dialog asks, as inputs. Where a choice has a note that does not fit, the note stands above the input.</summary>
/// <param name="mostChoices">How many people or customers travel with the dialog; more are asked for while somebody types.</param>
internal sealed class Inputs(TeamsReader reader, int mostChoices)
{
    /// <summary>The dataset of a customer's type-ahead.</summary>
    public const string Customers = "customers";

    // Teams' own people picker.
    private const string People = "graph.microsoft.com/users";

    // Somebody of ours who has no account in this organisation.
    private const string Ours = "ours:";

    /// <summary>Up to here choices are shown at once; those that may be left out never are, to keep a phone's form short.</summary>
    private const int ShownAtOnce = 5;

    /// <summary>Beyond this a list is searched by typing.</summary>
    private const int Listed = 15;

    /// <summary>An input with its label.</summary>
    public JsonObject Of(Input input)
    {
        var field = Field.Of(input);
        var element = Element(input, field);
        element["id"] = field.Id;
        if (input is CheckInput)
            return element;
        element["label"] = Most(input.Label);
        if (input.Required)
        {
            element["isRequired"] = true;
            element["errorMessage"] = reader.Tell(Wrong(input));
        }
        else if (input is NumberInput)
            element["errorMessage"] = reader.Tell(Wrong(input));
        return element;
    }

    /// <summary>The notes of choices that are shown in a list, which has no room for them; null when there are none.</summary>
    public Text? Explanation(Input input)
    {
        if (input is not ChoiceInput choice || IsExpanded(choice))
            return null;
        var notes = choice
            .Options.Where(option =>
                option.Description is { IsEmpty: false }
                || reader.Tell(option.Label).Length > CardLimits.ChoiceText
            )
            .Select(option =>
                "• "
                + (Text)new Bold(Most(option.Label))
                + (option.Description is { IsEmpty: false } more ? ": " + (Text)Most(more) : "")
            )
            .ToList();
        return notes.Count == 0 ? null : Text.Join("\n", notes);
    }

    /// <summary>Customers for what was typed: those that begin so first, then those that contain it.</summary>
    public JsonArray CustomersNamed(string typed)
    {
        var wanted = typed.Trim();
        return
        [
            .. reader
                .Directory.Customers.Values.Where(customer =>
                    customer.Name.Contains(wanted, StringComparison.CurrentCultureIgnoreCase)
                )
                .OrderByDescending(customer =>
                    customer.Name.StartsWith(wanted, StringComparison.CurrentCultureIgnoreCase)
                )
                .ThenBy(customer => customer.Name, StringComparer.CurrentCultureIgnoreCase)
                .Take(mostChoices)
                .Select(Choice),
        ];
    }

    /// <summary>Our person, when an answer names one that has no account; null when it is an Entra object id.</summary>
    public static PersonId? OursBehind(string answer) =>
        answer.StartsWith(Ours, StringComparison.Ordinal) && answer.Length > Ours.Length
            ? new PersonId(answer[Ours.Length..])
            : null;

    // What is asked is a question, not a story.
    private string Most(Text text) =>
        Safe.Shown(Literal.Shorten(reader.Tell(text), CardLimits.FieldText));

    private static Phrase Wrong(Input input) =>
        input is NumberInput { Min: { } min, Max: { } max }
            ? Phrase.Of(
                "form.out-of-range",
                ("min", new Number(min, "0.##")),
                ("max", new Number(max, "0.##"))
            )
            : Phrase.Of("form.required");

    private JsonObject Element(Input input, Field field) =>
        input switch
        {
            TextInput text => TextBox(text),
            ChoiceInput choice => ChoiceBox(choice, field),
            CheckInput check => Tick(check),
            PersonInput person => PersonBox(person, field),
            CustomerInput customer => CustomerBox(customer),
            DateInput date => With(
                New("Input.Date"),
                "value",
                date.Initial is { } day ? LocalDatePattern.Iso.Format(day) : null
            ),
            TimeInput time => With(
                New("Input.Time"),
                "value",
                time.Initial?.ToString("HH:mm", CultureInfo.InvariantCulture)
            ),
            NumberInput number => NumberBox(number),
            RatingInput rating => Scale(rating),
            _ => throw new CardException($"no Adaptive Card for {input.GetType().Name}"),
        };

    private static JsonObject TextBox(TextInput text)
    {
        var box = New("Input.Text");
        box["isMultiline"] = text.Multiline;
        box["maxLength"] = Math.Max(text.MaxLength, text.Initial.Length);
        return text.Initial.Length == 0 ? box : With(box, "value", Literal.Clean(text.Initial));
    }

    private static bool IsExpanded(ChoiceInput choice) =>
        (choice.Required || choice.Many) && choice.Options.Length <= ShownAtOnce;

    private JsonObject ChoiceBox(ChoiceInput choice, Field field)
    {
        var isExpanded = IsExpanded(choice);
        var choices = choice
            .Options.Select(option =>
                Choice(
                    field.Value(option.Value),
                    isExpanded && option.Description is { IsEmpty: false } more
                        ? $"{reader.Tell(option.Label)} – {reader.Tell(more)}"
                        : reader.Tell(option.Label)
                )
            )
            .ToList();
        var style =
            isExpanded ? "expanded"
            : choices.Count > Listed ? "filtered"
            : "compact";
        return Box(
            choices,
            choice
                .Initial.Where(value => choice.Options.Any(o => o.Value == value))
                .Select(field.Value),
            style,
            choice.Many
        );
    }

    private JsonObject Tick(CheckInput check)
    {
        var tick = New("Input.Toggle");
        tick["title"] = Safe.Marked(Most(check.Label));
        tick["value"] = check.Initial ? "true" : "false";
        tick["wrap"] = true;
        return tick;
    }

    // Teams' picker knows everybody in the organisation; the choices are there where it is not, and for those without an account.
    private JsonObject PersonBox(PersonInput person, Field field)
    {
        var chosen = person.Initial.Distinct().ToList();
        var known = reader
            .Directory.People.Values.OrderByDescending(p => chosen.Contains(p.Id))
            .ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)
            .Take(Math.Max(mostChoices, chosen.Count))
            .Select(p => Choice(field.Value(IdOf(p.Id)), NameOf(p)));
        var box = Box(
            [.. known],
            chosen
                .Where(id => reader.Directory.Find(id) is not null)
                .Select(id => field.Value(IdOf(id))),
            "filtered",
            person.Many
        );
        box["choices.data"] = Query(People);
        return box;
    }

    private string IdOf(PersonId person) => reader.UserOf(person)?.Id ?? Ours + person.Value;

    private string NameOf(Person person) =>
        reader.NameOf(person.Id) + (person.Title.Length == 0 ? "" : " · " + person.Title);

    private JsonObject CustomerBox(CustomerInput customer)
    {
        var all = reader.Directory.Customers.Values;
        var first = customer.Initial is { } id ? reader.Directory.Find(id) : null;
        var some = all.OrderByDescending(c => c.Id == first?.Id)
            .ThenBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase)
            .Take(mostChoices)
            .Select(Choice)
            .ToList();
        var box = Box(
            some,
            first is null ? [] : [first.Id.Value],
            some.Count > Listed ? "filtered" : "compact",
            isMany: false
        );
        if (reader.Directory.Customers.Count > some.Count)
            box["choices.data"] = Query(Customers);
        return box;
    }

    private static JsonObject Query(string dataset) =>
        new() { ["type"] = "Data.Query", ["dataset"] = dataset };

    private static JsonObject NumberBox(NumberInput number)
    {
        var box = With(New("Input.Number"), "value", number.Initial);
        box = With(box, "min", number.Min);
        return With(box, "max", number.Max);
    }

    private JsonObject Scale(RatingInput rating)
    {
        var points = Enumerable
            .Range(rating.From, rating.To - rating.From + 1)
            .Select(point =>
            {
                var words =
                    point == rating.From ? reader.Tell(rating.Lowest)
                    : point == rating.To ? reader.Tell(rating.Highest)
                    : "";
                var number = point.ToString(CultureInfo.InvariantCulture);
                return Choice(number, words.Length == 0 ? number : $"{number} · {words}");
            });
        return Box([.. points], [], "expanded", isMany: false);
    }

    private JsonObject Box(
        IReadOnlyList<JsonObject> choices,
        IEnumerable<string> chosen,
        string style,
        bool isMany
    )
    {
        var box = New("Input.ChoiceSet");
        box["style"] = style;
        box["wrap"] = true;
        box["choices"] = new JsonArray([.. choices]);
        if (isMany)
            box["isMultiSelect"] = true;
        if (style != "expanded")
            box["placeholder"] = reader.Tell("cards.choose");
        var value = string.Join(',', isMany ? chosen : chosen.Take(1));
        return value.Length == 0 ? box : With(box, "value", value);
    }

    private JsonObject Choice(Customer customer) =>
        Choice(
            customer.Id.Value,
            customer.Tier.Length == 0
                ? customer.Name
                : $"{customer.Name} · {reader.Tell(reader.TierName(customer.Tier))}"
        );

    // Clients look for Markdown in a choice that is shown with a box.
    private static JsonObject Choice(string value, string title) =>
        new()
        {
            ["title"] = Safe.Shown(
                Literal.Shorten(Safe.Marked(title.ReplaceLineEndings(" ")), CardLimits.ChoiceText)
            ),
            ["value"] = value,
        };

    private static JsonObject New(string type) => new() { ["type"] = type };

    private static JsonObject With(JsonObject box, string name, JsonNode? value)
    {
        if (value is not null)
            box[name] = value;
        return box;
    }
}
