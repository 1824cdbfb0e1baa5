using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.WarRooms;

namespace EscalationCollab.Core.Escalations;

/// <summary>
/// Giving a role to somebody. A working role is offered and moves only when they accept; whoever had it keeps it until
/// then. Stakeholders and observers are brought in at once, because nothing is asked of them and they may leave.
/// </summary>
internal static class AssignRole
{
    public const string Id = "role.assign";
    public const string AcceptId = "role.accept";
    public const string DeclineId = "role.decline";

    public static void Register(Slices slices) =>
        slices
            .Command("assign", Typed)
            .Dialog(
                Id,
                open: turn =>
                    turn.On(escalation =>
                        Show(
                            escalation,
                            null,
                            Common.RoleNamed(turn.Interaction.Data["role"] ?? "")
                        )
                    ),
                submit: Submit
            )
            .Action(
                AcceptId,
                turn =>
                    Common.RoleNamed(turn.Interaction.Data["role"] ?? "") is { } role
                        ? turn.Decide(
                            (escalation, situation) => Accept(escalation, role, situation)
                        )
                        : Turn.Refuse(Phrase.Of("router.out-of-date"))
            )
            .Action(
                DeclineId,
                turn =>
                    Common.RoleNamed(turn.Interaction.Data["role"] ?? "") is { } role
                        ? turn.Decide(
                            (escalation, situation) => Decline(escalation, role, situation)
                        )
                        : Turn.Refuse(Phrase.Of("router.out-of-date"))
            )
            .Offers(
                50,
                escalation =>
                    escalation.IsOver
                        ? null
                        : new Opens(
                            Phrase.Of("roles.button"),
                            Id,
                            ActionData.For(escalation.Number)
                        )
            )
            .Awaits(
                (escalation, situation) =>
                    Waiting(escalation)
                        .Where(offer => offer.To == situation.Actor)
                        .Select(offer =>
                            RequestCard.Waiting(
                                escalation,
                                RoleRequest.Question(escalation, offer),
                                RoleRequest.Buttons(escalation, offer.Role)
                            )
                        ),
                escalation => Waiting(escalation).Select(offer => offer.To)
            );

    private static IEnumerable<RoleOffer> Waiting(Escalation escalation) =>
        escalation.IsOver
            ? []
            : escalation.RoleBoard.Offers.Where(offer =>
                offer.Answer == RoleAnswer.Waiting
                && !escalation.Holders(offer.Role).Contains(offer.To)
            );

    /// <summary>Offers a role, or brings somebody in.</summary>
    public static Decision Decide(
        Escalation escalation,
        Role role,
        PersonId person,
        string? note,
        Situation situation
    )
    {
        if (person == situation.Actor)
            return JoinRole.Decide(escalation, role, situation);
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (
            !role.IsPassive()
            && escalation.Holder(role) != situation.Actor
            && !situation.May(Right.Assign, escalation)
        )
            return Decision.Refuse(Phrase.Of("roles.not-allowed"));
        if (escalation.Holders(role).Contains(person))
            return Decision.Refuse(
                Phrase.Of(
                    "roles.has-it-already",
                    ("person", new Mention(person)),
                    ("role", Phrase.For(role))
                ),
                "person"
            );
        if (role.IsPassive())
            return BringIn(escalation, role, person, note, situation);
        if (role == Role.EscalationManager && !MayOwn(person, situation))
            return Decision.Refuse(
                Phrase.Of("roles.may-not-own", ("person", new Mention(person))),
                "person"
            );
        if (escalation.RoleBoard.Of(role, person) is { Answer: RoleAnswer.Waiting } open)
            return Decision.Refuse(
                Phrase.Of(
                    "roles.asked-already",
                    ("person", new Mention(person)),
                    ("when", new Moment(open.At))
                ),
                "person"
            );
        return Decision
            .That(new RoleOffered(role, person, note))
            .Then(new RoleRequest(role, person))
            .Saying(
                escalation.Holder(role) is { } holder
                    ? Phrase.Of(
                        "roles.offered-keeps",
                        ("person", new Mention(person)),
                        ("role", Phrase.For(role)),
                        ("holder", new Mention(holder))
                    )
                    : Phrase.Of(
                        "roles.offered",
                        ("person", new Mention(person)),
                        ("role", Phrase.For(role))
                    )
            );
    }

    /// <summary>The person the role was offered to says yes.</summary>
    public static Decision Accept(Escalation escalation, Role role, Situation situation)
    {
        if (Closed(escalation, role, situation) is { } closed)
            return closed;
        var offer = escalation.RoleBoard.Of(role, situation.Actor)!;
        var before = escalation.Holder(role);
        return Decision
            .That(new RoleTaken(role, situation.Actor, before))
            .Then(
                role == Role.EscalationManager && before is null
                    ? AskOwner.Refreshed(escalation)
                    : []
            )
            .Then(Refreshed(escalation, role))
            .Then(NudgeRoles.Refreshed(escalation))
            .Then(
                new[] { offer.By, before ?? offer.By }
                    .Distinct()
                    .Where(person => person != situation.Actor && person != PersonId.Product)
                    .Select(person => new RoleAnswered(role, situation.Actor, person))
            )
            .Saying(
                Phrase.Of(
                    "roles.joined",
                    ("role", Phrase.For(role)),
                    ("number", new RoomLink(escalation.Number))
                )
            );
    }

