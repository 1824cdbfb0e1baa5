using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Policy;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// What each slice adds to the product: its commands, buttons, dialogs, timers, effects and its part of the escalation
/// card. Two slices that claim the same route are refused at start.
/// </summary>
public sealed class Slices
{
    private readonly Dictionary<(InteractionKind, string), Route> _routes = [];
    private readonly Dictionary<Type, Func<Escalation, TimerEffect, Situation, Decision>> _timers =
    [];
    private readonly Dictionary<
        Type,
        Func<Effect, Performing, CancellationToken, Task<Performed>>
    > _performers = [];
    private readonly List<(
        int Rank,
        Func<Escalation, CardAction?> Offer,
        Func<Escalation, Situation, bool> May
    )> _offers = [];
    private readonly List<(
        int Order,
        Func<Escalation, Situation, IEnumerable<Block?>> Part
    )> _parts = [];
    private readonly List<(int Order, Func<HomeView, Card?> Part)> _home = [];
    private readonly List<Func<Escalation, Situation, IEnumerable<Waiting>>> _waiting = [];
    private readonly List<Func<Escalation, IEnumerable<PersonId>>> _concerned = [];
    private readonly List<CommandHelp> _help = [];
    private readonly List<Action<Escalation, Escalation, Storage.Records>> _projections = [];
    private readonly Dictionary<
        Type,
        Func<TenantTimer, Ringing, CancellationToken, Task>
    > _tenantTimers = [];
    private readonly List<Func<Escalation, Escalation, Situation, Decision>> _followers = [];

    /// <summary>The commands with their help, in the order they were added.</summary>
    public IReadOnlyList<CommandHelp> Commands => _help;

    /// <summary>Everything that can be called, for tests and documentation.</summary>
    public IEnumerable<(InteractionKind Kind, string Name)> Routes => _routes.Keys;

    /// <summary>
    /// A command that changes something: <c>/escalate {word} {argument}</c>. Its help is the phrase <c>command.{word}</c>
    /// and its usage <c>command.{word}.usage</c>.
    /// </summary>
    public Slices Command(string word, Func<Turn, Reply> handle) =>
        AddCommand(word, new Route(handle, Writes: true));

    /// <summary>A command that only reads.</summary>
    public Slices Query(string word, Func<Turn, Reply> handle) =>
        AddCommand(word, new Route(handle, Writes: false));

    /// <summary>A <see cref="Does"/> button.</summary>
    public Slices Action(string id, Func<Turn, Reply> handle) =>
        Add(InteractionKind.Action, id, new Route(handle, Writes: true));

    /// <summary>A dialog: how it opens (reads only) and what its submission does.</summary>
    public Slices Dialog(string id, Func<Turn, Reply> open, Func<Turn, Reply> submit) =>
        Add(InteractionKind.OpenDialog, id, new Route(open, Writes: false))
            .Add(InteractionKind.SubmitDialog, id, new Route(submit, Writes: true));

    /// <summary>A message shortcut; its words are the phrase <c>shortcut.{id}</c>.</summary>
    public Slices Shortcut(string id, Func<Turn, Reply> handle, bool writes) =>
        Add(InteractionKind.Shortcut, id, new Route(handle, writes));

    /// <summary>What happens when a timer is due. It runs in one transaction and must check that it is still wanted.</summary>
    public Slices Timer<T>(Func<Escalation, T, Situation, Decision> decide)
        where T : TimerEffect
    {
        _timers.Add(
            typeof(T),
            (escalation, timer, situation) => decide(escalation, (T)timer, situation)
        );
        return this;
    }

    /// <summary>How an effect of the outside world is performed.</summary>
    public Slices Performs<T>(Func<T, Performing, CancellationToken, Task<Performed>> perform)
        where T : Effect
    {
        _performers.Add(
            typeof(T),
            (effect, performing, cancellation) => perform((T)effect, performing, cancellation)
        );
        return this;
    }

    /// <summary>A button on the escalation card while it makes sense; a lower rank stands further left.</summary>
    /// <param name="may">
    /// Whether the person of the situation may use it, where the card is shown to one person; asked only while the button makes
    /// sense. What it does is decided anew when it is pressed, whoever sees it.
    /// </param>
    public Slices Offers(
        int rank,
        Func<Escalation, CardAction?> offer,
        Func<Escalation, Situation, bool>? may = null
    )
    {
        _offers.Add((rank, offer, may ?? ((_, _) => true)));
        return this;
    }

    /// <summary>A button for those who have a right.</summary>
    public Slices Offers(int rank, Func<Escalation, CardAction?> offer, Right right) =>
        Offers(rank, offer, (escalation, situation) => situation.May(right, escalation));

    /// <summary>A part of the escalation card; a lower order stands higher. The head is at 0, the buttons come last.</summary>
    public Slices OnCard(int order, Func<Escalation, Situation, IEnumerable<Block?>> part)
    {
        _parts.Add((order, part));
        return this;
    }

