using System.CommandLine;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>serve</c>, also without a verb: runs the product until it is stopped.</summary>
internal static class ServeVerb
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons.",
        DefaultValueFactory = _ =>
            Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:5080",
        HelpName = "URLS",
    };

    private static readonly Option<bool> Fresh = new("--fresh")
    {
        Description =
            "Start the Sandbox over: its database and mail files in the data folder are moved aside first.",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Run the product (the default).") { Urls, Fresh };
        command.SetAction(RunAsync);
        return command;
    }

    public static void MakeDefault(RootCommand root)
    {
        root.Options.Add(Urls);
        root.Options.Add(Fresh);
        root.SetAction(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var places = CommonOptions.PlacesOf(parsed);
        if (parsed.GetValue(Fresh))
            FreshStart.MoveAside(places);
        await using var app = Server.Build(places, parsed.GetValue(Urls)!);
        await Server.PrepareAsync(app, cancellation);
        await app.StartAsync(cancellation);
        Console.WriteLine(Server.Welcome(app));
        if (await SlackRegistration.FirstLinkAsync(app.Services, cancellation) is { } link)
            Console.WriteLine($"Install it in Slack; this link works for 24 hours: {link}");
        await app.WaitForShutdownAsync(cancellation);
        return CommandLine.Fine;
    }
}
