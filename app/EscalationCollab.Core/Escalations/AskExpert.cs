using System.Collections.Immutable;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Finds somebody who knows: the people with a skill are asked one after the other, the next one at once after a no and
/// after the policy's time of silence. Who says yes comes into the room, and leads the technical work if nobody does.
/// </summary>
internal static class AskExpert
{
    public const string Id = "expert.ask";
    public const string AcceptId = "expert.accept";
    public const string DeclineId = "expert.decline";

    public static void Register(Slices slices) =>
        slices
            .Command("expert", Typed)
            .Dialog(
                Id,
                open: turn => turn.On(escalation => Show(escalation, turn.Situation)),
                submit: Submit
            )
            .Action(
                AcceptId,
                turn => turn.Decide((e, s) => Accept(e, turn.Interaction.Data["key"] ?? "", s))
            )
            .Action(
                DeclineId,
                turn => turn.Decide((e, s) => Decline(e, turn.Interaction.Data["key"] ?? "", s))
            )
            .Timer<ExpertSilent>(Decide)
            .Follows(
                (before, after, situation) =>
                    before.Version == 0 ? AtFirst(after, situation) : Decision.Nothing
            )
            .OnCard(14, (escalation, _) => [OnCard(escalation)])
            .Offers(
                51,
                escalation =>
                    escalation.IsOpen && escalation.Holder(Role.TechnicalLead) is null
                        ? new Opens(
                            Phrase.Of("expert.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
                        : null
            )
            .Awaits(
                (escalation, situation) =>
                    Searches(escalation)
                        .Where(search => Waiting(search).Contains(situation.Actor))
                        .Select(search =>
                            RequestCard.Waiting(
                                escalation,
                                ExpertRequest.QuestionOf(escalation, search),
                                ExpertRequest.Buttons(escalation, search)
                            )
                        ),
                escalation => Searches(escalation).SelectMany(Waiting)
            );

    private static IEnumerable<ExpertSearch> Searches(Escalation escalation) =>
        escalation.IsOver ? [] : escalation.Experts.Where(search => search.Found is null);

    private static IEnumerable<PersonId> Waiting(ExpertSearch search) =>
        search.Asked.Where(ask => ask.IsWaiting).Select(ask => ask.Person);

    /// <summary>Somebody asks for a skill of the policy.</summary>
    public static Decision ForSkill(
        Escalation escalation,
        string skill,
        string? question,
        Situation situation
    )
    {
        if (!situation.Policy.Skills.TryGetValue(skill, out var rule))
            return Decision.Refuse(Phrase.Of("form.unknown-choice"), "skill");
        var queue = situation
            .Policy.Skilled(skill, situation.Directory)
            .Select(person => person.Id)
            .Where(person => person != situation.Actor)
            .ToImmutableArray();
        return Start(escalation, skill, rule.Name, question, queue, situation);
    }

    /// <summary>Somebody asks for one person.</summary>
    public static Decision ForPerson(
        Escalation escalation,
        PersonId person,
        string? question,
        Situation situation
    ) =>
        person == situation.Actor
            ? JoinRole.Decide(escalation, Role.TechnicalLead, situation)
            : Start(escalation, $"person:{person}", "", question, [person], situation);

    /// <summary>The searches a new escalation begins with. A skill nobody has is skipped: its search would end at once.</summary>
    public static Decision AtFirst(Escalation escalation, Situation situation)
    {
        var all = Decision.Nothing;
        foreach (var skill in escalation.Skills)
            if (ForSkill(escalation, skill, question: null, situation) is { IsRefused: false } one)
                all = all.And(one.Events).Then(one.Effects);
        return all;
    }

    /// <summary>The person asked last did not answer in time.</summary>
    public static Decision Decide(Escalation escalation, ExpertSilent timer, Situation situation) =>
        escalation.IsOpen
        && escalation.ExpertsFor(timer.Key) is { Found: null } search
        && Asks.IsDue(search.Asked, timer.Person, timer.Due)
            ? Next(escalation, search, situation)
            : Decision.Nothing;

    /// <summary>The person asked says yes.</summary>
    public static Decision Accept(Escalation escalation, string key, Situation situation)
    {
        if (Closed(escalation, key, situation) is { } closed)
            return closed;
        var search = escalation.ExpertsFor(key)!;
        var leads = escalation.Holder(Role.TechnicalLead) is null;
        return Decision
            .That(new ExpertFound(key, situation.Actor))
            .And(leads ? new RoleTaken(Role.TechnicalLead, situation.Actor) : null)
            .Then(Refreshed(search))
            .Then(leads ? NudgeRoles.Refreshed(escalation) : [])
            .Then(
                search.By == PersonId.Product || search.By == escalation.Owner
                    ? null
                    : new ExpertAnswered(key, search.By)
            )
            .Saying(
                Phrase.Of(
                    leads ? "expert.accepted-leads" : "expert.accepted",
                    ("number", new RoomLink(escalation.Number))
                )
            );
    }

    /// <summary>The person asked says no: the next one is asked at once.</summary>
    public static Decision Decline(Escalation escalation, string key, Situation situation)
    {
        if (Closed(escalation, key, situation) is { } closed)
            return closed;
        var search = escalation.ExpertsFor(key)!;
        var declined = new ExpertDeclined(key, situation.Actor);
        var decision = Decision
            .That(declined)
            .Then(new ExpertRequest(key, situation.Actor))
            .Saying(Phrase.Of("expert.declined"));
        if (search.Asked[^1].Person != situation.Actor)
            return decision;
        var after = escalation.With(
            declined,
            new Stamp(situation.Now, situation.Actor, escalation.Version + 1)
        );
        var next = Next(after, after.ExpertsFor(key)!, situation);
        return decision.And(next.Events).Then(next.Effects);
    }

    private static Decision Start(
        Escalation escalation,
        string key,
        Text name,
        string? question,
        ImmutableArray<PersonId> queue,
        Situation situation
    )
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (queue.IsEmpty)
            return Decision.Refuse(Phrase.Of("expert.nobody-has-it", ("skill", name)), "skill");
        if (escalation.ExpertsFor(key) is { } known && Running(known) is { } running)
            return Decision.Refuse(running);
        var search = new ExpertSearch(key, name, question, situation.Actor, situation.Now, queue);
        var wanted = new ExpertWanted(key, name, question, queue);
        var next = Next(escalation, search, situation);
        return Decision
            .That(wanted)
            .And(next.Events)
            .Then(next.Effects)
            .Saying(Phrase.Of("expert.asked", ("person", new Mention(queue[0]))));
    }

    private static Phrase? Running(ExpertSearch search)
    {
        if (search.Found is { } found)
            return Phrase.Of(
                "expert.found-already",
                ("person", new Mention(found)),
                ("when", new Moment(search.FoundAt ?? search.Since))
            );
        return search.NobodyLeft
            ? null
            : Phrase.Of(
                "expert.asked-already",
                ("person", new Mention(search.Asked[^1].Person)),
                ("when", new Moment(search.Asked[^1].At))
            );
    }

    private static Decision Next(Escalation escalation, ExpertSearch search, Situation situation)
    {
        if (search.Next is not { } person)
            return search.NobodyLeft
                ? Decision.Nothing
                : Decision
                    .That(new ExpertsAllAsked(search.Key))
                    .Then(
                        search.By == PersonId.Product || search.By == escalation.Owner
                            ? null
                            : new ExpertAnswered(search.Key, search.By)
                    );
        var until = situation.Due(escalation, situation.RuleOf(escalation).AskNextAfter);
        return Decision
            .That(new ExpertAsked(search.Key, person, until))
            .Then(
                new ExpertRequest(search.Key, person),
                new ExpertSilent
                {
                    Due = until,
                    Key = search.Key,
                    Person = person,
                }
            );
    }

    private static Decision? Closed(Escalation escalation, string key, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (
            escalation.ExpertsFor(key) is not { } search
            || Asks.Of(search.Asked, situation.Actor) is not { } ask
        )
            return Decision.Refuse(Phrase.Of("expert.not-asked"));
        if (search.Found is { } found)
            return Decision.Refuse(
                Phrase.Of(
                    "expert.found-already",
                    ("person", new Mention(found)),
                    ("when", new Moment(search.FoundAt ?? search.Since))
                )
            );
        return ask.DeclinedAt is { } declined
            ? Decision.Refuse(Phrase.Of("expert.you-declined", ("when", new Moment(declined))))
            : null;
    }

    private static IEnumerable<Effect> Refreshed(ExpertSearch search) =>
        search.Asked.Select(ask => new ExpertRequest(search.Key, ask.Person) { OnlyEdits = true });

    private static Context? OnCard(Escalation escalation)
    {
        var lines = escalation
            .Experts.GroupBy(search => search.Key)
            .Select(group => Line(group.Last()))
            .OfType<Phrase>()
            .Select(line => (Text)line)
            .ToList();
        return lines.Count == 0 ? null : new Context(Text.Join(" ", lines));
    }

    private static Phrase? Line(ExpertSearch search)
    {
        Text skill = !search.Name.IsEmpty ? search.Name : Phrase.Of("expert.help");
        if (search.Found is { } found)
            return Phrase.Of("expert.line.found", ("skill", skill), ("person", new Mention(found)));
        if (search.NobodyLeft)
            return Phrase.Of("expert.line.nobody", ("skill", skill));
        return search.Asked is [.., var last]
            ? Phrase.Of(
                "expert.line.asked",
                ("skill", skill),
                ("person", new Mention(last.Person)),
                ("when", new Moment(last.At, MomentStyle.Exact))
            )
            : null;
    }

    private static Reply Show(Escalation escalation, Situation situation) =>
        escalation.IsOver
            ? Refusals.ToReply(Common.Over(escalation).Refusals)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("expert.title"),
                    Phrase.Of("expert.submit"),
                    [
                        .. situation.Policy.Skills.IsEmpty
                            ? []
                            : new Input[]
                            {
                                new ChoiceInput(
                                    "skill",
                                    Phrase.Of("expert.skill"),
                                    [
                                        .. situation.Policy.Skills.Values.Select(rule => new Option(
                                            rule.Key,
                                            rule.Name
                                        )),
                                    ]
                                )
                                {
                                    Required = false,
                                    Hint = Phrase.Of("expert.skill.hint"),
                                },
                            },
                        new PersonInput("person", Phrase.Of("expert.person")) { Required = false },
                        new TextInput("question", Phrase.Of("expert.question"))
                        {
                            Multiline = true,
                            Required = false,
                            MaxLength = 500,
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                    Introduction = [new Context(EscalationCard.Line(escalation))],
                }.Checked()
            );

    private static Reply Typed(Turn turn)
    {
        if (turn.Words.Length == 0)
            return turn.On(escalation => Show(escalation, turn.Situation));
        var skill = turn.Situation.Policy.Skills.Values.FirstOrDefault(rule =>
            string.Equals(rule.Key, turn.Words, StringComparison.OrdinalIgnoreCase)
            || rule.Name.IsCalled(turn.Words)
        );
        if (skill is not null)
            return turn.Decide((e, s) => ForSkill(e, skill.Key, question: null, s));
        if (turn.Situation.Directory.Named(turn.Words) is { } person)
            return turn.Decide((e, s) => ForPerson(e, person.Id, question: null, s));
        return Turn.Refuse(
            Phrase.Of(
                "expert.unknown",
                ("typed", turn.Words.Length > 60 ? turn.Words[..60] + "…" : turn.Words),
                ("skills", string.Join(", ", turn.Situation.Policy.Skills.Keys))
            )
        );
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var skill = form.OptionalText("skill", 100);
        var person = form.OptionalPerson("person");
        var question = form.OptionalText("question", 500);
        if (skill is null && person is null)
            form.Wrong("person", Phrase.Of("expert.skill-or-person"));
        return form.Refused
            ?? turn.Decide(
                (e, s) =>
                    person is { } one
                        ? ForPerson(e, one, question, s)
                        : ForSkill(e, skill!, question, s)
            );
    }
}

/// <summary>The expert asked last has not answered in time; the next one is asked too.</summary>
[StoredAs("expert-silent")]
public sealed record ExpertSilent : TimerEffect
{
    /// <summary>Which search.</summary>
    public required string Key { get; init; }

