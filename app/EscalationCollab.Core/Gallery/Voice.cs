using System.Collections.Immutable;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Gallery;

/// <summary>How much people write in the life that is played: the usual, the longest that fits, the least.</summary>
internal sealed record Voice(string Name)
{
    public static readonly Voice Usual = new("usual");
    public static readonly Voice Longest = new("longest");
    public static readonly Voice Shortest = new("shortest");
    public static readonly ImmutableArray<Voice> All = [Usual, Longest, Shortest];

    // Long words that do not break, right-to-left script, emoji of several code points, markup of every platform, mention
    // and formula look-alikes: what customers and colleagues really paste.
    private const string Trying =
        "Nach der Rechenzentrumsumzugswochenendbereitschaftsplanänderung antwortet der Authentifizierungsdienstanbieter nicht mehr. "
        + "לקוחות אינם יכולים להתחבר מאז הבוקר. 👩🏽‍💻🔥 "
        + "<b>fett</b> <script>alert(1)</script> *bold* _it_ `code` <!channel> <@U123> <at>Everyone</at> [click](https://evil.example) "
        + "=HYPERLINK(\"https://evil.example\") {{company}} {customer} &amp; "
        + "https://status.example/incidents/2026-03-02/authentication/eu-central-1/very/long/path?with=parameters&and=more#anchor ";

    private static readonly ImmutableDictionary<string, string> Written = new Dictionary<
        string,
        string
    >
    {
        ["summary"] = "Cashiers cannot sign in since this morning",
        ["details"] =
            "About 40 of 60 cashiers get an error after the second factor. The shops sell on paper.\nThe customer said they will cancel if this is not fixed before the weekend.",
        ["conditions"] =
            "About 40 cashiers still cannot sign in. The other 20 can, with a new code.",
        ["actions"] = "Tom is comparing the sign-in log with the one of Friday.",
        ["needs"] = "Somebody at the customer who can try a sign-in with us at 15:00.",
        ["reason"] = "The customer opens its shops at 14:00 and cannot sell before that.",
        ["question"] = "Why do only codes older than an hour fail?",
        ["note"] = "You know their sign-in set-up from last year.",
        ["next"] = "First-line support answers by Wednesday and shows how to reset the code.",
        ["text"] = "The customer called: two more shops have the same error.",
        ["title"] = "Warn before a certificate of the sign-in service runs out",
        ["name"] = "Vilniaus Duona UAB",
        ["contact"] = "Eglė Jankauskaitė",
        ["company"] = "Harbor Software",
    }.ToImmutableDictionary();

    /// <summary>The one line the whole case goes by.</summary>
    public string Summary => TextFor("summary", 150);

    /// <summary>What a customer wrote in chat.</summary>
    public string CustomerWords =>
        this == Usual
            ? "Bom dia, desde as 8h10 quase ninguém consegue entrar no sistema dos caixas. Se não voltar hoje, vamos cancelar o contrato."
        : this == Longest ? Repeated(2_900)
        : "?";

    /// <summary>What is written into a field.</summary>
    /// <param name="most">The field's limit in characters.</param>
    public string TextFor(string field, int most)
    {
        if (this == Shortest)
            return "x";
        if (this == Longest)
            return Repeated(most);
        var usual = Written.GetValueOrDefault(field, Written["reason"]);
        return usual.Length <= most ? usual : usual[..most];
    }

    /// <summary>A person of the company as this voice names people.</summary>
    public Person Named(Person person) =>
        this == Usual ? person
        : this == Shortest ? person with { Name = person.Name[..2], Title = "" }
        : person with
        {
            Name = person.Name + " von Hohenzollern-Sigmaringen Papadopoulos-Konstantinidis",
            Title = person.Title + ", Kundenbeziehungsmanagementsystembetreuung Nord-West-Europa",
        };

    /// <summary>A customer as this voice names customers: at most 60 characters.</summary>
    public Customer Named(Customer customer) =>
        this == Usual ? customer
        : this == Shortest
            ? customer with
            {
                Name = customer.Name[..1],
                Contacts = customer.Contacts[..1],
            }
        : customer with
        {
            Name = Fitted(
                customer.Name + " Großhandelsgesellschaft für Ersatzteile <&> Söhne mbH",
                60
            ),
        };

    private static string Repeated(int most)
    {
        var text = new System.Text.StringBuilder();
        while (text.Length < most)
            text.Append(Trying).Append(text.Length > 600 ? "\n" : "");
        return Fitted(text.ToString(), most);
    }

    private static string Fitted(string text, int most)
    {
        if (text.Length <= most)
            return text;
        // Never half an emoji: a form does not send one.
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return text[..end].TrimEnd();
    }
}
