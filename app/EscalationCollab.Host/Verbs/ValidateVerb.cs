using System.CommandLine;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using EscalationCollab.CustomerChannels.Email;
using EscalationCollab.Host.Hosting;

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
        command.SetAction(parsed => Run(CommonOptions.PlacesOf(parsed)));
        return command;
    }

    private static int Run(Places places)
    {
        var problems = Problems(places).ToList();
        foreach (var problem in problems)
            Console.WriteLine(problem);
        Console.WriteLine(
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

    private static IEnumerable<string> Problems(Places places)
    {
        foreach (var problem in PolicyFile.Load(places.Policy).Problems)
            yield return problem.ToString();
        var words = Wordbook.Load(places.Templates);
        foreach (var problem in words.Validate())
            yield return problem.ToString();
        foreach (var problem in CustomerTemplates.Load(places.Templates, words).Validate())
            yield return problem.ToString();
        EmailOptions.Read(Server.Settings(places).GetSection(EmailOptions.Section), out var mail);
        foreach (var problem in mail)
            yield return problem.ToString()!;
    }
}
