using Spectre.Console;

namespace EscalationCollab.Host.Verbs;

/// <summary>A bar on a terminal, silence elsewhere, so that output can be piped.</summary>
internal static class ProgressBar
{
    /// <summary>Runs long work that says how far it is, from 0 to 1.</summary>
    public static Task<T> RunAsync<T>(string title, Func<Action<double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return work(_ => { });
        var terminal = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }
        );
        return terminal
            .Progress()
            .StartAsync(context =>
            {
                var bar = context.AddTask(title);
                return work(share => bar.Value = share * bar.MaxValue);
            });
    }
}
