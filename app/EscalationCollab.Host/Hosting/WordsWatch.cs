using EscalationCollab.Core;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Host.Hosting;

/// <summary>Takes edits of words and letters over while the program runs; what is wrong is logged, and the last good text stays.</summary>
internal sealed class WordsWatch(
    Places places,
    Tools tools,
    TimeProvider time,
    ILogger<WordsWatch> log
) : IHostedService, IDisposable
{
    private TemplateWatch? _watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = new TemplateWatch(Path.Combine(places.Templates, "words"), time, Reload);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _watch?.Dispose();

    private void Reload()
    {
        foreach (var problem in tools.Words.Reload().Concat(tools.Letters.Reload()))
            log.LogError("An edited text is not in force: {Problem}", problem);
    }
}
