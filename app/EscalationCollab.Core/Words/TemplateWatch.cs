using System.Collections.Immutable;

namespace EscalationCollab.Core.Words;

/// <summary>
/// Notices that files of a folder changed, by looking every few seconds: notifications of the file system are missing
/// on network drives and in containers, and an edit may take a moment.
/// </summary>
public sealed class TemplateWatch : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly Action _changed;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private ImmutableArray<(string, long, long)> _seen;

    /// <summary>Starts to look.</summary>
    /// <param name="folder">Looked through with its subfolders.</param>
    /// <param name="time">Gives the timer.</param>
    /// <param name="changed">Called after a change, one call at a time, on a thread of the timer. Must not throw.</param>
    public TemplateWatch(string folder, TimeProvider time, Action changed)
    {
        (_folder, _changed) = (folder, changed);
        _seen = Look();
        _timer = time.CreateTimer(_ => Check(), null, Period, Period);
    }

    /// <summary>Stops looking.</summary>
    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        if (!_looking.TryEnter())
            return;
        try
        {
            var now = Look();
            if (now.SequenceEqual(_seen))
                return;
            _seen = now;
            _changed();
        }
        finally
        {
            _looking.Exit();
        }
    }

    private ImmutableArray<(string, long, long)> Look()
    {
        try
        {
            return
            [
                .. new DirectoryInfo(_folder)
                    .EnumerateFiles("*", SearchOption.AllDirectories)
                    .Select(f => (f.FullName, f.LastWriteTimeUtc.Ticks, f.Length))
                    .OrderBy(f => f.FullName, StringComparer.Ordinal),
            ];
        }
        catch (IOException)
        {
            // In the middle of being replaced: the next look sees the new state.
            return _seen.IsDefault ? [] : _seen;
        }
    }
}
