using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Escalations;

/// <summary>Pages of escalations: for the one person a link was made for, for a day, as far as they may see it.</summary>
public sealed class EscalationPagesTests
{
    private static readonly Uri Public = new("https://esc.example/");

    [Fact]
    public async Task Page_WithOnesOwnLink_ShowsCardAndTimelineWithoutButtons()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();

        var (asked, token) = await LinkAsync(stage, "marco", number);
        var page = await Pages(stage).FindAsync(asked, token, default);

        page!.Card.Blocks.Should().NotContain(block => block is Actions);
        page.Card.Summary.Say().Should().Contain("Customers cannot sign in");
        page.Timeline.Should().NotBeEmpty();
        page.Reader.Id.Should().Be(new PersonId("marco"));
        page.PostMortem.Should().BeNull("there is none yet");
    }

    [Fact]
    public async Task Page_WithoutALinkOrWithAGuessedOne_IsNotShown()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var (asked, token) = await LinkAsync(stage, "marco", number);
        var pages = Pages(stage);

        (await pages.FindAsync(asked, null, default)).Should().BeNull();
        (await pages.FindAsync(asked, token[..^2] + "xx", default)).Should().BeNull();
        (await pages.FindAsync("9999", token, default)).Should().BeNull("it is another number's");
    }

    [Fact]
    public async Task Page_WithALinkToAPostMortem_IsNotShown()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        await LinkAsync(stage, "marco", number);
        var other = await stage.Read(records =>
            new SignedLink(
                TenantId.Default,
                LinkedPage.PostMortem,
                number,
                new PersonId("marco"),
                stage.Now + Duration.FromHours(1)
            ).Token(SignedLink.KeyOf(records))
        );

        (await Pages(stage).FindAsync($"{number.Value}", other, default)).Should().BeNull();
    }

    [Fact]
    public async Task Page_ADayLater_IsNotShown()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare();
        var (asked, token) = await LinkAsync(stage, "marco", number);

        stage.Sleep(SignedLink.Lifetime + Duration.FromSeconds(1));

        (await Pages(stage).FindAsync(asked, token, default)).Should().BeNull();
    }

    [Fact]
    public async Task Page_OfARestrictedOne_OnlyForThoseWhoMaySeeIt()
    {
        await using var stage = await Stage.OpenAsync();
        var number = await stage.Declare(restricted: true);

        (await stage.Command("tom", "page", $"{number.Value}")).Should().BeOfType<Reply.Refused>();
        var address = await stage.Write(records =>
            EscalationPages.AddressOf(
                number,
                new PersonId("tom"),
                stage.Now + Duration.FromHours(1),
                records,
                Public
            )
        );
        (await Pages(stage).FindAsync($"{number.Value}", TokenOf(address), default))
            .Should()
            .BeNull("he lost the right, or never had it");
        (await LinkAsync(stage, "ana", number)).Should().NotBeNull();
    }

    private static EscalationPages Pages(Stage stage) =>
        new(
            stage.Store,
            new Situations(() => Scenes.Policy, stage.Time),
            stage.Slices,
            new Tools(Scenes.Words, [], Public),
            stage.Time
        );

    private static async Task<(string Number, string Token)> LinkAsync(
        Stage stage,
        string person,
        EscalationNumber number
    )
    {
        var reply = await stage.Command(person, "page", $"{number.Value}");
        var address = reply
            .Should()
            .BeOfType<Reply.Private>()
            .Subject.Card.Blocks.OfType<Actions>()
            .SelectMany(actions => actions.Items)
            .OfType<Visits>()
            .Single()
            .Address;
        return (address.Segments[^1], TokenOf(address));
    }

    private static string TokenOf(Uri address) => address.Query["?t=".Length..];
}
