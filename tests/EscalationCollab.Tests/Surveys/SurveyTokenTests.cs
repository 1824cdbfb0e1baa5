using System.Buffers.Text;
using EscalationCollab.Core.Surveys;

namespace EscalationCollab.Tests.Surveys;

public sealed class SurveyTokenTests
{
    [Fact]
    public void New_Always_128BitsThatFitAnAddress()
    {
        var token = SurveyToken.New();

        token.Should().HaveLength(SurveyToken.Length).And.MatchRegex("^[A-Za-z0-9_-]+$");
        Base64Url.DecodeFromChars(token).Should().HaveCount(16);
    }

    /// <summary>Each bit of each byte is set about half the time, and none ever repeats.</summary>
    [Fact]
    public void New_ManyTimes_EvenlySpreadAndNeverTwice()
    {
        const int Count = 20_000;
        var tokens = Enumerable.Range(0, Count).Select(_ => SurveyToken.New()).ToList();
        var ones = new int[128];
        foreach (var bytes in tokens.Select(token => Base64Url.DecodeFromChars(token)))
            for (var bit = 0; bit < 128; bit++)
                ones[bit] += (bytes[bit / 8] >> (bit % 8)) & 1;

        tokens.Should().OnlyHaveUniqueItems();
        // Seven standard deviations: passes always, unless a bit is stuck or leans.
        ones.Should().OnlyContain(set => Math.Abs(set - (Count / 2)) < 500);
    }

    [Fact]
    public void Hash_OfToken_SaysNothingOfIt()
    {
        var token = SurveyToken.New();

        var hash = SurveyToken.Hash(token);

        hash.Should().MatchRegex("^[0-9a-f]{64}$").And.NotContain(token);
        SurveyToken.Hash(token).Should().Be(hash);
    }

    [Fact]
    public void Hash_TokenWithMoreBehindIt_IsAnother()
    {
        var token = SurveyToken.New();

        SurveyToken.Hash(token + "A").Should().NotBe(SurveyToken.Hash(token));
        SurveyToken.Hash(token[..^1]).Should().NotBe(SurveyToken.Hash(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("žžžžžžžžžžžžžžžžžžžžžžžžžžžž")]
    [InlineData("\ud800\udc00\ud800")]
    public void Hash_AnyText_IsTaken(string text) => SurveyToken.Hash(text).Should().HaveLength(64);

    [Fact]
    public void Hash_VeryLongText_IsTaken() =>
        SurveyToken.Hash(new string('x', 1_000_000)).Should().HaveLength(64);
}
