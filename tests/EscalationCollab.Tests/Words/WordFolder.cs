using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Words;

/// <summary>A templates folder of its own, empty or a copy of the delivered one, to be spoilt by a test.</summary>
internal sealed class WordFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("words").FullName;

    public static WordFolder Delivered()
    {
        var folder = new WordFolder();
        var source = Path.Combine(Templates.Root, "words");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            folder.Write(
                Path.Combine("words", Path.GetRelativePath(source, file)),
                File.ReadAllText(file)
            );
        return folder;
    }

    /// <summary>The same text in every language.</summary>
    public static WordFolder Everywhere(string yaml)
    {
        var folder = new WordFolder();
        foreach (var language in Languages.All)
            folder.Write($"words/{language}/a.yaml", yaml);
        return folder;
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public void Write(string file, string text)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
