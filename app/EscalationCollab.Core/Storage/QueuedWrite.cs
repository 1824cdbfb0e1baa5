using System.Data;

namespace EscalationCollab.Core.Storage;

/// <summary>A write that waits for its turn, then for the commit it shares with others.</summary>
internal abstract class QueuedWrite
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int GivenUp = 2;
    private int _state;

    /// <summary>Takes its turn; false when its caller no longer waits.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    /// <summary>Stops waiting for a turn; without effect once it has begun.</summary>
    public void GiveUp(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting)
            Cancel(cancellation);
    }

    /// <summary>Runs the work and keeps its result; may be called again when the shared commit failed.</summary>
    public abstract void Run(IDbConnection connection);

    /// <summary>Keeps an error as the outcome, told when the others have been committed.</summary>
    public abstract void Fail(Exception error);

    /// <summary>Tells the caller the outcome. Only after the commit, and only once.</summary>
    public abstract void Answer();

    /// <summary>Tells the caller that it was not written.</summary>
    public void Refuse(Exception error)
    {
        Fail(error);
        Answer();
    }

    /// <summary>Tells the caller that it gave up.</summary>
    protected abstract void Cancel(CancellationToken cancellation);
}

/// <inheritdoc cref="QueuedWrite"/>
internal sealed class QueuedWrite<T>(Func<IDbConnection, T> work) : QueuedWrite
{
    private readonly TaskCompletionSource<T> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private T? _result;
    private Exception? _error;

    /// <summary>Completes with the outcome.</summary>
    public Task<T> Task => _answer.Task;

    /// <inheritdoc/>
    public override void Run(IDbConnection connection)
    {
        _error = null;
        _result = work(connection);
    }

    /// <inheritdoc/>
    public override void Fail(Exception error) => _error = error;

    /// <inheritdoc/>
    public override void Answer()
    {
        if (_error is null)
            _answer.TrySetResult(_result!);
        else
            _answer.TrySetException(_error);
    }

    /// <inheritdoc/>
    protected override void Cancel(CancellationToken cancellation) =>
        _answer.TrySetCanceled(cancellation);
}
