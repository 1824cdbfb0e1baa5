using System.Security.Cryptography;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using EscalationCollab.Core.Words;
using EscalationCollab.Web.Cards;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace EscalationCollab.Web.Sandbox;

/// <summary>Somebody looking at a page of the Sandbox: as whom, in which colours, among whom.</summary>
/// <param name="Language">Asked for by the one who looks; null shows everything in the language of the person acted as.</param>
internal sealed record Visit(
    Person Me,
    Theme Theme,
    string? Language,
    string Company,
    CompanyDirectory Directory,
    ReaderFormat Format,
    Instant Now
);

/// <summary>
/// Finds out who looks. The Sandbox is a trial on one's own machine: "acting as" is a choice in a cookie, not a login,
/// and everybody who reaches the page may choose. It is off as soon as a real platform is configured.
/// </summary>
internal sealed class Visitors(
    IStore store,
    Wordbook words,
    Situations situations,
    TimeProvider time,
    IAntiforgery antiforgery
)
{
    public const string BasePath = "/sandbox";

    /// <summary>The setting with whom one acts as at first.</summary>
    public const string StartPersonSetting = "sandbox-start-person";

    /// <summary>The setting with the room one lands in.</summary>
    public const string StartRoomSetting = "sandbox-start-room";

    private const string PersonCookie = "sandbox-person";
    private const string ThemeCookie = "sandbox-theme";
    private const string LanguageCookie = "sandbox-language";

    /// <summary>One installation, one organisation: the Sandbox has no others.</summary>
    public static TenantId Tenant => TenantId.Default;

    /// <summary>Who looks.</summary>
    public async Task<Visit> OfAsync(HttpContext context, CancellationToken cancellation)
    {
        var (directory, first) = await store.ReadAsync(
            connection =>
            {
                var records = new Records(connection, Tenant);
                return (records.LoadDirectory(), records.Setting(StartPersonSetting));
            },
            cancellation
        );
        var me =
            Known(directory, context.Request.Cookies[PersonCookie])
            ?? Known(directory, first)
            ?? directory.People.Values.OrderBy(p => p.Id.Value, StringComparer.Ordinal).First();
        var now = time.Moment();
        var language = LanguageOf(context.Request.Cookies[LanguageCookie]);
        return new Visit(
            me,
            ThemeOf(context.Request.Cookies[ThemeCookie]),
            language,
            directory.Company.Length > 0 ? directory.Company : "EscalationCollab",
            directory,
            new ReaderFormat(words, new Reader(language ?? me.Language, me.Zone), now),
            now
        );
    }

    /// <summary>What cards need to know, with proof and keys for forms.</summary>
    public CardContext ContextOf(
        Visit visit,
        HttpContext context,
        Func<EscalationNumber, string?> roomAddress
    )
    {
        var proof = antiforgery.GetAndStoreTokens(context);
        return new CardContext
        {
            Reader = visit.Me.Id,
            Format = visit.Format,
            Now = visit.Now,
            NewKey = () => NewKey(visit.Me.Id),
            AntiForgery = new HiddenField(proof.FormFieldName, proof.RequestToken!),
            Directory = visit.Directory,
            TierName = situations.Policy.TierName,
            RoomAddress = roomAddress,
            BasePath = BasePath,
            Dark = visit.Theme == Theme.Auto ? null : visit.Theme == Theme.Dark,
        };
    }

    /// <summary>Whether a form comes from our own page.</summary>
    public Task<bool> IsOursAsync(HttpContext context) => antiforgery.IsRequestValidAsync(context);

    /// <summary>
    /// Whether a form's key was made for this person: a page left open in another tab, where somebody else was acted as,
    /// must not act in the wrong name.
    /// </summary>
    public static bool IsKeyOf(PersonId person, string? key) =>
        key is not null
        && key.StartsWith(KeyStart(person), StringComparison.Ordinal)
        && key.Length == KeyStart(person).Length + 32
        && key[^32..].All(char.IsAsciiHexDigitLower);

    /// <summary>Acts as somebody from the next page on; false when there is no such person.</summary>
    public static bool ActAs(HttpContext context, Visit visit, string? person)
    {
        if (Known(visit.Directory, person) is not { } known)
            return false;
        SetCookie(context, PersonCookie, known.Id.Value);
        return true;
    }

    /// <summary>Shows pages in these colours from the next one on.</summary>
    public static void UseTheme(HttpContext context, string? theme) =>
        SetCookie(context, ThemeCookie, ThemeOf(theme).ToString().ToLowerInvariant());

    /// <summary>Shows pages in this language from the next one on; anything else means the person's own.</summary>
    public static void UseLanguage(HttpContext context, string? language) =>
        SetCookie(context, LanguageCookie, LanguageOf(language) ?? "own");

    private static string? LanguageOf(string? tag) =>
        tag is not null && Languages.All.Contains(tag) ? tag : null;

    private static string NewKey(PersonId person) =>
        KeyStart(person) + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string KeyStart(PersonId person) => $"sandbox:{person.Value}:";

    private static Person? Known(CompanyDirectory directory, string? id) =>
        id is null ? null : directory.Find(new PersonId(id));

    private static Theme ThemeOf(string? name) =>
        name switch
        {
            "light" => Theme.Light,
            "dark" => Theme.Dark,
            _ => Theme.Auto,
        };

    private static void SetCookie(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(
            name,
            value,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                MaxAge = TimeSpan.FromDays(365),
                Path = "/",
            }
        );
}
