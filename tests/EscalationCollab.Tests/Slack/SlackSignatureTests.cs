using System.Globalization;
using System.Text;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Slack;

public sealed class SlackSignatureTests
{
    // Published by Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const long At = 1531420618;
    private const string Body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    private const string Signature =
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Body);

    [Fact]
    public void PublishedVector_IsSlacks() =>
        New().IsSlacks(Timestamp(At), Signature, Bytes).Should().BeTrue();

    [Fact]
    public void Of_PublishedVector_IsTheSame() =>
        SlackSignature.Of(Secret, Timestamp(At), Bytes).Should().Be(Signature);

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    [InlineData(-1_000_000, false)]
    public void Timestamp_OlderOrNewerThanFiveMinutes_IsRefused(int seconds, bool taken)
    {
        var time = new ManualTime(Instant.FromUnixTimeSeconds(At + seconds));

        new SlackSignature([Secret], time)
            .IsSlacks(Timestamp(At), Signature, Bytes)
            .Should()
            .Be(taken);
    }

    [Fact]
    public void BitFlips_AreAllRefused()
    {
        var (random, signature) = (new Random(7), New());
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var (body, claimed, timestamp) = ((byte[])Bytes.Clone(), Signature, Timestamp(At));
            switch (i % 3)
            {
                case 0:
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    claimed = Flip(claimed, random);
                    break;
                default:
                    timestamp = Timestamp(At + 1 + random.Next(250));
                    break;
            }
            if (signature.IsSlacks(timestamp, claimed, body))
                accepted++;
        }
        accepted.Should().Be(0);
    }

    [Theory]
    [InlineData(null, Signature)]
    [InlineData("", Signature)]
    [InlineData("1531420618", null)]
    [InlineData("1531420618", "")]
    [InlineData("1531420618", "v0=")]
    [InlineData(
        "1531420618",
        "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )]
    [InlineData(
        "1531420618",
        "v0=zz114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )]
    [InlineData("+1531420618", Signature)]
    [InlineData(" 1531420618", Signature)]
    [InlineData("1531420618.0", Signature)]
    [InlineData("99999999999999999999", Signature)]
    [InlineData("-1531420618", Signature)]
    public void MissingOrMalformed_IsRefused(string? timestamp, string? signature) =>
        New().IsSlacks(timestamp, signature, Bytes).Should().BeFalse();

    [Fact]
    public void SecretBeingChanged_OldAndNewCount()
    {
        var both = new SlackSignature(["the-new-secret-of-the-app", Secret], Clock());

        both.IsSlacks(Timestamp(At), Signature, Bytes).Should().BeTrue();
        both.IsSlacks(
                Timestamp(At),
                SlackSignature.Of("the-new-secret-of-the-app", Timestamp(At), Bytes),
                Bytes
            )
            .Should()
            .BeTrue();
        both.IsSlacks(Timestamp(At), SlackSignature.Of("another", Timestamp(At), Bytes), Bytes)
            .Should()
            .BeFalse();
    }

    [Fact]
    public void NoSecret_DoesNotBegin()
    {
        var none = () => new SlackSignature([], Clock());
        var empty = () => new SlackSignature([""], Clock());

        none.Should().Throw<ArgumentException>();
        empty.Should().Throw<ArgumentException>();
    }

    private static SlackSignature New() => new([Secret], Clock());

    private static ManualTime Clock() => new(Instant.FromUnixTimeSeconds(At));

    private static string Timestamp(long seconds) => seconds.ToString(CultureInfo.InvariantCulture);

    private static string Flip(string signature, Random random)
    {
        var at = 3 + random.Next(64);
        var digit = Convert.ToInt32(signature[at].ToString(), 16) ^ (1 << random.Next(4));
        return signature[..at]
            + digit.ToString("x", CultureInfo.InvariantCulture)
            + signature[(at + 1)..];
    }
}
