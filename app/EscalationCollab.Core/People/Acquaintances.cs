using System.Collections.Immutable;
using System.Text.Json;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core.People;

/// <summary>What a chat platform says of somebody who belongs to the company.</summary>
/// <param name="Name">As shown.</param>
/// <param name="VerifiedEmail">Empty when the platform does not tell one, or nobody has confirmed it.</param>
/// <param name="Title">What they do; empty when not told.</param>
/// <param name="Language">A language of <c>templates/words</c>, or empty.</param>
/// <param name="Zone">An IANA zone, or empty.</param>
/// <param name="IsGuest">A guest, or of another company, and welcome.</param>
public sealed record Acquaintance(
    string Name,
    string VerifiedEmail,
    string Title,
    string Language,
    string Zone,
    bool IsGuest
);

/// <summary>
/// Which person somebody of a chat platform is, inside one transaction. Somebody with the same verified e-mail address is
/// the same person, from whichever platform they are known.
/// </summary>
/// <param name="records">Of the tenant.</param>
public sealed class Acquaintances(Records records)
{
    /// <summary>The person of a verified e-mail address; <paramref name="otherwise"/> when there is none.</summary>
    /// <param name="verifiedEmail">Empty for whoever must not be taken for somebody else.</param>
    /// <param name="otherwise">The same for everybody who meets them at the same moment.</param>
    public PersonId PersonOf(string verifiedEmail, PersonId otherwise)
    {
        ArgumentNullException.ThrowIfNull(verifiedEmail);
        return
            verifiedEmail.Length > 0 && records.LoadDirectory().ByEmail(verifiedEmail) is { } same
            ? same.Id
            : otherwise;
    }

    /// <summary>Brings them into the directory, or what is new about them. What the platform does not tell stays as it is.</summary>
    /// <param name="teams">For somebody who is new.</param>
    public void Save(PersonId id, Acquaintance told, ImmutableArray<string> teams)
    {
        ArgumentNullException.ThrowIfNull(told);
        var earlier = records.LoadDirectory().Find(id);
        Keep(
            earlier,
            earlier is null
                ? new Person(
                    id,
                    told.Name,
                    told.VerifiedEmail,
                    told.Title,
                    Or(told.Language, Languages.Fallback),
                    Or(told.Zone, "Etc/UTC")
                )
                {
                    Teams = teams,
                    IsGuest = told.IsGuest,
                }
                : earlier with
                {
                    Name = told.Name,
                    Email = Or(told.VerifiedEmail, earlier.Email),
                    Title = Or(told.Title, earlier.Title),
                    Language = Or(told.Language, earlier.Language),
                    Zone = Or(told.Zone, earlier.Zone),
                    IsGuest = told.IsGuest,
                }
        );
    }

    /// <summary>Keeps what a client said of the language and zone of somebody in the directory; others stay out of it.</summary>
    /// <param name="language">A language of <c>templates/words</c>, or empty.</param>
    /// <param name="zone">An IANA zone, or empty.</param>
    public void Hear(PersonId id, string language, string zone)
    {
        if (records.LoadDirectory().Find(id) is { } earlier)
            Keep(
                earlier,
                earlier with
                {
                    Language = Or(language, earlier.Language),
                    Zone = Or(zone, earlier.Zone),
                }
            );
    }

    /// <summary>Keeps a person. Everybody's directory is read anew after a change: one that changes nothing is not made.</summary>
    public void Keep(Person? earlier, Person now)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (earlier is null || JsonSerializer.Serialize(earlier) != JsonSerializer.Serialize(now))
            records.SavePerson(now);
    }

    private static string Or(string told, string otherwise) => told.Length > 0 ? told : otherwise;
}
