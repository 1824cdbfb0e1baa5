using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;

namespace EscalationCollab.Teams.Receiving;

/// <summary>
/// Tells a repeated act from a new one. Teams repeats what is not answered within 15 seconds with another id, so that acts
/// are told apart by what they are: who, where, on which message, with which data. The same again within a short time is
/// the same act, and is answered as it was; the database keeps it across a restart.
/// </summary>
internal sealed class Repeats(IStore store, TimeProvider time)
{
    /// <summary>A button pressed again after this long is pressed again.</summary>
    public static readonly Duration OfButtons = Duration.FromSeconds(60);

    /// <summary>A form of the same content after this long is another one.</summary>
    public static readonly Duration OfForms = Duration.FromMinutes(10);

    // Some tens of megabytes. What was answered is only a kindness beyond it.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Lazy<Task<TeamsAnswer>>> _running = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, Kept> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Key, Instant At)> _order = new();

    /// <summary>A short name for something long.</summary>
    public static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    /// <summary>Acts once, or answers what was answered to the same act before.</summary>
    /// <param name="key">What the act is.</param>
    /// <param name="act">Is given the key for the inbox.</param>
    public async Task<TeamsAnswer> OnceAsync(
        TenantId tenant,
        string key,
        Duration window,
        Func<string, Task<TeamsAnswer>> act
    )
    {
        var whole = $"{tenant}/{key}";
        if (AnswerTo(whole, window) is { } known)
            return known;
        var run = _running.GetOrAdd(
            whole,
            _ => new Lazy<Task<TeamsAnswer>>(() => ActAsync(tenant, whole, key, window, act))
        );
        try
        {
            return await run.Value;
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(whole, run));
        }
    }

    /// <summary>Notes a delivery; false when it was noted within <see cref="OfForms"/> before.</summary>
    public bool IsNew(string key)
    {
        var whole = "delivery/" + key;
        if (AnswerTo(whole, OfForms) is not null)
            return false;
        return Keep(whole, TeamsAnswer.Nothing);
    }

    /// <summary>Forgets a delivery: what comes next counts as new.</summary>
    public void Forget(string key) => _answered.TryRemove("delivery/" + key, out _);

    private TeamsAnswer? AnswerTo(string whole, Duration window) =>
        _answered.TryGetValue(whole, out var kept) && time.Moment() - kept.At < window
            ? kept.Answer
            : null;

    private async Task<TeamsAnswer> ActAsync(
        TenantId tenant,
        string whole,
        string key,
        Duration window,
        Func<string, Task<TeamsAnswer>> act
    )
    {
        // It ended between the look at what was answered and this.
        if (AnswerTo(whole, window) is { } known)
            return known;
        var answer = await act(await InboxKeyAsync(tenant, key, window));
        if (answer.Happened)
            Keep(whole, answer);
        return answer;
    }

    // Time in pieces of the window: an act of the piece before counts as long as it is not older than the window.
    private async Task<string> InboxKeyAsync(TenantId tenant, string key, Duration window)
    {
        var now = time.Moment();
        var piece = now.ToUnixTimeMilliseconds() / (long)window.TotalMilliseconds;
        var before = $"{key}@{Text(piece - 1)}";
        var handled = await store.ReadAsync(
            connection =>
                connection.QueryFirstOrDefault<long?>(
                    "SELECT at FROM inbox WHERE tenant = @tenant AND key = @before",
                    new { tenant = tenant.Value, before }
                ),
            CancellationToken.None
        );
        return handled is { } at && now - Instant.FromUnixTimeMilliseconds(at) < window
            ? before
            : $"{key}@{Text(piece)}";
    }

    private bool Keep(string whole, TeamsAnswer answer)
    {
        var now = time.Moment();
        var isNew = true;
        var keeps = Kept.Of(answer, now);
        _answered.AddOrUpdate(
            whole,
            keeps,
            (_, kept) =>
            {
                isNew = now - kept.At >= OfForms;
                return keeps;
            }
        );
        _order.Enqueue((whole, now));
        while (
            _order.TryPeek(out var oldest)
            && (now - oldest.At > OfForms || _order.Count > Most)
            && _order.TryDequeue(out oldest)
        )
            if (_answered.TryGetValue(oldest.Key, out var kept) && kept.At == oldest.At)
                _answered.TryRemove(oldest.Key, out _);
        return isNew;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was answered, as it was sent: a card takes ten times the memory as objects.</summary>
    private sealed record Kept(Instant At, byte[]? Body, Func<Task> Late)
    {
        public TeamsAnswer Answer =>
            new(Body is null ? null : JsonNode.Parse(Body)!.AsObject(), Late) { Happened = true };

        public static Kept Of(TeamsAnswer answer, Instant now) =>
            new(
                now,
                answer.Body is { } body
                    ? JsonSerializer.SerializeToUtf8Bytes(body, Payload.Writing)
                    : null,
                answer.Late
            );
    }
}
