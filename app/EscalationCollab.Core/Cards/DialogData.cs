using System.Collections.Immutable;

namespace EscalationCollab.Core.Cards;

/// <summary>Where a dialog was opened; comes back with its submission.</summary>
/// <param name="Channel">The channel or conversation, or null.</param>
/// <param name="Message">The message's id in it, or null.</param>
public sealed record DialogOrigin(string? Channel = null, string? Message = null)
{
    /// <summary>Opened from nowhere in particular.</summary>
    public static readonly DialogOrigin None = new();
}

/// <summary>The data of a dialog together with where it was opened, as it travels with the dialog.</summary>
public static class DialogData
{
    // No name of a slice begins so.
    private const string Channel = "@channel";
    private const string Message = "@message";

    /// <summary>Packs both.</summary>
    public static ActionData With(ActionData data, DialogOrigin origin)
    {
        if (origin.Channel is { } channel)
            data = data.With(Channel, channel);
        return origin.Message is { } message ? data.With(Message, message) : data;
    }

    /// <summary>Unpacks both.</summary>
    public static (ActionData Data, DialogOrigin Origin) Apart(ActionData packed) =>
        (
            new ActionData(packed.Values.Where(value => value.Key is not (Channel or Message))),
            new DialogOrigin(packed[Channel], packed[Message])
        );
}

/// <summary>A dialog that came back.</summary>
/// <param name="Route">The dialog's route.</param>
/// <param name="Data">What travelled with it.</param>
/// <param name="Origin">Where it was opened.</param>
/// <param name="Inputs">The answers by the input's id; none for an input that was left empty.</param>
public sealed record SubmittedDialog(
    string Route,
    ActionData Data,
    DialogOrigin Origin,
    ImmutableDictionary<string, ImmutableArray<string>> Inputs
);
