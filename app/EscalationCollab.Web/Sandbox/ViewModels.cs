using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Web.Cards;
using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>A whole page of the chat client, as one person sees it.</summary>
public sealed record WorkspaceView
{
    /// <summary>The company's name.</summary>
    public required string Company { get; init; }

    /// <summary>Who is acted as.</summary>
    public required PersonView Me { get; init; }

    /// <summary>Everybody one may act as, in the order shown.</summary>
    public required ImmutableArray<PersonView> Actors { get; init; }

    /// <summary>The person's own page, first in the side bar; null where there is none.</summary>
    public SideEntry? Home { get; init; }

    /// <summary>Rooms of the side bar, in the order shown.</summary>
    public ImmutableArray<SideEntry> Rooms { get; init; } = [];

    /// <summary>Direct messages of the side bar, in the order shown.</summary>
    public ImmutableArray<SideEntry> Directs { get; init; } = [];

    /// <summary>Mailboxes of customers, in the order shown.</summary>
    public ImmutableArray<SideEntry> Mailboxes { get; init; } = [];

    /// <summary>The room or mailbox that is open.</summary>
    public required PaneView Pane { get; init; }

    /// <summary>A dialog over it, or null.</summary>
    public OpenDialog? Dialog { get; init; }

    /// <summary>The mark of the newest change that it shows.</summary>
    public string Seen { get; init; } = "";

    /// <summary>Light, dark, or as the machine is set.</summary>
    public Theme Theme { get; init; } = Theme.Auto;

    /// <summary>The language asked for, or null for that of the person acted as.</summary>
    public string? Language { get; init; }
}

/// <summary>The colours a person asked for.</summary>
public enum Theme
{
    /// <summary>As the machine is set.</summary>
    Auto,

    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}

/// <summary>A person, or the product itself, as the author of messages.</summary>
/// <param name="Id">Chooses the colour of the picture too.</param>
/// <param name="Name">As shown.</param>
/// <param name="Title">What they do; may be empty.</param>
/// <param name="IsApp">Whether it is the product: such messages carry a badge.</param>
public sealed record PersonView(PersonId Id, string Name, string Title = "", bool IsApp = false);

/// <summary>A line of the side bar.</summary>
/// <param name="Name">As shown, without any sign.</param>
/// <param name="Address">Where it leads.</param>
public sealed record SideEntry(string Name, string Address)
{
    /// <summary>Whether it is open now.</summary>
    public bool Current { get; init; }

    /// <summary>Messages not read yet; 0 for none.</summary>
    public int Unread { get; init; }

    /// <summary>Whether only its members may see it.</summary>
    public bool Restricted { get; init; }

    /// <summary>Whether it is closed for new messages.</summary>
    public bool Archived { get; init; }

    /// <summary>Whose direct messages these are; null for rooms and mailboxes.</summary>
    public PersonView? Person { get; init; }
}

/// <summary>What the main part of the page shows.</summary>
public abstract record PaneView
{
    /// <summary>The title of the page.</summary>
    public abstract string Title { get; }
}

/// <summary>A person's own page: what waits for them, what is theirs, how it goes.</summary>
/// <param name="Name">As shown.</param>
/// <param name="Cards">From the top.</param>
public sealed record OwnPageView(string Name, ImmutableArray<Card> Cards) : PaneView
{
    /// <inheritdoc/>
    public override string Title => Name;
}

/// <summary>A room or a direct conversation.</summary>
/// <param name="Id">Comes back with every form.</param>
/// <param name="Name">As shown, without any sign.</param>
public sealed record RoomView(string Id, string Name) : PaneView
{
    /// <inheritdoc/>
    public override string Title => Name;

    /// <summary>Its own address.</summary>
    public required string Address { get; init; }

    /// <summary>One line that says what it is about; may be empty.</summary>
    public Text Topic { get; init; } = Text.Empty;

    /// <summary>Whose direct messages these are; null for a room.</summary>
    public PersonView? Direct { get; init; }

    /// <summary>Whether only its members may see it.</summary>
    public bool Restricted { get; init; }

