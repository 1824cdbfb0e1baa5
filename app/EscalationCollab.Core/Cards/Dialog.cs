using System.Collections.Immutable;
using NodaTime;

namespace EscalationCollab.Core.Cards;

/// <summary>A form. Submitting it runs the dialog registered under <see cref="Id"/>.</summary>
/// <param name="Id">The dialog's route, such as <c>status.post</c>.</param>
/// <param name="Title">Short: Slack cuts at 24 characters.</param>
/// <param name="Submit">The word on the button.</param>
/// <param name="Inputs">What is asked, likeliest first. May be empty for a dialog that only shows.</param>
public sealed record Dialog(string Id, Text Title, Text Submit, ImmutableArray<Input> Inputs)
{
    /// <summary>Comes back with the submission.</summary>
    public ActionData Data { get; init; } = ActionData.None;

    /// <summary>Shown above the inputs.</summary>
    public ImmutableArray<Block> Introduction { get; init; } = [];

    /// <summary>Checks the dialog against the rules; call it once when built.</summary>
    /// <exception cref="CardException">The dialog breaks a rule.</exception>
    public Dialog Checked()
    {
        CardRules.Check(this);
        return this;
    }

    /// <summary>Applies a change to every text.</summary>
    public Dialog Map(Func<Text, Text> change) =>
        this with
        {
            Title = change(Title),
            Submit = change(Submit),
            Inputs = [.. Inputs.Select(input => input.Map(change))],
            Introduction = [.. Introduction.Select(block => block.Map(change))],
        };
}

/// <summary>One thing a dialog asks.</summary>
/// <param name="Id">Its name in the submission.</param>
/// <param name="Label">What is asked.</param>
public abstract record Input(string Id, Text Label)
{
    /// <summary>How or why, below the field.</summary>
    public Text? Hint { get; init; }

    /// <summary>Whether an answer is needed. Checked by us on submission too.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Applies a change to every text.</summary>
    public virtual Input Map(Func<Text, Text> change) =>
        this with
        {
            Label = change(Label),
            Hint = Hint is null ? null : change(Hint),
        };
}

/// <summary>A text, one line or several.</summary>
public sealed record TextInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>More than one line.</summary>
    public bool Multiline { get; init; }

    /// <summary>Prefilled.</summary>
    public string Initial { get; init; } = "";

    /// <summary>Longest answer in characters; Slack allows 3,000.</summary>
    public int MaxLength { get; init; } = 3_000;
}

/// <summary>One or several of a list.</summary>
public sealed record ChoiceInput(string Id, Text Label, ImmutableArray<Option> Options)
    : Input(Id, Label)
{
    /// <summary>Chosen beforehand.</summary>
    public ImmutableArray<string> Initial { get; init; } = [];

    /// <summary>Whether several may be chosen.</summary>
    public bool Many { get; init; }

    /// <inheritdoc/>
    public override Input Map(Func<Text, Text> change) =>
        (ChoiceInput)base.Map(change) with
        {
            Options =
            [
                .. Options.Select(o =>
                    o with
                    {
                        Label = change(o.Label),
                        Description = o.Description is null ? null : change(o.Description),
                    }
                ),
            ],
        };
}

/// <summary>An entry of a <see cref="ChoiceInput"/>.</summary>
public sealed record Option(string Value, Text Label, Text? Description = null);

/// <summary>A yes or no.</summary>
public sealed record CheckInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Ticked beforehand.</summary>
    public bool Initial { get; init; }
}

/// <summary>A person of the company.</summary>
public sealed record PersonInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Chosen beforehand.</summary>
    public ImmutableArray<PersonId> Initial { get; init; } = [];

    /// <summary>Whether several may be chosen.</summary>
    public bool Many { get; init; }
}

/// <summary>A customer, with type-ahead where the platform has it.</summary>
public sealed record CustomerInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Chosen beforehand.</summary>
    public CustomerId? Initial { get; init; }
}

/// <summary>A day.</summary>
public sealed record DateInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Chosen beforehand.</summary>
    public LocalDate? Initial { get; init; }
}

/// <summary>A time of day, in the reader's zone.</summary>
public sealed record TimeInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Chosen beforehand.</summary>
    public LocalTime? Initial { get; init; }
}

/// <summary>A number.</summary>
public sealed record NumberInput(string Id, Text Label) : Input(Id, Label)
{
    /// <summary>Prefilled.</summary>
    public decimal? Initial { get; init; }

    /// <summary>Smallest allowed.</summary>
    public decimal? Min { get; init; }

    /// <summary>Largest allowed.</summary>
    public decimal? Max { get; init; }

    /// <summary>Whether fractions are allowed.</summary>
    public bool Decimal { get; init; }
}

/// <summary>A point on a scale, such as 1 to 5.</summary>
public sealed record RatingInput(string Id, Text Label, int From, int To, Text Lowest, Text Highest)
    : Input(Id, Label)
{
    /// <inheritdoc/>
    public override Input Map(Func<Text, Text> change) =>
        (RatingInput)base.Map(change) with
        {
            Lowest = change(Lowest),
            Highest = change(Highest),
        };
}
