using System.Net;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// A chat platform no longer lets us into a workspace, so nothing can be said there about it. The administrators are told
/// once: by mail, and in chat where another platform reaches them; and in chat when it works again.
/// </summary>
public static class LostAccess
{
    internal static void Register(Slices slices, Tools tools) =>
        slices.TenantTimer<LostAccessMail>(
            (mail, ringing, cancellation) => mail.SendAsync(tools, ringing, cancellation)
        );

    /// <summary>Access was lost. Known already, it changes nothing.</summary>
    /// <param name="platform">The platform's name in references.</param>
    /// <param name="workspace">What keeps workspaces apart.</param>
    /// <param name="name">As people call it.</param>
    public static void Found(
        Records records,
        string platform,
        string workspace,
        string name,
        Situation situation
    )
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(situation);
        if (Known(records, platform, workspace) is not null)
            return;
        records.SaveSetting(Key(platform, workspace), name);
        records.AddEffects(
            Administrators(situation)
                .SelectMany<Person, Effect>(person =>
                    [
                        new LostAccessNotice(person.Id, platform, workspace, name),
                        new LostAccessMail(person.Id, platform, workspace, name)
                        {
                            Due = situation.Now,
                        },
                    ]
                ),
            number: null,
            situation.Now
        );
    }

    /// <summary>It works. Unless it was known as lost, that changes nothing.</summary>
    public static void Restored(
        Records records,
        string platform,
        string workspace,
        Situation situation
    )
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(situation);
        if (Known(records, platform, workspace) is not { } name)
            return;
        records.SaveSetting(Key(platform, workspace), "");
        records.AddEffects(
            from person in Administrators(situation)
            select new LostAccessNotice(person.Id, platform, workspace, name) { OnlyEdits = true },
            number: null,
            situation.Now
        );
    }

    /// <summary>The name of a workspace that is known as lost; null otherwise.</summary>
    public static string? Known(Records records, string platform, string workspace)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.Setting(Key(platform, workspace)) is { Length: > 0 } name ? name : null;
    }

    /// <summary>The platform as people call it.</summary>
    internal static string Called(string platform) =>
        platform.Length == 0 ? "" : char.ToUpperInvariant(platform[0]) + platform[1..];

    private static string Key(string platform, string workspace) =>
        $"lost-access:{platform}:{workspace}";

    private static IEnumerable<Person> Administrators(Situation situation) =>
        situation.Directory.People.Values.Where(person =>
            situation.Policy.May(person, Right.Administer)
        );
}

/// <summary>Tells an administrator that a workspace lets us in no longer; afterwards, that it does again.</summary>
/// <param name="Platform">Where it happened: the word goes by another platform.</param>
/// <param name="Workspace">What keeps workspaces apart.</param>
/// <param name="Name">As people call it.</param>
[StoredAs("lost-access-notice")]
public sealed record LostAccessNotice(
    PersonId Person,
    string Platform,
    string Workspace,
    string Name
) : PersonalNotice(Person)
{
    /// <inheritdoc/>
    public override string Slot => $"lost-access:{Platform}:{Workspace}";

    /// <inheritdoc/>
    public override string? NotOn => Platform;

    /// <inheritdoc/>
    public override Card Replaced => Card.Line(Phrase.Of("access.replaced", ("workspace", Name)));

    /// <inheritdoc/>
    public override Card? Compose(Records records, Situation situation)
    {
        var lost = LostAccess.Known(records, Platform, Workspace) is not null;
        if (!lost && !OnlyEdits)
            return null;
        return Card.Line(
            Phrase.Of(
                lost ? "access.lost" : "access.back",
                ("platform", LostAccess.Called(Platform)),
                ("workspace", Name)
            )
        ) with
        {
            Tone = lost ? Tone.Warning : Tone.Good,
        };
    }
}

/// <summary>The same by mail: it arrives where no other platform reaches the administrator.</summary>
[StoredAs("lost-access-mail")]
public sealed record LostAccessMail(PersonId Person, string Platform, string Workspace, string Name)
    : TenantTimer
{
    private const string Email = "email";

    /// <exception cref="ChatException">The mail server takes nothing now.</exception>
    internal async Task SendAsync(Tools tools, Ringing ringing, CancellationToken cancellation)
    {
        var directory = await ringing.Store.ReadAsync(
            connection => new Records(connection, ringing.Tenant).LoadDirectory(),
            cancellation
        );
        if (
            directory.Find(Person) is not { Email.Length: > 0 } person
            || tools.Channels.FirstOrDefault(channel => channel.Name == Email) is not { } channel
        )
            return;
        var format = new ReaderFormat(
            tools.Words,
            new Reader(person.Language, person.Zone),
            ringing.Time.Moment()
        );
        string Word(string key) =>
            PlainText.Of(
                Phrase.Of(key, ("platform", LostAccess.Called(Platform)), ("workspace", Name)),
                format
            );
        var (subject, sentence) = (Word("access.subject"), Word("access.lost"));
        var sent = await channel.SendAsync(
            new CustomerMessage(
                $"lost-access/{Platform}/{Workspace}/{Person}/{Due.ToUnixTimeMilliseconds()}",
                ringing.Tenant,
                PersonalNotice.NoEscalation,
                [new Contact(person.Name, person.Email)],
                person.Language,
                subject,
                sentence,
                $"<!doctype html><html lang=\"{person.Language}\"><title>{WebUtility.HtmlEncode(subject)}</title><p>{WebUtility.HtmlEncode(sentence)}</p></html>"
            ),
            cancellation
        );
        if (sent is Delivery.Later later)
            throw new ChatException(ChatFailure.Unavailable, later.Why, later.After);
    }
}
