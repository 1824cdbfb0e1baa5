using System.CommandLine;
using EscalationCollab.Host.Hosting;

namespace EscalationCollab.Host.Verbs;

/// <summary>The options every verb understands.</summary>
internal static class CommonOptions
{
    public static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Folder of the database and the mail files.",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
        Recursive = true,
        HelpName = "DIR",
    };

    public static readonly Option<DirectoryInfo?> Templates = new("--templates")
    {
        Description =
            "Folder of policy.yaml, words and documents. Default: templates here, else the ones that came with the program.",
        Recursive = true,
        HelpName = "DIR",
    };

    /// <summary>The places the verb works on.</summary>
    public static Places PlacesOf(ParseResult parsed) =>
        new(
            parsed.GetValue(Data)!.FullName,
            Places.FindTemplates(parsed.GetValue(Templates)?.FullName)
        );
}
