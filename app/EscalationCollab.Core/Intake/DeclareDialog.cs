using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Intake;

/// <summary>The form an escalation is declared with. Three answers are enough; the rest is proposed.</summary>
public static class DeclareDialog
{
    /// <summary>The route it is opened and submitted under.</summary>
    public const string Id = "declare";

    /// <summary>How much of a source message travels with the dialog; the rest stays behind its link.</summary>
    private const int SourceLength = 600;

    /// <summary>How much of its author's name travels with it; a name is not looked at before it is shown.</summary>
    private const int AuthorLength = 80;

    /// <summary>A longer link stays behind: cut it would lead nowhere.</summary>
    private const int LinkLength = 400;

    internal static Dialog Of(
        Situation situation,
        string summary,
        SourceMessage? source,
        Func<CustomerId, OpenOfCustomer> openOf
    ) =>
        new Dialog(
            Id,
            Phrase.Of("declare.title"),
            Phrase.Of("declare.submit"),
            Inputs(situation, summary, source)
        )
        {
            Data = DataOf(source),
            Introduction =
            [
                .. source is null
                    ? []
                    : new Block[]
                    {
                        new Context(Phrase.Of("declare.source", ("author", Author(source)))),
                        new Quote(Shortened(source.Text, SourceLength)),
                    },
                .. Named(situation, source) is { } customer
                && openOf(customer.Id) is { Count: > 0 } open
                    ? new Block[] { new Context(AlreadyOpen(open)) }
                    : [],
            ],
        }.Checked();

    /// <summary>Names what is open for the customer already.</summary>
    internal static Text AlreadyOpen(OpenOfCustomer open)
    {
        Text said = Phrase.Of(
            "declare.already-open",
            ("count", new Number(open.Count)),
            ("list", Text.Join("; ", open.Worst.Select(ListEscalations.NameOf)))
        );
        return open.Count <= open.Worst.Length
            ? said
            : said
                + " "
                + Phrase.Of("list.more", ("count", new Number(open.Count - open.Worst.Length)));
    }

    private static Customer? Named(Situation situation, SourceMessage? source) =>
        source is null
            ? null
            : situation.Directory.CustomerIn(source.Message.Platform, source.Message.Room)
                ?? situation.Directory.CustomerNamedIn($"{source.Author} {source.Text}");

    internal static SourceMessage? SourceOf(ActionData data) =>
        data["msg"] is { } message && data["room"] is { } room && data["platform"] is { } platform
            ? new SourceMessage(
                new MessageRef(platform, room, message),
                data["author"] ?? "",
                data["text"] ?? "",
                Uri.TryCreate(data["link"], UriKind.Absolute, out var link) ? link : null
            )
            : null;

    private static ImmutableArray<Input> Inputs(
        Situation situation,
        string summary,
        SourceMessage? source
    ) =>
        [
            new CustomerInput("customer", Phrase.Of("declare.customer"))
            {
                Initial = Named(situation, source)?.Id,
            },
            new TextInput("summary", Phrase.Of("declare.summary"))
            {
                Initial = summary.Length > 0 ? summary : FirstLine(source?.Text),
                MaxLength = Declare.SummaryLength,
                Hint = Phrase.Of("declare.summary.hint"),
            },
            new ChoiceInput("reason", Phrase.Of("declare.reason"), Options<Reason>()),
            new TextInput("details", Phrase.Of("declare.details"))
            {
                Multiline = true,
                Required = false,
                Initial = source is null ? "" : Shortened(source.Text, SourceLength),
            },
            new ChoiceInput("severity", Phrase.Of("declare.severity"), Options<Severity>())
            {
                Required = false,
                Hint = Phrase.Of("declare.proposed.hint"),
            },
            new ChoiceInput("type", Phrase.Of("declare.type"), Options<EscalationType>())
            {
                Required = false,
            },
            .. Products(situation),
            new CheckInput("restricted", Phrase.Of("declare.restricted"))
            {
                Required = false,
                Hint = Phrase.Of("declare.restricted.hint"),
            },
        ];

    private static IEnumerable<Input> Products(Situation situation) =>
        situation.Policy.Products.IsEmpty
            ? []
            :
            [
                new ChoiceInput(
                    "product",
                    Phrase.Of("declare.product"),
                    [
                        .. situation.Policy.Products.Select(product => new Option(
                            product.Key,
                            product.Value
                        )),
                    ]
                )
                {
                    Required = false,
                },
            ];

    internal static ImmutableArray<Option> Options<TEnum>()
        where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(v => new Option(v.ToString(), Phrase.For(v)))];

    internal static ActionData DataOf(SourceMessage? source) =>
        source is null
            ? ActionData.None
            : ActionData
                .None.With("platform", source.Message.Platform)
                .With("room", source.Message.Room)
                .With("msg", source.Message.Id)
                .With("author", Author(source))
                .With("text", Shortened(source.Text, SourceLength))
                .With(
                    "link",
                    source.Link?.ToString() is { Length: <= LinkLength } link ? link : ""
                );

    internal static string Author(SourceMessage source) =>
        Shortened(Form.Clean(source.Author).ReplaceLineEndings(" "), AuthorLength);

    private static string FirstLine(string? text)
    {
        var line = Form.Clean(text ?? "").Split('\n')[0];
        return line.Length <= Declare.SummaryLength
            ? line
            : line[..(Declare.SummaryLength - 1)].TrimEnd() + "…";
    }

    // Never in the middle of a character.
    private static string Shortened(string text, int length) =>
        text.Length <= length
            ? text
            : text[..(length - (char.IsHighSurrogate(text[length - 2]) ? 2 : 1))].TrimEnd() + "…";
}
