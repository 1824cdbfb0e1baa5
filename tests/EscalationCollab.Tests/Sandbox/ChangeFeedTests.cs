using EscalationCollab.Web.Sandbox;

namespace EscalationCollab.Tests.Sandbox;

public sealed class ChangeFeedTests
{
    [Fact]
    public async Task Changed_PageListens_IsToldOnceForManyChanges()
    {
        var feed = new ChangeFeed();
        using var gone = new CancellationTokenSource();
        await using var events = feed.Events(gone.Token).GetAsyncEnumerator();
        var first = events.MoveNextAsync();

        feed.Changed("support");
        (await first).Should().BeTrue();
        events.Current.Should().Be("support");

        feed.Changed("support");
        feed.Changed("esc-1042");
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Should().Be("esc-1042");
        var next = events.MoveNextAsync();
        next.IsCompleted.Should().BeFalse();
        await gone.CancelAsync();
        (await next).Should().BeFalse();
    }

    [Fact]
    public async Task Events_AtOnce_ListensBeforeItSaysSo()
    {
        var feed = new ChangeFeed();
        using var gone = new CancellationTokenSource();
        await using var events = feed.Events(gone.Token, atOnce: "").GetAsyncEnumerator();

        (await events.MoveNextAsync()).Should().BeTrue();

        events.Current.Should().BeEmpty();
        feed.Listeners.Should().Be(1);
        await gone.CancelAsync();
    }

    [Fact]
    public async Task Events_PageGone_LeavesNoListenerBehind()
    {
        var feed = new ChangeFeed();
        using var gone = new CancellationTokenSource();
        await using (var events = feed.Events(gone.Token).GetAsyncEnumerator())
        {
            var waiting = events.MoveNextAsync();
            feed.Listeners.Should().Be(1);
            await gone.CancelAsync();
            (await waiting).Should().BeFalse();
        }

        feed.Listeners.Should().Be(0);
    }
}
