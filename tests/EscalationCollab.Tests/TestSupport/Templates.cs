namespace EscalationCollab.Tests.TestSupport;

/// <summary>The folder of texts that people edit, as it is in the repository.</summary>
internal static class Templates
{
    public static string Root { get; } = Path.Combine(Repository(), "templates");

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null
            && !File.Exists(Path.Combine(folder.FullName, "EscalationCollab.sln"))
        )
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
