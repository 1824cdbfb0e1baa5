using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>What every way to customers must do, by mail or into a shared channel.</summary>
public abstract class CustomerChannelContract
{
    /// <summary>A channel that works; mail has the options of <see cref="Mails.Server"/> as far as they show.</summary>
    protected abstract ICustomerChannel Channel { get; }

    /// <summary>A message that can be delivered.</summary>
    protected abstract CustomerMessage Message(string effect);

    /// <summary>A message to where nothing can be delivered.</summary>
    protected abstract CustomerMessage Unreachable(string effect);

    /// <summary>What the customer sees, in order.</summary>
    protected abstract Task<IReadOnlyList<SeenMessage>> SeenAsync();

    [ContractFact]
    public async Task Deliver_AnyLanguage_ReadsAsItWasWritten()
    {
        (string Language, string Subject, string Text)[] written =
        [
            ("en", "[ESC-1042] Login fails", "Hello Ana,\n\nwe found the cause."),
            ("pt-BR", "[ESC-1042] Não é possível entrar", "Prezado João,\n\natenção: às 14h30."),
            ("it", "[ESC-1042] L'accesso è bloccato", "Gentile Niccolò,\n\nciò è più urgente."),
            ("lt", "[ESC-1042] Prisijungimo klaida", "Gerbiamas Žydrūnai,\n\nąčęėįšųūž „ir“ –."),
        ];
        foreach (var (language, subject, text) in written)
            (
                await Channel.SendAsync(
                    Message($"effect-{language}") with
                    {
                        Language = language,
                        Subject = subject,
                        PlainBody = text,
                    },
                    CancellationToken.None
                )
            )
                .Should()
                .BeOfType<Delivery.Accepted>();

        (await SeenAsync())
            .Should()
            .Equal(written.Select(message => new SeenMessage(message.Subject, message.Text)));
    }

    [ContractFact]
    public async Task Deliver_SameEffectAgain_IsSeenOnce()
    {
        var first = await Channel.SendAsync(Message("effect-1"), CancellationToken.None);
        var second = await Channel.SendAsync(Message("effect-1"), CancellationToken.None);
        var other = await Channel.SendAsync(Message("effect-2"), CancellationToken.None);

        var id = first.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;
        id.Should().NotBeEmpty();
        second.Should().BeOfType<Delivery.Accepted>().Subject.MessageId.Should().Be(id);
        other.Should().BeOfType<Delivery.Accepted>().Subject.MessageId.Should().NotBe(id);
        (await SeenAsync()).Should().HaveCount(2);
    }

    [ContractFact]
    public async Task Deliver_WhereNothingArrives_IsRefusedWithTheReason()
    {
        var delivery = await Channel.SendAsync(Unreachable("effect-1"), CancellationToken.None);

        delivery.Should().BeOfType<Delivery.Refused>().Subject.Why.Should().NotBeEmpty();
        (await SeenAsync()).Should().BeEmpty();
    }

    [ContractFact]
    public async Task Deliver_ALongLetter_ReadsWhole()
    {
        var text = string.Join(
            "\n\n",
            Enumerable.Range(1, 60).Select(n => $"{n}. Eilutė su ąžuolu ir daug žodžių be lūžio.")
        );

        var delivery = await Channel.SendAsync(
            Message("effect-1") with
            {
                PlainBody = text,
            },
            CancellationToken.None
        );

        delivery.Should().BeOfType<Delivery.Accepted>();
        (await SeenAsync()).Single().Text.Should().Be(text);
    }
}

/// <summary>A message as the customer sees it.</summary>
public sealed record SeenMessage(string Subject, string Text);
