using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dapper;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Intake;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.Storage;
using NodaTime;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// What a person's own page is made from, read once for all its parts. Everything in it has gone through
/// <see cref="Visibility"/>: the person of the situation may see it.
/// </summary>
public sealed class HomeView(Records records, Situation situation, Slices slices)
{
    private readonly Lazy<IReadOnlyList<Escalation>> _open = new(() =>
        OpenEscalations.All(records, situation)
    );

    /// <summary>The tenant's rows.</summary>
    public Records Records => records;

    /// <summary>As of now; the actor is the one whose page it is.</summary>
    public Situation Situation => situation;

    /// <summary>What the product can do.</summary>
    public Slices Slices => slices;

    /// <summary>Whose page it is.</summary>
    public PersonId Person => situation.Actor;

    /// <summary>The page, from the top.</summary>
    public IReadOnlyList<Card> Cards() => [.. slices.HomeOf(this)];

    /// <summary>The escalations that are not over, the worst and oldest first.</summary>
    public IReadOnlyList<Escalation> Open => _open.Value;

    /// <summary>An escalation, or null when there is none or this person may not know of it.</summary>
    public Escalation? Load(EscalationNumber number) =>
        records.Load(number) is { } escalation && Visibility.Sees(escalation, situation)
            ? escalation
            : null;

    /// <summary>Those that are open, and those that are over while their post-mortem is not published.</summary>
    public IEnumerable<Escalation> Unfinished()
    {
        var open = Open.Select(escalation => escalation.Number).ToHashSet();
        return Open.Concat(
            records
                .Connection.Query<long>(
                    "SELECT number FROM post_mortem WHERE tenant = @tenant AND state IN ('draft', 'in-review') ORDER BY number",
                    new { tenant = records.Tenant.Value }
                )
                .Select(number => new EscalationNumber(number))
                .Where(number => !open.Contains(number))
                .Select(Load)
                .OfType<Escalation>()
        );
    }
}

/// <summary>Something that waits for one person's answer.</summary>
/// <param name="What">One sentence that says what.</param>
/// <param name="Actions">How it is answered.</param>
public sealed record Waiting(Text What, ImmutableArray<CardAction> Actions);

/// <summary>A person's own page: what they can begin, what waits for them, what is theirs, how it goes.</summary>
internal static class Home
{
    /// <summary>Things that wait, shown with their buttons; the rest is a count.</summary>
    private const int WaitingShown = 5;

    /// <summary>A page is brought up to date this long after a change: several changes are one.</summary>
    public static readonly Duration Pause = Duration.FromSeconds(3);

    public static void Register(Slices slices) =>
        slices.OnHome(0, _ => Greeting()).OnHome(10, WaitingFor);

    /// <summary>The pages to be brought up to date after a change: those of the people it is about who have one.</summary>
    public static IEnumerable<Effect> After(
        Escalation before,
        Escalation after,
        Instant now,
        Records records,
        Slices slices
    ) =>
        records
            .WithHome(slices.ConcernedBy(before, after))
            .Select(person => new HomeNotice(person) { Due = now + Pause });

    private static Card Greeting() =>
        Card.Of(
            Phrase.Of("home.title"),
            new Header(Phrase.Of("home.title")),
            new Paragraph(Phrase.Of("home.hint")),
            Actions.Of(
                new Opens(Phrase.Of("home.declare"), DeclareDialog.Id, ActionData.None)
                {
                    Style = ActionStyle.Primary,
                }
            )
        );

    private static Card WaitingFor(HomeView view)
    {
        var waiting = view.Unfinished()
            .SelectMany(escalation => view.Slices.WaitingIn(escalation, view.Situation))
            .ToList();
        if (waiting.Count == 0)
        {
            var nothing = Phrase.Of("home.nothing-waits");
            return Card.Of(nothing, new Header(nothing));
        }
        var title = Phrase.Of("home.waiting", ("count", new Number(waiting.Count)));
        return Card.Of(
            title,
            [
                new Header(title, Tone.Warning),
                .. waiting
                    .Take(WaitingShown)
                    .SelectMany(one =>
                        new Block[] { new Paragraph(one.What), new Actions(one.Actions) }
                    ),
                .. waiting.Count > WaitingShown
                    ?
                    [
                        new Context(
                            Phrase.Of(
                                "list.more",
                                ("count", new Number(waiting.Count - WaitingShown))
                            )
                        ),
                    ]
                    : Array.Empty<Block>(),
            ]
        );
    }
}

/// <summary>Brings a person's page up to date wherever they have opened it.</summary>
[StoredAs("home")]
public sealed record HomeNotice(PersonId Person) : Effect
{
    /// <summary>When; null for at once.</summary>
    public Instant? Due { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "homes";

    /// <inheritdoc/>
    [JsonIgnore]
    public override Instant? NotBefore => Due;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => $"home:{Person}";
}

/// <summary>Composes somebody's page as of now and shows it on the platforms where they have opened it.</summary>
internal sealed class HomeSender(
    IStore store,
    Slices slices,
    EffectDecisions decisions,
    IReadOnlyList<IChatPlatform> platforms
)
{
    /// <exception cref="ChatException">It could not be done now or at all.</exception>
    public async Task<Performed> SendAsync(
        OutboxItem item,
        HomeNotice notice,
        CancellationToken cancellation
    )
    {
        var (where, cards) = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, item.Tenant);
                var places = records.HomesOf(notice.Person);
                var situation = decisions.Of(records) with { Actor = notice.Person };
                return (
                    places,
                    places.Count == 0 ? [] : new HomeView(records, situation, slices).Cards()
                );
            },
            cancellation
        );
        var gone = new List<string>();
        foreach (var platform in platforms.Where(known => where.Contains(known.Name)))
            try
            {
                await platform.ShowHomeAsync(item.Tenant, notice.Person, cards, cancellation);
            }
            catch (ChatException nobody) when (nobody.Failure is ChatFailure.Gone)
            {
                gone.Add(platform.Name);
            }
        return Performed.Done(connection =>
        {
            foreach (var platform in gone)
                new Records(connection, item.Tenant).CloseHome(notice.Person, platform);
        });
    }
}
