using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Tests.Payloads;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(100, null, true)]
    [InlineData(100, 100L, true)]
    [InlineData(101, null, false)]
    [InlineData(1, 101L, false)]
    [InlineData(100_000, null, false)]
    public async Task ReadAsync_Body_IsTakenWholeOrNotAtAll(int sent, long? announced, bool taken)
    {
        using var body = new MemoryStream(new byte[sent]);

        var read = await RequestBody.ReadAsync(body, announced, most: 100, default);

        (read?.Length).Should().Be(taken ? sent : null);
    }

    [Fact]
    public async Task ReadAsync_BodyThatBreaksOff_IsNull()
    {
        using var body = new MemoryStream(new byte[10]);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        (await RequestBody.ReadAsync(body, 10, most: 100, gone.Token)).Should().BeNull();
    }
}
