using System.CommandLine;
using EscalationCollab.Host.Verbs;

// What the program can do, one verb a line; each verb is a file in Verbs/.
var root = new RootCommand(
    "EscalationCollab opens a war room per customer escalation and sees it through, in chat. Without a verb it serves."
)
{
    CommonOptions.Data,
    CommonOptions.Templates,
    ServeVerb.Create(),
    ValidateVerb.Create(),
    TicketsVerb.Create(),
    MetricsVerb.Create(),
    GalleryVerb.Create(),
    ManifestVerb.Create(),
    SlackVerb.Create(),
    TokenVerb.Create(),
};
ServeVerb.MakeDefault(root);
return await CommandLine.RunAsync(root, args);
