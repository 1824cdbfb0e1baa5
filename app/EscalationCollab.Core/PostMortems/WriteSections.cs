using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// Writing the sections: three dialogs, prefilled with what is there or with what the events know. The prompts ask how
/// and what. Two people writing the same part do not overwrite each other unseen.
/// </summary>
internal static class WriteSections
{
    public static readonly ImmutableArray<(
        PostMortemPart Part,
        string Id,
        ImmutableArray<PostMortemSection> Sections
    )> Dialogs =
    [
        (
            PostMortemPart.Facts,
            "postmortem.facts",
            [
                PostMortemSection.Summary,
                PostMortemSection.LeadUp,
                PostMortemSection.Trigger,
                PostMortemSection.Detection,
                PostMortemSection.Impact,
            ]
        ),
        (
            PostMortemPart.Response,
            "postmortem.response",
            [
                PostMortemSection.Resolution,
                PostMortemSection.WentWell,
                PostMortemSection.WentBadly,
                PostMortemSection.GotLucky,
                PostMortemSection.Communication,
            ]
        ),
        (
            PostMortemPart.Analysis,
            "postmortem.analysis",
            [PostMortemSection.Mitigators, PostMortemSection.Risks, PostMortemSection.SimilarCases]
        ),
    ];

    public static void Register(Slices slices)
    {
        foreach (var (part, id, sections) in Dialogs)
            slices.Dialog(
                id,
                open: turn => turn.On(e => Show(e, part, turn)),
                submit: turn => Submit(part, sections, turn)
            );
    }

    public static string IdOf(PostMortemPart part) =>
        Dialogs.First(dialog => dialog.Part == part).Id;

    public static Decision Decide(
        Escalation escalation,
        PostMortemPart part,
        ImmutableSortedDictionary<PostMortemSection, string> texts,
        string seen,
        Situation situation
    ) =>
        PostMortemCommon.OnOpen(
            escalation,
            situation,
            postMortem =>
            {
                if (ChangedMeanwhile(postMortem, part, seen, situation) is { } meanwhile)
                    return Decision.Refuse(meanwhile);
                var changed = texts
                    .Where(text => postMortem[text.Key] != text.Value)
                    .ToImmutableSortedDictionary();
                return changed.IsEmpty
                    ? Decision.Nothing.Saying(Phrase.Of("postmortem.unchanged"))
                    : Saved(new SectionsWritten(part, changed), escalation, situation);
            }
        );

    /// <summary>What every change of a part is followed by.</summary>
    internal static Decision Saved(
        EscalationEvent written,
        Escalation escalation,
        Situation situation
    )
    {
        var after = written.Apply(
            escalation,
            new Stamp(situation.Now, situation.Actor, escalation.Version + 1)
        );
        // The card it was written from may be one that is not edited, such as a private one.
        var missing = PostMortemCommon.Missing(after);
        return Decision
            .That(written)
            .Then(
                escalation.PostMortem?.Facilitator is { } facilitator
                    ? new PostMortemNotice(facilitator) { OnlyEdits = true }
                    : null
            )
            .Saying(
                missing.IsEmpty
                    ? Phrase.Of("postmortem.saved.complete")
                    : Phrase.Of(
                        "postmortem.saved",
                        ("parts", Text.Join(", ", missing.Select(part => (Text)part)))
                    )
            );
    }

    /// <summary>The refusal when somebody else changed the part since the dialog was opened.</summary>
    internal static Phrase? ChangedMeanwhile(
        PostMortem postMortem,
        PostMortemPart part,
        string seen,
        Situation situation
    ) =>
        postMortem.Edits.GetValueOrDefault(part) is { } edit
        && edit.By != situation.Actor
        && seen != Mark(postMortem, part)
            ? Phrase.Of(
                "postmortem.changed-meanwhile",
                ("person", new Mention(edit.By)),
                ("when", new Moment(edit.At, MomentStyle.Exact))
            )
            : null;

