using System.Collections.Immutable;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Chat;

/// <summary>Something a person did in chat, in the product's own terms; each platform translates its payloads to this.</summary>
public sealed record Interaction
{
    /// <summary>The same for every delivery of this one act; a second one is answered without happening again.</summary>
    public required string Key { get; init; }

    /// <summary>Whose installation it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Who did it, verified by the platform.</summary>
    public required PersonId Actor { get; init; }

    /// <summary>The platform's <see cref="IChatPlatform.Name"/>.</summary>
    public required string Platform { get; init; }

    /// <summary>What kind of act.</summary>
    public required InteractionKind Kind { get; init; }

    /// <summary>The command word, action id, dialog id or shortcut id.</summary>
    public required string Route { get; init; }

    /// <summary>What travelled with the button or dialog.</summary>
    public ActionData Data { get; init; } = ActionData.None;

    /// <summary>What a dialog's fields were answered with: several values for a multiple choice.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Inputs { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What was typed after the command word.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The room it was done in, if any.</summary>
    public RoomRef? Room { get; init; }

    /// <summary>The message a shortcut was used on, if any.</summary>
    public SourceMessage? Source { get; init; }
}

/// <summary>The kinds of <see cref="Interaction"/>.</summary>
public enum InteractionKind
{
    /// <summary>A slash command or a message to the bot.</summary>
    Command,

    /// <summary>A <see cref="Does"/> button.</summary>
    Action,

    /// <summary>An <see cref="Opens"/> button.</summary>
    OpenDialog,

    /// <summary>A dialog was submitted.</summary>
    SubmitDialog,

    /// <summary>A message shortcut such as "Escalate this message".</summary>
    Shortcut,
}

/// <summary>A room on a platform.</summary>
public sealed record RoomRef(string Platform, string Id);

/// <summary>A message on a platform: its room (or direct conversation) and its own id.</summary>
public sealed record MessageRef(string Platform, string Room, string Id);

/// <summary>A chat message that something is based on.</summary>
/// <param name="Message">Where it is.</param>
/// <param name="Author">Who wrote it, as shown; may be a customer or a stranger.</param>
/// <param name="Text">What it says, without the platform's markup.</param>
/// <param name="Link">Leads back to it, or null.</param>
public sealed record SourceMessage(MessageRef Message, string Author, string Text, Uri? Link);
