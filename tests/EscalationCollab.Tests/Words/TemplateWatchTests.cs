using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Words;

public sealed class TemplateWatchTests
{
    [Fact]
    public void Watch_FileChanged_TellsOnce()
    {
        using var folder = WordFolder.Everywhere("a: x\n");
        var time = new ManualTime();
        var told = 0;
        using var watch = new TemplateWatch(folder.Root, time, () => told++);

        time.Advance(TemplateWatch.Period * 3);
        told.Should().Be(0);
        folder.Write("words/en/a.yaml", "a: longer\n");
        time.Advance(TemplateWatch.Period * 3);
        told.Should().Be(1);
        folder.Write("words/en/b.yaml", "b: new\n");
        time.Advance(TemplateWatch.Period);
        told.Should().Be(2);
    }
}