    /// <summary>Who was asked.</summary>
    public required PersonId Person { get; init; }
}

/// <summary>An expert is wanted.</summary>
/// <param name="Key">A skill of the policy, or <c>person:</c> and an id.</param>
/// <param name="Name">The skill's name, or empty for a person.</param>
/// <param name="Question">What is needed, or null.</param>
/// <param name="Queue">Who is asked, in order.</param>
[StoredAs("expert-wanted")]
public sealed record ExpertWanted(
    string Key,
    Text Name,
    string? Question,
    ImmutableArray<PersonId> Queue
) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Experts = before.Experts.Add(
                new ExpertSearch(Key, Name, Question, stamp.By, stamp.At, Queue)
            ),
        };
}

/// <summary>Somebody was asked for expertise.</summary>
/// <param name="Until">From then on the next one is asked too.</param>
[StoredAs("expert-asked")]
public sealed record ExpertAsked(string Key, PersonId Person, NodaTime.Instant Until)
    : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Searching(
            Key,
            search => search with { Asked = search.Asked.Add(new Ask(Person, stamp.At, Until)) }
        );

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.expert-asked", ("person", new Mention(Person)));
}

/// <summary>Somebody helps with their expertise.</summary>
[StoredAs("expert-found")]
public sealed record ExpertFound(string Key, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Searching(Key, search => search with { Found = Person, FoundAt = stamp.At }) with
        {
            Invited = before.Invited.Contains(Person) ? before.Invited : before.Invited.Add(Person),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.expert-found");
}

/// <summary>Somebody cannot help.</summary>
[StoredAs("expert-declined")]
public sealed record ExpertDeclined(string Key, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Searching(
            Key,
            search => search with { Asked = Asks.Declined(search.Asked, Person, stamp.At) }
        );

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.expert-declined");
}

/// <summary>Everybody with the skill was asked.</summary>
[StoredAs("experts-all-asked")]
public sealed record ExpertsAllAsked(string Key) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before.Searching(Key, search => search with { NobodyLeft = true });

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.experts-all-asked");
}

