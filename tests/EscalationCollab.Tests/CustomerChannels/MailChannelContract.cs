using System.Text;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>What every channel to customers by mail must do beside that, wherever the mail goes.</summary>
public abstract class MailChannelContract : CustomerChannelContract
{
    private static readonly string[] Breaks =
    [
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u2028",
        "\u0085",
        "\v",
        "\r\n ",
    ];

    protected override CustomerMessage Message(string effect) => Mails.Message(effect);

    protected override CustomerMessage Unreachable(string effect) =>
        Mails.Message(effect, "nobody");

    protected override async Task<IReadOnlyList<SeenMessage>> SeenAsync() =>
        [
            .. (await ArrivedAsync()).Select(mail => new SeenMessage(
                mail.Headers["Subject"],
                mail.Text
            )),
        ];

    /// <summary>Everything that arrived, in order, as somebody else reads it.</summary>
    protected abstract Task<IReadOnlyList<JudgedMail>> ArrivedAsync();

    [ContractFact]
    public async Task Send_AnyLanguage_ArrivesAsWritten()
    {
        (string Language, string Name, string Subject, string Text)[] written =
        [
            (
                "en",
                "Ana",
                "[ESC-1042] Login fails",
                "Hello Ana,\n\n.a dot first\n..two\n.\nFrom here, trailing \t\nend="
            ),
            (
                "pt-BR",
                "João Conceição",
                "[ESC-1042] Sua solicitação: não é possível entrar",
                "Prezado João,\n\natenção: próxima atualização às 14h30."
            ),
            (
                "it",
                "Niccolò D'Angiò",
                "[ESC-1042] L'accesso è bloccato perché c'è un guasto",
                "Gentile Niccolò,\n\nciò è più urgente."
            ),
            (
                "lt",
                "Žydrūnas Šešėlis",
                "[ESC-1042] Jūsų užklausa: prisijungimo klaida jau žinoma, ieškome sprendimo",
                "Gerbiamas Žydrūnai,\n\nąčęėįšųūž „kabutės“ – brūkšnys."
            ),
            (
                "el",
                "Ελένη",
                "Πρόβλημα 🙂 👩‍👩‍👧",
                "Καλημέρα σας, αυτό είναι ένα μήνυμα γραμμένο όλο στα ελληνικά."
            ),
        ];
        foreach (var (language, name, subject, text) in written)
            (
                await Channel.SendAsync(
                    Mails.Message($"effect-{language}", name: name) with
                    {
                        Language = language,
                        Subject = subject,
                        PlainBody = text,
                        HtmlBody = $"<p lang=\"{language}\">{text}</p>",
                    },
                    CancellationToken.None
                )
            )
                .Should()
                .BeOfType<Delivery.Accepted>();

        var arrived = await ArrivedAsync();
        arrived.Should().HaveCount(written.Length);
        foreach (var (mail, (language, name, subject, text)) in arrived.Zip(written))
        {
            mail.Headers["Subject"].Should().Be(subject);
            mail.Headers["Content-Language"].Should().Be(language);
            mail.To.Should().BeEquivalentTo(new[] { new[] { name, "ana@acme.example" } });
            mail.Text.Should().Be(text);
            mail.Html.Should().Be($"<p lang=\"{language}\">{text}</p>");
            ShouldBeWellFormed(mail);
        }
    }

