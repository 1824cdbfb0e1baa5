using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// The customer's version, apart from the internal one: own words in the customer's language, without names of our
/// people. It is what the customer message about the post-mortem begins with.
/// </summary>
internal static class WriteCustomerVersion
{
    public const string Id = "postmortem.customer";

    public static void Register(Slices slices) =>
        slices.Dialog(Id, open: turn => turn.On(e => Show(e, turn)), submit: Submit);

    public static Decision Decide(
        Escalation escalation,
        CustomerVersion version,
        string seen,
        Situation situation
    ) =>
        PostMortemCommon.OnOpen(
            escalation,
            situation,
            postMortem =>
            {
                var named = Fields(version)
                    .Select(field => (field.Id, Person: NamedIn(field.Text, situation)))
                    .Where(field => field.Person is not null)
                    .Select(field => new Refusal(
                        Phrase.Of("postmortem.names", ("name", field.Person!)),
                        field.Id
                    ))
                    .ToImmutableArray();
                if (!named.IsEmpty)
                    return Decision.Refuse(named);
                return
                    WriteSections.ChangedMeanwhile(
                        postMortem,
                        PostMortemPart.Customer,
                        seen,
                        situation
                    )
                        is { } meanwhile
                    ? Decision.Refuse(meanwhile)
                    : WriteSections.Saved(
                        new CustomerVersionWritten(version),
                        escalation,
                        situation
                    );
            }
        );

    /// <summary>What the form of the customer message about the post-mortem begins with, by its fields.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ToLetterFields(
        this CustomerVersion version
    ) =>
        Fields(version)
            .Where(field => field.Text.Length > 0)
            .Select(field => KeyValuePair.Create(field.Id, field.Text));

    /// <summary>The full name or address of one of our people that a text contains, or null.</summary>
    private static string? NamedIn(string text, Situation situation) =>
        situation
            .Directory.People.Values.SelectMany(person => new[] { person.Name, person.Email })
            .FirstOrDefault(name =>
                name.Length > 0 && text.Contains(name, StringComparison.OrdinalIgnoreCase)
            );

    private static IEnumerable<(string Id, string Text)> Fields(CustomerVersion version) =>
        [
            ("summary", version.Summary),
            ("impact", version.Impact),
            ("cause", version.Cause),
            ("fault", version.Fault),
            ("resolution", version.Resolution),
            ("changes", version.Changes),
        ];

    private static Reply Show(Escalation escalation, Turn turn)
    {
        if (PostMortemCommon.Refusal(escalation, turn.Situation) is { } refusal)
            return Turn.Refuse(refusal);
        var postMortem = escalation.PostMortem!;
        var known =
            postMortem.Customer
            ?? new CustomerVersion(escalation.CustomerUpdates.Summary, "", "", "", "", "");
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.For<PostMortemPart>(PostMortemPart.Customer),
                Phrase.Of("button.save"),
                [
                    Input("summary", Phrase.Of("postmortem.customer.summary"), known.Summary) with
                    {
                        MaxLength = LetterDialog.SummaryLength,
                    },
                    Input("impact", Phrase.Of("postmortem.customer.impact"), known.Impact, false),
                    Input("cause", Phrase.Of("postmortem.customer.cause"), known.Cause),
                    Input("fault", Phrase.Of("postmortem.customer.fault"), known.Fault, false) with
                    {
                        Hint = Phrase.Of("postmortem.customer.fault.hint"),
                    },
                    Input(
                        "resolution",
                        Phrase.Of("postmortem.customer.resolution"),
                        known.Resolution
                    ),
                    Input("changes", Phrase.Of("postmortem.customer.changes"), known.Changes),
                ]
            )
            {
                Data = ActionData
                    .For(escalation.Number)
                    .With("seen", WriteSections.Mark(postMortem, PostMortemPart.Customer)),
                Introduction =
                [
                    new Context(
                        Phrase.Of(
                            "postmortem.customer.hint",
                            ("language", LanguageOf(escalation.Customer.Language)),
                            ("customer", escalation.Customer.Name)
                        )
                    ),
                ],
            }.Checked()
        );
    }

    private static Text LanguageOf(string language) =>
        Words.Languages.Closest(language) switch
        {
            "pt-BR" => Phrase.Of("postmortem.language.pt"),
            "it" => Phrase.Of("postmortem.language.it"),
            "lt" => Phrase.Of("postmortem.language.lt"),
            _ => Phrase.Of("postmortem.language.en"),
        };

    private static TextInput Input(string id, Text label, string initial, bool required = true) =>
        new(id, label)
        {
            Multiline = true,
            Required = required,
            Initial = initial,
        };

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var version = new CustomerVersion(
            form.Text("summary", LetterDialog.SummaryLength),
            form.OptionalText("impact") ?? "",
            form.Text("cause"),
            form.OptionalText("fault") ?? "",
            form.Text("resolution"),
            form.Text("changes")
        );
        return form.Refused
            ?? turn.Decide((e, s) => Decide(e, version, turn.Interaction.Data["seen"] ?? "", s));
    }
}

/// <summary>Somebody wrote what the customer reads.</summary>
[StoredAs("post-mortem-customer-written")]
public sealed record CustomerVersionWritten(CustomerVersion Version) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            PostMortem = before.PostMortem!.WrittenBy(stamp, PostMortemPart.Customer) with
            {
                Customer = Version,
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of(
            "timeline.post-mortem-written",
            ("part", Phrase.For<PostMortemPart>(PostMortemPart.Customer))
        );
}
