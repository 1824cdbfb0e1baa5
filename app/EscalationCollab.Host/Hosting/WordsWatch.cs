using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Host.Hosting;

/// <summary>
/// Takes edits of words, letters and documents over while the program runs; what is wrong is logged, and the last good text
/// stays. The administrators are told of a letter or document that is broken, once, and when it is mended.
/// </summary>
internal sealed class WordsWatch(
    Places places,
    Tools tools,
    IStore store,
    Situations situations,
    TimeProvider time,
    ILogger<WordsWatch> log
) : IHostedService, IDisposable
{
    private static readonly string[] Folders = ["words", "post-mortem"];

    private readonly List<TemplateWatch> _watches = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        tools.Letters.Failed += Found;
        tools.Documents.Failed += Found;
        foreach (var folder in Folders.Select(name => Path.Combine(places.Templates, name)))
            if (Directory.Exists(folder))
                _watches.Add(new TemplateWatch(folder, time, Reload));
        // Mended while the program did not run: that is told too.
        var known = await store.ReadAsync(
            connection => BrokenTemplates.Known(new Records(connection, TenantId.Default)),
            cancellationToken
        );
        if (!known.IsEmpty)
            _ = Task.Run(Reload, CancellationToken.None);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        tools.Letters.Failed -= Found;
        tools.Documents.Failed -= Found;
        foreach (var watch in _watches)
            watch.Dispose();
        _watches.Clear();
    }

    private void Reload()
    {
        var words = tools.Words.Reload();
        TemplateProblem[] texts = [.. tools.Letters.Reload(), .. tools.Documents.Validate()];
        foreach (var problem in words.Concat(texts))
            log.LogError("An edited text is not in force: {Problem}", problem);
        _ = TellAsync((records, situation) => BrokenTemplates.Checked(records, texts, situation));
    }

    // Comes from inside a decision or a letter that is being sent: only queued here.
    private void Found(TemplateProblem problem)
    {
        log.LogError("A plain text took the place of a template: {Problem}", problem);
        _ = TellAsync((records, situation) => BrokenTemplates.Found(records, problem, situation));
    }

    private async Task TellAsync(Action<Records, Situation> tell)
    {
        try
        {
            await store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    tell(records, situations.Of(records, PersonId.Product));
                    return true;
                },
                CancellationToken.None
            );
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogError(
                unavailable,
                "The administrators could not be told about a text; the log has it"
            );
        }
    }
}
