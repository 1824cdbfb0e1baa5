using System.Security.Cryptography;
using EscalationCollab.Core;
using EscalationCollab.Core.Links;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Links;

public sealed class SignedLinkTests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);

    private static readonly Instant Now = Scenes.Moment(Scenes.Morning);

    private static readonly SignedLink Link = new(
        TenantId.Default,
        LinkedPage.Escalation,
        new EscalationNumber(1042),
        new PersonId("ana"),
        Now + Duration.FromHours(1)
    );

    [Fact]
    public void Token_ReadBack_IsTheLink() =>
        SignedLink.Read(Link.Token(Key), Key, Now).Should().Be(Link);

    [Fact]
    public void Token_OfAPageAboutNoEscalation_IsTheLink()
    {
        var home = Link with { Page = LinkedPage.Home, Number = null };

        SignedLink.Read(home.Token(Key), Key, Now).Should().Be(home);
    }

    [Theory]
    [InlineData(LinkedPage.Home, 1042L)]
    [InlineData(LinkedPage.Escalation, null)]
    [InlineData((LinkedPage)7, 1042L)]
    public void Token_OfWhatIsNoPage_IsNothing(LinkedPage page, long? number)
    {
        var odd = Link with
        {
            Page = page,
            Number = number is { } value ? new EscalationNumber(value) : null,
        };

        SignedLink.Read(odd.Token(Key), Key, Now).Should().BeNull();
    }

    [Fact]
    public void Token_Ended_IsNothing() =>
        SignedLink.Read(Link.Token(Key), Key, Now + Duration.FromHours(2)).Should().BeNull();

    [Fact]
    public void Token_OfAnotherKey_IsNothing() =>
        SignedLink.Read(Link.Token(SHA256.HashData("other"u8)), Key, Now).Should().BeNull();

    [Fact]
    public void Token_WithAnyCharacterChanged_IsNothingOrTheSameLink()
    {
        var token = Link.Token(Key);
        for (var i = 0; i < token.Length; i++)
            foreach (var c in "AZaz09-_.")
            {
                var forged = token[..i] + c + token[(i + 1)..];
                if (forged != token)
                    SignedLink.Read(forged, Key, Now).Should().BeOneOf(null, Link);
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
        SignedLink.Read(token, Key, Now).Should().BeNull();
        SignedLink.Claim(token).Should().BeNull();
    }
}
