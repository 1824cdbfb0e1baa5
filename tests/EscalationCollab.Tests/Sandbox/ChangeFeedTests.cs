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
        (await events.MoveNextAsync()).Should().BeTrue();

        feed.Changed();
        feed.Changed();
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Should().Be(feed.Newest);
        var next = events.MoveNextAsync();
        next.IsCompleted.Should().BeFalse();
        await gone.CancelAsync();
        (await next).Should().BeFalse();
    }

    [Fact]
    public async Task Events_BeforeAnyChange_SayAtOnceWhatIsNewest()
    {
        var feed = new ChangeFeed();
        var made = feed.Newest;
        feed.Changed();
        using var gone = new CancellationTokenSource();
        await using var events = feed.Events(gone.Token).GetAsyncEnumerator();

        (await events.MoveNextAsync()).Should().BeTrue();

        events.Current.Should().Be(feed.Newest).And.NotBe(made);
        feed.Listeners.Should().Be(1);
        await gone.CancelAsync();
    }

    [Fact]
    public void Newest_OfAnotherRun_IsAnother() =>
        new ChangeFeed().Newest.Should().NotBe(new ChangeFeed().Newest);

    [Fact]
    public async Task Events_PageGone_LeavesNoListenerBehind()
    {
        var feed = new ChangeFeed();
        using var gone = new CancellationTokenSource();
        await using (var events = feed.Events(gone.Token).GetAsyncEnumerator())
        {
            await events.MoveNextAsync();
            var waiting = events.MoveNextAsync();
            feed.Listeners.Should().Be(1);
            await gone.CancelAsync();
            (await waiting).Should().BeFalse();
        }

        feed.Listeners.Should().Be(0);
    }
}
