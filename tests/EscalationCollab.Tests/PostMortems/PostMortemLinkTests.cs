using System.Security.Cryptography;
using EscalationCollab.Core;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.PostMortems;

public sealed class PostMortemLinkTests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);

    private static readonly Instant Now = Scenes.Moment(Scenes.Morning);

    private static readonly PostMortemLink Link = new(
        TenantId.Default,
        new EscalationNumber(1042),
        new PersonId("ana"),
        Customer: false,
        Now + Duration.FromHours(1)
    );

    [Fact]
    public void Token_ReadBack_IsTheLink() =>
        PostMortemLink.Read(Link.Token(Key), Key, Now).Should().Be(Link);

    [Fact]
    public void Token_Ended_IsNothing() =>
        PostMortemLink.Read(Link.Token(Key), Key, Now + Duration.FromHours(2)).Should().BeNull();

    [Fact]
    public void Token_OfAnotherKey_IsNothing() =>
        PostMortemLink.Read(Link.Token(SHA256.HashData("other"u8)), Key, Now).Should().BeNull();

    [Fact]
    public void Token_WithAnyCharacterChanged_IsNothingOrTheSameLink()
    {
        var token = Link.Token(Key);
        for (var i = 0; i < token.Length; i++)
            foreach (var c in "AZaz09-_.")
            {
                var forged = token[..i] + c + token[(i + 1)..];
                if (forged != token)
                    PostMortemLink.Read(forged, Key, Now).Should().BeOneOf(null, Link);
            }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b.c")]
    [InlineData("%%%.%%%")]
    [InlineData("AAAA.AAAA")]
    public void Token_Nonsense_IsNothing(string token)
    {
        PostMortemLink.Read(token, Key, Now).Should().BeNull();
        PostMortemLink.Claim(token).Should().BeNull();
    }
}
