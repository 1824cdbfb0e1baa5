using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using Phrase = EscalationCollab.Core.Cards.Phrase;
using Text = EscalationCollab.Core.Cards.Text;

namespace EscalationCollab.Core.WarRooms;

/// <summary>Opens a war room on every platform that has none yet.</summary>
[StoredAs("open-war-room")]
public sealed record OpenWarRoom : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "rooms";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => true;

    internal static void Register(Slices slices) =>
        slices
            .Performs<OpenWarRoom>(PerformAsync)
            .Performs<InvitePeople>(InvitePeople.PerformAsync)
            .Projects(
                (before, after, records) =>
                {
                    foreach (var room in after.Rooms.Except(before.Rooms))
                        records.SaveRoom(after.Number, room.Room);
                }
            );

    /// <summary><c>esc-1042-acme-login-fails</c>: lower case letters, digits and hyphens, at most 50 characters.</summary>
    public static string NameOf(Escalation escalation)
    {
        var name = Slug(
            $"esc {escalation.Number.Value} {escalation.Customer.Name} {escalation.Summary}"
        );
        if (name.Length <= 50)
            return name;
        var cut = name[..50];
        var lastWord = cut.LastIndexOf('-');
        return cut[..(lastWord > 20 ? lastWord : 50)].TrimEnd('-');
    }

    /// <summary>A platform that is down keeps no room from being opened on another: what is there is kept, the rest is tried again.</summary>
    internal static async Task<Performed> PerformAsync(
        OpenWarRoom effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var opened = ImmutableArray.CreateBuilder<WarRoom>();
        ChatException? failed = null;
        foreach (var platform in performing.Platforms)
            try
            {
                if (
                    Wants(performing.Escalation, platform)
                    && await platform.ServesAsync(performing.Escalation.Tenant, cancellation)
                )
                    opened.Add(await OpenAsync(platform, performing, cancellation));
            }
            catch (ChatException one)
            {
                failed ??= one;
            }
        var rooms = opened.ToImmutable();
        if (failed is null)
            return performing.Done((current, _) => Decide(current, rooms));
        if (!rooms.IsEmpty)
            await performing.FirstAsync((current, _, _) => Decide(current, rooms), cancellation);
        throw failed;
    }

    private static bool Wants(Escalation escalation, IChatPlatform platform) =>
        !escalation.Rooms.Any(room => !room.Archived && room.Room.Platform == platform.Name)
        && WarRoomLost.MayOpenAgain(escalation, platform.Name);

    private static async Task<WarRoom> OpenAsync(
        IChatPlatform platform,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        var room = await platform.OpenRoomAsync(
            new RoomSpec(
                $"{performing.EffectId}/{platform.Name}",
                escalation.Tenant,
                escalation.Number,
                NameOf(escalation),
                EscalationCard.Topic(escalation),
                escalation.Restricted
            )
            {
                Near =
                    escalation.DeclaredIn is { } near && near.Platform == platform.Name
                        ? near
                        : null,
                Of = escalation.Owner ?? escalation.DeclaredBy,
                People = InvitePeople.Wanted(escalation),
            },
            cancellation
        );
        return new WarRoom(room.Room, room.Name);
    }

    internal static Decision Decide(Escalation escalation, ImmutableArray<WarRoom> opened)
    {
        var missing = opened
            .Where(room => escalation.Rooms.All(known => known.Room != room.Room))
            .ToList();
        return missing.Count == 0
            ? Decision.Nothing
            : Decision
                .That([.. missing.Select(room => new WarRoomOpened(room))])
                .Then(new InvitePeople(), new Announcement());
    }

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(c);
            else if (
                CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark
                && slug is [.., not '-']
            )
                slug.Append('-');
        }
        return slug.ToString().Trim('-');
    }
}

/// <summary>A war room is open.</summary>
[StoredAs("war-room-opened")]
public sealed record WarRoomOpened(WarRoom Room) : EscalationEvent
{
    /// <inheritdoc/>
    public override Escalation Apply(Escalation before, Stamp stamp) =>
        before with
        {
            Rooms = before.Rooms.Add(Room),
        };

    /// <inheritdoc/>
    public override Text Tell() => Phrase.Of("timeline.war-room-opened", ("name", Room.Name));
}

/// <summary>Brings everybody who is invited into the war rooms; those already there stay, those who left stay away.</summary>
[StoredAs("invite-people")]
public sealed record InvitePeople : Effect
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Lane => "rooms";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsPerPlatform => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Coalesce => "invite";

    /// <summary>Who is to be in the war room.</summary>
    internal static IReadOnlyList<PersonId> Wanted(Escalation escalation) =>
        [
            .. escalation
                .Invited.Union(escalation.Roles.Values.SelectMany(holders => holders))
                .Except(escalation.Away),
        ];

    internal static async Task<Performed> PerformAsync(
        InvitePeople effect,
        Performing performing,
        CancellationToken cancellation
    )
    {
        var escalation = performing.Escalation;
        var people = Wanted(escalation);
        var lost = new List<RoomRef>();
        foreach (var room in performing.Rooms)
            await WarRoomLost.TryAsync(
                room.Room,
                lost,
                () =>
                    performing
                        .PlatformOf(room.Room.Platform)
                        .InviteAsync(escalation.Tenant, room.Room, people, cancellation)
            );
        return performing.Done((current, _) => WarRoomLost.Decide(current, [.. lost]));
    }
}
