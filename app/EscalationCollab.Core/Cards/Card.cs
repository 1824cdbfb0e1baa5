using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace EscalationCollab.Core.Cards;

/// <summary>
/// A message, said once and rendered per platform. It carries phrases, not sentences: the platform says it in the
/// language and time zone of who reads it.
/// </summary>
/// <param name="Summary">The one line a phone notification shows. Never empty.</param>
/// <param name="Blocks">The body from the top: what is it, how bad, who has it, what is next, what can I do.</param>
public sealed record Card(Text Summary, ImmutableArray<Block> Blocks)
{
    /// <summary>A card of blocks.</summary>
    public static Card Of(Text summary, params ImmutableArray<Block> blocks) =>
        new Card(summary, [.. blocks.Where(block => block is not null)]).Checked();

    /// <summary>A message of one sentence.</summary>
    public static Card Line(Text sentence) => Of(sentence, new Paragraph(sentence));

    /// <summary>Whether it is one sentence and nothing else.</summary>
    [JsonIgnore]
    public bool IsLine => Blocks is [Paragraph];

    /// <summary>The people who are to be notified beyond those the message is addressed to.</summary>
    public ImmutableArray<PersonId> Notify { get; init; } = [];

    /// <summary>How it is going, as a colour beside the words that say it.</summary>
    public Tone Tone { get; init; } = Tone.Neutral;

    /// <summary>Applies a change to every text, inside blocks and actions too.</summary>
    public Card Map(Func<Text, Text> change) =>
        this with
        {
            Summary = change(Summary),
            Blocks = [.. Blocks.Select(block => block.Map(change))],
        };

    private Card Checked()
    {
        CardRules.Check(this);
        return this;
    }
}

/// <summary>What a colour or sign beside the words may underline.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tone>))]
public enum Tone
{
    /// <summary>Nothing special.</summary>
    Neutral,

    /// <summary>Done or getting better.</summary>
    Good,

    /// <summary>Soon late, or waiting for somebody.</summary>
    Warning,

    /// <summary>Late or getting worse.</summary>
    Bad,
}

/// <summary>A part of a <see cref="Card"/> or of a dialog's introduction.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Header), "header")]
[JsonDerivedType(typeof(Paragraph), "paragraph")]
[JsonDerivedType(typeof(Quote), "quote")]
[JsonDerivedType(typeof(Facts), "facts")]
[JsonDerivedType(typeof(Figures), "figures")]
[JsonDerivedType(typeof(Context), "context")]
[JsonDerivedType(typeof(Divider), "divider")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(ClockBlock), "clock")]
[JsonDerivedType(typeof(Picture), "picture")]
[JsonDerivedType(typeof(Chart), "chart")]
[JsonDerivedType(typeof(Letter), "letter")]
[JsonDerivedType(typeof(Actions), "actions")]
public abstract record Block
{
    /// <summary>Applies a change to every text inside.</summary>
    public abstract Block Map(Func<Text, Text> change);
}

/// <summary>The title line; plain words, at most one sign.</summary>
public sealed record Header(Text Title, Tone Tone = Tone.Neutral) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => this with { Title = change(Title) };
}

/// <summary>Running text; line breaks are kept.</summary>
public sealed record Paragraph(Text Body) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => new Paragraph(change(Body));
}

/// <summary>Somebody's own words, set apart.</summary>
public sealed record Quote(Text Body, Text? Source = null) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        new Quote(change(Body), Source is null ? null : change(Source));
}

/// <summary>Label and value pairs, two a line where there is room.</summary>
public sealed record Facts(ImmutableArray<Fact> Items) : Block
{
    /// <summary>Facts, leaving out those without a value.</summary>
    public static Facts Of(params ReadOnlySpan<(Text Label, Text? Value)> items)
    {
        var builder = ImmutableArray.CreateBuilder<Fact>(items.Length);
        foreach (var (label, value) in items)
            if (value is { IsEmpty: false })
                builder.Add(new Fact(label, value));
        return new Facts(builder.ToImmutable());
    }

    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        new Facts([.. Items.Select(fact => new Fact(change(fact.Label), change(fact.Value)))]);
}

/// <summary>One line of <see cref="Facts"/>.</summary>
public sealed record Fact(Text Label, Text Value);

/// <summary>Large figures side by side.</summary>
public sealed record Figures(ImmutableArray<Figure> Items) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        new Figures([
            .. Items.Select(f =>
                f with
                {
                    Label = change(f.Label),
                    Value = change(f.Value),
                    Note = f.Note is null ? null : change(f.Note),
                }
            ),
        ]);
}

/// <summary>One large figure, its name and a small note such as the formula or the change since last time.</summary>
public sealed record Figure(Text Label, Text Value, Text? Note = null, Tone Tone = Tone.Neutral);

/// <summary>Small print: origin, hints.</summary>
public sealed record Context(Text Body) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => new Context(change(Body));
}

/// <summary>A line between parts.</summary>
public sealed record Divider : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => this;
}

/// <summary>Rows under headings.</summary>
public sealed record Table(ImmutableArray<Text> Headings, ImmutableArray<ImmutableArray<Text>> Rows)
    : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        new Table(
            [.. Headings.Select(change)],
            [.. Rows.Select(row => row.Select(change).ToImmutableArray())]
        );
}

/// <summary>A target or promise that runs: from when, until when, and whether it has ended.</summary>
/// <param name="Label">What is due.</param>
/// <param name="From">When it began to run.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Met">When it was met, or null while it runs.</param>
/// <param name="PausedFor">Time that does not count, such as snoozes.</param>
public sealed record ClockBlock(
    Text Label,
    Instant From,
    Instant Due,
    Instant? Met = null,
    Duration PausedFor = default
) : Block
{
    /// <summary>How much of the time is used at a moment, 0 to 1 and above when late.</summary>
    public double Used(Instant now)
    {
        var whole = Due - From;
        return whole <= Duration.Zero ? 1 : ((Met ?? now) - From) / whole;
    }

    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => this with { Label = change(Label) };
}

/// <summary>A picture with words for those who cannot see it.</summary>
public sealed record Picture(Uri Address, Text Alternative) : Block
{
    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        this with
        {
            Alternative = change(Alternative),
        };
}

/// <summary>A letter to a customer exactly as it will arrive.</summary>
/// <param name="To">Whom it goes to.</param>
/// <param name="Subject">Its subject line.</param>
/// <param name="PlainBody">The text version, which Slack and Teams show.</param>
/// <param name="HtmlBody">The HTML version, which the Sandbox shows isolated.</param>
public sealed record Letter(string To, string Subject, string PlainBody, string HtmlBody) : Block
{
    /// <summary>It arrives as a message in a chat, not as a mail: the subject in bold, then the text version.</summary>
    public bool InChat { get; init; }

    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) => this;
}

/// <summary>What the reader may do. At most <see cref="CardRules.ButtonsShown"/> are shown, the rest are in a menu.</summary>
public sealed record Actions(ImmutableArray<CardAction> Items) : Block
{
    /// <summary>Actions, leaving out nulls.</summary>
    public static Actions Of(params IEnumerable<CardAction?> items) =>
        new([.. items.OfType<CardAction>()]);

    /// <inheritdoc/>
    public override Block Map(Func<Text, Text> change) =>
        new Actions([.. Items.Select(a => a.Map(change))]);
}
