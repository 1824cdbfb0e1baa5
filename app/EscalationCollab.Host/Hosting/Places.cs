using EscalationCollab.Host.Verbs;

namespace EscalationCollab.Host.Hosting;

/// <summary>Where an installation keeps what it needs.</summary>
/// <param name="Data">Database and mail files; made when missing.</param>
/// <param name="Templates">Policy, words and documents.</param>
internal sealed record Places(string Data, string Templates)
{
    /// <summary>The SQLite file.</summary>
    public string Database => Path.Combine(Data, "escalationcollab.db");

    /// <summary>The escalation matrix.</summary>
    public string Policy => Path.Combine(Templates, "policy.yaml");

    /// <summary>
    /// The templates folder: the one asked for, else <c>templates</c> where the program was started (so that an edit
    /// counts at once), else the one that came with the program.
    /// </summary>
    /// <exception cref="StartException">There is none.</exception>
    public static string FindTemplates(string? asked)
    {
        string[] candidates = asked is not null
            ? [asked]
            : [Path.GetFullPath("templates"), Path.Combine(AppContext.BaseDirectory, "templates")];
        return Array.Find(candidates, folder => File.Exists(Path.Combine(folder, "policy.yaml")))
            ?? throw new StartException(
                $"There is no policy.yaml in {string.Join(" or ", candidates)}. Name the templates folder with --templates DIR."
            );
    }
}
