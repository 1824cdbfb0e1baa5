using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Web.Cards;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Sandbox;

/// <summary>Reads what forms of cards and dialogs post.</summary>
internal static class FormTranslation
{
    /// <summary>Before the id of a message shortcut where the id of an action stands.</summary>
    public const string ShortcutPrefix = "shortcut:";

    /// <summary>What travelled with the button or dialog.</summary>
    public static ActionData Data(IFormCollection form) =>
        new(
            form.Where(field =>
                    field.Key.StartsWith(FormFields.DataPrefix, StringComparison.Ordinal)
                )
                .Select(field =>
                    KeyValuePair.Create(
                        field.Key[FormFields.DataPrefix.Length..],
                        field.Value.ToString()
                    )
                )
        );

    /// <summary>The answers of a dialog by input id, without those left empty.</summary>
    public static ImmutableDictionary<string, ImmutableArray<string>> Inputs(
        IFormCollection form
    ) =>
        form.Where(field => field.Key.StartsWith(FormFields.InputPrefix, StringComparison.Ordinal))
            .ToImmutableDictionary(
                field => field.Key[FormFields.InputPrefix.Length..],
                field => field.Value.Select(value => value ?? "").ToImmutableArray()
            );

    /// <summary>
    /// A dialog as it is shown again after a refusal: with everything that was answered, also where nothing was ticked.
    /// </summary>
    public static DialogState Again(
        Dialog dialog,
        ImmutableDictionary<string, ImmutableArray<string>> answers,
        Text sentence,
        ImmutableDictionary<string, Text> fields
    )
    {
        var asked = dialog.Inputs.Select(input => input.Id).ToHashSet(StringComparer.Ordinal);
        var beside = fields.Where(field => asked.Contains(field.Key)).ToImmutableDictionary();
        var said = beside.Values.SelectMany(text => text.Parts).ToHashSet();
        // What stands beside a field is not said a second time above them all.
        var rest = sentence.Parts.Where(part => !said.Contains(part)).ToImmutableArray();
        var problem = new Text([.. rest.SkipWhile(IsBreak).Reverse().SkipWhile(IsBreak).Reverse()]);
        return new DialogState
        {
            Answers = asked.ToImmutableDictionary(
                id => id,
                id => answers.GetValueOrDefault(id, [])
            ),
            Errors = beside,
            Problem = problem.IsEmpty ? null : problem,
        };
    }

    private static bool IsBreak(Inline part) => part is Plain { Value: "\n" };
}
