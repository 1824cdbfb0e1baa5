using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>A log that keeps its errors.</summary>
internal sealed class MistakeLog<T>(ConcurrentQueue<string> mistakes) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            mistakes.Enqueue($"{formatter(state, exception)}: {exception}");
    }
}
