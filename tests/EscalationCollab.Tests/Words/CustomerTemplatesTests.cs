using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Words;

public sealed partial class CustomerTemplatesTests
{
    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);
    private static readonly CustomerTemplates Letters = CustomerTemplates.Load(
        Templates.Root,
        Words
    );

    public static TheoryData<string, CustomerTemplateKind> All()
    {
        var all = new TheoryData<string, CustomerTemplateKind>();
        foreach (var language in Languages.All)
        foreach (var kind in Enum.GetValues<CustomerTemplateKind>())
            all.Add(language, kind);
        return all;
    }

    internal static CustomerTemplateFacts Facts(string language) =>
        language switch
        {
            "pt-BR" => Base(
                "Ana Souza",
                "Os usuários não conseguem entrar no sistema desde hoje de manhã.",
                "America/Sao_Paulo",
                "Nenhum dos seus 240 atendentes consegue registrar pedidos.",
                "Encontramos um certificado vencido e estamos instalando o novo.",
                "Engenheira de suporte",
                "Pedidos urgentes podem ser registrados pelo aplicativo móvel."
            ),
            "it" => Base(
                "Marco Rossi",
                "Da questa mattina gli utenti non riescono ad accedere.",
                "Europe/Rome",
                "Nessuno dei Suoi 240 operatori può registrare ordini.",
                "Abbiamo trovato un certificato scaduto e stiamo installando quello nuovo.",
                "Ingegnere di supporto",
                "Gli ordini urgenti si possono registrare dall'app mobile."
            ),
            "lt" => Base(
                "Jonas Petraitis",
                "Nuo šio ryto naudotojai negali prisijungti.",
                "Europe/Vilnius",
                "Nė vienas iš 240 Jūsų darbuotojų negali priimti užsakymų.",
                "Radome pasibaigusį sertifikatą ir diegiame naują.",
                "Pagalbos inžinierė",
                "Skubius užsakymus galima priimti mobiliąja programėle."
            ),
            _ => Base(
                "Emma Clarke",
                "Users have been unable to log in since this morning.",
                "Europe/London",
                "None of your 240 agents can take orders.",
                "We found an expired certificate and are installing the new one.",
                "Support engineer",
                "Urgent orders can be taken in the mobile app."
            ),
        };

    private static CustomerTemplateFacts Base(
        string contact,
        string summary,
        string zone,
        string impact,
        string now,
        string title,
        string meanwhile
    ) =>
        new("Northwind Cloud", new EscalationNumber(1042), "Acme", contact, summary, zone)
        {
            Impact = impact,
            Now = now,
            Owner = "Rita Kazlauskienė",
            OwnerTitle = title,
            Meanwhile = meanwhile,
            NextUpdate = Instant.FromUtc(2026, 11, 24, 14, 30),
            Severity = Severity.Sev1,
            RespondBy = Instant.FromUtc(2026, 11, 24, 12, 45),
            ResolveBy = Instant.FromUtc(2026, 11, 24, 18, 0),
        };

    private static CustomerTemplateFacts Everything(string language, string text) =>
        Facts(language) with
        {
            Summary = text,
            Contact = text,
            Company = text,
            Impact = text,
            Now = text,
            Owner = text,
            OwnerTitle = text,
            Meanwhile = text,
            Workaround = text,
            Resolution = text,
            Concession = text,
            Fault = text,
            Cause = text,
            Changes = text,
            SurveyLink = new Uri("https://help.example/survey/AbC?x=1&y=2"),
            SurveyUntil = Instant.FromUtc(2026, 12, 8, 12, 0),
        };

    [Fact]
    public void Validate_DeliveredLetters_NothingWrong() => Letters.Validate().Should().BeEmpty();

    [Theory]
    [InlineData("en", CustomerTemplateKind.Receipt)]
    [InlineData("en", CustomerTemplateKind.Update)]
    [InlineData("pt-BR", CustomerTemplateKind.Receipt)]
    [InlineData("pt-BR", CustomerTemplateKind.Update)]
    [InlineData("it", CustomerTemplateKind.Receipt)]
    [InlineData("it", CustomerTemplateKind.Update)]
    [InlineData("lt", CustomerTemplateKind.Receipt)]
    [InlineData("lt", CustomerTemplateKind.Update)]
    public void Render_OrdinaryFacts_IsTheGoldenLetter(string language, CustomerTemplateKind kind)
    {
        var letter = Letters.Render(kind, language, Facts(language));
        var written = $"{letter.Subject}\n\n{letter.PlainBody}";
        var golden = Path.Combine(
            Templates.Repository(),
            "tests/EscalationCollab.Tests/Words/Golden",
            $"{kind}.{language}.txt".ToLowerInvariant()
        );

        // Delete a golden file to have it written anew; then read it before committing it.
        if (!File.Exists(golden))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
            File.WriteAllText(golden, written);
            Assert.Fail($"{golden} was missing and has been written: read it and run again.");
        }
        written.Should().Be(File.ReadAllText(golden));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Render_LongestContent_StillComesOut(string language, CustomerTemplateKind kind)
    {
        var paste = string.Concat(Enumerable.Repeat("<b>\"žodis\" & šalis</b>\n\n", 5_000));

        var letter = Letters.Render(kind, language, Everything(language, paste));

        letter.Problem.Should().BeNull();
        letter.Subject.Length.Should().BeLessThan(250);
        letter.Subject.Should().NotContainAny("\n", "\r");
        letter.PlainBody.Length.Should().BeLessThan(TemplateEngine.LongestText);
        letter.PlainBody.Should().Contain("ESC-1042").And.NotContain("\n\n\n");
        letter.HtmlBody.Should().NotContain("<b>");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Render_LeastContent_LeavesNoHoles(string language, CustomerTemplateKind kind)
    {
        var facts = new CustomerTemplateFacts(
            "Northwind Cloud",
            new EscalationNumber(1042),
            "Acme",
            " ",
            "Login fails",
            ""
        )
        {
            SurveyLink = new Uri("https://help.example/survey/AbC"),
        };

        var letter = Letters.Render(kind, language, facts);

        letter.Problem.Should().BeNull();
        letter.PlainBody.Should().Contain("Acme").And.NotContainAny("{", "}", ": \n", "()", " ,");
        letter.PlainBody.Split('\n').Should().OnlyContain(line => !line.EndsWith(':'));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Render_HostileContent_IsTextOnly(string language, CustomerTemplateKind kind)
    {
        const string hostile =
            "{{company}} {name} </td><script>x</script> <a href=\"https://evil.example\">a</a> @everyone\r\nBcc: x@evil.example \ue000\ue001\u202e";

        var letter = Letters.Render(kind, language, Everything(language, hostile));

        letter.Problem.Should().BeNull();
        letter.Subject.Should().NotContainAny("\n", "\r").And.Contain("{{company}}");
        letter.PlainBody.Should().NotContainAny("\ue000", "\ue001", "\u202e");
        letter.HtmlBody.Should().NotContainAny("<script", "\ue000", "\u202e");
        LinkPattern()
            .Matches(letter.HtmlBody)
            .Select(m => m.Groups[1].Value)
            .Where(address => address != "https://help.example/survey/AbC?x=1&amp;y=2")
            .Should()
            .BeEmpty();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Render_DeliveredLetters_SpeakCalmly(string language, CustomerTemplateKind kind)
    {
        var letter = Letters.Render(kind, language, Everything(language, "x"));

        letter
            .PlainBody.ToLowerInvariant()
            .Should()
            .NotContainAny(
                "!",
                "inconvenience",
                "unfortunately",
                "as per",
                "infelizmente",
                "purtroppo",
                "deja"
            );
    }

    [Theory]
    [InlineData("en", "Europe/London", "Tuesday 24 November 2026, 14:30 (London time)")]
    [InlineData(
        "pt-BR",
        "America/Sao_Paulo",
        "terça-feira, 24 de novembro de 2026 às 11:30 (horário de São Paulo)"
    )]
    [InlineData("it", "Europe/Rome", "martedì 24 novembre 2026, ore 15:30 (ora di Roma)")]
    [InlineData("lt", "Europe/Vilnius", "2026 m. lapkričio 24 d. 16:30 (Vilniaus laiku)")]
    public void Render_Promise_NamesTheCustomersZone(string language, string zone, string expected)
    {
        var facts = Facts(language) with { Zone = zone };

        foreach (var kind in Enum.GetValues<CustomerTemplateKind>())
            if (kind is not (CustomerTemplateKind.Survey or CustomerTemplateKind.SurveyReminder))
                Letters.Render(kind, language, facts).PlainBody.Should().Contain(expected);
    }

    [Fact]
    public void Render_Survey_HasOneButtonAndTheAddress()
    {
        var facts = Facts("it") with { SurveyLink = new Uri("https://help.example/s/1") };

        var letter = Letters.Render(CustomerTemplateKind.Survey, "it", facts);

        letter.PlainBody.Should().Contain("\n\nhttps://help.example/s/1\n\n");
        letter
            .HtmlBody.Should()
            .Contain("href=\"https://help.example/s/1\">Rispondi al sondaggio</a>");
    }

    [Theory]
    [InlineData("update", "Hello\n", 1, "subject is missing", "subject: ...")]
    [InlineData(
        "update",
        "---\nbutton: x\n---\n{{now}}{{nextUpdate}}{{owner}}\n",
        1,
        "subject is missing",
        "subject: ..."
    )]
    [InlineData(
        "update",
        "---\nsubject:\n---\n{{now}}{{nextUpdate}}{{owner}}\n",
        2,
        "subject is empty",
        "after"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\ntitle: y\n---\n{{now}}{{nextUpdate}}{{owner}}\n",
        3,
        "\"title\" is not known",
        "subject:"
    )]
    [InlineData(
        "update",
        "---\nsubject: {{sumary}}\n---\n{{now}}{{nextUpdate}}{{owner}}\n",
        2,
        "no \"sumary\"",
        "{{summary}}"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{now}}\n{{nextUpdates}}{{nextUpdate}}{{owner}}\n",
        5,
        "no \"nextUpdates\"",
        "{{nextUpdate}}"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{#if now}}\n{{now}}{{nextUpdate}}{{owner}}\n",
        4,
        "never closed",
        "{{/if}}"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{now}}{{nextUpdate}}{{owner}}\nThanks!\n",
        5,
        "exclamation mark",
        "full stop"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{now}}{{nextUpdate}}{{owner}} <b>x</b>\n",
        4,
        "HTML",
        "plain paragraphs"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{{now}}}{{now}}{{nextUpdate}}{{owner}}\n",
        4,
        "without escaping",
        "two braces"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{now}}{{owner}}\n",
        4,
        "never uses \"nextUpdate\"",
        "{{nextUpdate}}"
    )]
    [InlineData("update", "---\nsubject: x\n---\n\n", 4, "letter is empty", "Write")]
    [InlineData(
        "update",
        "---\nsubject: x\n---\n{{#box}}{{now}}{{nextUpdate}}{{owner}}\n",
        4,
        "never ends",
        "{{/box}}"
    )]
    [InlineData(
        "update",
        "---\nsubject: x\nbutton: y\n---\n{{now}}{{nextUpdate}}{{owner}}\n",
        3,
        "only surveys",
        "Remove"
    )]
    [InlineData(
        "survey",
        "---\nsubject: x\n---\n{{surveyLink}}\n",
        1,
        "button are missing",
        "button: ..."
    )]
    [InlineData(
        "survey",
        "---\nsubject: x\nbutton: y\n---\nHello\n",
        5,
        "never uses \"surveyLink\"",
        "{{surveyLink}}"
    )]
    [InlineData(
        "wellcome",
        "---\nsubject: x\n---\nHello\n",
        0,
        "no letter goes by this name",
        "receipt.hbs"
    )]
    public void Reload_BrokenLetter_IsReportedAndTheLastGoodStays(
        string name,
        string source,
        int line,
        string what,
        string remedy
    )
    {
        using var folder = WordFolder.Delivered();
        var letters = CustomerTemplates.Load(folder.Root, Words);
        var before = letters.Render(CustomerTemplateKind.Update, "it", Facts("it"));

        folder.Write($"words/it/customer/{name}.hbs", source);
        var problems = letters.Reload();

        problems
            .Should()
            .Contain(p =>
                p.File == $"words/it/customer/{name}.hbs"
                && p.Line == line
                && p.What.Contains(what)
                && p.Remedy.Contains(remedy)
            );
        letters.Render(CustomerTemplateKind.Update, "it", Facts("it")).Should().Be(before);
    }

    [Fact]
    public void Reload_GoodEdit_IsUsed()
    {
        using var folder = WordFolder.Delivered();
        var letters = CustomerTemplates.Load(folder.Root, Words);
        var file = "words/en/customer/update.hbs";

        folder.Write(file, folder.Read(file).Replace("Dear", "Hello", StringComparison.Ordinal));

        letters.Reload().Should().BeEmpty();
        letters
            .Render(CustomerTemplateKind.Update, "en", Facts("en"))
            .PlainBody.Should()
            .StartWith("Hello Emma Clarke,");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Render_BrokenFromTheStart_APlainLetterGoesOut(
        string language,
        CustomerTemplateKind kind
    )
    {
        using var folder = WordFolder.Delivered();
        foreach (
            var file in Directory.EnumerateFiles(
                Path.Combine(folder.Root, "words", language, "customer")
            )
        )
            File.WriteAllText(file, "{{broken");
        var letters = CustomerTemplates.Load(folder.Root, Words);
        var facts = Facts(language) with { SurveyLink = new Uri("https://help.example/s/1") };

        var letter = letters.Render(kind, language, facts);

        letter.Problem!.File.Should().StartWith($"words/{language}/customer/");
        letter.Subject.Should().StartWith("ESC-1042: ");
        letter.PlainBody.Should().Contain(facts.Summary).And.Contain(facts.Owner);
        letter.HtmlBody.Should().StartWith("<!doctype html>");
    }

    [Fact]
    public void Reload_BrokenLayout_KeepsTheLastGood()
    {
        using var folder = WordFolder.Delivered();
        var letters = CustomerTemplates.Load(folder.Root, Words);
        var before = letters.Render(CustomerTemplateKind.Update, "it", Facts("it"));

        folder.Write("words/layout.html", "<p>{{body}}</p>");

        letters.Reload().Should().ContainSingle(p => p.File == "words/layout.html");
        letters.Render(CustomerTemplateKind.Update, "it", Facts("it")).Should().Be(before);
    }

    [GeneratedRegex("""<a [^>]*href="([^"]*)""")]
    private static partial Regex LinkPattern();
}
