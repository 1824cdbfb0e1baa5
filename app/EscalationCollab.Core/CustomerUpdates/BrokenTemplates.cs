using System.Collections.Immutable;
using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// Which letters and documents are broken, as the administrators know it: one message for each file, which is brought up to
/// date when it is mended.
/// </summary>
public static class BrokenTemplates
{
    private const string Name = "broken-templates";

    /// <summary>What is known to be wrong.</summary>
    public static ImmutableArray<TemplateProblem> Known(Records records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.Setting(Name) is { Length: > 0 } stored
            ? JsonSerializer.Deserialize<ImmutableArray<TemplateProblem>>(stored, Json.Options)
            : [];
    }

    /// <summary>A letter or document could not be written as its template says. Known already, it changes nothing.</summary>
    public static void Found(Records records, TemplateProblem problem, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var known = Known(records);
        if (known.All(other => other.File != problem.File))
            Change(records, known, known.Add(problem), situation);
    }

    /// <summary>All files were looked at: these problems are all there are.</summary>
    public static void Checked(
        Records records,
        IEnumerable<TemplateProblem> problems,
        Situation situation
    ) => Change(records, Known(records), [.. problems], situation);

    private static void Change(
        Records records,
        ImmutableArray<TemplateProblem> before,
        ImmutableArray<TemplateProblem> after,
        Situation situation
    )
    {
        ArgumentNullException.ThrowIfNull(situation);
        var changed = before
            .Concat(after)
            .Select(problem => problem.File)
            .Distinct()
            .Where(file => !Of(before, file).SequenceEqual(Of(after, file)))
            .ToList();
        if (changed.Count == 0)
            return;
        records.SaveSetting(Name, JsonSerializer.Serialize(after, Json.Options));
        records.AddEffects(
            from file in changed
            from person in situation.Directory.People.Values
            where situation.Policy.May(person, Right.Administer)
            select new TemplateNotice(person.Id, file)
            {
                // Mended, or broken otherwise: the message that stands says it.
                OnlyEdits = Of(before, file).Any(),
            },
            number: null,
            situation.Now
        );
    }

    private static IEnumerable<TemplateProblem> Of(
        ImmutableArray<TemplateProblem> problems,
        string file
    ) => problems.Where(problem => problem.File == file);
}

/// <summary>Tells an administrator what is wrong with a letter or document; afterwards, that it is used again.</summary>
/// <param name="File">Relative to the templates folder.</param>
[StoredAs("template-notice")]
public sealed record TemplateNotice(PersonId Person, string File) : PersonalNotice(Person)
{
    /// <summary>Problems shown; the verb <c>validate</c> lists them all.</summary>
    private const int Shown = 8;

    /// <inheritdoc/>
    public override string Slot => $"template:{File}";

    /// <inheritdoc/>
    public override Card Replaced => Card.Line(Phrase.Of("template.replaced", ("file", File)));

    /// <inheritdoc/>
    public override Card? Compose(Records records, Situation situation)
    {
        var problems = BrokenTemplates
            .Known(records)
            .Where(problem => problem.File == File)
            .ToList();
        if (problems.Count == 0)
            return OnlyEdits ? Card.Line(Phrase.Of("template.mended", ("file", File))) : null;
        var sentence = Phrase.Of("template.broken", ("file", File));
        return Card.Of(
            sentence,
            [
                new Paragraph(sentence),
                .. problems.Take(Shown).Select(problem => new Context(Line(problem))),
            ]
        ) with
        {
            Tone = Tone.Warning,
        };
    }

    private static Phrase Line(TemplateProblem problem) =>
        problem.Line > 0
            ? Phrase.Of(
                "template.problem-at",
                ("line", new Number(problem.Line, "0")),
                ("wrong", problem.What),
                ("remedy", problem.Remedy)
            )
            : Phrase.Of("template.problem", ("wrong", problem.What), ("remedy", problem.Remedy));
}
