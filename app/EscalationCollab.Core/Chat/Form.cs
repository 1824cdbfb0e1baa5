using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Reads the fields of a submitted dialog. A missing or wrong answer is noted beside its field and a harmless value is
/// returned, so that all mistakes are told at once: read everything, then ask <see cref="Refused"/>.
/// </summary>
public sealed class Form(Interaction interaction, Situation situation)
{
    /// <summary>Longest text a field takes unless it says otherwise, in characters.</summary>
    public const int LongText = 3_000;

    private readonly List<Refusal> _mistakes = [];

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<Refusal> Mistakes => _mistakes;

    /// <summary>The answer to send when something is wrong, or null.</summary>
    public Reply? Refused => _mistakes.Count > 0 ? Refusals.ToReply(_mistakes) : null;

    /// <summary>A required text of at most <paramref name="max"/> characters, trimmed, without control characters.</summary>
    public string Text(string field, int max = LongText)
    {
        var text = OptionalText(field, max);
        return text is null ? Missing(field, "") : text;
    }

    /// <summary>A text that may be left out: null then.</summary>
    public string? OptionalText(string field, int max = LongText)
    {
        var text = Clean(Raw(field));
        if (text.Length > max)
            Wrong(
                field,
                Phrase.Of(
                    "form.too-long",
                    ("max", new Number(max)),
                    ("length", new Number(text.Length))
                )
            );
        return text.Length == 0 ? null : text;
    }

    /// <summary>A required choice among an enum's names.</summary>
    public TEnum Choice<TEnum>(string field)
        where TEnum : struct, Enum =>
        OptionalChoice<TEnum>(field) ?? Missing(field, default(TEnum));

    /// <summary>A choice that may be left out.</summary>
    public TEnum? OptionalChoice<TEnum>(string field)
        where TEnum : struct, Enum
    {
        var raw = Raw(field);
        if (raw.Length == 0)
            return null;
        if (
            Enum.TryParse<TEnum>(raw, ignoreCase: true, out var value)
            && Enum.IsDefined(value)
            && !char.IsDigit(raw[0])
        )
            return value;
        Wrong(field, Phrase.Of("form.unknown-choice"));
        return null;
    }

    /// <summary>The chosen values of a multiple choice, possibly none.</summary>
    public ImmutableArray<string> Choices(string field) =>
        [.. interaction.Inputs.GetValueOrDefault(field, []).Where(value => value.Length > 0)];

    /// <summary>Whether a box is ticked.</summary>
    public bool Ticked(string field) => Raw(field) is "true" or "on" or "yes";

    /// <summary>A required person of the company.</summary>
    public PersonId Person(string field) =>
        OptionalPerson(field) ?? Missing(field, default(PersonId));

    /// <summary>A person of the company, or null when left out. May be given as id, e-mail address or full name.</summary>
    public PersonId? OptionalPerson(string field) =>
        Raw(field).Length == 0 ? null : Known(field, Raw(field));

    /// <summary>People of the company, possibly none.</summary>
    public ImmutableArray<PersonId> People(string field) =>
        [.. Choices(field).Select(value => Known(field, value)).OfType<PersonId>().Distinct()];

    /// <summary>A required customer, by id or name.</summary>
    public Customer? Customer(string field)
    {
        var raw = Clean(Raw(field));
        if (raw.Length == 0)
            return Missing<Customer?>(field, null);
        var customer = situation.Directory.ByName(raw);
        if (customer is null)
            Wrong(field, UnknownCustomer(raw, situation.Directory));
        return customer;
    }

    /// <summary>A day, or null when left out.</summary>
    public LocalDate? OptionalDate(string field)
    {
        if (Raw(field).Length == 0)
            return null;
        var parsed = LocalDatePattern.Iso.Parse(Raw(field));
        if (parsed.Success)
            return parsed.Value;
        Wrong(field, Phrase.Of("form.not-a-date"));
        return null;
    }

    /// <summary>A required day.</summary>
    public LocalDate Date(string field) =>
        OptionalDate(field) ?? Missing(field, default(LocalDate));

    /// <summary>A time of day, or null when left out: "14:30", "9:05" or "14.30".</summary>
    public LocalTime? OptionalTime(string field)
    {
        var raw = Raw(field).Trim();
        if (raw.Length == 0)
            return null;
        if (ParseTime(raw) is { } time)
            return time;
        Wrong(field, Phrase.Of("form.not-a-time"));
        return null;
    }

