using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Resolution;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.CustomerUpdates;

/// <summary>
/// The form a message to the customer is written in: only what the kind needs, in the customer's language, which it names.
/// Choosing another kind shows that kind's fields, with what was written so far.
/// </summary>
internal static class LetterDialog
{
    public const string Id = "customer.letter";

    private const string ByChannel = "channel";
    private const string ByMail = "mail";

    /// <summary>Longest summary of the problem, in characters.</summary>
    public const int SummaryLength = 300;

    public static void Register(Slices slices, Tools tools) =>
        slices
            .Query("customer-update", turn => turn.On(escalation => Open(escalation, turn, tools)))
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Open(escalation, turn, tools)),
                submit: turn => turn.On(escalation => Submit(escalation, turn, tools))
            )
            .Offers(
                30,
                escalation =>
                    escalation.IsOpen || escalation.Status == Status.Resolved
                        ? Button(escalation)
                        : null,
                Right.WriteToCustomer
            );

    /// <summary>Opens the form for the likeliest kind.</summary>
    public static CardAction Button(Escalation escalation, CustomerMessageKind? kind = null) =>
        new Opens(
            Phrase.Of("customer-update.button.write"),
            Id,
            ActionData.For(escalation.Number).With("kind", (kind ?? Likely(escalation)).ToString())
        );

    /// <summary>What is most likely to be written now.</summary>
    public static CustomerMessageKind Likely(Escalation escalation) =>
        escalation.Status switch
        {
            Status.Resolved when !Ending.IsTold(escalation) => CustomerMessageKind.Resolution,
            Status.Closed => CustomerMessageKind.PostMortemSummary,
            _ when escalation.CustomerUpdates.Last is null => CustomerMessageKind.Receipt,
            _ => CustomerMessageKind.Update,
        };

    /// <summary>Which fields a kind has, and whether each must be filled in.</summary>
    public static ImmutableArray<(string Field, bool Required)> FieldsOf(
        CustomerMessageKind kind
    ) =>
        kind switch
        {
            CustomerMessageKind.Receipt =>
            [
                ("impact", false),
                ("now", false),
                ("meanwhile", false),
            ],
            CustomerMessageKind.Update => [("now", true), ("impact", false), ("meanwhile", false)],
            CustomerMessageKind.Workaround =>
            [
                ("workaround", true),
                ("now", false),
                ("meanwhile", false),
            ],
            CustomerMessageKind.Apology =>
            [
                ("fault", true),
                ("changes", true),
                ("now", false),
                ("concession", false),
            ],
            CustomerMessageKind.Resolution =>
            [
                ("resolution", true),
                ("cause", false),
                ("meanwhile", false),
                ("concession", false),
            ],
            CustomerMessageKind.PostMortemSummary =>
            [
                ("impact", false),
                ("cause", true),
                ("changes", true),
                ("resolution", false),
                ("fault", false),
                ("concession", false),
            ],
            _ => [],
        };

    private static Reply Open(Escalation escalation, Turn turn, Tools tools)
    {
        if (WriteLetter.NotNow(escalation, turn.Situation) is { } refused)
            return Turn.Refuse(refused.Refusals[0].Sentence);
        var (id, revision) = LetterCards.DraftOf(turn);
        if (id > 0)
            return
                ApproveLetter.Current(escalation, id, revision) is { } draft
                && draft.State is not (DraftState.Sending or DraftState.Unclear)
                ? new Reply.Show(
                    Of(
                        escalation,
                        turn.Situation,
                        draft.Text.Kind,
                        Values(draft, turn.Situation),
                        LetterWriter.SharedWith(escalation, turn.Situation, tools),
                        turn.Interaction.Data
                    )
                )
                : Turn.Refuse(LetterOutcome.Line(escalation, id, revision));
        var kind = Kind(turn.Interaction.Data["kind"]) ?? Kind(turn.Words) ?? Likely(escalation);
        return new Reply.Show(
            Of(
                escalation,
                turn.Situation,
                kind,
                Fresh(escalation, kind, turn.Situation),
                LetterWriter.SharedWith(escalation, turn.Situation, tools)
            )
        );
    }

    private static Reply Submit(Escalation escalation, Turn turn, Tools tools)
    {
        var form = turn.Form();
        var kind = form.Choice<CustomerMessageKind>("kind");
        if (form.Refused is { } unknown)
            return unknown;
        // A form that was opened for another kind has other fields: show the right ones with what is written so far.
        if (Kind(turn.Interaction.Data["kind"]) is { } opened && opened != kind)
            return new Reply.Show(
                Of(
                    escalation,
                    turn.Situation,
                    kind,
                    Typed(turn, Fresh(escalation, kind, turn.Situation)),
                    LetterWriter.SharedWith(escalation, turn.Situation, tools),
                    turn.Interaction.Data
                )
            );
        var text = TextOf(form, kind, turn);
        var to = Recipients(form, escalation, turn.Situation);
        var via = Via(form, escalation, turn.Situation, tools);
        if (form.Refused is { } refused)
            return refused;
        var (id, revision) = LetterCards.DraftOf(turn);
        var letter = LetterWriter.Write(text, to, escalation, turn.Situation, tools, via);
        var command = new WriteCustomerLetter(text, letter, id > 0 ? id : null, revision);
        return turn.Decide((e, s) => WriteLetter.Decide(e, command, s));
    }

    private static LetterText TextOf(Form form, CustomerMessageKind kind, Turn turn)
    {
        var parts = FieldsOf(kind)
            .ToDictionary(
                part => part.Field,
                part => part.Required ? form.Text(part.Field) : form.OptionalText(part.Field)
            );
        return new LetterText(kind, form.Text("summary", SummaryLength))
        {
            Impact = parts.GetValueOrDefault("impact"),
            Now = parts.GetValueOrDefault("now"),
            Meanwhile = parts.GetValueOrDefault("meanwhile"),
            Workaround = parts.GetValueOrDefault("workaround"),
            Resolution = parts.GetValueOrDefault("resolution"),
            Fault = parts.GetValueOrDefault("fault"),
            Cause = parts.GetValueOrDefault("cause"),
            Changes = parts.GetValueOrDefault("changes"),
            Concession = parts.GetValueOrDefault("concession"),
            NextBy = NextBy(form, turn.Situation),
        };
    }

    /// <summary>Day and time as the writer's own clock shows them; a day alone is the end of its office hours.</summary>
    private static Instant? NextBy(Form form, Situation situation)
    {
        var day = form.OptionalDate("next-date");
        var time = form.OptionalTime("next-time");
        if (day is null && time is not null)
            form.Wrong("next-date", Phrase.Of("form.required"));
        return day is { } date
            ? date.At(time ?? new LocalTime(17, 0)).InZoneLeniently(ZoneOf(situation)).ToInstant()
            : null;
    }

    private static ImmutableArray<Contact> Recipients(
        Form form,
        Escalation escalation,
        Situation situation
    )
    {
        var contacts = LetterWriter.ContactsOf(escalation, situation);
        if (contacts.Length <= 1)
            return contacts;
        var chosen = form.Choices("to");
        // A submission that does not know the field, such as a command of another program, means everybody.
        if (chosen.IsEmpty)
            return contacts;
        var to = contacts.Where(contact => chosen.Contains(contact.Email)).ToImmutableArray();
        if (to.Length < chosen.Distinct().Count())
            form.Wrong("to", Phrase.Of("form.unknown-choice"));
        return to;
    }

    private static Dialog Of(
        Escalation escalation,
        Situation situation,
        CustomerMessageKind kind,
        ImmutableDictionary<string, string> values,
        SharedChannel? shared,
        ActionData? data = null
    ) =>
        new Dialog(
            Id,
            Phrase.Of("customer-update.title"),
            Phrase.Of("button.preview"),
            [
                new ChoiceInput(
                    "kind",
                    Phrase.Of("customer-update.kind"),
                    DeclareDialog.Options<CustomerMessageKind>()
                )
                {
                    Initial = [kind.ToString()],
                    Hint = Phrase.Of("customer-update.kind.hint"),
                },
                new TextInput("summary", Phrase.Of("customer-update.field.summary"))
                {
                    Initial = values.GetValueOrDefault("summary", ""),
                    MaxLength = SummaryLength,
                    Hint = Phrase.Of("customer-update.field.summary.hint"),
                },
                .. FieldsOf(kind)
                    .Select(part => new TextInput(part.Field, Label(part.Field))
                    {
                        Multiline = true,
                        Required = part.Required,
                        Initial = values.GetValueOrDefault(part.Field, ""),
                    }),
                .. Ways(escalation, situation, values, shared),
                .. To(escalation, situation, values),
                .. Next(escalation, kind, values),
            ]
        )
        {
            Data = (data ?? ActionData.For(escalation.Number)).With("kind", kind.ToString()),
            Introduction =
            [
                new Paragraph(
                    Phrase.Of(
                        "customer-update.write-in",
                        ("language", LanguageOf(escalation)),
                        ("customer", escalation.Customer.Name)
                    )
                ),
                .. WayLine(escalation, situation, shared),
                .. Concessions(escalation, kind),
            ],
        }.Checked();

    /// <summary>Where it goes, where there is a choice.</summary>
    private static IEnumerable<Input> Ways(
        Escalation escalation,
        Situation situation,
        ImmutableDictionary<string, string> values,
        SharedChannel? shared
    )
    {
        if (shared is null || LetterWriter.ContactsOf(escalation, situation).IsEmpty)
            yield break;
        var preferred = shared.Preferred ? ByChannel : ByMail;
        yield return new ChoiceInput(
            "via",
            Phrase.Of("customer-update.via"),
            [
                new Option(
                    ByChannel,
                    Phrase.Of("customer-update.via.channel", ("place", LetterCards.PlaceOf(shared)))
                ),
                new Option(ByMail, Phrase.Of("customer-update.via.mail")),
            ]
        )
        {
            Initial =
            [
                values.GetValueOrDefault("via") is ByChannel or ByMail ? values["via"] : preferred,
            ],
            Hint = Phrase.Of("customer-update.via.hint"),
        };
    }

    /// <summary>Where it goes, where there is no choice.</summary>
    private static IEnumerable<Block> WayLine(
        Escalation escalation,
        Situation situation,
        SharedChannel? shared
    )
    {
        var reachable = !LetterWriter.ContactsOf(escalation, situation).IsEmpty;
        if (shared is null && reachable)
            yield return new Context(Phrase.Of("customer-update.goes-by-mail"));
        else if (shared is not null && !reachable)
            yield return new Context(
                Phrase.Of("customer-update.goes-into", ("place", LetterCards.PlaceOf(shared)))
            );
    }

    private static SharedChannel? Via(
        Form form,
        Escalation escalation,
        Situation situation,
        Tools tools
    )
    {
        var shared = LetterWriter.SharedWith(escalation, situation, tools);
        if (shared is null || LetterWriter.ContactsOf(escalation, situation).IsEmpty)
            return shared;
        return form.Choices("via") switch
        {
            [ByChannel] => shared,
            [ByMail] => null,
            // A submission that does not know the field goes the customer's preferred way.
            _ => LetterWriter.RouteOf(escalation, situation, tools),
        };
    }

    private static IEnumerable<Block> Concessions(
        Escalation escalation,
        CustomerMessageKind kind
    ) =>
        FieldsOf(kind).Any(part => part.Field == "concession")
        && escalation.Resolution.Concessions.Any(c => c.State == ConcessionState.Waiting)
            ? [new Context(Phrase.Of("customer-update.concession-waits"))]
            : [];

    private static IEnumerable<Input> To(
        Escalation escalation,
        Situation situation,
        ImmutableDictionary<string, string> values
    )
    {
        var contacts = LetterWriter.ContactsOf(escalation, situation);
        if (contacts.Length <= 1)
            yield break;
        var chosen = values.GetValueOrDefault("to") is { Length: > 0 } to
            ? to.Split('\n')
            : [.. contacts.Select(contact => contact.Email)];
        yield return new ChoiceInput(
            "to",
            Phrase.Of("customer-update.to"),
            [.. contacts.Select(contact => new Option(contact.Email, contact.Name, contact.Email))]
        )
        {
            Many = true,
            Required = false,
            Initial = [.. chosen.Where(email => contacts.Any(c => c.Email == email))],
            Hint = Phrase.Of("customer-update.to.hint"),
        };
    }

    private static IEnumerable<Input> Next(
        Escalation escalation,
        CustomerMessageKind kind,
        ImmutableDictionary<string, string> values
    )
    {
        var needed =
            escalation.IsOpen
            && kind
                is not (CustomerMessageKind.Resolution or CustomerMessageKind.PostMortemSummary);
        yield return new DateInput("next-date", Phrase.Of("customer-update.next-date"))
        {
            Required = needed,
            Initial = LocalDateOf(values.GetValueOrDefault("next-date")),
            Hint = Phrase.Of(
                needed ? "customer-update.next.hint" : "customer-update.next.optional"
            ),
        };
        yield return new TimeInput("next-time", Phrase.Of("customer-update.next-time"))
        {
            Required = needed,
            Initial = LocalTimeOf(values.GetValueOrDefault("next-time")),
        };
    }

    /// <summary>What a new letter of a kind starts with: what is known already, and the policy's next moment.</summary>
    private static ImmutableDictionary<string, string> Fresh(
        Escalation escalation,
        CustomerMessageKind kind,
        Situation situation
    )
    {
        var board = escalation.CustomerUpdates;
        var values = ImmutableDictionary<string, string>
            .Empty.Add("summary", board.Summary.Length > 0 ? board.Summary : escalation.Summary)
            .Add("concession", Conceded(escalation));
        // Words that were written for colleagues help only where they are in the customer's language.
        if (SpeaksLikeTheCustomer(escalation, situation))
            values = values
                .Add("workaround", escalation.Resolution.Workaround)
                .Add("resolution", escalation.Resolution.Outcome?.Done ?? "");
        if (
            kind == CustomerMessageKind.PostMortemSummary
            && escalation.PostMortem?.Customer is { } version
        )
            values = values.SetItems(version.ToLetterFields());
        return
            escalation.IsOpen
            && kind is not (CustomerMessageKind.Resolution or CustomerMessageKind.PostMortemSummary)
            ? values.AddRange(Moment(CustomerClock.Proposed(escalation, situation), situation))
            : values;
    }

    private static bool SpeaksLikeTheCustomer(Escalation escalation, Situation situation) =>
        situation.Directory.Find(escalation.Resolution.Outcome?.By ?? escalation.Owner)
            is { } person
        && Languages.Closest(person.Language) == Languages.Closest(escalation.Customer.Language);

    private static string Conceded(Escalation escalation) =>
        string.Join(
            '\n',
            escalation
                .Resolution.Concessions.Where(c => c.State == ConcessionState.Approved)
                .Select(c =>
                    string.Create(
                        Languages.Culture(escalation.Customer.Language),
                        $"{PolicyName.In(c.KindName, Languages.Closest(escalation.Customer.Language))}: {c.Amount:#,##0.##} {c.Currency}"
                    )
                )
        );

    private static ImmutableDictionary<string, string> Values(Draft draft, Situation situation)
    {
        var values = ImmutableDictionary<string, string>.Empty.AddRange(
            new (string Name, string? Value)[]
            {
                ("summary", draft.Text.Summary),
                ("impact", draft.Text.Impact),
                ("now", draft.Text.Now),
                ("meanwhile", draft.Text.Meanwhile),
                ("workaround", draft.Text.Workaround),
                ("resolution", draft.Text.Resolution),
                ("fault", draft.Text.Fault),
                ("cause", draft.Text.Cause),
                ("changes", draft.Text.Changes),
                ("concession", draft.Text.Concession),
                ("via", draft.Letter.Via is null ? ByMail : ByChannel),
                ("to", string.Join('\n', draft.Letter.To.Select(contact => contact.Email))),
            }.Select(part => KeyValuePair.Create(part.Name, part.Value ?? ""))
        );
        return draft.Text.NextBy is { } next ? values.AddRange(Moment(next, situation)) : values;
    }

    private static ImmutableDictionary<string, string> Typed(
        Turn turn,
        ImmutableDictionary<string, string> fresh
    ) =>
        turn
            .Interaction.Inputs.Where(input => input.Key != "kind")
            .Select(input =>
                KeyValuePair.Create(input.Key, Form.Clean(string.Join('\n', input.Value)))
            )
            .Where(input => input.Value.Length > 0)
            .Aggregate(fresh, (all, input) => all.SetItem(input.Key, input.Value));

    private static IEnumerable<KeyValuePair<string, string>> Moment(Instant at, Situation situation)
    {
        var local = at.InZone(ZoneOf(situation)).LocalDateTime;
        yield return KeyValuePair.Create(
            "next-date",
            local.Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)
        );
        yield return KeyValuePair.Create(
            "next-time",
            local.TimeOfDay.ToString("HH:mm", CultureInfo.InvariantCulture)
        );
    }

    private static LocalDate? LocalDateOf(string? iso) =>
        NodaTime.Text.LocalDatePattern.Iso.Parse(iso ?? "") is { Success: true } parsed
            ? parsed.Value
            : null;

    private static LocalTime? LocalTimeOf(string? iso) =>
        iso is { Length: > 0 } ? Form.ParseTime(iso) : null;

    private static DateTimeZone ZoneOf(Situation situation) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(
            situation.Directory.Find(situation.Actor)?.Zone ?? situation.Policy.DefaultZone
        ) ?? DateTimeZone.Utc;

    private static CustomerMessageKind? Kind(string? typed)
    {
        var word = string.Concat((typed ?? "").Where(char.IsLetter));
        return Enum.TryParse<CustomerMessageKind>(word, ignoreCase: true, out var kind)
            ? kind
            : null;
    }

    private static Phrase LanguageOf(Escalation escalation) =>
        Languages.Closest(escalation.Customer.Language) switch
        {
            "pt-BR" => Phrase.Of("language.pt-br"),
            "it" => Phrase.Of("language.it"),
            "lt" => Phrase.Of("language.lt"),
            _ => Phrase.Of("language.en"),
        };

    private static Phrase Label(string field) =>
        field switch
        {
            "impact" => Phrase.Of("customer-update.field.impact"),
            "now" => Phrase.Of("customer-update.field.now"),
            "meanwhile" => Phrase.Of("customer-update.field.meanwhile"),
            "workaround" => Phrase.Of("customer-update.field.workaround"),
            "resolution" => Phrase.Of("customer-update.field.resolution"),
            "fault" => Phrase.Of("customer-update.field.fault"),
            "cause" => Phrase.Of("customer-update.field.cause"),
            "changes" => Phrase.Of("customer-update.field.changes"),
            _ => Phrase.Of("customer-update.field.concession"),
        };
}
