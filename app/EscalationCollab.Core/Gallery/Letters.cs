using EscalationCollab.Core.Cards;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>Every letter to customers, in every language, as it arrives.</summary>
internal static class Letters
{
    public static IEnumerable<Exhibit> All(
        CustomerTemplates letters,
        Voice voice,
        Person reader,
        CompanyDirectory company,
        Instant now
    ) =>
        from kind in Enum.GetValues<CustomerTemplateKind>()
        from language in Languages.All
        let letter = letters.Render(kind, language, Facts(voice, language, now))
        select new Exhibit(
            "Letters",
            $"letter.{kind.ToString().ToLowerInvariant()}",
            1,
            voice.Name,
            reader,
            now
        )
        {
            Card = Card.Of(
                letter.Subject,
                new Letter(
                    "Carlos Menezes <carlos.menezes@acme-pagamentos.example>",
                    letter.Subject,
                    letter.PlainBody,
                    letter.HtmlBody
                )
            ),
            Directory = company,
            OnlyIn = language,
        };

    private static CustomerTemplateFacts Facts(Voice voice, string language, Instant now)
    {
        var at = language switch
        {
            "pt-BR" => "America/Sao_Paulo",
            "it" => "Europe/Rome",
            "lt" => "Europe/Vilnius",
            _ => "Europe/London",
        };
        string Say(string field) =>
            voice == Voice.Usual ? Written(language, field) : voice.TextFor(field, 3_000);
        return new CustomerTemplateFacts(
            "Harbor Software",
            new EscalationNumber(1042),
            voice == Voice.Usual ? "Acme Pagamentos" : voice.TextFor("name", 60),
            voice == Voice.Shortest ? "" : "Carlos Menezes",
            voice == Voice.Usual ? Written(language, "summary") : voice.Summary,
            at
        )
        {
            Impact = voice == Voice.Shortest ? null : Say("impact"),
            Now = Say("now"),
            Owner = "Rūta Kazlauskienė",
            OwnerTitle = voice == Voice.Shortest ? null : "Escalation manager",
            Meanwhile = voice == Voice.Shortest ? null : Say("meanwhile"),
            NextUpdate = now + Duration.FromHours(2),
            Severity = Severity.Sev2,
            RespondBy = now + Duration.FromMinutes(30),
            ResolveBy = now + Duration.FromHours(8),
            Workaround = Say("workaround"),
            Resolution = Say("resolution"),
            Concession = voice == Voice.Shortest ? null : Say("concession"),
            Fault = Say("fault"),
            Cause = voice == Voice.Shortest ? null : Say("cause"),
            Changes = voice == Voice.Shortest ? null : Say("changes"),
            SurveyLink = new Uri("https://support.example/s/3q2-7Q9mT0qz4Yw8Zc1v0A"),
            SurveyUntil = now + Duration.FromDays(14),
        };
    }

    // What a company's own people would write; the templates put the rest around it.
    private static string Written(string language, string field) =>
        (language, field) switch
        {
            ("pt-BR", "summary") => "Os caixas não conseguem entrar no sistema",
            ("pt-BR", "impact") => "Quarenta caixas vendem em papel desde as 8h10.",
            ("pt-BR", "now") => "Estamos comparando o registro de acessos com o de sexta-feira.",
            ("pt-BR", "meanwhile" or "workaround") =>
                "Peça um código novo na tela de entrada; códigos com menos de uma hora funcionam.",
            ("pt-BR", "resolution") => "Renovamos o certificado do serviço de acesso às 14h20.",
            ("pt-BR", "concession") => "Creditamos um mês do serviço na próxima fatura.",
            ("pt-BR", "fault") => "Não avisamos a tempo que o certificado iria vencer.",
            ("pt-BR", "cause") => "O certificado do serviço de acesso venceu.",
            ("pt-BR", _) => "Passamos a receber um aviso 30 dias antes do vencimento.",
            ("it", "summary") => "I cassieri non riescono ad accedere",
            ("it", "impact") => "Quaranta cassieri vendono su carta dalle 8:10.",
            ("it", "now") => "Stiamo confrontando il registro degli accessi con quello di venerdì.",
            ("it", "meanwhile" or "workaround") =>
                "Richieda un nuovo codice dalla pagina di accesso: i codici recenti funzionano.",
            ("it", "resolution") =>
                "Alle 14:20 abbiamo rinnovato il certificato del servizio di accesso.",
            ("it", "concession") => "Accreditiamo un mese di servizio sulla prossima fattura.",
            ("it", "fault") => "Non L'abbiamo avvisata in tempo della scadenza del certificato.",
            ("it", "cause") => "Il certificato del servizio di accesso era scaduto.",
            ("it", _) => "D'ora in poi riceviamo un avviso 30 giorni prima della scadenza.",
            ("lt", "summary") => "Kasininkai negali prisijungti",
            ("lt", "impact") => "Keturiasdešimt kasininkų nuo 8.10 val. parduoda ranka.",
            ("lt", "now") => "Lyginame prisijungimų žurnalą su penktadienio žurnalu.",
            ("lt", "meanwhile" or "workaround") =>
                "Prisijungimo lange paprašykite naujo kodo: naujesni nei valandos kodai veikia.",
            ("lt", "resolution") => "14.20 val. atnaujinome prisijungimo paslaugos sertifikatą.",
            ("lt", "concession") => "Kitoje sąskaitoje įskaitysime vieno mėnesio mokestį.",
            ("lt", "fault") => "Laiku Jums nepranešėme, kad baigiasi sertifikato galiojimas.",
            ("lt", "cause") => "Baigėsi prisijungimo paslaugos sertifikato galiojimas.",
            ("lt", _) => "Nuo šiol įspėjimą gauname likus 30 dienų iki galiojimo pabaigos.",
            (_, "summary") => "Cashiers cannot sign in",
            (_, "impact") => "Forty cashiers have been selling on paper since 08:10.",
            (_, "now") => "We are comparing the sign-in log with the one of Friday.",
            (_, "meanwhile" or "workaround") =>
                "Please ask for a new code on the sign-in page: codes younger than an hour work.",
            (_, "resolution") => "At 14:20 we renewed the certificate of the sign-in service.",
            (_, "concession") => "We credit one month of the service on your next invoice.",
            (_, "fault") => "We did not tell you in time that the certificate was running out.",
            (_, "cause") => "The certificate of the sign-in service had run out.",
            _ => "From now on we are warned 30 days before a certificate runs out.",
        };
}