    /// <summary>A time of day as platforms and people write it, seconds left out, or null.</summary>
    public static LocalTime? ParseTime(string text)
    {
        var parts = text.Trim().Split([':', '.']);
        return
            parts is [var hour, var minute, ..]
            && parts.Length <= 3
            && int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && h < 24
            && m < 60
            ? new LocalTime(h, m)
            : null;
    }

    /// <summary>A number, or null when left out. Separators of the person's language are understood: "1.234,50", "1,234.50", "1 234,5".</summary>
    public decimal? OptionalNumber(
        string field,
        decimal min = decimal.MinValue,
        decimal max = decimal.MaxValue
    )
    {
        var raw = Raw(field).Trim();
        if (raw.Length == 0)
            return null;
        if (
            Numbers.Parse(raw, situation.Directory.Find(situation.Actor)?.Language ?? "en")
            is not { } value
        )
        {
            Wrong(field, Phrase.Of("form.not-a-number"));
            return null;
        }
        if (value < min || value > max)
            Wrong(
                field,
                Phrase.Of(
                    "form.out-of-range",
                    ("min", new Number(min, "0.##")),
                    ("max", new Number(max, "0.##"))
                )
            );
        return Math.Clamp(value, min, max);
    }

    /// <summary>A required number.</summary>
    public decimal Number(
        string field,
        decimal min = decimal.MinValue,
        decimal max = decimal.MaxValue
    ) => OptionalNumber(field, min, max) ?? Missing(field, 0m);

    /// <summary>Notes a mistake beside a field.</summary>
    public void Wrong(string field, Phrase sentence) => _mistakes.Add(new Refusal(sentence, field));

    /// <summary>What to say when a customer is not known, with the nearest names.</summary>
    public static Phrase UnknownCustomer(string name, CompanyDirectory directory)
    {
        var near = directory
            .Customers.Values.Select(customer => customer.Name)
            .Where(known =>
                Nearness.Distance(known, name) <= Math.Max(2, name.Length / 3)
                || known.Contains(name, StringComparison.OrdinalIgnoreCase)
            )
            .Order(StringComparer.Ordinal)
            .Take(3)
            .ToList();
        return near.Count == 0
            ? Phrase.Of("form.unknown-customer", ("name", name))
            : Phrase.Of(
                "form.unknown-customer-near",
                ("name", name),
                ("near", string.Join(", ", near))
            );
    }

    private PersonId? Known(string field, string value)
    {
        var person =
            situation.Directory.Find(new PersonId(value))
            ?? situation.Directory.ByEmail(value)
            ?? situation.Directory.People.Values.FirstOrDefault(p =>
                string.Equals(p.Name, value.Trim(), StringComparison.OrdinalIgnoreCase)
            );
        if (person is null)
            Wrong(field, Phrase.Of("form.unknown-person", ("name", value)));
        return person?.Id;
    }

    private string Raw(string field) =>
        interaction.Inputs.GetValueOrDefault(field, []) is [var first, ..] ? first : "";

    private T Missing<T>(string field, T harmless)
    {
        if (!_mistakes.Any(mistake => mistake.Field == field))
            Wrong(field, Phrase.Of("form.required"));
        return harmless;
    }

    /// <summary>
    /// Control characters other than line breaks and tabs have no business in a text. Half a character, as a cut in the
    /// wrong place leaves it, becomes the sign for an unreadable one: it could not be stored as it is.
    /// </summary>
    public static string Clean(string raw)
    {
        var clean = new StringBuilder(raw.Length);
        foreach (var rune in raw.ReplaceLineEndings("\n").EnumerateRunes())
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune))
                clean.Append(rune);
        return clean.ToString().Trim();
    }
}

/// <summary>Numbers as people write them.</summary>
internal static class Numbers
{
    /// <summary>
    /// Reads "1,234.50", "1.234,50", "1 234,5" and "1'234". A single separator with three digits after it is read as the
    /// person's own language groups thousands: "1.234" is a thousand in Portuguese, Italian and Lithuanian texts.
    /// </summary>
    public static decimal? Parse(string text, string language)
    {
        var compact = string.Concat(
            text.Where(c => !char.IsWhiteSpace(c) && c is not ('\'' or '\u2019'))
        );
        var last = compact.LastIndexOfAny([',', '.']);
        var group = language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? ',' : '.';
        var isGroup =
            last >= 0
            && (
                compact.Count(c => c == compact[last]) > 1
                || (compact[last] == group && compact.Length - last - 1 == 3)
            );
        var normal = string.Concat(
            compact.Select(
                (c, i) => c is ',' or '.' ? (i == last && !isGroup ? "." : "") : c.ToString()
            )
        );
        return decimal.TryParse(
            normal,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;
    }
}