    [ContractFact]
    public async Task Send_Plainly_CarriesTheStandingHeaders()
    {
        var message = Mails.Message("effect-1") with
        {
            Earlier = ["<first@mail.vendor.example>", "second@mail.vendor.example", "<not an id>"],
        };
        var delivery = await Channel.SendAsync(message, CancellationToken.None);

        var mail = (await ArrivedAsync()).Single();
        var id = delivery.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;
        id.Should().MatchRegex("^<esc-1042\\.[0-9a-f]{32}@mail\\.vendor\\.example>$");
        mail.Headers["Message-ID"].Should().Be(id);
        mail.Headers["In-Reply-To"].Should().Be("<second@mail.vendor.example>");
        mail.Headers["References"]
            .Should()
            .Be("<first@mail.vendor.example> <second@mail.vendor.example>");
        mail.Headers["Auto-Submitted"].Should().Be("auto-generated");
        mail.Headers["MIME-Version"].Should().Be("1.0");
        mail.From.Should()
            .BeEquivalentTo(new[] { new[] { "Suporte Ação, Ltda", "support@vendor.example" } });
        mail.ReplyTo.Should().BeEquivalentTo(new[] { new[] { "", "replies@vendor.example" } });
        mail.Date.Should().Be(new DateTimeOffset(2026, 3, 2, 12, 0, 5, TimeSpan.Zero));
        mail.Type.Should().Be("multipart/alternative");
        mail.Parts.Select(p => p[0]).Should().Equal("text/plain", "text/html");
        ShouldBeWellFormed(mail);
    }

    [ContractFact]
    public async Task Send_SameEffectAgain_ReachesTheCustomerOnce()
    {
        var first = await Channel.SendAsync(Mails.Message("effect-1"), CancellationToken.None);
        var second = await Channel.SendAsync(Mails.Message("effect-1"), CancellationToken.None);
        var other = await Channel.SendAsync(Mails.Message("effect-2"), CancellationToken.None);

        second.Should().BeOfType<Delivery.Accepted>().Which.MessageId.Should().Be(IdOf(first));
        IdOf(other).Should().NotBe(IdOf(first));
        (await ArrivedAsync()).Should().HaveCount(2);
    }

    [ContractFact]
    public async Task Send_LineBreaksInSubjectAndName_StayInsideTheirHeader()
    {
        foreach (var (lineBreak, i) in Breaks.Select((b, i) => (b, i)))
            (
                await Channel.SendAsync(
                    Mails.Message(
                        $"effect-{i}",
                        name: $"Ana{lineBreak}Bcc: thief@evil.example"
                    ) with
                    {
                        Subject =
                            $"Hello{lineBreak}Bcc: thief@evil.example{lineBreak}{lineBreak}<script>",
                        Language = $"en{lineBreak}Bcc: thief@evil.example",
                        Earlier = [$"<a@b>{lineBreak}Bcc: thief@evil.example"],
                    },
                    CancellationToken.None
                )
            )
                .Should()
                .BeOfType<Delivery.Accepted>();

        var arrived = await ArrivedAsync();
        arrived.Should().HaveCount(Breaks.Length);
        foreach (var mail in arrived)
        {
            mail.Names.Should().NotContain("Bcc").And.OnlyHaveUniqueItems();
            mail.Headers["Subject"].Should().Be("Hello Bcc: thief@evil.example <script>");
            mail.To.Should()
                .BeEquivalentTo(
                    new[] { new[] { "Ana Bcc: thief@evil.example", "ana@acme.example" } }
                );
            mail.Parts.Should().HaveCount(2);
        }
    }

    [ContractFact]
    public async Task Send_NameThatLooksLikeMore_IsOnlyAName()
    {
        string[] names =
        [
            "a\", <x@y.example>, \"b",
            "Ana <x@y.example>",
            "=?utf-8?Q?x?=",
            "back\\slash\\",
            "(comment)",
            new string('n', 70),
        ];
        foreach (var (name, i) in names.Select((n, i) => (n, i)))
            await Channel.SendAsync(
                Mails.Message($"effect-{i}", name: name),
                CancellationToken.None
            );

        (await ArrivedAsync())
            .Select(m => m.To.Single())
            .Should()
            .BeEquivalentTo(names.Select(n => new[] { n, "ana@acme.example" }));
    }