    /// <summary>Which version of a part a dialog shows.</summary>
    internal static string Mark(PostMortem postMortem, PostMortemPart part) =>
        postMortem.Edits.GetValueOrDefault(part) is { } edit
            ? edit.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)
            : "";

    /// <summary>The state after somebody wrote in a part.</summary>
    internal static PostMortem WrittenBy(
        this PostMortem postMortem,
        Stamp stamp,
        PostMortemPart part
    ) =>
        postMortem with
        {
            Authors = postMortem.Authors.Contains(stamp.By)
                ? postMortem.Authors
                : postMortem.Authors.Add(stamp.By),
            Edits = postMortem.Edits.SetItem(part, new PartEdit(stamp.By, stamp.At)),
        };

    private static Reply Show(Escalation escalation, PostMortemPart part, Turn turn)
    {
        if (PostMortemCommon.Refusal(escalation, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        var (_, id, sections) = Dialogs.First(dialog => dialog.Part == part);
        return new Reply.Show(
            new Dialog(
                id,
                Phrase.For<PostMortemPart>(part),
                Phrase.Of("button.save"),
                [
                    .. sections.Select(section => new TextInput(
                        NameOf(section),
                        Phrase.For<PostMortemSection>(section)
                    )
                    {
                        Multiline = true,
                        Required = false,
                        Hint = Phrase.Of($"postmortem.prompt.{NameOf(section)}"),
                        Initial = postMortem[section] is { Length: > 0 } written
                            ? written
                            : Prefilled(escalation, section, turn),
                    }),
                ]
            )
            {
                Data = ActionData.For(escalation.Number).With("seen", Mark(postMortem, part)),
                Introduction = [.. Said(postMortem)],
            }.Checked()
        );
    }

    /// <summary>What the participants said, to write from.</summary>
    private static IEnumerable<Block> Said(PostMortem postMortem) =>
        postMortem
            .Participants.Where(participant => participant.Answer is { IsEmpty: false })
            .Take(10)
            .Select(participant => new Quote(
                string.Join(
                    "\n",
                    new[]
                    {
                        participant.Answer!.Happened,
                        participant.Answer.Judged,
                        participant.Answer.Change,
                    }.Where(text => text.Length > 0)
                ),
                new Mention(participant.Person)
            ));

    private static string Prefilled(Escalation escalation, PostMortemSection section, Turn turn)
    {
        var text = section switch
        {
            PostMortemSection.Summary => $"{escalation.Summary}\n{escalation.Details}".Trim(),
            PostMortemSection.Resolution => escalation.Resolution.Outcome?.Done ?? "",
            PostMortemSection.Mitigators => escalation.Resolution.Workaround,
            PostMortemSection.SimilarCases => Similar(escalation, turn),
            _ => "",
        };
        return text.Length > Form.LongText ? text[..Form.LongText] : text;
    }

    /// <summary>Published post-mortems of the same customer that this person may see, the newest first.</summary>
    private static string Similar(Escalation escalation, Turn turn) =>
        string.Join(
            "\n",
            turn.Records.Connection.Query<long>(
                    """
                    SELECT p.number FROM post_mortem p
                    JOIN escalation e ON e.tenant = p.tenant AND e.number = p.number
                    WHERE p.tenant = @tenant AND p.state = 'published' AND e.customer = @customer AND p.number <> @number
                    ORDER BY p.published_at DESC LIMIT 5
                    """,
                    new
                    {
                        tenant = turn.Records.Tenant.Value,
                        customer = escalation.Customer.Id.Value,
                        number = escalation.Number.Value,
                    }
                )
                .Select(number => turn.Load(new EscalationNumber(number)))
                .OfType<Escalation>()
                .Select(similar => $"{similar.Number}: {similar.Summary}")
        );

    private static Reply Submit(
        PostMortemPart part,
        ImmutableArray<PostMortemSection> sections,
        Turn turn
    )
    {
        var form = turn.Form();
        var texts = sections.ToImmutableSortedDictionary(
            section => section,
            section => form.OptionalText(NameOf(section)) ?? ""
        );
        return form.Refused
            ?? turn.Decide(
                (e, s) => Decide(e, part, texts, turn.Interaction.Data["seen"] ?? "", s)
            );
    }

    /// <summary>The section as inputs and words name it: <c>went-well</c>.</summary>
    internal static string NameOf(PostMortemSection section) =>
        Phrase.For<PostMortemSection>(section).Key["post-mortem-section.".Length..];
}

/// <summary>Somebody wrote sections of the post-mortem.</summary>
[StoredAs("post-mortem-written")]
public sealed record SectionsWritten(
    PostMortemPart Part,
    ImmutableSortedDictionary<PostMortemSection, string> Texts
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem!.WrittenBy(stamp, Part) with
            {
                Sections = before.PostMortem!.Sections.SetItems(Texts),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.post-mortem-written", ("part", Phrase.For<PostMortemPart>(Part)));
}
