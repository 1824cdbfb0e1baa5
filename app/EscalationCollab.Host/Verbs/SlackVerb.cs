using System.CommandLine;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Slack.Installation;

namespace EscalationCollab.Host.Verbs;

/// <summary><c>slack link</c>: the address at which an administrator brings a Slack workspace in.</summary>
internal static class SlackVerb
{
    public static Command Create() => new("slack", "Bring Slack workspaces in.") { Link() };

    // Needs no database, so that it works while the product runs.
    private static Command Link()
    {
        var command = new Command(
            "link",
            "Print an address that works for 24 hours: whoever opens it can install the app in a workspace of theirs."
        );
        command.SetAction(parsed =>
        {
            var places = CommonOptions.PlacesOf(parsed);
            var settings = Server.Settings(places);
            if (settings["PublicUrl"] is not { Length: > 0 })
            {
                Console.Error.WriteLine(
                    "PublicUrl is not set. Write the https address that Slack reaches, such as https://escalations.example.com."
                );
                return CommandLine.ProblemFound;
            }
            using var keys = Keys.Open(places, settings);
            var link = new InstallLink(keys.Protection, TimeProvider.System);
            Console.WriteLine(link.Make(ProductServices.PublicAddress(settings)));
            Console.Error.WriteLine(
                "Give it only to who may install: it works for 24 hours, for any number of workspaces."
            );
            return CommandLine.Fine;
        });
        return command;
    }
}
