using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Intake;

/// <summary>
/// Says, in the channel itself, that it is shared with a customer and whether messages go there rather than by e-mail. Typed
/// there, the command names the channel without anybody having to copy an id.
/// </summary>
internal static class SetSharedChannel
{
    public const string Id = "customer.channel";

    private const string Preferred = "preferred";
    private const string Offered = "offered";
    private const string None = "none";
    private const int NameLength = 80;

    // The form carries the room's id; no platform has longer ones.
    private const int LongestRoomId = 300;

    public static void Register(Slices slices, Tools tools) =>
        slices
            .Query("customer-channel", turn => Show(turn, tools))
            .Dialog(Id, open: turn => Show(turn, tools), submit: turn => Submit(turn, tools));

    private static Reply Show(Turn turn, Tools tools)
    {
        if (NotHere(turn, RoomOf(turn), tools) is { } refused)
            return refused;
        var room = RoomOf(turn)!;
        var directory = turn.Situation.Directory;
        var customer =
            directory.CustomerIn(room.Platform, room.Id)
            ?? (
                turn.Interaction.Argument.Trim() is { Length: > 0 } typed
                    ? directory.ByName(typed)
                    : null
            );
        var shared = customer?.Shared is { } known && known.Place == room.Id ? known : null;
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.Of("customer-channel.title"),
                Phrase.Of("button.save"),
                [
                    new CustomerInput("customer", Phrase.Of("declare.customer"))
                    {
                        Initial = customer?.Id,
                    },
                    new TextInput("name", Phrase.Of("customer-channel.name"))
                    {
                        Initial = shared?.Name ?? "",
                        MaxLength = NameLength,
                        Hint = Phrase.Of("customer-channel.name.hint"),
                    },
                    new ChoiceInput(
                        "use",
                        Phrase.Of("customer-channel.use"),
                        [
                            new Option(Preferred, Phrase.Of("customer-channel.use.preferred")),
                            new Option(Offered, Phrase.Of("customer-channel.use.offered")),
                            new Option(None, Phrase.Of("customer-channel.use.none")),
                        ]
                    )
                    {
                        Initial = [shared is { Preferred: false } ? Offered : Preferred],
                    },
                ]
            )
            {
                Data = ActionData.None.With("platform", room.Platform).With("room", room.Id),
                Introduction = [new Paragraph(Phrase.Of("customer-channel.what"))],
            }.Checked()
        );
    }

    private static Reply Submit(Turn turn, Tools tools)
    {
        var place = RoomOf(turn);
        if (NotHere(turn, place, tools) is { } refusal)
            return refusal;
        var room = place!;
        var form = turn.Form();
        var customer = form.Customer("customer");
        var name = OneLine(form.Text("name", NameLength)).TrimStart('#');
        var use = form.Choices("use") is [var chosen] ? chosen : "";
        if (use is not (Preferred or Offered or None))
            form.Wrong("use", Phrase.Of("form.unknown-choice"));
        if (name.Length == 0)
            form.Wrong("name", Phrase.Of("form.required"));
        var owner = turn.Situation.Directory.CustomerIn(room.Platform, room.Id);
        if (use != None && owner is not null && customer is not null && owner.Id != customer.Id)
            form.Wrong("customer", Phrase.Of("customer-channel.taken", ("customer", owner.Name)));
        if (form.Refused is { } refused)
            return refused;
        return use == None
            ? Leave(turn, customer!, room)
            : Keep(
                turn,
                customer!,
                new SharedChannel(room.Platform, room.Id, name, use == Preferred)
            );
    }

    private static Reply Keep(Turn turn, Customer customer, SharedChannel shared)
    {
        turn.Records.SaveCustomer(customer with { Shared = shared });
        return Reply.Say(
            Phrase.Of(
                shared.Preferred ? "customer-channel.preferred" : "customer-channel.offered",
                ("customer", customer.Name),
                ("place", LetterCards.PlaceOf(shared))
            )
        );
    }

    private static Reply Leave(Turn turn, Customer customer, RoomRef room)
    {
        if (customer.Shared is not { } shared || shared.Place != room.Id)
            return Turn.Refuse(Phrase.Of("customer-channel.was-none", ("customer", customer.Name)));
        turn.Records.SaveCustomer(customer with { Shared = null });
        return Reply.Say(
            Phrase.Of(
                "customer-channel.left",
                ("customer", customer.Name),
                ("place", LetterCards.PlaceOf(shared))
            )
        );
    }

    /// <summary>Why this room cannot be one shared with a customer, or null.</summary>
    private static Reply? NotHere(Turn turn, RoomRef? place, Tools tools)
    {
        if (!turn.Situation.May(Right.WriteToCustomer))
            return Turn.Refuse(Phrase.Of("customer-channel.not-allowed"));
        if (
            place is not { Id.Length: <= LongestRoomId } room
            || tools.ChannelNamed(room.Platform) is null
        )
            return Turn.Refuse(
                Phrase.Of(
                    "customer-channel.not-here",
                    ("command", new Code("/escalate customer-channel"))
                )
            );
        return turn.Records.EscalationOf(room) is { } number
            ? Turn.Refuse(Phrase.Of("customer-channel.war-room", ("number", new RoomLink(number))))
            : null;
    }

    // A form says which room it was opened for; it may come back from somewhere else.
    private static RoomRef? RoomOf(Turn turn) =>
        turn.Interaction.Data["platform"] is { } platform
        && turn.Interaction.Data["room"] is { Length: > 0 } room
            ? new RoomRef(platform, room)
            : turn.Interaction.Room;

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