    /// <summary>A part of everybody's own page; a lower order stands higher.</summary>
    /// <param name="concerns">Whose pages a change of an escalation may change in this part; their pages are then shown anew.</param>
    public Slices OnHome(
        int order,
        Func<HomeView, Card?> part,
        Func<Escalation, IEnumerable<PersonId>>? concerns = null
    )
    {
        _home.Add((order, part));
        if (concerns is not null)
            _concerned.Add(concerns);
        return this;
    }

    /// <summary>What of an escalation waits for an answer of the person of the situation.</summary>
    /// <param name="concerns">Everybody for whom something of it waits.</param>
    public Slices Awaits(
        Func<Escalation, Situation, IEnumerable<Waiting>> waiting,
        Func<Escalation, IEnumerable<PersonId>> concerns
    )
    {
        _waiting.Add(waiting);
        _concerned.Add(concerns);
        return this;
    }

    /// <summary>Keeps a read table of the slice's own up to date, in the same transaction as the events.</summary>
    public Slices Projects(Action<Escalation, Escalation, Storage.Records> project)
    {
        _projections.Add(project);
        return this;
    }

    /// <summary>
    /// What follows by itself from any change, whichever slice caused it: clocks that begin to run, timers that are armed.
    /// Asked with the state before and after; stored in the same transaction, with the product as author. Followers do not
    /// see what other followers add, and cannot refuse.
    /// </summary>
    public Slices Follows(Func<Escalation, Escalation, Situation, Decision> follow)
    {
        _followers.Add(follow);
        return this;
    }

    /// <summary>What a timer that is about no escalation does.</summary>
    public Slices TenantTimer<TTimer>(Func<TTimer, Ringing, CancellationToken, Task> ring)
        where TTimer : TenantTimer
    {
        _tenantTimers.Add(
            typeof(TTimer),
            (timer, ringing, cancellation) => ring((TTimer)timer, ringing, cancellation)
        );
        return this;
    }

    internal Func<TenantTimer, Ringing, CancellationToken, Task>? TenantTimerOf(Type type) =>
        _tenantTimers.GetValueOrDefault(type);

    internal Route? Find(InteractionKind kind, string name) =>
        _routes.GetValueOrDefault((kind, name));

    internal Func<Escalation, TimerEffect, Situation, Decision>? TimerOf(Type type) =>
        _timers.GetValueOrDefault(type);

    internal Func<Effect, Performing, CancellationToken, Task<Performed>>? PerformerOf(Type type) =>
        _performers.GetValueOrDefault(type);

    /// <summary>The buttons for the person of the situation; for the product those for everybody.</summary>
    internal IEnumerable<CardAction> OffersFor(Escalation escalation, Situation situation) =>
        from offer in _offers.OrderBy(offer => offer.Rank)
        let action = offer.Offer(escalation)
        where
            action is not null
            && (situation.Actor == PersonId.Product || offer.May(escalation, situation))
        select action;

    internal IEnumerable<Block> PartsFor(Escalation escalation, Situation situation) =>
        _parts
            .OrderBy(part => part.Order)
            .SelectMany(part => part.Part(escalation, situation))
            .OfType<Block>();

    internal IEnumerable<Card> HomeOf(HomeView view) =>
        _home.OrderBy(part => part.Order).Select(part => part.Part(view)).OfType<Card>();

    internal IEnumerable<Waiting> WaitingIn(Escalation escalation, Situation situation) =>
        _waiting.SelectMany(waiting => waiting(escalation, situation));

    internal HashSet<PersonId> ConcernedBy(Escalation before, Escalation after) =>
        [
            .. _concerned
                .SelectMany(concerns => concerns(before).Concat(concerns(after)))
                // What has not been declared yet has nobody who declared it.
                .Where(person => person != default && person != PersonId.Product),
        ];

    internal void Project(Escalation before, Escalation after, Storage.Records records)
    {
        foreach (var projection in _projections)
            projection(before, after, records);
    }

    internal Decision Follow(Escalation before, Escalation after, Situation situation) =>
        _followers
            .Select(follow => follow(before, after, situation))
            .Aggregate(
                Decision.Nothing,
                (all, next) =>
                    next.IsRefused
                        ? throw new InvalidOperationException("what follows cannot be refused")
                        : all.And(next.Events).Then(next.Effects)
            );

    private Slices AddCommand(string word, Route route)
    {
        _help.Add(
            new CommandHelp(word, Phrase.Of($"command.{word}"), Phrase.Of($"command.{word}.usage"))
        );
        return Add(InteractionKind.Command, word, route);
    }

    private Slices Add(InteractionKind kind, string name, Route route)
    {
        if (!_routes.TryAdd((kind, name), route))
            throw new InvalidOperationException($"{kind} '{name}' is claimed by two slices");
        return this;
    }

    internal sealed record Route(Func<Turn, Reply> Handle, bool Writes);
}

/// <summary>A command word with what it is for and how it is typed.</summary>
public sealed record CommandHelp(string Word, Phrase What, Phrase Usage);
