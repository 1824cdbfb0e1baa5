using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Chat;

/// <summary><c>/escalate help</c>: every command with what it is for.</summary>
internal static class Help
{
    public static void Register(Slices slices) =>
        slices.Query("help", turn => new Reply.Private(Of(turn.Slices)));

    public static Card Of(Slices slices) =>
        Card.Of(
            Phrase.Of("help.title"),
            new Header(Phrase.Of("help.title")),
            new Facts([
                .. slices.Commands.Select(command => new Fact(
                    new Code($"/escalate {command.Word}"),
                    Line(command)
                )),
            ]),
            new Context(Phrase.Of("help.footer"))
        );

    private static Text Line(CommandHelp command) =>
        new Text(command.What, new Plain(" "), command.Usage);
}
