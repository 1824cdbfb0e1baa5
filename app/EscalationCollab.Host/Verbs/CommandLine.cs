using System.CommandLine;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;

namespace EscalationCollab.Host.Verbs;

/// <summary>The exit codes: 0 fine, 1 a problem was found, 2 the command line was wrong.</summary>
internal static class CommandLine
{
    public const int Fine = 0;
    public const int ProblemFound = 1;
    public const int Misuse = 2;

    /// <summary>Runs the verb that was asked for; a problem that the person can mend is one clear message, not a stack trace.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("--help shows what can be written.");
            return Misuse;
        }
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false }
            );
        }
        catch (Exception problem) when (IsForThePerson(problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return ProblemFound;
        }
    }

    /// <summary>Writes a misuse found after parsing.</summary>
    public static int Misused(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return Misuse;
    }

    private static bool IsForThePerson(Exception problem) =>
        problem
            is StoreStartException
                or StoreUnavailableException
                or PolicyException
                or StartException
                or CustomerChannels.Email.EmailOptionsException
                or Slack.SlackOptionsException
                or Teams.TeamsOptionsException;
}

/// <summary>The program cannot start or go on; the message says why and what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