    [ContractFact]
    public async Task Send_AddressThatIsMoreThanAnAddress_IsRefused()
    {
        string[] addresses =
        [
            "",
            "ana",
            "ana@",
            "@acme.example",
            "ana@acme.example\r\nRCPT TO:<x@y.example>",
            "ana@acme.example, x@y.example",
            "ana@acme.example>\r\nDATA",
            "<ana@acme.example>",
            "an a@acme.example",
            "ana@acme .example",
            "ana..b@acme.example",
            "ana@-acme.example",
            "ana\0@acme.example",
            $"{new string('a', 65)}@acme.example",
        ];
        foreach (var (address, i) in addresses.Select((a, i) => (a, i)))
            (await Channel.SendAsync(Mails.Message($"effect-{i}", address), CancellationToken.None))
                .Should()
                .BeOfType<Delivery.Refused>("{0} cannot be mailed", address);
        (
            await Channel.SendAsync(
                Mails.Message("effect-none") with
                {
                    To = [],
                },
                CancellationToken.None
            )
        )
            .Should()
            .BeOfType<Delivery.Refused>();

        (await ArrivedAsync()).Should().BeEmpty();
    }

    [ContractFact]
    public async Task Send_OneGoodAndOneBadAddress_ReachesTheGoodOneAndNamesTheOther()
    {
        var message = Mails.Message("effect-1") with
        {
            To = [new Contact("Ana", "ana@acme.example"), new Contact("Bo", "bo at acme")],
        };

        var delivery = await Channel.SendAsync(message, CancellationToken.None);

        delivery
            .Should()
            .BeOfType<Delivery.Accepted>()
            .Subject.Missed.Should()
            .ContainSingle()
            .Which.Should()
            .Contain("bo at acme");
        (await ArrivedAsync()).Single().To.Should().ContainSingle();
    }

    [ContractFact]
    public async Task Send_LongSubjectAndLongBody_ArriveWhole()
    {
        var subject = string.Concat(Enumerable.Repeat("žinutė apie labai ilgą problemą ", 25))
            .Trim();
        var plain = string.Join(' ', Enumerable.Repeat("subject", 100));
        var body = new StringBuilder();
        while (body.Length < 100_000)
            body.Append("Eilutė su ąžuolu ir daug žodžių be jokio lūžio ")
                .Append('x', 200)
                .Append(body.Length % 3 == 0 ? "\n.\n" : " ");
        var text = body.ToString().TrimEnd();

        await Channel.SendAsync(
            Mails.Message("effect-1") with
            {
                Subject = subject,
                PlainBody = text,
                HtmlBody = $"<p>{text}</p>",
            },
            CancellationToken.None
        );
        await Channel.SendAsync(
            Mails.Message("effect-2") with
            {
                Subject = plain,
                PlainBody = new string('=', 100_000),
            },
            CancellationToken.None
        );

        var arrived = await ArrivedAsync();
        arrived[0].Headers["Subject"].Should().Be(subject);
        arrived[0].Text.Should().Be(text);
        arrived[0].Html.Should().Be($"<p>{text}</p>");
        arrived[1].Headers["Subject"].Should().Be(plain);
        arrived[1].Text.Should().Be(new string('=', 100_000));
        arrived.Should().AllSatisfy(ShouldBeWellFormed);
    }

    [ContractFact]
    public async Task Send_BodyWithControlsAndMixedLineEnds_ArrivesClean()
    {
        var message = Mails.Message("effect-1") with
        {
            PlainBody = "a\0b\u0007\r\nc\rd\ne\ud800f\ttab",
            HtmlBody = "",
        };

        await Channel.SendAsync(message, CancellationToken.None);

        var mail = (await ArrivedAsync()).Single();
        mail.Text.Should().Be("ab\nc\nd\ne\ufffdf\ttab");
        mail.Html.Should().BeEmpty();
        ShouldBeWellFormed(mail);
    }

    private static string IdOf(Delivery delivery) =>
        delivery.Should().BeOfType<Delivery.Accepted>().Subject.MessageId;

    private static void ShouldBeWellFormed(JudgedMail mail)
    {
        mail.Defects.Should().BeEmpty();
        mail.LongestLine.Should().BeLessThanOrEqualTo(78);
        mail.BareLineEnds.Should().Be(0);
    }
}
