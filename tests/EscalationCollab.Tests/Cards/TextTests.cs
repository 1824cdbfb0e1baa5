using EscalationCollab.Core.Cards;

namespace EscalationCollab.Tests.Cards;

public sealed class TextTests
{
    [Fact]
    public void Facts_ValueNotKnown_IsLeftOut()
    {
        string? words = null;
        Inline? part = null;

        var facts = Facts.Of(("One", words), ("Two", part), ("Three", "known"));

        facts.Items.Should().ContainSingle().Which.Value.Should().Be((Text)"known");
    }
}