    /// <summary>The person the role was offered to says no; nothing moves.</summary>
    public static Decision Decline(Escalation escalation, Role role, Situation situation)
    {
        if (Closed(escalation, role, situation) is { } closed)
            return closed;
        var offer = escalation.RoleBoard.Of(role, situation.Actor)!;
        return Decision
            .That(new RoleDeclined(role, situation.Actor))
            .Then(
                new RoleRequest(role, situation.Actor),
                offer.By == PersonId.Product
                    ? null
                    : new RoleAnswered(role, situation.Actor, offer.By)
            )
            .Saying(Phrase.Of("roles.declined", ("role", Phrase.For(role))));
    }

    /// <summary>The dialog, with a person or role filled in where known.</summary>
    public static Reply Show(Escalation escalation, PersonId? person, Role? role = null) =>
        escalation.IsOver
            ? Refusals.ToReply(Common.Over(escalation).Refusals)
            : new Reply.Show(
                new Dialog(
                    Id,
                    Phrase.Of("roles.title"),
                    Phrase.Of("button.save"),
                    [
                        new ChoiceInput("role", Phrase.Of("term.role"), Roles.Options())
                        {
                            Initial = role is { } known ? [known.ToString()] : [],
                        },
                        new PersonInput("person", Phrase.Of("roles.person"))
                        {
                            Initial = person is { } one ? [one] : [],
                            Required = false,
                            Hint = Phrase.Of("roles.person.hint"),
                        },
                        new TextInput("note", Phrase.Of("roles.note"))
                        {
                            Required = false,
                            Multiline = true,
                            MaxLength = 500,
                        },
                    ]
                )
                {
                    Data = ActionData.For(escalation.Number),
                    Introduction = [new Context(EscalationCard.Line(escalation))],
                }.Checked()
            );

    private static Decision BringIn(
        Escalation escalation,
        Role role,
        PersonId person,
        string? note,
        Situation situation
    ) =>
        Decision
            .That(new RoleTaken(role, person))
            .Then(
                BroughtIn.Tell(
                    escalation,
                    [person],
                    note is null
                        ? Phrase.Of(
                            "brought-in.by",
                            ("by", new Mention(situation.Actor)),
                            ("role", Phrase.For(role))
                        )
                        : Phrase.Of(
                            "brought-in.by-because",
                            ("by", new Mention(situation.Actor)),
                            ("role", Phrase.For(role)),
                            ("reason", note)
                        ),
                    situation
                )
            )
            .Saying(
                Phrase.Of(
                    "roles.brought-in",
                    ("person", new Mention(person)),
                    ("role", Phrase.For(role))
                )
            );

    private static bool MayOwn(PersonId person, Situation situation) =>
        (situation with { Actor = person }).May(Right.Accept);

    /// <summary>Why an offer cannot be answered any more.</summary>
    private static Decision? Closed(Escalation escalation, Role role, Situation situation)
    {
        if (escalation.IsOver)
            return Common.Over(escalation);
        if (escalation.Holders(role).Contains(situation.Actor))
            return Decision.Refuse(Phrase.Of("roles.already-yours", ("role", Phrase.For(role))));
        var offer = escalation.RoleBoard.Of(role, situation.Actor);
        if (offer is null)
            return Decision.Refuse(Phrase.Of("roles.not-offered", ("role", Phrase.For(role))));
        if (offer.Answer == RoleAnswer.Waiting)
            return null;
        return Decision.Refuse(
            offer.Answer == RoleAnswer.Declined
                ? Phrase.Of("roles.you-declined", ("when", new Moment(offer.AnsweredAt!.Value)))
                : Phrase.Of("roles.not-offered", ("role", Phrase.For(role)))
        );
    }

    private static IEnumerable<Effect> Refreshed(Escalation escalation, Role role) =>
        escalation
            .RoleBoard.Offers.Where(offer => offer.Role == role)
            .Select(offer => offer.To)
            .Distinct()
            .Select(person => new RoleRequest(role, person) { OnlyEdits = true });

    private static Reply Typed(Turn turn)
    {
        if (turn.Words.Length == 0)
            return turn.On(escalation => Show(escalation, null));
        // "technical-lead priya" or "technical lead Priya Nair": the longest beginning that is a role wins.
        var words = turn.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var cut = Math.Min(3, words.Length - 1); cut > 0; cut--)
        {
            if (Common.RoleNamed(string.Concat(words[..cut])) is not { } role)
                continue;
            var name = string.Join(' ', words[cut..]);
            return turn.Situation.Directory.Named(name) is { } person
                ? turn.Decide(
                    (escalation, situation) =>
                        Decide(escalation, role, person.Id, note: null, situation)
                )
                : Turn.Refuse(Phrase.Of("form.unknown-person", ("name", name)));
        }
        return Turn.Refuse(JoinRole.UnknownRole(turn.Words));
    }

    private static Reply Submit(Turn turn)
    {
        var form = turn.Form();
        var role = form.Choice<Role>("role");
        var person = form.OptionalPerson("person") ?? turn.Situation.Actor;
        var note = form.OptionalText("note", 500);
        return form.Refused
            ?? turn.Decide(
                (escalation, situation) => Decide(escalation, role, person, note, situation)
            );
    }
}

