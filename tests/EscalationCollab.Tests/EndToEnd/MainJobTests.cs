using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The main job, lived in a real browser by the people of the trial company.</summary>
[Collection(BrowserTests.Name)]
public sealed class MainJobTests(Chromium chromium)
{
    private const string Product = "EscalationCollab";
    private const string Room = "esc-1001";
    private const string Customer = "Carlos Menezes";

    [RequiresFact("chromium")]
    public async Task MainJob_MessageInPortuguese_LivedToTheLastActionItem()
    {
        await using var company = await TrialCompany.StartAsync();
        await using var desk = await Desk.OpenAsync(chromium, company.Address, "job");

        await desk.LiveAsync(async () =>
        {
            await EscalateAsync(desk);
            await AcceptAsync(desk);
            await LeadAsync(desk);
            await company.PassAsync(Duration.FromMinutes(41));
            await SayNoChangeAsync(desk);
            await UpdateCustomerAsync(desk);
            await RaiseSeverityAsync(desk);
            await FindWorkaroundAsync(desk);
            await ResolveAsync(desk);
            await TellCustomerItIsSolvedAsync(desk);
            await ConfirmAsync(desk);
            await company.PassAsync(Duration.FromHours(25));
            await AnswerSurveyAsync(desk);
            await SeeLowScoreAsync(desk);
            await AnswerQuestionsAsync(desk);
            await WritePostMortemAsync(desk);
            await PublishAsync(desk);
            await EndActionItemsAsync(desk);
        });

        desk.ExpectNoComplaint();
    }

    /// <summary>Ana, support agent, escalates what Carlos wrote.</summary>
    private static async Task EscalateAsync(Desk desk)
    {
        await desk.ShootAsync("start");
        await desk.ShootNarrowAsync("start");
        await desk.ChooseAsync(
            desk.Message("Nenhum caixa consegue entrar"),
            "shortcut.escalate-message"
        );
        await Expect(desk.Field("customer")).ToHaveValueAsync("acme");
        await Expect(desk.Field("summary"))
            .ToHaveValueAsync("Nenhum caixa consegue entrar no sistema");
        await desk.PickAsync("reason", "MissingExpertise");
        await desk.PickAsync("severity", "Sev2");
        await desk.PickAsync("product", "login");
        await desk.ShootAsync("declare");
        await desk.ShootNarrowAsync("declare");
        await desk.SubmitAsync();
        await desk.HearAsync("ESC-1001");
        await desk.ShootAsync("declared");
    }

