using System.Text.Json;
using EscalationCollab.Core.Intake;
using EscalationCollab.Teams.Receiving;

namespace EscalationCollab.Tests.Teams.Receiving;

public sealed class ReadingTests
{
    [Theory]
    [InlineData("<p>One</p><p>Two</p>", "One\nTwo")]
    [InlineData("a<br/>b &amp; c&nbsp;d", "a\nb & c d")]
    [InlineData("1 < 2 and <at id=\"0\">Ana</at>", "1 < 2 and Ana")]
    [InlineData("<script>x</script><", "x<")]
    [InlineData("&lt;b&gt;", "<b>")]
    public void Plain_OfHtml_IsWhatPeopleRead(string html, string read) =>
        TeamsText.Plain(html).Should().Be(read);

    [Fact]
    public void Command_WithTheMentionOfUs_LosesItAndKeepsOthers()
    {
        var activity = Of(
            """
            {"text":"<at>Bot</at> assign 1001 <at>Tom</at>","recipient":{"id":"28:x"},
             "entities":[{"type":"mention","text":"<at>Bot</at>","mentioned":{"id":"28:x"}},
                         {"type":"mention","text":"<at>Tom</at>","mentioned":{"id":"29:t"}}]}
            """
        );

        TeamsText.Command(activity).Should().Be("assign 1001 Tom");
    }

    [Theory]
    [InlineData(
        """{"conversation":{"id":"a:1","conversationType":"personal"}}""",
        "Personal",
        "a:1"
    )]
    [InlineData("""{"conversation":{"id":"19:g@thread.v2"}}""", "Group", "19:g@thread.v2")]
    [InlineData(
        """{"conversation":{"id":"19:c@thread.tacv2;messageid=5"},"channelData":{"channel":{"id":"19:c@thread.tacv2"}}}""",
        "Channel",
        "19:c@thread.tacv2"
    )]
    [InlineData("""{"conversation":[]}""", "Personal", "")]
    public void Activity_SaysWhereItHappened(string json, string scope, string room)
    {
        var activity = Of(json);

        (activity.Scope.ToString(), activity.Room).Should().Be((scope, room));
    }

    [Theory]
    [InlineData("Sessão ESC 1042, urgente", "sessao,esc-1042,urgente")]
    [InlineData("  #1042 ", "1042")]
    [InlineData("", "")]
    public void Words_AreFoundWithoutAccents(string typed, string words) =>
        string.Join(',', FindEscalations.WordsOf(typed)).Should().Be(words);

    [Fact]
    public void Words_OfHalfACharacter_AreNoMistake() =>
        FindEscalations.WordsOf(new string('x', 399) + "😀").Should().NotBeEmpty();

    private static Activity Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new Activity(document.RootElement.Clone());
    }
}
