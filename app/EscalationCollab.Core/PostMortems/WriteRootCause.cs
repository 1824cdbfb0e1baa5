using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.PostMortems;

/// <summary>The root cause with the way to it, and what else had to come together.</summary>
internal static class WriteRootCause
{
    public const string Id = "postmortem.cause";

    /// <summary>Answers asked for; fewer than <see cref="FewestWhys"/> mean that somebody stopped at a symptom.</summary>
    public const int Whys = 5;

    /// <summary>Answers needed for the review.</summary>
    public const int FewestWhys = 3;

    /// <summary>Longest cause, in characters: one line that repeats are recognised by.</summary>
    public const int CauseLength = 150;

    private const int WhyLength = 500;

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit);

    public static Decision Decide(
        Escalation escalation,
        RootCause cause,
        string seen,
        Situation situation
    ) =>
        PostMortemCommon.OnOpen(
            escalation,
            situation,
            postMortem =>
                WriteSections.ChangedMeanwhile(postMortem, PostMortemPart.Cause, seen, situation)
                    is { } meanwhile
                    ? Decision.Refuse(meanwhile)
                    : WriteSections.Saved(new RootCauseWritten(cause), escalation, situation)
        );

    private static Reply Show(Escalation escalation, Turn turn)
    {
        if (PostMortemCommon.Refusal(escalation, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        var known = postMortem.Cause;
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.For<PostMortemPart>(PostMortemPart.Cause),
                Phrase.Of("button.save"),
                [
                    .. Enumerable
                        .Range(1, Whys)
                        .Select(why => new TextInput(
                            $"why{why}",
                            why == 1
                                ? Phrase.Of("postmortem.why.first")
                                : Phrase.Of("postmortem.why.next", ("place", new Number(why)))
                        )
                        {
                            MaxLength = WhyLength,
                            Required = why == 1,
                            Initial = known?.Whys.ElementAtOrDefault(why - 1) ?? "",
                        }),
                    new TextInput("cause", Phrase.Of("postmortem.cause"))
                    {
                        MaxLength = CauseLength,
                        Hint = Phrase.Of("postmortem.cause.hint"),
                        Initial = known?.Cause ?? FirstIdea(escalation),
                    },
                    new TextInput("contributors", Phrase.Of("postmortem.contributors"))
                    {
                        Multiline = true,
                        Hint = Phrase.Of("postmortem.contributors.hint"),
                        Initial = known?.Contributors ?? "",
                    },
                ]
            )
            {
                Data = ActionData
                    .For(escalation.Number)
                    .With("seen", WriteSections.Mark(postMortem, PostMortemPart.Cause)),
                Introduction = [new Context(Phrase.Of("postmortem.why.hint"))],
            }.Checked()
        );
    }

    private static string FirstIdea(Escalation escalation)
    {
        var idea = (escalation.Resolution.Outcome?.Cause ?? "").ReplaceLineEndings(" ");
        return idea.Length <= CauseLength ? idea : idea[..CauseLength];
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var first = form.Text("why1", WhyLength);
        var cause = new RootCause(
            form.Text("cause", CauseLength).ReplaceLineEndings(" "),
            [
                .. Enumerable
                    .Range(2, Whys - 1)
                    .Select(why => form.OptionalText($"why{why}", WhyLength))
                    .OfType<string>()
                    .Prepend(first),
            ],
            form.Text("contributors")
        );
        return form.Refused
            ?? turn.Decide((e, s) => Decide(e, cause, turn.Interaction.Data["seen"] ?? "", s));
    }
}

/// <summary>Somebody wrote the root cause.</summary>
[StoredAs("post-mortem-cause-written")]
public sealed record RootCauseWritten(RootCause Cause) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem!.WrittenBy(stamp, PostMortemPart.Cause) with
            {
                Cause = Cause,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.post-mortem-written",
            ("part", Phrase.For<PostMortemPart>(PostMortemPart.Cause))
        );
}