    /// <summary>Whether it is closed for new messages.</summary>
    public bool Archived { get; init; }

    /// <summary>Who is in it.</summary>
    public ImmutableArray<PersonView> Members { get; init; } = [];

    /// <summary>The pinned message, or null. It is one of the messages of the room too.</summary>
    public MessageView? Pinned { get; init; }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<MessageView> Messages { get; init; } = [];

    /// <summary>Where older messages are; null when all are shown.</summary>
    public string? OlderAddress { get; init; }

    /// <summary>The first message not read yet; null when all are.</summary>
    public string? FirstUnread { get; init; }

    /// <summary>Slash commands that work here.</summary>
    public ImmutableArray<CommandView> Commands { get; init; } = [];

    /// <summary>What was typed and refused, so that it is not lost.</summary>
    public string Draft { get; init; } = "";

    /// <summary>Why it was refused; null when it was not.</summary>
    public Text? DraftProblem { get; init; }
}

/// <summary>A slash command and its help.</summary>
/// <param name="Name">The command alone, such as <c>/escalate status</c>.</param>
/// <param name="Usage">What may follow it, such as <c>[number]</c>; may be empty.</param>
/// <param name="Explanation">What it does.</param>
public sealed record CommandView(string Name, string Usage, Text Explanation);

/// <summary>A message of a room.</summary>
/// <param name="Id">Unique within the room; letters, digits and hyphens.</param>
/// <param name="Author">Who said it.</param>
/// <param name="At">When.</param>
public sealed record MessageView(string Id, PersonView Author, Instant At)
{
    /// <summary>Grows with every change; the page replaces a message only when it is another.</summary>
    public long Version { get; init; } = 1;

    /// <summary>What a person said; null when it is a card.</summary>
    public Text? Body { get; init; }

    /// <summary>What the product says; its phrases already said in the reader's language.</summary>
    public Card? Card { get; init; }

    /// <summary>When it was last changed; null when never.</summary>
    public Instant? EditedAt { get; init; }

    /// <summary>Whether nobody but the reader sees it.</summary>
    public bool OnlyYou { get; init; }

    /// <summary>What the menu of the message offers, such as "Escalate this message".</summary>
    public ImmutableArray<CardAction> Menu { get; init; } = [];
}

/// <summary>The mailbox of a customer's contact.</summary>
/// <param name="Contact">Whose it is.</param>
/// <param name="Address">The mail address.</param>
public sealed record MailboxView(string Contact, string Address) : PaneView
{
    /// <inheritdoc/>
    public override string Title => Contact;

    /// <summary>The customer's name.</summary>
    public string Customer { get; init; } = "";

    /// <summary>Newest first.</summary>
    public ImmutableArray<MailLine> Mails { get; init; } = [];

    /// <summary>The mail that is open; null when none is.</summary>
    public MailView? Open { get; init; }
}

/// <summary>A mail in the list.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="From">Who sent it.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Address">Where it opens.</param>
public sealed record MailLine(string Subject, string From, Instant At, string Address)
{
    /// <summary>The beginning of its text.</summary>
    public string Preview { get; init; } = "";

    /// <summary>Whether it was not opened yet.</summary>
    public bool Unread { get; init; }

    /// <summary>Whether it is open now.</summary>
    public bool Current { get; init; }
}

/// <summary>A mail as the customer sees it.</summary>
public sealed record MailView(string From, string To, string Subject, Instant At)
{
    /// <summary>Its text version.</summary>
    public required string Plain { get; init; }

    /// <summary>Its HTML version; null when it has none. Shown isolated.</summary>
    public string? Html { get; init; }
}

/// <summary>A dialog over the page.</summary>
/// <param name="Dialog">The form; its phrases already said in the reader's language.</param>
/// <param name="CloseAddress">Where giving up leads.</param>
public sealed record OpenDialog(Dialog Dialog, string CloseAddress)
{
    /// <summary>What was answered and what is wrong.</summary>
    public DialogState State { get; init; } = DialogState.New;

    /// <summary>The hidden fields that say where it was opened.</summary>
    public ImmutableArray<HiddenField> Origin { get; init; } = [];
}
