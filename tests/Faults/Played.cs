using System.Collections.Immutable;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.StatusUpdates;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.Slack.Fake;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Faults;

/// <summary>The whole product on one chat platform, lived in as far as the rows need it.</summary>
internal abstract class Played
{
    protected abstract IServiceProvider Services { get; }

    protected abstract TimeProvider Clock { get; }

    protected abstract string Platform { get; }

    /// <summary>Who declares, owns and clicks.</summary>
    protected PersonId Actor { get; set; }

    private IStore Store => Services.GetRequiredService<IStore>();

    /// <summary>Declares an escalation.</summary>
    public async Task<EscalationNumber> DeclareAsync()
    {
        await ActAsync(
            InteractionKind.SubmitDialog,
            "declare",
            ActionData.None,
            ("customer", "acme"),
            ("summary", "Nobody can sign in since this morning"),
            ("reason", "MissingExpertise"),
            ("severity", "Sev4")
        );
        return new EscalationNumber(
            (int)await AskAsync<long>("SELECT MAX(number) FROM escalation")
        );
    }

    /// <summary>The same, owned by the same and with a status, so that "no change" can be said of it.</summary>
    public async Task<EscalationNumber> OwnedAsync()
    {
        var number = await DeclareAsync();
        await ActAsync(InteractionKind.Action, AcceptOwnership.Id, ActionData.For(number));
        await ActAsync(
            InteractionKind.SubmitDialog,
            PostStatus.Id,
            ActionData.For(number),
            ("conditions", "The login service answers 503"),
            ("actions", "Rolling back last night's release"),
            ("needs", ""),
            ("trend", "Same")
        );
        return number;
    }

    /// <summary>How often "no change" is in the store, once every click that was taken is decided.</summary>
    public async Task<long> StoredAsync()
    {
        await Eventually.IsTrueAsync(
            () =>
                AskAsync<long>("SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL")
                    .GetAwaiter()
                    .GetResult() == 0,
            "every click to be decided",
            seconds: 300
        );
        return await AskAsync<long>("SELECT COUNT(*) FROM event WHERE kind = 'status-unchanged'");
    }

    /// <summary>One value of the database.</summary>
    public async Task<T> AskAsync<T>(string sql, object? values = null) =>
        (await Store.ReadAsync(c => c.ExecuteScalar<T>(sql, values), default))!;

    /// <summary>What is kept.</summary>
    public Task<T> ReadAsync<T>(Func<Records, T> read) =>
        Store.ReadAsync(connection => read(new Records(connection, TenantId.Default)), default);

    /// <summary>Keeps something.</summary>
    public Task WriteAsync(Action<Records> write) =>
        Store.WriteAsync(
            connection =>
            {
                write(new Records(connection, TenantId.Default));
                return true;
            },
            default
        );

    /// <summary>Rows of the database.</summary>
    public Task<List<T>> AllAsync<T>(string sql) =>
        Store.ReadAsync(connection => connection.Query<T>(sql).AsList(), default);

    /// <summary>Waits until nothing is due any more.</summary>
    public async Task RestAsync(int seconds = 600)
    {
        var quiet = 0;
        await Eventually.IsTrueAsync(
            () => (quiet = WaitingAsync().GetAwaiter().GetResult() == 0 ? quiet + 1 : 0) > 20,
            "the outbox to come to rest",
            seconds
        );
    }

    /// <summary>How many effects are due and not done, those included that wait to be tried again.</summary>
    public Task<long> WaitingAsync() =>
        AskAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND (lease_owner IS NOT NULL OR due_at <= @now)",
            new { now = Clock.Moment().ToUnixTimeMilliseconds() }
        );

    private async Task ActAsync(
        InteractionKind kind,
        string route,
        ActionData data,
        params (string Name, string Value)[] inputs
    )
    {
        var reply = await Services
            .GetRequiredService<InteractionRouter>()
            .HandleAsync(
                new Interaction
                {
                    Key = Guid.NewGuid().ToString("N"),
                    Tenant = TenantId.Default,
                    Actor = Actor,
                    Platform = Platform,
                    Kind = kind,
                    Route = route,
                    Data = data,
                    Inputs = inputs.ToImmutableDictionary(
                        input => input.Name,
                        input => ImmutableArray.Create(input.Value)
                    ),
                },
                default
            );
        if (reply is Reply.Refused refused)
            throw new InvalidOperationException($"{route} was refused: {refused.Sentence}");
    }
}
