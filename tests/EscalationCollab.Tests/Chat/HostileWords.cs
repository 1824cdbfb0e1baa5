using EscalationCollab.Core.Cards;
using NodaTime;
using NodaTime.Text;

namespace EscalationCollab.Tests.Chat;

/// <summary>What people, customers and programs put into fields that nobody expected.</summary>
internal static class HostileWords
{
    private static readonly string[] Words =
    [
        "",
        "   ",
        "\u0000\u0001\u001b[31m\u0007",
        "\u001b",
        "\ud83d",
        "\u202Egnp.exe\u2066",
        "line\r\nline\u2028line",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "*bold* _it_ ~s~ `c` > q",
        "<!channel> <@U123> @everyone <at>Ana</at>",
        "=HYPERLINK(\"http://evil.example\",\"click\")",
        "[x](javascript:alert(1))",
        "{{customer}} {count} %s %n",
        "'; DROP TABLE event; --",
        "nobody",
        "no-such-customer",
        "no-such-thing",
        "0",
        "-1",
        "1.234,50",
        "1,234.50",
        "1 234,5",
        "1'234",
        "99999999999999999999999999999999999999",
        "1e309",
        "NaN",
        "2001-01-01",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "25:99",
        "ESC-1042",
        "ESC-999999",
        "1,042",
        "9223372036854775807",
        "null",
        "true",
        "ana",
        "marco",
        "helen",
        "acme",
        "Tom Becker",
        "2026-03-20",
        "Sev9",
        "12",
    ];

    /// <summary>One of them; now and then a very long one.</summary>
    public static string Any(Random random) =>
        random.Next(12) switch
        {
            0 => new string('x', 100_000),
            1 => string.Concat(Enumerable.Repeat("Žydi sodai 😀 ", 220)),
            2 => new string('W', 3_000),
            3 => new string('w', 150),
            _ => Words[random.Next(Words.Length)],
        };

    /// <summary>An answer to an input: as often fitting as not, so that what lies behind the first check is met too.</summary>
    public static IEnumerable<string> AnswerTo(Input input, Random random)
    {
        if (random.Next(5) < 2)
            return random.Next(8) == 0 ? [] : [Any(random), .. Many(input, random)];
        return input switch
        {
            ChoiceInput choice => [choice.Options[random.Next(choice.Options.Length)].Value],
            CheckInput => [random.Next(2) == 0 ? "true" : ""],
            PersonInput => [Pick(random, "ana", "marco", "ruta", "priya", "tom", "helen")],
            CustomerInput =>
            [
                Pick(random, "acme", "ferri", "pinewood", "northgate", "baltmaistas"),
            ],
            DateInput => [Pick(random, "2026-03-20", "2026-04-01", "2020-01-01", "2026-03-02")],
            TimeInput => [Pick(random, "09:00", "17:30", "23:59")],
            NumberInput number =>
            [
                Pick(
                    random,
                    "10",
                    "1.000",
                    "1,000.50",
                    (number.Min ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture)
                ),
            ],
            RatingInput rating =>
            [
                random
                    .Next(rating.From, rating.To + 1)
                    .ToString(System.Globalization.CultureInfo.InvariantCulture),
            ],
            _ =>
            [
                Pick(random, "They can work again", "Kasos vėl veikia", "O caixa voltou a abrir"),
            ],
        };
    }

    /// <summary>An answer as the form asks for it: what it proposes, else something that fits.</summary>
    public static IEnumerable<string> RightAnswerTo(Input input, Random random, Instant now) =>
        input switch
        {
            TextInput { Initial: { Length: > 0 } known } => [known],
            TextInput { Required: false } when random.Next(3) == 0 => [],
            TextInput => ["They can work again"],
            ChoiceInput { Initial: { Length: > 0 } known } when random.Next(3) > 0 => known,
            ChoiceInput choice => [choice.Options[random.Next(choice.Options.Length)].Value],
            PersonInput { Initial: { Length: > 0 } known } => known.Select(one => one.Value),
            PersonInput => [Pick(random, "ruta", "priya", "tom", "helen")],
            CustomerInput { Initial: { } known } => [known.Value],
            CustomerInput => [Pick(random, "acme", "ferri", "pinewood")],
            DateInput { Initial: { } known } => [LocalDatePattern.Iso.Format(known)],
            DateInput => [LocalDatePattern.Iso.Format(now.InUtc().Date.PlusDays(6))],
            TimeInput { Initial: { } known } => [LocalTimePattern.GeneralIso.Format(known)[..5]],
            TimeInput => ["17:30"],
            NumberInput => ["10"],
            RatingInput rating =>
            [
                rating.To.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ],
            CheckInput { Required: true } => ["true"],
            _ => [],
        };

    public static string Pick(Random random, params string[] words) =>
        words[random.Next(words.Length)];

    private static IEnumerable<string> Many(Input input, Random random) =>
        input is ChoiceInput { Many: true } or PersonInput { Many: true }
            ? Enumerable.Range(0, random.Next(4)).Select(_ => Any(random))
            : [];
}
