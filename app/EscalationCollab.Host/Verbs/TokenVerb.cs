using System.CommandLine;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Host.Api;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>token create|list|revoke</c>: who may call the HTTP interface.</summary>
internal static class TokenVerb
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "What the token is for, such as the name of the calling system.",
        Required = true,
        HelpName = "NAME",
    };

    public static Command Create() =>
        new("token", "Make, list and revoke tokens for the HTTP interface.")
        {
            CreateToken(),
            List(),
            Revoke(),
        };

    private static Command CreateToken()
    {
        var command = new Command(
            "create",
            "Make a token. It is printed once and kept only as a hash."
        )
        {
            Name,
        };
        command.SetAction(
            (parsed, cancellation) =>
                WithStore(
                    parsed,
                    async store =>
                    {
                        var name = parsed.GetRequiredValue(Name).Trim();
                        if (name.Length is 0 or > 100)
                            return CommandLine.Misused("A token's name has 1 to 100 characters.");
                        var (token, hash) = ApiTokens.Make();
                        var added = await store.WriteAsync(
                            connection =>
                                ApiTokens.Add(
                                    connection,
                                    TenantId.Default,
                                    name,
                                    hash,
                                    TimeProvider.System.Moment()
                                ),
                            cancellation
                        );
                        if (!added)
                        {
                            Console.Error.WriteLine(
                                $"There is a token named {name} already. Revoke it first, or choose another name."
                            );
                            return CommandLine.ProblemFound;
                        }
                        Console.WriteLine(token);
                        Console.Error.WriteLine(
                            "Keep it safe: it is shown only now. Send it as 'Authorization: Bearer TOKEN'."
                        );
                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List the names of the tokens.");
        command.SetAction(
            (parsed, cancellation) =>
                WithStore(
                    parsed,
                    async store =>
                    {
                        var names = await store.ReadAsync(
                            connection => ApiTokens.Names(connection, TenantId.Default),
                            cancellation
                        );
                        foreach (var (name, since) in names)
                            Console.WriteLine($"{name}  since {since}");
                        if (names.Count == 0)
                            Console.Error.WriteLine(
                                "There are no tokens. 'token create --name NAME' makes one."
                            );
                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }

    private static Command Revoke()
    {
        var command = new Command("revoke", "Make a token useless at once.") { Name };
        command.SetAction(
            (parsed, cancellation) =>
                WithStore(
                    parsed,
                    async store =>
                    {
                        var name = parsed.GetRequiredValue(Name);
                        var gone = await store.WriteAsync(
                            connection => ApiTokens.Remove(connection, TenantId.Default, name),
                            cancellation
                        );
                        if (gone)
                            return CommandLine.Fine;
                        Console.Error.WriteLine(
                            $"There is no token named {name}. 'token list' shows the names."
                        );
                        return CommandLine.ProblemFound;
                    }
                )
        );
        return command;
    }

    private static async Task<int> WithStore(ParseResult parsed, Func<SqliteStore, Task<int>> act)
    {
        var places = CommonOptions.PlacesOf(parsed);
        Directory.CreateDirectory(places.Data);
        await using var store = SqliteStore.Open(
            places.Database,
            TimeProvider.System,
            NullLogger<SqliteStore>.Instance
        );
        return await act(store);
    }
}