    /// <summary>Marco, escalation manager, is asked in a direct message and accepts.</summary>
    private static async Task AcceptAsync(Desk desk)
    {
        await desk.ActAsAsync("marco");
        await Expect(desk.Unread(Product))
            .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^1"));
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("button.accept"));
        await desk.ShootAsync("asked");
        await desk.PressAsync("button.accept");
        await desk.HearAsync("ESC-1001");
        await desk.ShootAsync("accepted");
        await desk.GoAsync(Room);
        await desk.UnpinAsync();
        await Expect(desk.Page.Locator("#pinned-card")).ToContainTextAsync("Marco Rossi");
        await desk.ShootAsync("room");
        await desk.ShootNarrowAsync("room");
    }

    /// <summary>Tom, engineer, was asked as an expert: he leads the work and posts the first status.</summary>
    private static async Task LeadAsync(Desk desk)
    {
        await desk.ActAsAsync("tom");
        await desk.GoAsync(Product);
        await desk.PressAsync("button.accept");
        await desk.ShootAsync("leads");
        await desk.GoAsync(Room);
        await desk.PressAsync("status.button.post");
        await desk.TypeAsync(
            "conditions",
            "The new session service rejects tokens issued before release 26.11.2."
        );
        await desk.TypeAsync(
            "actions",
            "Checking whether the old signing key can be accepted again."
        );
        await desk.PickAsync("trend", "Same");
        await desk.ShootAsync("status-form");
        await desk.SubmitAsync();
        await desk.SeeAsync(desk.OnlyYou);
        await Expect(desk.Page.Locator("#pinned-card")).ToContainTextAsync("rejects tokens");
        await desk.ShootAsync("status-posted");
        await desk.UnpinAsync();
        await desk.ShootAsync("war-room");
        await desk.ShootDarkAsync("war-room");
    }

    /// <summary>The product asks before the next status is due; one tap is the answer.</summary>
    private static async Task SayNoChangeAsync(Desk desk)
    {
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("status.button.no-change"));
        await desk.ShootAsync("status-asked");
        await desk.PressAsync("status.button.no-change");
        await desk.SeeAsync(desk.OnlyYou);
        await desk.ShootAsync("no-change");
    }

    /// <summary>Marco drafts, may not approve himself; Rūta approves; Carlos reads it in Portuguese.</summary>
    private static async Task UpdateCustomerAsync(Desk desk)
    {
        const string now =
            "Identificamos a causa: o novo serviço de sessão recusa os acessos abertos antes da atualização.";
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Room);
        await desk.ShootAsync("marco-room");
        await desk.PressAsync("customer-update.button.write");
        await desk.TypeAsync("now", now);
        await desk.TypeAsync(
            "meanwhile",
            "Os caixas já conectados podem continuar trabalhando; por favor, não saiam do sistema."
        );
        await desk.ShootAsync("letter-form");
        await desk.SubmitAsync();
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("customer-update.button.ask"));
        await desk.ShootAsync("letter-preview");
        await desk.ShootNarrowAsync("letter-preview");
        await desk.PressAsync("customer-update.button.ask");
        await desk.ShootAsync("letter-asked");
        await desk.GoAsync(Room);
        await desk.PressAsync("customer-update.button.review");
        await Expect(desk.OnlyYou).ToContainTextAsync(desk.Said("customer-update.own-text.short"));
        await Expect(desk.With("customer-update.button.approve")).ToHaveCountAsync(0);
        await desk.ShootAsync("own-letter");
        await ApproveOwnAsync(desk);

        await desk.ActAsAsync("ruta");
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("customer-update.button.approve"));
        await desk.ShootAsync("approve");
        await desk.PressAsync("customer-update.button.approve");
        await desk.ShootAsync("approved");

        var mail = await desk.ReadMailAsync(Customer, "Atualização do caso");
        await Expect(mail.Locator("body")).ToContainTextAsync(now);
        await desk.ShootAsync("mail");
        await desk.ShootNarrowAsync("mail");
        await desk.ShootDarkAsync("mail");
    }

    /// <summary>Marco's cards offer no approval, so he presses what another one's card would send: the server itself refuses.</summary>
    private static async Task ApproveOwnAsync(Desk desk)
    {
        await desk.GoAsync(Product);
        await desk.PressAsAsync("customer-update.button.discard", "customer.approve");
        await desk.HearAsync(desk.Said("customer-update.own-text"));
        await desk.HearAsync("Rūta Kazlauskienė");
        await desk.ShootAsync("own-letter-refused");
        await Expect(desk.With("customer-update.button.discard")).ToBeVisibleAsync();
        await Expect(desk.Unread(Customer))
            .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^1"));
    }

    /// <summary>It got worse: Sev1 brings in leadership, and Helen takes the sponsor's role.</summary>
    private static async Task RaiseSeverityAsync(Desk desk)
    {
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Room);
        await desk.PressAsync("severity.button");
        await desk.PickAsync("severity", "Sev1");
        await desk.TypeAsync(
            "reason",
            "Anche le casse aperte si scollegano: sono ferme tutte e 212."
        );
        await desk.ShootAsync("severity-form");
        await desk.SubmitAsync();
        await desk.SeeAsync(desk.OnlyYou);
        await desk.ShootAsync("severity-raised");

        await desk.ActAsAsync("helen");
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.Message("ESC-1001"));
        await desk.ShootAsync("helen-told");
        await desk.GoAsync(Room);
        await desk.PressAsync("roles.button");
        await desk.PickAsync("role", "Sponsor");
        await desk.ShootAsync("roles-form");
        await desk.SubmitAsync();
        await desk.UnpinAsync();
        await Expect(desk.Page.Locator("#pinned-card")).ToContainTextAsync("Executive sponsor");
        await desk.ShootAsync("sponsor");
    }

    /// <summary>Tom finds a way for the customer to work, and Marco notes that they accepted it.</summary>
    private static async Task FindWorkaroundAsync(Desk desk)
    {
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Room);
        await desk.PressAsync("resolution.button.workaround");
        await desk.TypeAsync(
            "workaround",
            "Accesso con il codice di emergenza fino alla correzione."
        );
        await desk.SubmitAsync();
        await desk.SeeAsync(desk.OnlyYou);
        await desk.ShootAsync("workaround");
    }

    private static async Task ResolveAsync(Desk desk)
    {
        await desk.PressAsync("resolution.button.resolve");
        await desk.PickAsync("how", "Fix");
        await desk.TypeAsync(
            "done",
            "Il servizio di sessione accetta di nuovo la chiave precedente."
        );
        await desk.TypeAsync(
            "cause",
            "La rotazione della chiave non faceva parte della prova di rilascio."
        );
        await desk.PickAsync("concession-kind", "credit");
        await desk.TypeAsync("concession-amount", "1500");
        await desk.PickAsync("concession-currency", "BRL");
        await desk.TypeAsync("concession-reason", "Un giorno di casse ferme.");
        await desk.ShootAsync("resolve-form");
        await desk.SubmitAsync();
        await desk.SeeAsync(desk.OnlyYou);
        await desk.ShootAsync("resolved");
    }

    private static async Task TellCustomerItIsSolvedAsync(Desk desk)
    {
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("customer-update.button.write"));
        await desk.ShootAsync("tell-customer");
        await desk.PressAsync("customer-update.button.write");
        await desk.TypeAsync("resolution", "Restabelecemos o acesso de todos os caixas.");
        await desk.ShootAsync("resolution-letter-form");
        await desk.SubmitAsync();
        await desk.GoAsync(Product);
        await desk.PressAsync("customer-update.button.ask");
        await desk.ActAsAsync("helen");
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("customer-update.button.approve"));
        await desk.ShootAsync("helen-asked");
        await desk.PressAsync("customer-update.button.approve");
        await desk.ShootAsync("helen-approved");
        var mail = await desk.ReadMailAsync(Customer, "Resolvido");
        await Expect(mail.Locator("body")).ToContainTextAsync("Restabelecemos o acesso");
        await desk.ShootAsync("mail-resolved");
    }

    private static async Task ConfirmAsync(Desk desk)
    {
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Room);
        await desk.ShootAsync("before-confirm");
        await desk.PressAsync("resolution.button.confirmed", asksAgain: true);
        await desk.UnpinAsync();
        await desk.ShootAsync("closed");
    }

    /// <summary>Carlos opens the survey from his mailbox and is not content.</summary>
    private static async Task AnswerSurveyAsync(Desk desk)
    {
        var mail = await desk.ReadMailAsync(Customer, "Como foi");
        await desk.ShootAsync("mail-survey");
        var survey = await desk.Page.Context.RunAndWaitForPageAsync(() =>
            mail.Locator("a[href*='/s/']").First.ClickAsync()
        );
        await survey.WaitForLoadStateAsync();
        await desk.ShootAsync("survey", survey);
        await Afterwards.FillSurveyAsync(survey);
        await desk.ShootAsync("survey-filled", survey);
        await survey.Locator("button[type=submit]").ClickAsync();
        await Expect(survey.Locator("h1")).ToContainTextAsync("Carlos");
        await desk.ShootAsync("survey-thanks", survey);
        await survey.CloseAsync();
    }

    private static async Task SeeLowScoreAsync(Desk desk)
    {
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Product);
        var told = desk
            .Stream.Locator("article.message")
            .Filter(new() { HasText = Afterwards.Complaint });
        await Expect(told).ToHaveCountAsync(1);
        await Expect(desk.With("button.done")).ToContainTextAsync("Ficamos uma manhã");
        await desk.ShootAsync("low-score");
    }

    /// <summary>Tom, Ana and Marco say privately what they saw.</summary>
    private static async Task AnswerQuestionsAsync(Desk desk)
    {
        foreach (var (person, happened, judged, change) in Afterwards.Answers)
        {
            await desk.ActAsAsync(person);
            await desk.GoAsync(Product);
            await desk.SeeAsync(desk.With("postmortem.answer"));
            await desk.ShootAsync($"questions-{person}");
            await desk.PressAsync("postmortem.answer");
            await desk.TypeAsync("happened", happened);
            await desk.TypeAsync("judged", judged);
            await desk.TypeAsync("change", change);
            await desk.ShootAsync($"answers-{person}");
            await desk.SubmitAsync();
            await desk.HearAsync(desk.Said("postmortem.thanks"));
        }
    }

    /// <summary>The document is written by three people too: Tom its cause, Ana the response, Marco the rest.</summary>
    private static async Task WritePostMortemAsync(Desk desk)
    {
        await WriteCauseAsync(desk);
        await WriteResponseAsync(desk);
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Product);
        await desk.ShootAsync("post-mortem");
        await desk.PressAsync("post-mortem-part.facts");
        // Everybody's answers are there to write from.
        foreach (var (_, happened, _, _) in Afterwards.Answers)
            await Expect(desk.Dialog).ToContainTextAsync(happened);
        await desk.ShootAsync("post-mortem-facts");
        await desk.TypeAsync(
            "summary",
            "Dopo il rilascio 26.11.2 le 212 casse di Acme non accedevano."
        );
        await desk.TypeAsync("trigger", "Il rilascio ha cambiato la chiave delle sessioni.");
        await desk.TypeAsync("detection", "Lo ha scritto il cliente dopo quasi un'ora.");
        await desk.TypeAsync("impact", "212 casse ferme per un'ora e mezza.");
        await desk.SubmitAsync();
        await AddActionItemsAsync(desk);
        await desk.PressAsync("post-mortem-part.customer");
        await desk.TypeAsync("summary", "Os caixas não conseguiam entrar no sistema.");
        await desk.TypeAsync("cause", "Uma chave de acesso foi trocada sem ensaio.");
        await desk.TypeAsync("resolution", "Voltamos a aceitar a chave anterior.");
        await desk.TypeAsync(
            "changes",
            "A troca de chaves passa a ser ensaiada antes de cada versão."
        );
        await desk.SubmitAsync();
        await Expect(desk.With("postmortem.submit")).ToContainTextAsync("Ana Souza");
        await desk.ShootAsync("post-mortem-written");
        await desk.PressAsync("postmortem.submit");
        await desk.ShootAsync("post-mortem-submitted");
    }

    private static async Task WriteCauseAsync(Desk desk)
    {
        await desk.ActAsAsync("tom");
        await desk.GoAsync(Room);
        await desk.PressAsync("term.post-mortem");
        await desk.PressAsync("post-mortem-part.cause");
        await desk.TypeAsync(
            "why1",
            "The new service rejected tokens signed with the previous key."
        );
        await desk.TypeAsync("why2", "The key was rotated with the release.");
        await desk.TypeAsync("why3", "The rehearsal of a release does not rotate keys.");
        await desk.TypeAsync("cause", "Key rotation is not rehearsed");
        await desk.TypeAsync(
            "contributors",
            "The check after a release looks at new sign-ins only."
        );
        await desk.ShootAsync("post-mortem-cause");
        await desk.SubmitAsync();
        await desk.HearAsync(desk.Said("postmortem.saved"));
    }

    private static async Task WriteResponseAsync(Desk desk)
    {
        await desk.ActAsAsync("ana");
        await desk.GoAsync(Room);
        await desk.PressAsync("term.post-mortem");
        await desk.PressAsync("post-mortem-part.response");
        await desk.TypeAsync("resolution", "A chave anterior voltou a ser aceita.");
        await desk.TypeAsync("went-well", "A pessoa certa foi encontrada logo.");
        await desk.TypeAsync("went-badly", "Nenhuma verificação olha os acessos já abertos.");
        await desk.TypeAsync("communication", "O cliente recebeu notícias, mas tarde.");
        await desk.ShootAsync("post-mortem-response");
        await desk.SubmitAsync();
        await desk.HearAsync(desk.Said("postmortem.saved"));
    }

    private static async Task AddActionItemsAsync(Desk desk)
    {
        foreach (
            var (title, owner) in new[]
            {
                ("Provare la rotazione delle chiavi", "tom"),
                ("Controllare gli accessi esistenti dopo ogni rilascio", "priya"),
            }
        )
        {
            await desk.PressAsync("action-item.add");
            await desk.TypeAsync("title", title);
            await desk.PickAsync("owner", owner);
            await desk.PickAsync("kind", "Process");
            await desk.ShootAsync("action-item-form");
            await desk.SubmitAsync();
        }
    }

    /// <summary>Helen publishes it, and everybody's words are in it.</summary>
    private static async Task PublishAsync(Desk desk)
    {
        await desk.ActAsAsync("helen");
        await desk.GoAsync(Product);
        await desk.SeeAsync(desk.With("postmortem.publish"));
        await desk.ShootAsync("review");
        await desk.PressAsync("postmortem.publish", asksAgain: true);
        await desk.ShootAsync("published");
        await desk.GoAsync(Room);
        await desk.PressAsync("postmortem.read");
        await desk.ShootAsync("read-links");
        var page = await desk.Page.Context.RunAndWaitForPageAsync(() =>
            desk.With("postmortem.read.internal").Locator("a.button").First.ClickAsync()
        );
        await page.WaitForLoadStateAsync();
        var document = page.Locator("main.document");
        foreach (var (_, happened, judged, change) in Afterwards.Answers)
        foreach (var said in new[] { happened, judged, change })
            await Expect(document).ToContainTextAsync(said);
        foreach (
            var written in new[]
            {
                "The rehearsal of a release does not rotate keys.",
                "Nenhuma verificação olha os acessos já abertos.",
                "212 casse ferme per un'ora e mezza.",
                "Tom Becker",
                "Ana Souza",
                "Marco Rossi",
            }
        )
            await Expect(document).ToContainTextAsync(written);
        await desk.ShootAsync("post-mortem-page", page);
        await page.CloseAsync();
    }

    private static async Task EndActionItemsAsync(Desk desk)
    {
        await desk.ActAsAsync("tom");
        await desk.GoAsync(Product);
        await Expect(desk.With("button.done"))
            .ToContainTextAsync(desk.Say("action-item-source.post-mortem"));
        await desk.ShootAsync("action-item");
        await desk.PressAsync("button.done");
        await desk.ShootAsync("action-item-done");
        await desk.ActAsAsync("priya");
        await desk.GoAsync(Product);
        await desk.PressAsync("button.decline");
        await desk.TypeAsync(
            "reason",
            "The monitoring of existing sessions was added by another team last week."
        );
        await desk.SubmitAsync();
        await desk.ShootAsync("action-item-declined");
        await desk.ActAsAsync("marco");
        await desk.GoAsync(Product);
        await desk.ShootAsync("marco-end");
        await desk.GoAsync(Room);
        await desk.UnpinAsync();
        await desk.ShootAsync("end");
        await desk.ShootNarrowAsync("end");
    }
}
