using System.Collections.Immutable;
using System.Globalization;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Cards;
using EscalationCollab.Web.Sandbox;
using NodaTime;

namespace EscalationCollab.Tests.Sandbox;

/// <summary>A believable room to render: people, a running escalation, a conversation of two days.</summary>
internal static class SampleCompany
{
    /// <summary>Tuesday, 24 November 2026, 14:10 in Vilnius.</summary>
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 24, 12, 10);

    private static readonly Wordbook Words = Wordbook.Load(Templates.Root);

    public static readonly PersonView App = new(
        PersonId.Product,
        "EscalationCollab",
        "",
        IsApp: true
    );
    public static readonly PersonView Ana = new(new("ana"), "Ana Souza", "Escalation manager");
    public static readonly PersonView Tomas = new(
        new("tomas"),
        "Tomas Kazlauskas",
        "Platform engineer"
    );
    public static readonly PersonView Giulia = new(
        new("giulia"),
        "Giulia Ferri",
        "Customer success manager"
    );
    public static readonly PersonView Marcus = new(new("marcus"), "Marcus Bell", "Head of support");
    public static readonly PersonView Ieva = new(new("ieva"), "Ieva Petrauskaitė", "Support agent");
    public static readonly PersonView Diego = new(new("diego"), "Diego Ramos", "Account executive");

    public static readonly ImmutableArray<PersonView> Everybody =
    [
        Ana,
        Tomas,
        Giulia,
        Marcus,
        Ieva,
        Diego,
    ];

    private static readonly EscalationNumber Number = new(1042);
    private static readonly ActionData Data = ActionData.For(Number);

    public static readonly CompanyDirectory Directory = new(
        Everybody.ToImmutableDictionary(
            p => p.Id,
            p => new Person(
                p.Id,
                p.Name,
                $"{p.Id.Value}@northwind.example",
                p.Title,
                "en",
                "Europe/Vilnius"
            )
        ),
        new[]
        {
            new Customer(new("acme"), "Acme Energia") { Tier = "enterprise" },
            new Customer(new("baltlog"), "BaltLog") { Tier = "business" },
            new Customer(new("fiorentina"), "Fiorentina Tessuti") { Tier = "starter" },
        }.ToImmutableDictionary(c => c.Id)
    );

    public static CardContext Context(string language = "en", PersonView? reader = null)
    {
        var key = 0;
        return new CardContext
        {
            Reader = (reader ?? Ana).Id,
            Format = new ReaderFormat(Words, new Reader(language, "Europe/Vilnius"), Now),
            Now = Now,
            NewKey = () => string.Create(CultureInfo.InvariantCulture, $"key{++key}"),
            AntiForgery = new HiddenField("token", "proof"),
            Directory = Directory,
            RoomAddress = number => $"/sandbox/r/esc-{number.Value}",
        };
    }

    public static Card EscalationCard() =>
        Card.Of(
            "ESC-1042 Acme Energia: operators cannot log in. Sev1, getting better, next customer update 14:30",
            new Header("ESC-1042 · Acme Energia: operators cannot log in", Tone.Warning),
            Facts.Of(
                ("Status", new Bold("Acknowledged")),
                (
                    "Severity",
                    "Sev1, because the customer is Enterprise and said \u201ccancel\u201d"
                ),
                ("Owner", new Mention(Ana.Id)),
                ("Technical lead", new Mention(Tomas.Id)),
                ("Trend", "Improving ↗"),
                ("Escalated", new Moment(Now - Duration.FromMinutes(132)))
            ),
            new ClockBlock("Acknowledge", Min(-132), Min(-102), Min(-124)),
            new ClockBlock("Next customer update", Min(-70), Min(20)),
            new ClockBlock("Workaround", Min(-132), Min(-12), PausedFor: Duration.FromMinutes(30)),
            new Divider(),
            new Quote(
                "Two of three identity nodes are back. Logins work for 80 % of operators; night shift still sees errors.",
                (Text)"Last status, "
                    + new Mention(Tomas.Id)
                    + ", "
                    + new Moment(Min(-18), MomentStyle.Exact)
            ),
            Actions.Of(
                new Opens("Post status", "status.post", Data) { Style = ActionStyle.Primary },
                new Opens("Draft customer update", "update.draft", Data),
                new Does("No change", "status.same", Data),
                new Opens("Change severity", "severity.change", Data),
                new Opens("Resolve", "resolve", Data),
                new Opens("Invite a role", "role.invite", Data),
                new Visits("Timeline", new Uri("/e/1042", UriKind.Relative)),
                new Does("Close the room", "room.close", Data)
                {
                    Style = ActionStyle.Danger,
                    Confirm = new Confirm(
                        "Close the war room of ESC-1042? Everybody can still read it. Nothing more can be written.",
                        "Close the room",
                        "Keep it open"
                    ),
                }
            ),
            new Context("Policy version 7 · declared by Ieva Petrauskaitė from a message")
        ) with
        {
            Tone = Tone.Warning,
        };

    public static Card NudgeCard() =>
        Card.Of(
            "Tomas, Acme's next update is due 14:30. Anything new?",
            new Paragraph(
                new Mention(Tomas.Id)
                    + (Text)", Acme's next update is due "
                    + new Moment(Min(20))
                    + ". Anything new?"
            ),
            Actions.Of(
                new Does("No change", "status.same", Data) { Style = ActionStyle.Primary },
                new Opens("Post status", "status.post", Data),
                new Opens("Snooze", "status.snooze", Data)
            )
        );

    public static Card MetricsCard() =>
        Card.Of(
            "Escalations in October",
            new Header("Escalations in October 2026"),
            new Figures([
                new Figure(
                    "Escalation rate",
                    "3.2 %",
                    "escalated / opened, 0.4 points less",
                    Tone.Good
                ),
                new Figure("First-contact resolution", "71.5 %", "resolved at once / resolved"),
                new Figure(
                    "Cadence kept, customer",
                    "88 %",
                    "on time / due, 2 missed",
                    Tone.Warning
                ),
                new Figure("CSAT", "No data", "4-5 / all responses"),
            ]),
            new Table(
                ["Customer", "Escalations", "Median to workaround", "Cadence kept", "CSAT"],
                [
                    ["Acme Energia", "4", "2 h 10 min", "91 %", "3.8"],
                    ["BaltLog", "2", "48 min", "100 %", "4.6"],
                    ["Fiorentina Tessuti", "1", "5 h", "67 %", "no data"],
                ]
            ),
            new Context("Every figure counts escalations in the period in which they were opened.")
        );

    public static Card ApprovalCard() =>
        Card.Of(
            "Customer update for Acme Energia waits for approval",
            new Header("Customer update waits for approval"),
            new Letter(
                "Carla Nogueira <carla@acme.example>",
                "Acesso ao portal de operações - caso ESC-1042",
                "Prezada Carla,\n\nSabemos que seus operadores não conseguem entrar no portal desde as 9h40.\n\nA próxima mensagem chega às 14h30 (horário de São Paulo).",
                "<div style=\"font-family:Georgia,serif;font-size:16px;line-height:1.55;max-width:34em;margin:24px;color:#222\"><p>Prezada Carla,</p><p>Sabemos que seus operadores não conseguem entrar no portal desde as 9h40, e que isso parou dois turnos em Recife.</p><p>Dois dos três servidores de identidade já voltaram. <b>Tomas Kazlauskas</b> conduz o trabalho.</p><p>A próxima mensagem chega às <b>14h30 (horário de São Paulo)</b>, mesmo que não haja novidades.</p><p>Obrigada,<br>Ana Souza</p></div>"
            ),
            Actions.Of(
                new Does("Approve and send", "update.approve", Data)
                {
                    Style = ActionStyle.Primary,
                    Confirm = new Confirm("Send this to Carla Nogueira now?", "Send", "Not yet"),
                },
                new Opens("Change the text", "update.edit", Data),
                new Opens("Ask for changes", "update.refuse", Data)
            )
        );

    public static Dialog StatusDialog() =>
        new Dialog(
            "status.post",
            "Post status",
            "Post",
            [
                new TextInput("conditions", "How is it now?")
                {
                    Multiline = true,
                    Initial = "Two of three identity nodes are back.",
                },
                new ChoiceInput(
                    "trend",
                    "Trend",
                    [
                        new("improving", "Improving"),
                        new("same", "No change"),
                        new("declining", "Getting worse", "The escalation manager is told at once"),
                    ]
                )
                {
                    Initial = ["improving"],
                },
                new PersonInput("helper", "Who do you need?")
                {
                    Required = false,
                    Hint = "They get a card they can accept or decline.",
                },
                new TimeInput("next", "Next status") { Initial = new LocalTime(15, 0) },
            ]
        )
        {
            Data = Data,
            Introduction = [new Context("12 people will read this.")],
        }.Checked();

    public static Dialog EveryInput() =>
        new Dialog(
            "every.input",
            "Every input",
            "Submit",
            [
                new TextInput("line", "One line") { Hint = "A hint says how." },
                new TextInput("lines", "Several lines") { Multiline = true, Required = false },
                new ChoiceInput(
                    "few",
                    "One of few",
                    [new("a", "First"), new("b", "Second", "With a note")]
                ),
                new ChoiceInput(
                    "many",
                    "Several",
                    [new("x", "Northern region"), new("y", "Southern region")]
                )
                {
                    Many = true,
                    Required = false,
                    Initial = ["y"],
                },
                new ChoiceInput(
                    "long",
                    "One of many",
                    [.. Enumerable.Range(1, 8).Select(i => new Option($"o{i}", $"Option {i}"))]
                )
                {
                    Initial = ["o3"],
                },
                new CheckInput("silent", "Keep it silent: a restricted room, no announcement"),
                new PersonInput("owner", "Person") { Initial = [Tomas.Id] },
                new CustomerInput("customer", "Customer") { Initial = new CustomerId("acme") },
                new DateInput("day", "Day") { Initial = new LocalDate(2026, 12, 1) },
                new TimeInput("time", "Time") { Initial = new LocalTime(9, 30) },
                new NumberInput("amount", "Amount")
                {
                    Initial = 250.5m,
                    Min = 0,
                    Max = 1000,
                    Decimal = true,
                },
                new RatingInput(
                    "csat",
                    "How satisfied are you with the resolution?",
                    1,
                    5,
                    "Not at all",
                    "Very"
                ),
            ]
        ).Checked();

    public static RoomView Room() =>
        new("esc-1042", "esc-1042-acme-login-fails")
        {
            Address = "/sandbox/r/esc-1042",
            Topic = (Text)"Sev1 · owner " + new Mention(Ana.Id) + " · next customer update 14:30",
            Members = Everybody,
            Pinned = new MessageView("2", App, Min(-131)) { Card = EscalationCard() },
            FirstUnread = "21",
            Commands =
            [
                new("/escalate new", "[summary]", "Escalate a customer's problem"),
                new("/escalate status", "[number] text", "Post a status update"),
                new("/escalate update", "", "Draft a message to the customer"),
                new("/escalate catchup", "", "What happened so far, on one screen"),
                new("/escalate resolve", "", "Say that it is fixed"),
            ],
            Messages = [.. Conversation()],
        };

    public static WorkspaceView Workspace(PaneView pane) =>
        new()
        {
            Company = "Northwind Systems",
            Me = Ana,
            Actors = Everybody,
            Pane = pane,
            Rooms =
            [
                new("support", "/sandbox/r/support") { Unread = 3 },
                new("escalations", "/sandbox/r/escalations"),
                new("esc-1042-acme-login-fails", "/sandbox/r/esc-1042")
                {
                    Current = pane is RoomView,
                    Unread = 4,
                },
                new("esc-1040-legal-request", "/sandbox/r/esc-1040")
                {
                    Restricted = true,
                    Unread = 12,
                },
                new("esc-1017-baltlog-invoices", "/sandbox/r/esc-1017") { Archived = true },
            ],
            Directs =
            [
                new("EscalationCollab", "/sandbox/r/dm-app") { Person = App, Unread = 1 },
                new("Tomas Kazlauskas", "/sandbox/r/dm-tomas") { Person = Tomas },
                new("Marcus Bell", "/sandbox/r/dm-marcus") { Person = Marcus },
            ],
            Mailboxes =
            [
                new("Carla Nogueira, Acme Energia", "/sandbox/mail/carla")
                {
                    Current = pane is MailboxView,
                    Unread = 1,
                },
                new("Rūta Jonaitė, BaltLog", "/sandbox/mail/ruta"),
            ],
        };

    public static MailboxView Mailbox()
    {
        var letter = (Letter)ApprovalCard().Blocks[1];
        return new MailboxView("Carla Nogueira", "carla@acme.example")
        {
            Customer = "Acme Energia",
            Mails =
            [
                new(letter.Subject, "Northwind Systems", Min(-9), "?m=2")
                {
                    Unread = true,
                    Current = true,
                    Preview =
                        "Prezada Carla, sabemos que seus operadores não conseguem entrar no portal",
                },
                new(
                    "Recebemos sua mensagem - caso ESC-1042",
                    "Northwind Systems",
                    Min(-130),
                    "?m=1"
                )
                {
                    Preview = "Prezada Carla, recebemos sua mensagem e Ana Souza acompanha o caso",
                },
            ],
            Open = new MailView(
                "Northwind Systems <support@northwind.example>",
                letter.To,
                letter.Subject,
                Min(-9)
            )
            {
                Plain = letter.PlainBody,
                Html = letter.HtmlBody,
            },
        };
    }

    private static IEnumerable<MessageView> Conversation()
    {
        var id = 0;
        MessageView Said(PersonView who, double minutes, Text text) =>
            new(Id(++id), who, Min(minutes))
            {
                Body = text,
                Menu = who.IsApp
                    ? []
                    :
                    [
                        new Opens("Escalate this message", "declare", ActionData.None),
                        new Does("Add to timeline", "timeline.add", Data),
                    ],
            };
        MessageView Told(double minutes, Card card) =>
            new(Id(++id), App, Min(minutes)) { Card = card };

        yield return Said(
            Ieva,
            -1500,
            "Acme wrote again about slow logins. I answered with the known article, let's see."
        );
        yield return Told(-131, EscalationCard());
        yield return Said(
            Ana,
            -124,
            "I have it. Tomas leads the technical side, I write to Carla."
        );
        yield return Said(
            Ana,
            -123,
            "Giulia, could you call her first? She asked for a person, not a ticket."
        );
        yield return Said(Giulia, -119, "Calling now.");
        yield return Said(
            Tomas,
            -117,
            "Looking at the identity nodes. Two of three refuse connections since 9:38 UTC, right after the certificate job."
        );
        yield return Said(
            Tomas,
            -116,
            (Text)"Command I am running: "
                + new Code("idctl node status --all")
                + "\nFirst node answers, second and third time out."
        );
        yield return Said(Tomas, -115, "Will restart the second one and watch.");
        yield return Said(
            Giulia,
            -104,
            (Text)"Spoke with Carla. Two shifts in Recife stand still, 140 operators. She said "
                + new Bold("\u201cone more morning like this and we cancel\u201d")
                + "."
        );
        yield return Said(
            Ana,
            -102,
            (Text)"Thank you. Raised to Sev1. "
                + new Mention(Marcus.Id)
                + " please be ready for a call at 15:00."
        );
        yield return Said(Marcus, -98, "I am in.");
        yield return Said(
            Diego,
            -90,
            (Text)"For the record: renewal is in February. Similar case last spring: "
                + new RoomLink(new(1017))
        );
        yield return Said(Tomas, -71, "Second node is back, logins recover slowly.");
        yield return Told(
            -70,
            Card.Line(
                (Text)"Customer update sent to Carla Nogueira, approved by "
                    + new Mention(Marcus.Id)
                    + ". The next one is due "
                    + new Moment(Min(20), MomentStyle.Exact)
                    + "."
            )
        );
        yield return Said(Ieva, -60, "Three more customers ask about logins. Same cause?");
        yield return Said(
            Tomas,
            -58,
            (Text)"Yes, same cause. Status page: "
                + new Link("status.northwind.example", new Uri("https://status.northwind.example/"))
        );
        yield return Said(Marcus, -40, "How far is the permanent fix?") with
        {
            EditedAt = Min(-39),
        };
        yield return Said(
            Tomas,
            -38,
            "Certificate job needs one line changed. Review is under way, rollout after 16:00 when traffic is low."
        );
        yield return Told(-20, ApprovalCard());
        yield return Said(
            Tomas,
            -18,
            "Third node is coming up. Night shift accounts still see errors, about 20 %."
        );
        yield return Said(
            Giulia,
            -6,
            (Text)"Carla answered: works for most of them. She thanks "
                + new Mention(Ana.Id)
                + " for the honest times."
        );
        yield return Told(-5, MetricsCard());
        yield return Said(Diego, -4, "Good. I keep the sales side informed.");
        yield return Said(
            Ana,
            -2,
            "Next customer update goes out 14:30 as promised. Tomas, anything on the last 20 %?"
        );
        yield return Told(-1, NudgeCard()) with
        {
            OnlyYou = true,
        };
    }

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Instant Min(double minutes) => Now + Duration.FromMinutes(minutes);
}
