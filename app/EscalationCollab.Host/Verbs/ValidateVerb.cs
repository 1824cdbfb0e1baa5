using System.CommandLine;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.Words;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack;
using EscalationCollab.Teams;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>validate</c>: everything people edit, each mistake with file, line and remedy.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var command = new Command(
            "validate",
            "Check configuration, policy and every template in every language."
        );
        command.SetAction(parsed => Run(CommonOptions.PlacesOf(parsed), Console.Out));
        return command;
    }

    /// <summary>Writes every problem on a line of its own and how many there are.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(Places places, TextWriter output)
    {
        var problems = Problems(places).ToList();
        foreach (var problem in problems)
            output.WriteLine(problem);
        output.WriteLine(
            problems.Count switch
            {
                0 => $"Everything in {places.Templates} is in order.",
                1 => "1 problem. The program keeps the last good version until it is mended.",
                var count =>
                    $"{count} problems. The program keeps the last good version until they are mended.",
            }
        );
        return problems.Count == 0 ? CommandLine.Fine : CommandLine.ProblemFound;
    }

    private static IEnumerable<string> TicketMaps(Places places)
    {
        var folder = Path.Combine(places.Templates, "tickets");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Everything that is wrong, each with file, line and remedy.</summary>
    private static IEnumerable<string> Problems(Places places)
    {
        foreach (var problem in PolicyFile.Load(places.Policy).Problems)
            yield return problem.ToString();
        var words = Wordbook.Load(places.Templates);
        foreach (var problem in words.Validate())
            yield return problem.ToString();
        foreach (var problem in CustomerTemplates.Load(places.Templates, words).Validate())
            yield return problem.ToString();
        foreach (var problem in new PostMortemDocuments(places.Templates, words).Validate())
            yield return problem.ToString();
        foreach (
            var problem in TicketMaps(places).SelectMany(file => TicketMapFile.Load(file).Problems)
        )
            yield return problem.ToString();
        EmailOptions.Read(Server.Settings(places).GetSection(EmailOptions.Section), out var mail);
        foreach (var problem in mail)
            yield return problem.ToString()!;
        SlackOptions.Read(Server.Settings(places).GetSection(SlackOptions.Section), out var slack);
        foreach (var problem in slack)
            yield return problem;
        TeamsOptions.Read(Server.Settings(places).GetSection(TeamsOptions.Section), out var teams);
        foreach (var problem in teams)
            yield return problem;
    }
}
