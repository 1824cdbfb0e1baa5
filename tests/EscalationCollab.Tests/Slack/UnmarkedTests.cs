using EscalationCollab.Slack.Receiving;

namespace EscalationCollab.Tests.Slack;

public sealed class UnmarkedTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a &lt;b&gt; &amp; c", "a <b> & c")]
    [InlineData("ask <@U1> now", "ask @Ana Souza now")]
    [InlineData("ask <@U2|bob>", "ask @bob")]
    [InlineData("ask <@U2>", "ask @U2")]
    [InlineData("in <#C1|general> and <#C2>", "in #general and #C2")]
    [InlineData("<https://acme.example/a?b=1&amp;c=2>", "https://acme.example/a?b=1&c=2")]
    [InlineData("<https://acme.example|the page>", "the page (https://acme.example)")]
    [InlineData("<https://acme.example|acme.example>", "https://acme.example")]
    [InlineData("<mailto:a@b.example|a@b.example>", "a@b.example")]
    [InlineData("<!here> <!channel> <!subteam^S1|@support>", "here channel @support")]
    [InlineData("<!date^1392734382^{date}|18 February>", "18 February")]
    [InlineData("<not closed", "<not closed")]
    [InlineData("&amp;lt;", "&lt;")]
    public void Of_SlacksMarkup_IsWhatPeopleRead(string text, string read) =>
        Unmarked.Of(text, user => user == "U1" ? "Ana Souza" : null).Should().Be(read);

    [Fact]
    public void Of_NameWithSigns_StaysAsItIs() =>
        Unmarked.Of("<@U1>", _ => "A & <B>").Should().Be("@A & <B>");

    [Fact]
    public void Mentioned_Several_AreThoseUsers() =>
        Unmarked.Mentioned("<@U1> <@W2|x> <#C3> <@U1>").Should().Equal("U1", "W2");
}
