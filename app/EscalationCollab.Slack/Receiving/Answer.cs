namespace EscalationCollab.Slack.Receiving;

/// <summary>
/// What an act is answered: one way when there is still time to answer with the acknowledgement, another when Slack has
/// been told "received" already.
/// </summary>
internal sealed class Answer(Func<Acknowledgement> inTime, Func<Task> late)
{
    /// <summary>Nothing to say.</summary>
    public static readonly Answer None = new(() => Acknowledgement.Plain, () => Task.CompletedTask);

    /// <summary>Answers with the acknowledgement; what else is to be done is begun.</summary>
    public Acknowledgement InTime() => inTime();

    /// <summary>Answers afterwards, privately.</summary>
    public Task Late() => late();
}
