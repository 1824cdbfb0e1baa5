using EscalationCollab.Core.Cards;

namespace EscalationCollab.Slack.BlockKit;

/// <summary>The data of a dialog together with where it was opened, as it travels in <c>private_metadata</c>.</summary>
internal static class DialogData
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
