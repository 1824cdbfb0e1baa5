using EscalationCollab.Core.CustomerUpdates;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>A way to customers in memory: remembers each message once and answers what it is told to.</summary>
internal sealed class RecordingChannel(string name = "email") : ICustomerChannel
{
    private readonly Lock _gate = new();
    private readonly List<CustomerMessage> _sent = [];

    public string Name => name;

    /// <summary>The next message gets this answer, once, and is not sent.</summary>
    public Delivery? AnswerOnce { get; set; }

    public IReadOnlyList<CustomerMessage> Sent
    {
        get
        {
            lock (_gate)
                return [.. _sent];
        }
    }

    public Task<Delivery> SendAsync(CustomerMessage message, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (AnswerOnce is { } answer)
            {
                AnswerOnce = null;
                return Task.FromResult(answer);
            }
            if (_sent.All(sent => sent.EffectId != message.EffectId))
                _sent.Add(message);
            return Task.FromResult<Delivery>(
                new Delivery.Accepted($"<{message.EffectId}@test.example>")
            );
        }
    }
}
