using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>Keeps what the product logs from a level on, one line each.</summary>
internal sealed class LogRecorder(ConcurrentQueue<string> lines, LogLevel least)
    : ILoggerProvider,
        ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose() { }
}