public sealed partial record Escalation
{
    /// <summary>With the latest search of a key changed.</summary>
    internal Escalation Searching(string key, Func<ExpertSearch, ExpertSearch> change)
    {
        var index = Experts.Length - 1;
        while (index >= 0 && Experts[index].Key != key)
            index--;
        return index < 0
            ? this
            : this with
            {
                Experts = Experts.SetItem(index, change(Experts[index])),
            };
    }
}

/// <summary>The card that asks one person for their expertise; afterwards it says what became of it.</summary>
[StoredAs("expert-request")]
public sealed record ExpertRequest(string Key, PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"expert-request:{Key}:{Person}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.ExpertsFor(Key) is not { } search)
            return null;
        if (Outcome(escalation, search) is { } outcome)
            return RequestCard.Answered(escalation, outcome);
        return RequestCard.Open(
            escalation,
            QuestionOf(escalation, search),
            More(escalation, search),
            Buttons(escalation, search)
        );
    }

    internal static Phrase QuestionOf(Escalation escalation, ExpertSearch search)
    {
        var title = EscalationCard.Title(escalation);
        return search.Name.IsEmpty
            ? Phrase.Of("expert.request-person", ("title", title))
            : Phrase.Of("expert.request", ("skill", search.Name), ("title", title));
    }

    internal static CardAction[] Buttons(Escalation escalation, ExpertSearch search)
    {
        var data = ActionData.For(escalation.Number).With("key", search.Key);
        return
        [
            new Does(Phrase.Of("button.accept"), AskExpert.AcceptId, data)
            {
                Style = ActionStyle.Primary,
            },
            new Does(Phrase.Of("button.decline"), AskExpert.DeclineId, data),
        ];
    }

    private static IEnumerable<Text> More(Escalation escalation, ExpertSearch search)
    {
        if (search.Question is { } question)
            yield return Phrase.Of("expert.request.question", ("question", question));
        if (RequestCard.More(escalation) is { } details)
            yield return details;
        yield return Phrase.Of(
            escalation.Holder(Role.TechnicalLead) is null
                ? "expert.request.leads"
                : "expert.request.helps"
        );
    }

    private Phrase? Outcome(Escalation escalation, ExpertSearch search)
    {
        if (search.Found == Person)
            return Phrase.Of("expert.accepted", ("number", new RoomLink(escalation.Number)));
        if (search.Found is { } found)
            return Phrase.Of(
                "expert.found-already",
                ("person", new Mention(found)),
                ("when", new Moment(search.FoundAt ?? search.Since))
            );
        if (escalation.IsOver)
            return Phrase.Of(
                "request.not-needed",
                ("status", Phrase.For(escalation.Status)),
                ("when", new Moment(escalation.ClosedAt ?? escalation.ChangedAt))
            );
        return Asks.Of(search.Asked, Person)?.DeclinedAt is { } declined
            ? Phrase.Of("expert.you-declined", ("when", new Moment(declined)))
            : null;
    }
}

/// <summary>Tells the person who asked for an expert how it ended. The owner reads it on the escalation card.</summary>
[StoredAs("expert-answered")]
public sealed record ExpertAnswered(string Key, PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation) =>
        escalation.ExpertsFor(Key) is not { } search
            ? null
            : Card.Line(
                search.Found is { } found
                    ? Phrase.Of(
                        "expert.answered.yes",
                        ("person", new Mention(found)),
                        ("number", new RoomLink(escalation.Number))
                    )
                    : Phrase.Of("expert.answered.no", ("number", new RoomLink(escalation.Number)))
            );
}
