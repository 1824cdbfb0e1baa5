using System.Collections.Concurrent;
using Dapper;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace EscalationCollab.Tests.Chat;

/// <summary>Clicks that come faster than they can be decided.</summary>
public sealed class InteractionInboxTests : IAsyncLifetime
{
    private const int DecidedAtOnce = 4;
    private readonly LateAnswers _answers = new();
    private readonly List<EscalationNumber> _numbers = [];
    private Stage _stage = null!;
    private InteractionInbox _inbox = null!;

    public async Task InitializeAsync()
    {
        _stage = await Stage.OpenAsync();
        for (var i = 0; i <= DecidedAtOnce; i++)
            _numbers.Add(await _stage.Declare());
        _inbox = NewInbox();
    }

    public async Task DisposeAsync()
    {
        await _inbox.StopAsync(default);
        _inbox.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task Take_MoreThanCanBeDecided_AreDurableAndDecidedLater()
    {
        var replies = await TakeTogether(Accept("marco", _numbers[^1]));

        replies[..^1].Should().NotContainNulls();
        replies[^1].Should().BeNull("it is only acknowledged");
        _inbox.Waiting.Should().Be(1);
        (await Pending()).Should().Be(1);
        (await OwnerOf(_numbers[^1])).Should().BeNull();

        await _inbox.StartAsync(default);
        await Decided();
        (await OwnerOf(_numbers[^1])).Should().Be(new PersonId("marco"));
    }

    [Fact]
    public async Task Take_OneWaits_NobodyPassesIt()
    {
        await TakeTogether(Accept("marco", _numbers[^1]));

        (await _inbox.TakeAsync(Accept("ruta", _numbers[^1]), "")).Should().BeNull();
        await _inbox.StartAsync(default);
        await Decided();

        (await OwnerOf(_numbers[^1])).Should().Be(new PersonId("marco"));
        (await Pending()).Should().Be(0);
        _answers
            .Given.Should()
            .Contain(given =>
                given.Interaction.Actor == new PersonId("ruta")
                && given.Address == ""
                && given.Reply is Reply.Refused
            );
    }

    [Fact]
    public async Task Start_AcknowledgedBeforeTheProcessDied_IsDecidedOnce()
    {
        var click = Accept("marco", _numbers[^1]);
        await TakeTogether(click);
        _inbox.Dispose();
        _inbox = NewInbox();

        await _inbox.StartAsync(default);
        await Decided();
        (await OwnerOf(_numbers[^1])).Should().Be(new PersonId("marco"));

        var version = await VersionOf(_numbers[^1]);
        (await _inbox.TakeAsync(click, "")).Should().BeOfType<Reply.Private>();
        (await VersionOf(_numbers[^1])).Should().Be(version);
    }

    [Fact]
    public async Task Take_RepeatedWhileItWaits_IsKeptOnce()
    {
        var click = Accept("marco", _numbers[^1]);
        await TakeTogether(click);

        (await _inbox.TakeAsync(click, "")).Should().BeOfType<Reply.Private>();

        _inbox.Waiting.Should().Be(1);
        (await Pending()).Should().Be(1);
    }

    [Fact]
    public async Task Start_OneCannotBeRead_HoldsUpNoOther()
    {
        var click = Accept("marco", _numbers[^1]);
        await TakeTogether(click);
        await _stage.Store.WriteAsync(
            connection =>
                new Records(connection, TenantId.Default).Accept(
                    "broken",
                    _stage.Time.Moment() - Duration.FromHours(1),
                    "{"
                ),
            default
        );
        _inbox.Dispose();
        _inbox = NewInbox();

        await _inbox.StartAsync(default);
        await Decided();

        (await OwnerOf(_numbers[^1])).Should().Be(new PersonId("marco"));
    }

    [Fact]
    public async Task Start_ManyWait_TheFirstComesFirst()
    {
        await TakeTogether(Accept("ruta", _numbers[^1]));
        for (var i = 0; i < 40; i++)
        {
            _stage.Time.Advance(Duration.FromMilliseconds(1));
            // Its key comes before that of the first.
            (await _inbox.TakeAsync(Accept($"a{i}", _numbers[^1]), ""))
                .Should()
                .BeNull();
        }
        _inbox.Dispose();
        _inbox = NewInbox();

        await _inbox.StartAsync(default);
        _inbox.Waiting.Should().Be(41);
        await Decided();

        (await OwnerOf(_numbers[^1])).Should().Be(new PersonId("ruta"));
        _answers.Given.Count(given => given.Reply is Reply.Refused).Should().Be(40);
    }

    /// <summary>As many as are decided at once, and one more, while the database is busy.</summary>
    private async Task<Reply?[]> TakeTogether(Interaction last)
    {
        using var busy = new ManualResetEventSlim();
        var holding = _stage.Store.WriteAsync(
            _ =>
            {
                busy.Wait();
                return true;
            },
            default
        );
        var taken = _numbers
            .Take(DecidedAtOnce)
            .Select(number => Accept("marco", number))
            .Append(last)
            .Select(click => _inbox.TakeAsync(click, "here"))
            .ToList();
        busy.Set();
        await holding;
        return await Task.WhenAll(taken);
    }

    private async Task Decided()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_inbox.Waiting > 0 || await Pending() > 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
                throw new TimeoutException("What was acknowledged is not decided");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private InteractionInbox NewInbox()
    {
        var situations = new Situations(() => Scenes.Policy, _stage.Time);
        return new InteractionInbox(
            _stage.Store,
            _stage.Slices,
            situations,
            new InteractionRouter(
                _stage.Store,
                _stage.Slices,
                situations,
                _stage.Time,
                NullLogger<InteractionRouter>.Instance
            ),
            [_answers],
            _stage.Time,
            NullLogger<InteractionInbox>.Instance,
            NullLogger<InteractionRouter>.Instance
        );
    }

    private static Interaction Accept(string person, EscalationNumber number) =>
        new()
        {
            Key = $"{person}/{number}",
            Tenant = TenantId.Default,
            Actor = new PersonId(person),
            Platform = "here",
            Kind = InteractionKind.Action,
            Route = AcceptOwnership.Id,
            Data = ActionData.For(number),
        };

    private Task<long> Pending() =>
        _stage.Read(records =>
            records.Connection.ExecuteScalar<long>(
                "SELECT COUNT(*) FROM inbox WHERE pending IS NOT NULL"
            )
        );

    private Task<PersonId?> OwnerOf(EscalationNumber number) =>
        _stage.Read(records => records.Load(number)!.Owner);

    private Task<int> VersionOf(EscalationNumber number) =>
        _stage.Read(records => records.Load(number)!.Version);

    private sealed class LateAnswers : ILateAnswers
    {
        public string Platform => "here";

        public ConcurrentQueue<(
            Interaction Interaction,
            string Address,
            Reply Reply
        )> Given { get; } = new();

        public Task AnswerAsync(Interaction interaction, string address, Reply reply)
        {
            Given.Enqueue((interaction, address, reply));
            return Task.CompletedTask;
        }
    }
}
