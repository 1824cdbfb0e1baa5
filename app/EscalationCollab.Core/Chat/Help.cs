using EscalationCollab.Core.Cards;

namespace EscalationCollab.Core.Chat;

/// <summary><c>/escalate help</c>: every command with what it is for.</summary>
internal static class Help
{
    private const string Word = "help";

    public static void Register(Slices slices) =>
        slices.Query(Word, turn => new Reply.Private(Of(turn.Slices)));

    public static Card Of(Slices slices) =>
        Card.Of(
            Phrase.Of("help.title"),
            new Header(Phrase.Of("help.title")),
            new Facts([
                .. slices
                    .Commands.Where(command => command.Word != Word)
                    .Select(command => new Fact(Typed(command), command.What)),
            ]),
            new Context(Phrase.Of("help.footer"))
        );

    private static Text Typed(CommandHelp command) =>
        new(new Code($"/escalate {command.Word}"), new Plain(" "), command.Usage);
}
