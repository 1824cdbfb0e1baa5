using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Cards;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>Composes the pages of the Sandbox from what is stored, each as one person may see it.</summary>
internal sealed class SandboxPages(
    IStore store,
    Wordbook words,
    Slices slices,
    Situations situations,
    Visitors visitors,
    PageRenderer renderer,
    ICustomerMailbox mail,
    ChangeFeed feed,
    ShortMemory<KeptDialog> dialogs,
    ShortMemory<KeptDraft> drafts
)
{
    private const int MessagesShown = 80;
    private const int ArchivedShown = 5;

    // A private answer is as it was when it was asked for; meanwhile others go on.
    private static readonly Duration PrivateShown = Duration.FromMinutes(15);
    private const int DirectsShown = 20;

    /// <summary>The hidden field that names the dialog a form was shown as.</summary>
    public const string OpenField = "open";

    /// <summary>The hidden field of forms on a mailbox page.</summary>
    public const string MailboxField = "mailbox";

    private static readonly PersonView Product = new(
        PersonId.Product,
        "EscalationCollab",
        IsApp: true
    );

    /// <summary>The address of a room.</summary>
    public static string Address(string room) =>
        $"{Visitors.BasePath}/r/{Uri.EscapeDataString(room)}";

    /// <summary>The address of a mailbox.</summary>
    public static string MailAddress(string mailbox) =>
        $"{Visitors.BasePath}/mail/{Uri.EscapeDataString(mailbox)}";

    /// <summary>The room as somebody may see it, or null. Rooms of direct messages need not be stored yet.</summary>
    public static RoomRow? Seen(ChatRows rows, CompanyDirectory directory, string id, PersonId me)
    {
        if (rows.Room(id) is { } room)
            return !room.Restricted || rows.IsMember(id, me) ? room : null;
        return
            DirectRooms.Pair(id) is [var one, var other]
            && DirectRooms.Id(one, other) == id
            && one != other
            && (one == me || other == me)
            && new[] { one, other }.All(p => p == PersonId.Product || directory.Find(p) is not null)
            ? new RoomRow
            {
                Id = id,
                Name = id,
                Direct = true,
                Restricted = true,
            }
            : null;
    }

    /// <summary>Where somebody who asks for no room is sent.</summary>
    public async Task<string> HomeAsync(HttpContext context, CancellationToken cancellation)
    {
        var visit = await visitors.OfAsync(context, cancellation);
        return await store.ReadAsync(
            connection =>
            {
                var rows = new ChatRows(connection, Visitors.Tenant);
                var start = new Records(connection, Visitors.Tenant).Setting(
                    Visitors.StartRoomSetting
                );
                var room =
                    start is not null && Seen(rows, visit.Directory, start, visit.Me.Id) is not null
                        ? start
                        : rows.Visible(visit.Me.Id).FirstOrDefault(r => !r.Direct)?.Id
                            ?? DirectRooms.Id(visit.Me.Id, PersonId.Product);
                return Address(room);
            },
            cancellation
        );
    }

    /// <summary>The page of a room.</summary>
    public async Task<IResult> RoomAsync(
        string id,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var seen = feed.Newest;
        var visit = await visitors.OfAsync(context, cancellation);
        var before = long.TryParse(
            context.Request.Query["before"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : long.MaxValue;
        var loaded = await store.ReadAsync(
            connection => Load(connection, visit, id, before),
            cancellation
        );
        if (loaded is null)
            return await NoticeAsync(context, "sandbox.no-such-room", 404, cancellation);
        var fetched = context.Request.Headers["X-Requested-With"].ToString();
        await MarkReadAsync(loaded, visit, fetched, cancellation);
        var cards = visitors.ContextOf(visit, context, RoomAddresses(loaded.Lines)) with
        {
            Origin = [new HiddenField(FormFields.Room, id)],
        };
        var view = Workspace(visit, loaded.Lines, id) with
        {
            Seen = seen,
            Pane = RoomOf(loaded, visit, context, fetched.Length > 0),
            Mailboxes = Mailboxes(visit, loaded.OpenedMails, null),
            Dialog = DialogOf(context, visit, id),
        };
        return await PageAsync(view, cards, context, cancellation);
    }

    /// <summary>The address of everybody's own page.</summary>
    public static readonly string OwnAddress = $"{Visitors.BasePath}/home";

    /// <summary>The own page of whom one acts as.</summary>
    public async Task<IResult> OwnAsync(HttpContext context, CancellationToken cancellation)
    {
        var seen = feed.Newest;
        var visit = await visitors.OfAsync(context, cancellation);
        var (lines, opened, own) = await store.ReadAsync(
            connection =>
            {
                var rows = new ChatRows(connection, Visitors.Tenant);
                var records = new Records(connection, Visitors.Tenant);
                return (
                    rows.Visible(visit.Me.Id),
                    OpenedMails(rows, visit.Directory),
                    new HomeView(records, situations.Of(records, visit.Me.Id), slices).Cards()
                );
            },
            cancellation
        );
        var cards = visitors.ContextOf(visit, context, RoomAddresses(lines)) with
        {
            // Answers come, and forms open, where the product talks to this person.
            Origin =
            [
                new HiddenField(FormFields.Room, DirectRooms.Id(visit.Me.Id, PersonId.Product)),
            ],
        };
        var view = Workspace(visit, lines, null);
        return await PageAsync(
            view with
            {
                Seen = seen,
                Home = view.Home! with { Current = true },
                Mailboxes = Mailboxes(visit, opened, null),
                Pane = new OwnPageView(
                    view.Home!.Name,
                    [.. own.Select(card => words.In(card, visit.Format.Language))]
                ),
            },
            cards,
            context,
            cancellation
        );
    }

    /// <summary>The page of a customer's mailbox.</summary>
    public async Task<IResult> MailboxAsync(
        string address,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var seen = feed.Newest;
        var visit = await visitors.OfAsync(context, cancellation);
        var found = visit
            .Directory.Customers.Values.SelectMany(customer =>
                customer.Contacts.Select(contact => (customer, contact))
            )
            .FirstOrDefault(pair =>
                string.Equals(pair.contact.Email, address, StringComparison.OrdinalIgnoreCase)
            );
        if (found.contact is null)
            return await NoticeAsync(context, "sandbox.no-such-room", 404, cancellation);
        var mails = mail.To(found.contact.Email);
        var open = mails.FirstOrDefault(m => m.Id == context.Request.Query["mail"]);
        if (open is not null)
            await store.WriteAsync(
                connection =>
                {
                    new ChatRows(connection, Visitors.Tenant).SaveOpenedMail(
                        found.contact.Email,
                        open.Id
                    );
                    return true;
                },
                cancellation
            );
        var (lines, opened) = await store.ReadAsync(
            connection =>
            {
                var rows = new ChatRows(connection, Visitors.Tenant);
                return (rows.Visible(visit.Me.Id), OpenedMails(rows, visit.Directory));
            },
            cancellation
        );
        var cards = visitors.ContextOf(visit, context, RoomAddresses(lines)) with
        {
            Origin = [new HiddenField(MailboxField, found.contact.Email)],
        };
        var read = opened[found.contact.Email];
        var view = Workspace(visit, lines, null) with
        {
            Seen = seen,
            Mailboxes = Mailboxes(visit, opened, found.contact.Email),
            Pane = new MailboxView(found.contact.Name, found.contact.Email)
            {
                Customer = found.customer.Name,
                Mails =
                [
                    .. mails.Select(m => new MailLine(
                        m.Subject,
                        m.From,
                        m.At,
                        $"{MailAddress(found.contact.Email)}?mail={Uri.EscapeDataString(m.Id)}"
                    )
                    {
                        Preview = Beginning(m.Plain),
                        Unread = !read.Contains(m.Id),
                        Current = m.Id == open?.Id,
                    }),
                ],
                Open = open is null
                    ? null
                    : new MailView(open.From, open.To, open.Subject, open.At)
                    {
                        Plain = open.Plain,
                        Html = open.Html,
                    },
            },
        };
        return await PageAsync(view, cards, context, cancellation);
    }

    /// <summary>A page that says one sentence.</summary>
    /// <param name="key">The key of the phrase.</param>
    /// <param name="status">The HTTP status.</param>
    public async Task<IResult> NoticeAsync(
        HttpContext context,
        string key,
        int status,
        CancellationToken cancellation
    )
    {
        var visit = await visitors.OfAsync(context, cancellation);
        var html = await renderer.RenderAsync<NoticePage>(
            new()
            {
                [nameof(NoticePage.Sentence)] = (Text)Phrase.Of(key),
                [nameof(NoticePage.Back)] = Visitors.BasePath,
                [nameof(NoticePage.Company)] = visit.Company,
                [nameof(NoticePage.Theme)] = visit.Theme,
                [nameof(NoticePage.Context)] = visitors.ContextOf(visit, context, _ => null),
            },
            cancellation
        );
        PageHeaders.Set(context.Response);
        return Results.Content(html, "text/html; charset=utf-8", statusCode: status);
    }

    private async Task<IResult> PageAsync(
        WorkspaceView view,
        CardContext cards,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var html = await renderer.PageAsync(view, cards, cancellation);
        PageHeaders.Set(context.Response);
        return Results.Content(html, "text/html; charset=utf-8");
    }

    // ---- A room ------------------------------------------------------------------------------------------------------

    private sealed record Loaded(
        RoomRow Room,
        IReadOnlyList<RoomLine> Lines,
        IReadOnlyList<MessageRow> Messages,
        MessageRow? Pinned,
        IReadOnlyList<PersonId> Members,
        ReadRow Read,
        long Newest,
        Dictionary<string, IReadOnlySet<string>> OpenedMails
    );

    private static Loaded? Load(IDbConnection connection, Visit visit, string id, long before)
    {
        var rows = new ChatRows(connection, Visitors.Tenant);
        if (Seen(rows, visit.Directory, id, visit.Me.Id) is not { } room)
            return null;
        return new Loaded(
            room,
            rows.Visible(visit.Me.Id),
            rows.Messages(id, visit.Me.Id, before, MessagesShown + 1, visit.Now - PrivateShown),
            room.Pinned is { } pinned ? rows.Message(id, pinned) : null,
            rows.Members(id),
            rows.Read(id, visit.Me.Id),
            rows.Newest(id),
            OpenedMails(rows, visit.Directory)
        );
    }

    // The page that is fetched again to stay fresh keeps the line "new" where it is.
    private async Task MarkReadAsync(
        Loaded loaded,
        Visit visit,
        string fetched,
        CancellationToken cancellation
    )
    {
        if (fetched == "sandbox-hidden")
            return;
        var read = new ReadRow
        {
            Message = loaded.Newest,
            Line = fetched.Length > 0 ? loaded.Read.Line : loaded.Read.Message,
        };
        if (read == loaded.Read)
            return;
        await store.WriteAsync(
            connection =>
            {
                new ChatRows(connection, Visitors.Tenant).SaveRead(
                    loaded.Room.Id,
                    visit.Me.Id,
                    read
                );
                return true;
            },
            cancellation
        );
    }

    private RoomView RoomOf(Loaded loaded, Visit visit, HttpContext context, bool fetched)
    {
        var room = loaded.Room;
        var more = loaded.Messages.Count > MessagesShown;
        var shown = more ? loaded.Messages.Skip(1) : loaded.Messages;
        var line = fetched ? loaded.Read.Line : loaded.Read.Message;
        var other = DirectRooms.Pair(room.Id).FirstOrDefault(person => person != visit.Me.Id);
        var partner = room.Direct ? ViewOf(other, visit.Directory) : null;
        var draft =
            drafts.Find(context.Request.Query["draft"]) is { } kept
            && kept.Person == visit.Me.Id
            && kept.Room == room.Id
                ? kept
                : null;
        return new RoomView(room.Id, partner?.Name ?? room.Name)
        {
            Address = Address(room.Id),
            Direct = partner,
            Topic = StoredChat.ReadText(room.Topic),
            Restricted = room.Restricted && !room.Direct,
            Archived = room.Archived,
            Members = room.Direct
                ? []
                :
                [
                    .. loaded
                        .Members.Select(person => ViewOf(person, visit.Directory))
                        .OrderBy(person => person.Name, StringComparer.OrdinalIgnoreCase),
                ],
            Pinned = loaded.Pinned is { } pinned ? MessageOf(pinned, room, visit) : null,
            Messages = [.. shown.Select(message => MessageOf(message, room, visit))],
            OlderAddress = more
                ? $"{Address(room.Id)}?before={shown.First().Id.ToString(CultureInfo.InvariantCulture)}"
                : null,
            FirstUnread =
                line > 0
                    ? loaded
                        .Messages.FirstOrDefault(m =>
                            m.Id > line && m.Author != visit.Me.Id.Value && m.OnlyFor is null
                        )
                        ?.Id.ToString(CultureInfo.InvariantCulture)
                    : null,
            Commands = Commands(visit),
            Draft = draft?.Text ?? "",
            DraftProblem = draft?.Problem,
        };
    }

    private ImmutableArray<CommandView> Commands(Visit visit) =>
        [
            .. slices.Commands.Select(command => new CommandView(
                $"/escalate {command.Word}",
                // Some commands take nothing.
                words.Has(command.Usage.Key, Languages.Fallback)
                    ? PlainText.Of(command.Usage, visit.Format)
                    : "",
                words.Resolve(command.What, visit.Format.Language)
            )),
        ];

    private MessageView MessageOf(MessageRow row, RoomRow room, Visit visit) =>
        new(
            row.Id.ToString(CultureInfo.InvariantCulture),
            AuthorOf(row, visit.Directory),
            Instant.FromUnixTimeMilliseconds(row.At)
        )
        {
            Version = row.Version,
            Body = row.Body is { } body ? (Text)body : null,
            Card = row.Card is { } card
                ? words.In(StoredChat.ReadCard(card), visit.Format.Language)
                : null,
            EditedAt = row.EditedAt is { } edited ? Instant.FromUnixTimeMilliseconds(edited) : null,
            OnlyYou = row.OnlyFor is not null,
            Menu = row.Body is null ? [] : Menu(room),
        };

    private ImmutableArray<CardAction> Menu(RoomRow room) =>
        [
            .. slices
                .Routes.Where(route => route.Kind == InteractionKind.Shortcut)
                .Where(route => room.Number is not null || route.Name != "add-to-timeline")
                .Select(route =>
                    (CardAction)
                        new Does(
                            Phrase.Of($"shortcut.{route.Name}"),
                            FormTranslation.ShortcutPrefix + route.Name,
                            ActionData.None
                        )
                ),
        ];

    private OpenDialog? DialogOf(HttpContext context, Visit visit, string room)
    {
        string? id = context.Request.Query["dialog"];
        return dialogs.Find(id) is { } kept && kept.Person == visit.Me.Id && kept.Room == room
            ? new OpenDialog(words.In(kept.Dialog, visit.Format.Language), Address(room))
            {
                State = kept.State,
                Origin = [new(FormFields.Room, room), new(OpenField, id!)],
            }
            : null;
    }

    // ---- Around it ---------------------------------------------------------------------------------------------------

    private static WorkspaceView Workspace(
        Visit visit,
        IReadOnlyList<RoomLine> lines,
        string? current
    )
    {
        var rooms = lines.Where(line => !line.Direct);
        var archived = rooms.Where(line => line is { Archived: true, Member: true });
        return new WorkspaceView
        {
            Company = visit.Company,
            Me = ViewOf(visit.Me.Id, visit.Directory),
            Home = new SideEntry(PlainText.Of(Phrase.Of("sandbox.home"), visit.Format), OwnAddress),
            Actors =
            [
                .. visit
                    .Directory.People.Keys.Select(person => ViewOf(person, visit.Directory))
                    .OrderBy(person => person.Name, StringComparer.OrdinalIgnoreCase),
            ],
            Rooms =
            [
                .. rooms
                    .Where(line => !line.Archived || line.Id == current)
                    .Concat(archived.Where(line => line.Id != current).Take(ArchivedShown))
                    .Select(line => new SideEntry(line.Name, Address(line.Id))
                    {
                        Current = line.Id == current,
                        Unread = line.Id == current ? 0 : (int)line.Unread,
                        Restricted = line.Restricted,
                        Archived = line.Archived,
                    }),
            ],
            Directs = Directs(visit, lines, current),
            Theme = visit.Theme,
            Language = visit.Language,
            Pane = new MailboxView("", ""),
        };
    }

    private static ImmutableArray<SideEntry> Directs(
        Visit visit,
        IReadOnlyList<RoomLine> lines,
        string? current
    )
    {
        var known = lines.Where(line => line.Direct).ToDictionary(line => line.Id);
        return
        [
            .. visit
                .Directory.People.Keys.Where(person => person != visit.Me.Id)
                .Append(PersonId.Product)
                .Select(person => (person, id: DirectRooms.Id(visit.Me.Id, person)))
                .Select(pair =>
                    (
                        entry: new SideEntry(
                            ViewOf(pair.person, visit.Directory).Name,
                            Address(pair.id)
                        )
                        {
                            Person = ViewOf(pair.person, visit.Directory),
                            Current = pair.id == current,
                            Unread =
                                pair.id == current
                                    ? 0
                                    : (int)(known.GetValueOrDefault(pair.id)?.Unread ?? 0),
                        },
                        written: known.ContainsKey(pair.id)
                    )
                )
                .OrderByDescending(line => line.entry.Person!.IsApp)
                .ThenByDescending(line => line.written)
                .ThenBy(line => line.entry.Name, StringComparer.OrdinalIgnoreCase)
                .Take(DirectsShown)
                .Select(line => line.entry),
        ];
    }

    private ImmutableArray<SideEntry> Mailboxes(
        Visit visit,
        Dictionary<string, IReadOnlySet<string>> opened,
        string? current
    ) =>
        [
            .. visit
                .Directory.Customers.Values.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
                .SelectMany(customer => customer.Contacts)
                .Select(contact => new SideEntry(contact.Name, MailAddress(contact.Email))
                {
                    Current = contact.Email == current,
                    Unread = mail.To(contact.Email)
                        .Count(m => !opened[contact.Email].Contains(m.Id)),
                }),
        ];

    private static Dictionary<string, IReadOnlySet<string>> OpenedMails(
        ChatRows rows,
        CompanyDirectory directory
    ) =>
        directory
            .Customers.Values.SelectMany(customer => customer.Contacts)
            .Select(contact => contact.Email)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(email => email, rows.OpenedMails, StringComparer.Ordinal);

    private static Func<EscalationNumber, string?> RoomAddresses(IReadOnlyList<RoomLine> lines)
    {
        var rooms = lines
            .Where(line => line.Number is not null)
            .GroupBy(line => line.Number!.Value)
            .ToDictionary(group => group.Key, group => Address(group.First().Id));
        return number => rooms.GetValueOrDefault(number.Value);
    }

    private static PersonView AuthorOf(MessageRow row, CompanyDirectory directory) =>
        row.AuthorName is { } name
            ? new PersonView(new PersonId(name), name)
            : ViewOf(new PersonId(row.Author), directory);

    private static PersonView ViewOf(PersonId person, CompanyDirectory directory) =>
        person == PersonId.Product ? Product
        : directory.Find(person) is { } known ? new PersonView(person, known.Name, known.Title)
        : new PersonView(person, person.Value);

    private static string Beginning(string plain)
    {
        var line = plain.ReplaceLineEndings(" ").Trim();
        return line.Length <= 140 ? line : line[..139] + "…";
    }
}

/// <summary>A dialog that is open over a room.</summary>
internal sealed record KeptDialog(PersonId Person, string Room, Dialog Dialog, DialogState State);

/// <summary>A message that was refused, and why.</summary>
internal sealed record KeptDraft(PersonId Person, string Room, string Text, Text Problem);