/// <summary>A role was offered to somebody; it moves only when they accept.</summary>
/// <param name="Note">What the giver wants to say, or null.</param>
[StoredAs("role-offered")]
public sealed record RoleOffered(Role Role, PersonId To, string? Note) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            RoleBoard = before.RoleBoard with
            {
                Offers = before.RoleBoard.Offers.Add(
                    new RoleOffer(Role, To, stamp.By, stamp.At, Note)
                ),
            },
        };

    /// <inheritdoc/>
    public override Text Tell() =>
        Phrase.Of("timeline.role-offered", ("person", new Mention(To)), ("role", Phrase.For(Role)));
}

/// <summary>Somebody does not take a role.</summary>
[StoredAs("role-declined")]
public sealed record RoleDeclined(Role Role, PersonId Person) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            RoleBoard = before.RoleBoard.Answered(Role, Person, RoleAnswer.Declined, stamp.At),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.role-declined", ("role", Phrase.For(Role)));
}

/// <summary>The card that offers a role to one person; afterwards it says what became of it.</summary>
[StoredAs("role-request")]
public sealed record RoleRequest(Role Role, PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override string Slot => $"role-request:{Role}:{Person}";

    /// <inheritdoc/>
    public override Card? Compose(Escalation escalation, Situation situation)
    {
        if (escalation.RoleBoard.Of(Role, Person) is not { } offer)
            return null;
        if (Outcome(escalation, offer) is { } outcome)
            return RequestCard.Answered(escalation, outcome);
        return RequestCard.Open(
            escalation,
            Question(escalation, offer),
            More(escalation, offer),
            Buttons(escalation, Role)
        );
    }

    internal static Phrase Question(Escalation escalation, RoleOffer offer) =>
        Phrase.Of(
            "roles.request",
            ("by", new Mention(offer.By)),
            ("role", Phrase.For(offer.Role)),
            ("title", EscalationCard.Title(escalation))
        );

    internal static CardAction[] Buttons(Escalation escalation, Role role)
    {
        var data = ActionData.For(escalation.Number).With("role", role.ToString());
        return
        [
            new Does(Phrase.Of("button.accept"), AssignRole.AcceptId, data)
            {
                Style = ActionStyle.Primary,
            },
            new Does(Phrase.Of("button.decline"), AssignRole.DeclineId, data),
        ];
    }

    private IEnumerable<Text> More(Escalation escalation, RoleOffer offer)
    {
        if (offer.Note is { } note)
            yield return Phrase.Of("roles.request.note", ("note", note));
        yield return Phrase.Of($"roles.expects.{Phrase.For(Role).Key["role.".Length..]}");
        if (escalation.Holder(Role) is { } holder)
            yield return Phrase.Of("roles.request.keeps", ("person", new Mention(holder)));
    }

    private Phrase? Outcome(Escalation escalation, RoleOffer offer)
    {
        if (escalation.Holders(Role).Contains(Person))
            return Phrase.Of(
                "roles.joined",
                ("role", Phrase.For(Role)),
                ("number", new RoomLink(escalation.Number))
            );
        if (escalation.IsOver)
            return Phrase.Of(
                "request.not-needed",
                ("status", Phrase.For(escalation.Status)),
                ("when", new Moment(escalation.ClosedAt ?? escalation.ChangedAt))
            );
        return offer.Answer switch
        {
            RoleAnswer.Declined => Phrase.Of(
                "roles.you-declined",
                ("when", new Moment(offer.AnsweredAt ?? escalation.ChangedAt))
            ),
            RoleAnswer.Accepted => Phrase.Of("roles.left", ("role", Phrase.For(Role))),
            _ => null,
        };
    }
}

/// <summary>Tells the person who offered a role, and the one who had it, what the answer was.</summary>
[StoredAs("role-answered")]
public sealed record RoleAnswered(Role Role, PersonId By, PersonId Person) : Notice
{
    /// <inheritdoc/>
    public override Destination To => Destination.To(Person);

    /// <inheritdoc/>
    public override Card Compose(Escalation escalation, Situation situation) =>
        Card.Line(
            Phrase.Of(
                escalation.Holders(Role).Contains(By) ? "roles.answered.yes" : "roles.answered.no",
                ("person", new Mention(By)),
                ("role", Phrase.For(Role)),
                ("number", new RoomLink(escalation.Number)),
                ("customer", escalation.Customer.Name)
            )
        );
}
