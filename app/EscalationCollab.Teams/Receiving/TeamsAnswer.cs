using System.Text.Json.Nodes;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// What an act is answered: a body while Teams waits for it, or privately when it was told something else already.
/// </summary>
/// <param name="Body">Of the answer; null for none, which closes a dialog.</param>
/// <param name="Late">Says the same to the person afterwards.</param>
internal sealed record TeamsAnswer(JsonObject? Body, Func<Task> Late)
{
    /// <summary>Nothing to say.</summary>
    public static readonly TeamsAnswer Nothing = new(null, () => Task.CompletedTask);

    /// <summary>Whether something was done, so that the same act is not to be done again.</summary>
    public bool Happened { get; init; }
}

/// <summary>How an act can be answered.</summary>
internal enum Way
{
    /// <summary><c>adaptiveCard/action</c>: another card in its place, or a sentence that only this person sees.</summary>
    Card,

    /// <summary><c>task/fetch</c> and the opening of a message extension's command: a dialog or a sentence in its place.</summary>
    Opening,

    /// <summary><c>task/submit</c> and its like: the next dialog, the same again, or a sentence at the end.</summary>
    Form,

    /// <summary>A search or a link: a list, or a sentence in its place.</summary>
    Search,

    /// <summary>A message to the app: by messages only.</summary>
    Message,
}
