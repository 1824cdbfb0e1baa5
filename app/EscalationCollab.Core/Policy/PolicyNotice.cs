using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Core.Policy;

/// <summary>Tells an administrator what is wrong with the newest edit of the policy, or that it is in force now.</summary>
/// <param name="Problems">Empty when the edit is in force.</param>
/// <param name="Version">The version in force.</param>
[StoredAs("policy-notice")]
public sealed record PolicyNotice(
    PersonId Person,
    string Version,
    System.Collections.Immutable.ImmutableArray<PolicyProblem> Problems
) : PersonalNotice(Person)
{
    /// <summary>Problems shown; the verb <c>validate</c> lists them all.</summary>
    private const int Shown = 8;

    /// <inheritdoc/>
    public override string Slot => "policy";

    /// <inheritdoc/>
    public override Card Replaced => Card.Line(Phrase.Of("policy.notice-replaced"));

    /// <summary>One notice for each administrator who is known.</summary>
    public static IEnumerable<PolicyNotice> ForAdministrators(
        PolicyState state,
        Situation situation
    ) =>
        situation
            .Directory.People.Values.Where(person => state.Policy.May(person, Right.Administer))
            .Select(person => new PolicyNotice(
                person.Id,
                state.Policy.Version.ToString(),
                state.Problems
            ));

    /// <inheritdoc/>
    public override Card Compose(Records records, Situation situation)
    {
        var sentence = Problems.IsEmpty
            ? Phrase.Of("policy.edit-accepted", ("version", Version))
            : Phrase.Of(
                "policy.edit-refused",
                ("count", new Number(Problems.Length)),
                ("version", Version)
            );
        return Card.Of(
            sentence,
            [
                new Paragraph(sentence),
                .. Problems.Take(Shown).Select(problem => new Context(Line(problem))),
            ]
        );
    }

    private static Phrase Line(PolicyProblem problem) =>
        Phrase.Of(
            "policy.problem-at",
            ("file", Path.GetFileName(problem.File)),
            ("line", new Number(problem.Line, "0")),
            ("wrong", problem.Wrong),
            ("remedy", problem.Remedy)
        );
}
