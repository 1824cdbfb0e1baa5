using EscalationCollab.Core.Chat;

namespace EscalationCollab.Tests.Sandbox;

public sealed class SlashCommandTests
{
    [Theory]
    [InlineData("/escalate", "help", "")]
    [InlineData("/escalate status 1042 looks better", "status", "1042 looks better")]
    [InlineData("/esc NEW Acme\nsecond line", "new", "Acme\nsecond line")]
    public void Read_Command_GivesWordAndRest(string typed, string word, string argument) =>
        SlashCommand.Read(typed).Should().Be(new SlashCommand(word, argument));

    [Theory]
    [InlineData("escalate")]
    [InlineData("/escalated")]
    [InlineData("/var/log is full")]
    public void Read_SomethingElse_IsNoCommand(string typed) =>
        SlashCommand.Read(typed).Should().BeNull();
}
