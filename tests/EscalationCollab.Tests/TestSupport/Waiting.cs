namespace EscalationCollab.Tests.TestSupport;

internal static class Waiting
{
    /// <summary>Waits for something to be over; false when nobody waits any longer.</summary>
    public static async Task<bool> IsOverAsync(this Task task, CancellationToken givenUp)
    {
        try
        {
            await task.WaitAsync(givenUp);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
