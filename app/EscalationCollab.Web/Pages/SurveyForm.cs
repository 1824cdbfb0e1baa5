using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Surveys;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Pages;

/// <summary>
/// What a customer filled in: the answers when all is well, otherwise the mistakes with everything they wrote, so that
/// nothing has to be written twice.
/// </summary>
public sealed record SurveyForm
{
    /// <summary>Nothing filled in yet.</summary>
    public static readonly SurveyForm Blank = new();

    /// <summary>The four scales in the order they are asked.</summary>
    internal static readonly ImmutableArray<SurveyScale> Scales =
    [
        new("resolution", 1, 5, Required: true),
        new("communication", 1, 5),
        new("effort", 1, 7),
        new("recommendation", 0, 10),
    ];

    /// <summary>The name of the field for their own words.</summary>
    internal const string CommentField = "comment";

    /// <summary>The marks chosen that are on their scale, by field.</summary>
    public ImmutableDictionary<string, int> Marks { get; private init; } =
        ImmutableDictionary<string, int>.Empty;

    /// <summary>Their own words.</summary>
    public string Comment { get; private init; } = "";

    /// <summary>What is wrong, by field, in the order of the page.</summary>
    public ImmutableArray<(string Field, Phrase What)> Mistakes { get; private init; } = [];

    /// <summary>What is wrong with a field, or null.</summary>
    internal Phrase? MistakeOf(string field) =>
        Mistakes.FirstOrDefault(mistake => mistake.Field == field).What;

    /// <summary>The answers; ask only when there are no mistakes.</summary>
    internal SurveyAnswers Answers =>
        new(
            Marks["resolution"],
            Mark("communication"),
            Mark("effort"),
            Mark("recommendation"),
            Comment
        );

    /// <summary>Reads what was posted. A field that is missing was left out.</summary>
    internal static SurveyForm Read(IFormCollection form)
    {
        var marks = ImmutableDictionary.CreateBuilder<string, int>();
        var mistakes = ImmutableArray.CreateBuilder<(string, Phrase)>();
        foreach (var scale in Scales)
        {
            var given = form[scale.Field].ToString();
            if (scale.Read(given) is { } mark)
                marks.Add(scale.Field, mark);
            else if (given.Length > 0 || scale.Required)
                mistakes.Add((scale.Field, Phrase.Of("survey-page.choose")));
        }
        var comment = Form.Clean(form[CommentField].ToString());
        if (comment.Length > Form.LongText)
            mistakes.Add(
                (
                    CommentField,
                    Phrase.Of(
                        "survey-page.too-long",
                        ("length", new Number(comment.Length)),
                        ("max", new Number(Form.LongText))
                    )
                )
            );
        return new SurveyForm
        {
            Marks = marks.ToImmutable(),
            Comment = comment,
            Mistakes = mistakes.ToImmutable(),
        };
    }

    private int? Mark(string field) => Marks.TryGetValue(field, out var mark) ? mark : null;
}

/// <summary>One question that is answered with a mark.</summary>
/// <param name="Field">The name of the field, and the end of the keys of its words.</param>
/// <param name="From">The lowest mark.</param>
/// <param name="To">The highest mark.</param>
internal sealed record SurveyScale(string Field, int From, int To, bool Required = false)
{
    public IEnumerable<int> Points => Enumerable.Range(From, To - From + 1);

    public int? Read(string given) =>
        int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var mark)
        && mark >= From
        && mark <= To
            ? mark
            : null;
}
