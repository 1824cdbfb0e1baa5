using System.Text.RegularExpressions;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Teams.Playground;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// The main job, lived in Teams by five people of the trial company, each in the page of a Microsoft 365 Agents Playground of
/// their own.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class TeamsMainJobTests(Chromium chromium) : IAsyncLifetime
{
    private const string Problem = "Nenhum caixa consegue entrar no sistema";

    // Five clients and a browser share the machine with other tests; a person would wait too.
    private const float Patience = 60_000;

    private static readonly string[] People = ["ana", "marco", "tom", "ruta", "helen"];

    private readonly Dictionary<string, TeamsWindow> _windows = [];
    private TeamsCompany _company = null!;
    private IBrowserContext _context = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        if (_company is not null)
            await _company.DisposeAsync();
    }

    [RequiresFact("teams-playground", "chromium")]
    public async Task MainJob_InTheAgentsPlayground_LivedToTheLastActionItem()
    {
        await BeginAsync();

        try
        {
            await EscalateAsync(_windows["ana"]);
            await AcceptAsync(_windows["marco"]);
            await LeadAsync(_windows["tom"]);
            await _company.PassAsync(Duration.FromMinutes(41));
            await SayNoChangeAsync(_windows["tom"]);
            await DraftAsync(_windows["marco"]);
            await ApproveOwnAsync(_windows["ruta"], _windows["marco"]);
            await ApproveAsync(_windows["ruta"]);
            await RaiseSeverityAsync(_windows["marco"]);
            await SponsorAsync(_windows["helen"]);
            await ResolveAsync(_windows["marco"]);
            await TellCustomerItIsSolvedAsync(_windows["marco"], _windows["helen"]);
            await ConfirmAsync(_windows["marco"]);
            await _company.PassAsync(Duration.FromHours(25));
            await AnswerSurveyAsync(_windows["marco"]);
            await TakeMeetingAsync(_windows["tom"]);
            await AnswerQuestionsAsync();
            await WritePostMortemAsync(_windows["marco"]);
            await PublishAsync(_windows["helen"]);
            await EndActionItemAsync(_windows["tom"]);
        }
        catch (Exception broken)
        {
            foreach (var (person, window) in _windows)
                await window.ShootAsync($"broken-off-{person}");
            throw new InvalidOperationException(
                string.Join("\n", [.. _company.Mistakes, .. _company.Town.Refused]),
                broken
            );
        }

        _windows.Values.SelectMany(window => window.Complaints).Should().BeEmpty();
        _company.Town.Refused.Should().BeEmpty();
        _company.Mistakes.Should().BeEmpty();
    }

    private async Task BeginAsync()
    {
        _company = await TeamsCompany.StartAsync(People);
        var browser = await chromium.OpenAsync();
        _context = await browser.NewContextAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        _context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        foreach (
            var (person, window) in People.Zip(
                await Task.WhenAll(
                    People.Select(person => TeamsWindow.OpenAsync(_context, _company.Town, person))
                )
            )
        )
            _windows[person] = window;
        await _company.Town.InstallAsync();
    }

    /// <summary>Ana, support agent, passes on what the customer wrote, and escalates that message.</summary>
    private static async Task EscalateAsync(TeamsWindow ana)
    {
        await ana.EnterGroupAsync();
        await ana.WriteAsync(Problem);
        await ana.ShootAsync("message");
        await ana.UseOnMessageAsync(Problem, "escalate-message");
        await Expect(await ana.FieldAsync("summary")).ToHaveValueAsync(Problem);
        await ana.PickAsync("customer", "acme");
        await ana.PickAsync("reason", "MissingExpertise");
        await ana.PickAsync("severity", "Sev2");
        await ana.PickAsync("product", "login");
        await ana.ShootAsync("declare");
        (await ana.SubmitAsync()).Should().Contain("ESC-1001");
        await ana.ShootAsync("declared");
    }

    /// <summary>Marco, escalation manager, is asked in his chat and accepts; the war room is there.</summary>
    private async Task AcceptAsync(TeamsWindow marco)
    {
        await marco.OpenDirectAsync();
        await marco.SeeAsync(marco.With("button.accept"));
        await marco.ShootAsync("asked");
        await marco.PressAsync("button.accept");
        await marco.EnterRoomAsync();
        await Expect(marco.Card(Problem)).ToContainTextAsync("Marco Rossi");
        await marco.ShootAsync("room");
        _company.Town.Changed.Should().Contain(change => change.EndsWith("/channels"));
        await marco.EnterGeneralAsync();
        await marco.SeeAsync(marco.Card("ESC-1001"));
        await marco.ShootAsync("announced");
    }

    /// <summary>Tom, engineer, was asked as an expert: he leads the work and posts the first status.</summary>
    private static async Task LeadAsync(TeamsWindow tom)
    {
        await tom.OpenDirectAsync();
        await tom.SeeAsync(tom.With("button.accept"));
        await tom.ShootAsync("tom-asked");
        await tom.PressAsync("button.accept");
        await tom.EnterRoomAsync();
        await Expect(tom.Card(Problem)).ToContainTextAsync("Tom Becker");
        await tom.PressAsync("status.button.post");
        await tom.TypeAsync(
            "conditions",
            "The new session service rejects tokens issued before release 26.11.2."
        );
        await tom.TypeAsync(
            "actions",
            "Checking whether the old signing key can be accepted again."
        );
        await tom.PickAsync("trend", "Same");
        await tom.ShootAsync("status-form");
        await tom.SubmitAsync();
        await Expect(tom.Card(Problem)).ToContainTextAsync("rejects tokens");
        await tom.ShootAsync("status-posted");
    }

    /// <summary>The product asks before the next status is due; one tap is the answer.</summary>
    private static async Task SayNoChangeAsync(TeamsWindow tom)
    {
        await tom.OpenDirectAsync();
        await tom.SeeAsync(tom.With("status.button.no-change"));
        await tom.ShootAsync("status-asked");
        await tom.PressAsync("status.button.no-change");
        await Expect(tom.Page.Locator(".ac-adaptiveCard").Last).Not.ToContainTextAsync("?");
        await tom.ShootAsync("no-change");
    }

    private const string Now =
        "Identificamos a causa: o novo serviço de sessão recusa os acessos abertos antes da atualização.";

    /// <summary>Marco drafts a letter and reads it as the customer will.</summary>
    private static async Task DraftAsync(TeamsWindow marco)
    {
        await marco.EnterRoomAsync();
        await marco.PressAsync("customer-update.button.write");
        await marco.TypeAsync("now", Now);
        await marco.TypeAsync(
            "meanwhile",
            "Os caixas já conectados podem continuar trabalhando; por favor, não saiam do sistema."
        );
        await marco.ShootAsync("letter-form");
        await marco.SubmitAsync();
        await marco.OpenDirectAsync();
        await marco.SeeAsync(marco.With("customer-update.button.ask"));
        await marco.ShootAsync("letter-preview");
        await marco.PressAsync("customer-update.button.ask");
    }

    /// <summary>Marco's cards offer no approval, so he presses the button of Rūta's: the server itself refuses.</summary>
    private async Task ApproveOwnAsync(TeamsWindow ruta, TeamsWindow marco)
    {
        await ruta.OpenDirectAsync();
        await ruta.SeeAsync(ruta.With("customer-update.button.approve"));
        await ruta.ShootAsync("approve");
        var refusal = await _company.Town.PressOnesAsync(
            "marco",
            "ruta",
            ruta.Say("customer-update.button.approve")
        );
        refusal.Should().MatchRegex(marco.Said("customer-update.own-text"));
    }

    /// <summary>Rūta approves; Carlos reads it in Portuguese.</summary>
    private async Task ApproveAsync(TeamsWindow ruta)
    {
        await ruta.PressAsync("customer-update.button.approve");
        var mail = await _company.MailAsync("Atualização do caso");
        mail.Text.Should().Contain("recusa os acessos");
        mail.Language.Should().Be("pt-BR");
        await ruta.ShootAsync("approved");
    }

    /// <summary>It got worse: Sev1 brings in leadership.</summary>
    private static async Task RaiseSeverityAsync(TeamsWindow marco)
    {
        await marco.EnterRoomAsync();
        await marco.PressAsync("severity.button");
        await marco.PickAsync("severity", "Sev1");
        await marco.TypeAsync(
            "reason",
            "Anche le casse aperte si scollegano: sono ferme tutte e 212."
        );
        await marco.ShootAsync("severity-form");
        await marco.SubmitAsync();
        await Expect(marco.Card(Problem)).ToContainTextAsync("Sev1");
        await marco.ShootAsync("severity-raised");
    }

    /// <summary>Helen, vice president, is told and becomes the sponsor.</summary>
    private static async Task SponsorAsync(TeamsWindow helen)
    {
        await helen.OpenDirectAsync();
        await helen.SeeAsync(helen.Card("ESC-1001"));
        await helen.ShootAsync("helen-told");
        await helen.EnterRoomAsync();
        await helen.PressAsync("roles.button");
        await helen.PickAsync("role", "Sponsor");
        await helen.SubmitAsync();
        await Expect(helen.Card(Problem)).ToContainTextAsync("Helen Marsh");
        await helen.ShootAsync("sponsor");
    }

    /// <summary>A workaround first, then the fix.</summary>
    private static async Task ResolveAsync(TeamsWindow marco)
    {
        await marco.PressAsync("resolution.button.workaround");
        await marco.TypeAsync(
            "workaround",
            "Accesso con il codice di emergenza fino alla correzione."
        );
        await marco.SubmitAsync();
        await Expect(marco.Card(Problem)).ToContainTextAsync("Mitigated");
        await marco.ShootAsync("workaround");
        await marco.PressAsync("resolution.button.resolve");
        await marco.PickAsync("how", "Fix");
        await marco.TypeAsync(
            "done",
            "Il servizio di sessione accetta di nuovo la chiave precedente."
        );
        await marco.TypeAsync(
            "cause",
            "La rotazione della chiave non faceva parte della prova di rilascio."
        );
        await marco.ShootAsync("resolve-form");
        await marco.SubmitAsync();
        await Expect(marco.Card(Problem)).ToContainTextAsync("Resolved");
        await marco.ShootAsync("resolved");
    }

    private async Task TellCustomerItIsSolvedAsync(TeamsWindow marco, TeamsWindow helen)
    {
        await marco.OpenDirectAsync();
        await marco.SeeAsync(marco.With("customer-update.button.write"));
        await marco.ShootAsync("tell-customer");
        await marco.PressAsync("customer-update.button.write");
        await marco.TypeAsync("resolution", "Restabelecemos o acesso de todos os caixas.");
        await marco.SubmitAsync();
        await marco.SeeAsync(marco.Card("Restabelecemos o acesso"));
        await marco.PressAsync("customer-update.button.ask");
        await helen.OpenDirectAsync();
        await helen.SeeAsync(helen.With("customer-update.button.approve"));
        await helen.ShootAsync("helen-asked");
        await helen.PressAsync("customer-update.button.approve");
        var mail = await _company.MailAsync("Resolvido");
        mail.Text.Should().Contain("Restabelecemos o acesso");
    }

    private static async Task ConfirmAsync(TeamsWindow marco)
    {
        await marco.EnterRoomAsync();
        await marco.PressAsync("resolution.button.confirmed");
        await Expect(marco.Card(Problem)).ToContainTextAsync("Closed");
        await marco.ShootAsync("closed");
    }

    /// <summary>Carlos opens the survey from his letter and is not content; Marco is told.</summary>
    private async Task AnswerSurveyAsync(TeamsWindow marco)
    {
        var mail = await _company.MailAsync("Como foi");
        var link = Regex.Match(mail.Html, @"http://[^""]*/s/[^""]+").Value;
        var survey = await _context.NewPageAsync();
        await survey.GotoAsync(System.Net.WebUtility.HtmlDecode(link));
        await Afterwards.FillSurveyAsync(survey);
        await survey.Locator("button[type=submit]").ClickAsync();
        await Expect(survey.Locator("h1")).ToContainTextAsync("Carlos");
        await survey.CloseAsync();
        await marco.OpenDirectAsync();
        await Expect(marco.With("button.done")).ToContainTextAsync("Ficamos uma manhã");
        await marco.ShootAsync("low-score");
    }

    /// <summary>
    /// Nobody's calendar is connected here, so Tom takes the file of the meeting. Its address is for him and that meeting.
    /// </summary>
    private async Task TakeMeetingAsync(TeamsWindow tom)
    {
        await tom.OpenDirectAsync();
        await tom.PressAsync("postmortem.calendar");
        string? Address() =>
            (string?)
                _company
                    .Town.Find("tom", PlaygroundTown.Chat("tom"), [tom.Say("postmortem.calendar")])
                    ?.Button["url"];
        await Eventually.IsTrueAsync(() => Address() is not null, "a link to the file", 60);
        await tom.ShootAsync("meeting");
        var address = Address()!;
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(address));
        answer.IsSuccessStatusCode.Should().BeTrue();
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/calendar");
        var file = await answer.Content.ReadAsStringAsync();
        file.Should().StartWith("BEGIN:VCALENDAR\r\n").And.EndWith("END:VCALENDAR\r\n");
        file.Should().Contain("ESC-1001").And.MatchRegex("DTSTART:202603\\d\\dT\\d{6}Z\r\n");
        var other = address.Replace("/1001/", "/1002/", StringComparison.Ordinal);
        using var refused = await http.GetAsync(new Uri(other));
        refused.IsSuccessStatusCode.Should().BeFalse("the link is for one escalation");
    }

    /// <summary>Tom, Ana and Marco say privately what they saw.</summary>
    private async Task AnswerQuestionsAsync()
    {
        foreach (var (person, happened, judged, change) in Afterwards.Answers)
        {
            var window = _windows[person];
            await window.OpenDirectAsync();
            await window.SeeAsync(window.With("postmortem.answer"));
            await window.ShootAsync($"questions-{person}");
            await window.PressAsync("postmortem.answer");
            await window.TypeAsync("happened", happened);
            await window.TypeAsync("judged", judged);
            await window.TypeAsync("change", change);
            await window.ShootAsync($"answers-{person}");
            (await window.SubmitAsync()).Should().MatchRegex(window.Said("postmortem.thanks"));
        }
    }

    /// <summary>Marco writes the document from their answers and hands it in.</summary>
    private static async Task WritePostMortemAsync(TeamsWindow marco)
    {
        await marco.ShootAsync("post-mortem");
        await WritePartAsync(
            marco,
            "facts",
            ("summary", "Dopo il rilascio 26.11.2 le 212 casse di Acme non accedevano."),
            ("trigger", "Il rilascio ha cambiato la chiave delle sessioni."),
            ("detection", "Lo ha scritto il cliente dopo quasi un'ora."),
            ("impact", "212 casse ferme per un'ora e mezza.")
        );
        await WritePartAsync(
            marco,
            "cause",
            ("why1", "Il nuovo servizio rifiutava gli accessi firmati con la chiave precedente."),
            ("why2", "La chiave è stata cambiata con il rilascio."),
            ("why3", "La prova di un rilascio non cambia le chiavi."),
            ("cause", "Il cambio delle chiavi non viene provato"),
            ("contributors", "Il controllo dopo il rilascio guarda solo i nuovi accessi.")
        );
        await WritePartAsync(
            marco,
            "response",
            ("resolution", "La chiave precedente è di nuovo accettata."),
            ("went-well", "La persona giusta è stata trovata subito."),
            ("went-badly", "Nessun controllo guarda gli accessi già aperti."),
            ("communication", "Il cliente ha avuto notizie, ma tardi.")
        );
        await AddActionItemAsync(marco, "Provare la rotazione delle chiavi", "tom");
        await WritePartAsync(
            marco,
            "customer",
            ("summary", "Os caixas não conseguiam entrar no sistema."),
            ("cause", "Uma chave de acesso foi trocada sem ensaio."),
            ("resolution", "Voltamos a aceitar a chave anterior."),
            ("changes", "A troca de chaves passa a ser ensaiada antes de cada versão.")
        );
        await marco.ShootAsync("post-mortem-written");
        await marco.PressAsync("postmortem.submit");
    }

    private static async Task WritePartAsync(
        TeamsWindow marco,
        string part,
        params (string Input, string Text)[] answers
    )
    {
        await marco.PressAsync($"post-mortem-part.{part}");
        foreach (var (input, text) in answers)
            await marco.TypeAsync(input, text);
        await marco.ShootAsync($"post-mortem-{part}");
        await marco.SubmitAsync();
    }

    private static async Task AddActionItemAsync(TeamsWindow marco, string title, string owner)
    {
        await marco.PressAsync("action-item.add");
        await marco.TypeAsync("title", title);
        await marco.PickAsync("owner", owner);
        await marco.PickAsync("kind", "Process");
        await marco.ShootAsync("action-item-form");
        await marco.SubmitAsync();
    }

    /// <summary>Helen publishes it, and everybody's words are in it.</summary>
    private async Task PublishAsync(TeamsWindow helen)
    {
        await helen.OpenDirectAsync();
        await helen.SeeAsync(helen.With("postmortem.publish"));
        await helen.ShootAsync("review");
        await helen.PressAsync("postmortem.publish");
        await helen.EnterRoomAsync();
        await helen.SeeAsync(helen.With("postmortem.read"));
        await helen.ShootAsync("published");
        await helen.PressAsync("postmortem.read");
        await helen.OpenDirectAsync();
        await helen.SeeAsync(helen.Say("postmortem.read.internal"));
        await helen.ShootAsync("read");
        var button = _company
            .Town.Find(
                "helen",
                PlaygroundTown.Chat("helen"),
                [helen.Say("postmortem.read.internal")]
            )!
            .Button;
        var page = await _context.NewPageAsync();
        await page.GotoAsync((string)button["url"]!);
        var document = page.Locator("main.document");
        foreach (var (_, happened, judged, change) in Afterwards.Answers)
        foreach (var said in new[] { happened, judged, change })
            await Expect(document).ToContainTextAsync(said);
        await page.CloseAsync();
    }

    private static async Task EndActionItemAsync(TeamsWindow tom)
    {
        await tom.OpenDirectAsync();
        await tom.SeeAsync(tom.With("button.done"));
        await tom.ShootAsync("action-item");
        await tom.PressAsync("button.done");
        await Expect(tom.With("button.done")).ToHaveCountAsync(0);
        await tom.ShootAsync("action-item-done");
    }
}
