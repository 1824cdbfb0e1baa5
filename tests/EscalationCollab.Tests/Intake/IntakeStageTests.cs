using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Intake;

public sealed class IntakeStageTests
{
    [Fact]
    public async Task Declare_SecondForTheCustomer_NamesTheOpenOne()
    {
        await using var stage = await Stage.OpenAsync();
        await stage.Declare(summary: "Sign-in fails");

        var reply = await stage.Submit(
            "ana",
            "declare",
            number: null,
            ("customer", "acme"),
            ("summary", "Login broken"),
            ("reason", "MissingExpertise")
        );

        Said(reply).Should().Contain("ESC-1001").And.Contain("Sign-in fails");
    }

    [Fact]
    public async Task Declare_SilentOne_IsNotNamedToThoseItIsKeptFrom()
    {
        await using var stage = await Stage.OpenAsync();
        await stage.Declare(by: "helen", summary: "Board matter", restricted: true);

        var list = await stage.Command("ruta", "list");
        var reply = await stage.Command("tom", "show", "1001");

        stage
            .Platform.Messages.Should()
            .NotContain(message => message.Room != null && message.Room.Id == "announcements");
        reply.Should().BeOfType<Reply.Refused>();
        Said(await stage.Command("tom", "list")).Should().NotContain("Board matter");
        Said(list).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Declare_EverybodyBroughtIn_GetsExactlyOneMessage()
    {
        await using var stage = await Stage.OpenAsync();

        await stage.Declare(by: "ana", customer: "acme", severity: "Sev1");

        stage
            .Platform.Messages.Where(message => message.Person is not null)
            .GroupBy(message => message.Person)
            .Should()
            .OnlyContain(group => group.Count() == 1);
        stage.Platform.To("ana").Should().BeEmpty("she acts herself");
        stage.Platform.To("beatriz").Should().ContainSingle("she looks after the customer");
    }

    [Fact]
    public async Task Mine_DeclaredByAnother_ShowsOnlyMyOwn()
    {
        await using var stage = await Stage.OpenAsync();
        await stage.Declare(summary: "Sign-in fails");

        Said(await stage.Command("ana", "mine")).Should().Contain("ESC-1001");
        Said(await stage.Command("tom", "mine")).Should().NotContain("ESC-1001");
        Said(await stage.Command("tom", "list", "pinewood")).Should().NotContain("ESC-1001");
        Said(await stage.Command("tom", "list", "acme")).Should().Contain("ESC-1001");
    }

    [Fact]
    public async Task AddCustomer_New_CanBeEscalatedFor()
    {
        await using var stage = await Stage.OpenAsync();

        var reply = await stage.Submit(
            "ana",
            "customer.add",
            null,
            Fields("Nova Café", "a@nova.example")
        );
        var number = await stage.Declare(customer: "Nova Café");

        Said(reply).Should().Contain("Nova Café");
        (await stage.Load(number)).Customer.Id.Should().Be(new CustomerId("nova-cafe"));
    }

    [Theory]
    [InlineData("acme pagamentos", "x@y.example", "name")]
    [InlineData("Other", "carlos.menezes@acme-pagamentos.example", "email")]
    [InlineData("Other", "not an address", "email")]
    [InlineData("", "x@y.example", "name")]
    public async Task AddCustomer_Refused_BesideTheField(string name, string email, string field)
    {
        await using var stage = await Stage.OpenAsync();

        var reply = await stage.Submit("ana", "customer.add", null, Fields(name, email));

        reply.Should().BeOfType<Reply.Refused>().Which.Fields.Should().ContainKey(field);
    }

    private static (string, string)[] Fields(string name, string email) =>
        [
            ("name", name),
            ("tier", "business"),
            ("region", "emea"),
            ("language", "it"),
            ("zone", "Europe/Rome"),
            ("contact", "Anna Nova"),
            ("email", email),
        ];

    private static string Said(Reply reply) =>
        string.Join(
            "\n",
            Scenes
                .Texts(reply.Should().BeOfType<Reply.Private>().Subject.Card)
                .Select(text => text.Say())
        );
}
