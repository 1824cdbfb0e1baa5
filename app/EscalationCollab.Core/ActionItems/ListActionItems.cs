using System.Collections.Immutable;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.ActionItems;

/// <summary><c>/escalate actions</c>: the open items of the person who asks, or everybody's; the nearest day first.</summary>
internal static class ListActionItems
{
    private const string Id = "action-item.list";
    private const int Shown = 20;
    private const string All = "all";

    public static void Register(Slices slices, Tools tools) =>
        slices
            .Query("actions", turn => List(turn, turn.Interaction.Argument.Trim()))
            .Action(Id, turn => List(turn, turn.Interaction.Data["which"] ?? ""))
            .OnHome(
                30,
                view => Of(Find(view.Records, view.Load, view.Person), all: false, view.Situation),
                escalation =>
                    escalation.ActionItems.Where(item => item.IsOpen).Select(item => item.Owner)
            )
            .Projects((before, after, records) => Project(before, after, records, tools.Words));

    private static Reply.Private List(Turn turn, string which)
    {
        var all = string.Equals(which, All, StringComparison.OrdinalIgnoreCase);
        var found = Find(
            turn.Records,
            number => turn.Load(number),
            all ? null : turn.Situation.Actor
        );
        return new Reply.Private(Of(found, all, turn.Situation));
    }

    internal static Card Of(
        IReadOnlyList<(Escalation Escalation, ActionItem Item)> found,
        bool all,
        Situation situation
    )
    {
        var title = (all, found.Count) switch
        {
            (true, 0) => Phrase.Of("action-items.none"),
            (false, 0) => Phrase.Of("action-items.none-mine"),
            (true, _) => Phrase.Of("action-items.all", ("count", new Number(found.Count))),
            _ => Phrase.Of("action-items.mine", ("count", new Number(found.Count))),
        };
        var other = new Does(
            all ? Phrase.Of("action-items.show-mine") : Phrase.Of("action-items.show-all"),
            Id,
            ActionData.None.With("which", all ? "mine" : All)
        );
        return Card.Of(
            title,
            [
                new Header(title),
                .. found.Count == 0 ? Array.Empty<Block>() : [TableOf(found, situation)],
                .. found.Count > Shown
                    ?
                    [
                        new Context(
                            Phrase.Of("list.more", ("count", new Number(found.Count - Shown)))
                        ),
                    ]
                    : Array.Empty<Block>(),
                Actions.Of(other),
            ]
        );
    }

    private static Table TableOf(
        IReadOnlyList<(Escalation Escalation, ActionItem Item)> found,
        Situation situation
    ) =>
        new(
            [
                Phrase.Of("term.action-item"),
                Phrase.Of("action-item.owner"),
                Phrase.Of("action-item.due"),
                Phrase.Of("term.escalation"),
            ],
            [
                .. found
                    .Take(Shown)
                    .Select(row =>
                        ImmutableArray.Create<Text>(
                            row.Item.Title,
                            new Mention(row.Item.Owner),
                            ActionItemCard.Due(row.Item, situation),
                            new RoomLink(row.Escalation.Number)
                        )
                    ),
            ]
        );

    private static List<(Escalation, ActionItem)> Find(
        Records records,
        Func<EscalationNumber, Escalation?> load,
        PersonId? owner
    )
    {
        var rows = records
            .Connection.Query<(long Number, int Item)>(
                """
                SELECT number, item FROM action_item
                WHERE tenant = @tenant AND state = 'open' AND (@owner IS NULL OR owner = @owner)
                ORDER BY due_on, number, item
                """,
                new { tenant = records.Tenant.Value, owner = owner?.Value }
            )
            .AsList();
        // A list can name many items of few escalations; each is read once, and asked whether it may be seen.
        var escalations = rows.Select(row => row.Number)
            .Distinct()
            .ToDictionary(number => number, number => load(new EscalationNumber(number)));
        return
        [
            .. rows.Select(row => (escalations[row.Number], row.Item))
                .Select(row => (row.Item1, Item: row.Item1?.ActionItem(row.Item)))
                .Where(row => row is { Item1: not null, Item: not null })
                .Select(row => (row.Item1!, row.Item!)),
        ];
    }

    private static void Project(
        Escalation before,
        Escalation after,
        Records records,
        Wordbook words
    )
    {
        foreach (var item in after.ActionItems)
            if (before.ActionItem(item.Number) is not { } known || !Same(known, item))
                Save(after, item, records, words);
    }

    private static bool Same(ActionItem one, ActionItem other) =>
        one.State == other.State && one.DueOn == other.DueOn && one.Owner == other.Owner;

    private static void Save(
        Escalation escalation,
        ActionItem item,
        Records records,
        Wordbook words
    )
    {
        var directory = records.LoadDirectory();
        var language = directory.Find(item.Owner)?.Language ?? Languages.Fallback;
        var format = new ReaderFormat(words, new Reader(language, "Etc/UTC"), item.OpenedAt);
        var ended = item.EndedAt?.ToUnixTimeMilliseconds();
        records.Connection.Execute(
            """
            INSERT INTO action_item (tenant, number, item, owner, kind, title, due_on, state, created_at, done_at, declined_at)
            VALUES (@tenant, @number, @item, @owner, @kind, @title, @dueOn, @state, @createdAt, @doneAt, @declinedAt)
            ON CONFLICT (tenant, number, item) DO UPDATE SET owner = excluded.owner, due_on = excluded.due_on,
                state = excluded.state, done_at = excluded.done_at, declined_at = excluded.declined_at
            """,
            new
            {
                tenant = records.Tenant.Value,
                number = escalation.Number.Value,
                item = item.Number,
                owner = item.Owner.Value,
                kind = item.Kind.ToString(),
                title = PlainText.Of(item.Title, format, directory),
                dueOn = NodaTime.Text.LocalDatePattern.Iso.Format(item.DueOn),
                state = NameOf(item.State),
                createdAt = item.OpenedAt.ToUnixTimeMilliseconds(),
                doneAt = item.State == ActionItemState.Done ? ended : null,
                declinedAt = item.State == ActionItemState.Declined ? ended : null,
            }
        );
    }

    private static string NameOf(ActionItemState state) =>
        state switch
        {
            ActionItemState.Open => "open",
            ActionItemState.Done => "done",
            _ => "declined",
        };
}
