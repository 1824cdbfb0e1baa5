namespace EscalationCollab.Slack.BlockKit;

/// <summary>What Slack takes, in one place.</summary>
internal static class BlockKitLimits
{
    /// <summary>Blocks in a message.</summary>
    public const int MessageBlocks = 50;
}
