using System.Collections.Immutable;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace EscalationCollab.Core.Policy;

/// <summary>The policy in force and what is wrong with the newest edit of its file, if anything.</summary>
/// <param name="Policy">In force; the last good one.</param>
/// <param name="Problems">Of the newest edit, which is then not in force; empty when it is.</param>
/// <param name="Since">When this state began.</param>
public sealed record PolicyState(
    EscalationPolicy Policy,
    ImmutableArray<PolicyProblem> Problems,
    Instant Since
);

/// <summary>
/// Holds the policy in force and follows its file while the product runs. A good edit is taken over whole; a bad one
/// leaves the last good policy in force and raises <see cref="Changed"/>, so that the administrator hears of it.
/// Readers take <see cref="Current"/> once per decision and never see half an edit.
/// </summary>
public sealed class PolicySource : IDisposable
{
    /// <summary>The file is looked at this often even when the system reports no change, as network folders do not.</summary>
    public static readonly Duration PollEvery = Duration.FromSeconds(5);

    /// <summary>Editors write in several steps; reading waits this long after the last one.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(400);

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger<PolicySource> log;
    private readonly ITimer poll;
    private readonly ITimer settle;
    private readonly FileSystemWatcher? watcher;
    private volatile PolicyState state;
    private string seen;

    private PolicySource(
        string path,
        FileText text,
        PolicyState first,
        TimeProvider time,
        ILogger<PolicySource> log
    )
    {
        (this.path, this.time, this.log) = (path, time, log);
        state = first;
        seen = text.Seen;
        poll = time.CreateTimer(
            _ => Reload(),
            null,
            PollEvery.ToTimeSpan(),
            PollEvery.ToTimeSpan()
        );
        settle = time.CreateTimer(
            _ => Reload(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        watcher = Watch();
    }

    /// <summary>Raised after the policy or the problems of its file have changed, one at a time and in order.</summary>
    public event Action<PolicyState>? Changed;

    /// <summary>The policy in force.</summary>
    public EscalationPolicy Current => state.Policy;

    /// <summary>What is wrong with the newest edit; empty when it is in force.</summary>
    public ImmutableArray<PolicyProblem> Problems => state.Problems;

    /// <summary>Both together, as of one moment.</summary>
    public PolicyState State => state;

    /// <summary>Reads the file and begins to follow it.</summary>
    /// <exception cref="PolicyException">The file cannot be read or is not a valid policy: there is no last good one yet.</exception>
    public static PolicySource Open(string path, TimeProvider time, ILogger<PolicySource> log)
    {
        ArgumentNullException.ThrowIfNull(time);
        var text = FileText.Read(path);
        var reading = text.Reading(path);
        if (reading.Policy is null)
            throw new PolicyException(reading.Problems);
        var first = new PolicyState(reading.Policy, [], time.Moment());
        return new PolicySource(path, text, first, time, log);
    }

    /// <summary>Looks at the file now. Called by itself; a command that edits the file may call it to see the result at once.</summary>
    /// <returns>The state afterwards.</returns>
    public PolicyState Reload()
    {
        lock (gate)
        {
            var text = FileText.Read(path);
            if (text.Seen == seen)
                return state;
            seen = text.Seen;
            var reading = text.Reading(path);
            state = new PolicyState(
                reading.Policy ?? state.Policy,
                reading.Problems,
                time.Moment()
            );
            Tell();
            return state;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        watcher?.Dispose();
        poll.Dispose();
        settle.Dispose();
    }

    private void Tell()
    {
        if (state.Problems.IsEmpty)
            log.LogInformation("Policy {Version} is in force", state.Policy.Version);
        else
            log.LogWarning(
                "The newest edit of the policy has {Count} problems, first {Problem}; {Version} stays in force",
                state.Problems.Length,
                state.Problems[0].ToString(),
                state.Policy.Version
            );
        foreach (var listener in Changed?.GetInvocationList() ?? [])
            Tell((Action<PolicyState>)listener);
    }

    private void Tell(Action<PolicyState> listener)
    {
#pragma warning disable CA1031 // A listener that fails must not keep the others, or the policy itself, from changing.
        try
        {
            listener(state);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "A listener to policy changes failed");
        }
#pragma warning restore CA1031
    }

    private FileSystemWatcher? Watch()
    {
        try
        {
            var full = Path.GetFullPath(path);
            var made = new FileSystemWatcher(Path.GetDirectoryName(full)!, Path.GetFileName(full));
            void Soon() => settle.Change(Settle, Timeout.InfiniteTimeSpan);
            made.Changed += (_, _) => Soon();
            made.Created += (_, _) => Soon();
            made.Renamed += (_, _) => Soon();
            made.EnableRaisingEvents = true;
            return made;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            // The system may be out of watches; polling is enough, only later.
            log.LogWarning(failure, "Changes of the policy file are found by polling only");
            return null;
        }
    }

    /// <summary>What was found at the path: a text, or why there is none. Two looks with the same <see cref="Seen"/> are the same.</summary>
    private sealed record FileText(string? Text, string Failure)
    {
        public string Seen => Text is null ? "?" + Failure : "=" + Text;

        public static FileText Read(string path)
        {
            try
            {
                return new FileText(PolicyFile.ReadCapped(path), "");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return new FileText(null, failure.GetType().Name);
            }
        }

        public PolicyReading Reading(string path) =>
            Text is null
                ? PolicyFile.Unreadable(path, Failure)
                : PolicyFile.Parse(Path.GetFileName(path), Text);
    }
}

/// <summary>There is no valid policy to begin with.</summary>
public sealed class PolicyException(ImmutableArray<PolicyProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>What is wrong, in the order of the file.</summary>
    public ImmutableArray<PolicyProblem> Problems { get; } = problems;
}
