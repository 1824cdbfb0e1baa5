using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Slack.LocalSlack;
using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>The main job, lived in a Slack workspace by the people of the trial company, through its page in a browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class SlackMainJobTests(Chromium chromium)
{
    private const string Room = "esc-1001";
    private const string Problem = "Nenhum caixa consegue entrar no sistema";

    [RequiresFact("chromium", "local-slack")]
    public Task MainJob_OverHttp_LivedToTheLastActionItem() => LiveAsync(socketMode: false);

    [RequiresFact("chromium", "local-slack")]
    public Task MainJob_OverSocketMode_LivedToTheLastActionItem() => LiveAsync(socketMode: true);

    private async Task LiveAsync(bool socketMode)
    {
        await using var company = await SlackCompany.StartAsync(socketMode);
        await using var window = await SlackWindow.OpenAsync(
            chromium,
            company.Workspace.Address,
            socketMode ? "slack-socket" : "slack-http"
        );
        if (socketMode)
            await Expect(window.Page.Locator(".app-status")).ToContainTextAsync("connected");

        await window.LiveAsync(async () =>
        {
            await EscalateAsync(window);
            await AcceptAsync(window, company.Workspace);
            await LeadAsync(window);
            await company.PassAsync(Duration.FromMinutes(41));
            await SayNoChangeAsync(window);
            await DraftAsync(window);
            await ApproveOwnAsync(window, company.Workspace);
            await ApproveAsync(window, company);
            await RaiseSeverityAsync(window);
            await FindWorkaroundAsync(window);
            await ResolveAsync(window);
            await TellCustomerItIsSolvedAsync(window, company);
            await ConfirmAsync(window);
            await company.PassAsync(Duration.FromHours(25));
            await AnswerSurveyAsync(window, company);
            await SeeLowScoreAsync(window);
            await AnswerQuestionsAsync(window);
            await WritePostMortemAsync(window);
            await PublishAsync(window, company.Workspace);
            await EndActionItemsAsync(window);
        });

        window.ExpectNoComplaint();
        company.Mistakes.Should().BeEmpty();
    }

    /// <summary>Ana, support agent, types the command and fills in the form.</summary>
    private static async Task EscalateAsync(SlackWindow window)
    {
        await window.EnterAsync("support-inbox");
        await window.WriteAsync($"/escalate new {Problem}");
        await Expect((await window.FieldAsync("summary")).Locator("input"))
            .ToHaveValueAsync(Problem);
        await window.PickAsync("customer", "acme");
        await window.PickAsync("reason", "MissingExpertise");
        await window.PickAsync("severity", "Sev2");
        await window.PickAsync("product", "login");
        await window.ShootAsync("declare");
        await window.SubmitAsync();
        await window.HearAsync("ESC-1001");
        await window.ShootAsync("declared");
    }

    /// <summary>Marco, escalation manager, is asked in a direct message and accepts; the war room is there.</summary>
    private static async Task AcceptAsync(SlackWindow window, LocalWorkspace workspace)
    {
        await window.ActAsAsync("marco");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("button.accept"));
        await window.ShootAsync("asked");
        await window.PressAsync("button.accept");
        await window.HearAsync($"#{Room}");
        await window.ShootAsync("accepted");
        await window.EnterAsync(Room);
        await Expect(window.Message(Problem)).ToContainTextAsync("Marco Rossi");
        await window.ShootAsync("room");
        await Eventually.IsTrueAsync(
            () => Invited(workspace).IsSupersetOf(["marco", "ana", "tom"]),
            "the three to be invited"
        );
        await Eventually.IsTrueAsync(
            () => workspace.Front.Calls.Any(call => call.Method == "pins.add"),
            "the card to be pinned"
        );
        workspace.Front.Calls.Should().Contain(call => call.Method == "conversations.setTopic");
        await window.EnterAsync("escalations");
        await window.SeeAsync(window.Message("ESC-1001"));
        await window.ShootAsync("announced");
    }

    private static HashSet<string> Invited(LocalWorkspace workspace) =>
        [
            .. workspace
                .Front.Calls.Where(call => call.Method == "conversations.invite")
                .SelectMany(call => ((string)call.Arguments["users"]!).Split(','))
                .Select(user => user["U0".Length..].ToLowerInvariant()),
        ];

    /// <summary>Tom, engineer, was asked as an expert: he leads the work and posts the first status.</summary>
    private static async Task LeadAsync(SlackWindow window)
    {
        await window.ActAsAsync("tom");
        await window.OpenDirectAsync();
        await window.ShootAsync("tom-asked");
        await window.PressAsync("button.accept");
        await window.HearAsync();
        await window.EnterAsync(Room);
        await window.PressAsync("status.button.post");
        await window.TypeAsync(
            "conditions",
            "The new session service rejects tokens issued before release 26.11.2."
        );
        await window.TypeAsync(
            "actions",
            "Checking whether the old signing key can be accepted again."
        );
        await window.PickAsync("trend", "Same");
        await window.ShootAsync("status-form");
        await window.SubmitAsync();
        await Expect(window.Message(Problem)).ToContainTextAsync("rejects tokens");
        await window.ShootAsync("status-posted");
    }

    /// <summary>The product asks before the next status is due; one tap is the answer.</summary>
    private static async Task SayNoChangeAsync(SlackWindow window)
    {
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("status.button.no-change"));
        await window.ShootAsync("status-asked");
        await window.PressAsync("status.button.no-change");
        await window.HearAsync();
        await window.ShootAsync("no-change");
    }

    /// <summary>Marco drafts a letter and reads it as the customer will.</summary>
    private static async Task DraftAsync(SlackWindow window)
    {
        await window.ActAsAsync("marco");
        await window.EnterAsync(Room);
        await window.PressAsync("customer-update.button.write");
        await window.TypeAsync("now", Now);
        await window.TypeAsync(
            "meanwhile",
            "Os caixas já conectados podem continuar trabalhando; por favor, não saiam do sistema."
        );
        await window.ShootAsync("letter-form");
        await window.SubmitAsync();
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("customer-update.button.ask"));
        await window.ShootAsync("letter-preview");
        await window.PressAsync("customer-update.button.ask");
    }

    private const string Now =
        "Identificamos a causa: o novo serviço de sessão recusa os acessos abertos antes da atualização.";

    /// <summary>
    /// Marco's cards offer no approval, so he presses the button of Rūta's: the server itself refuses.
    /// </summary>
    private static async Task ApproveOwnAsync(SlackWindow window, LocalWorkspace workspace)
    {
        await window.ActAsAsync("ruta");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("customer-update.button.approve"));
        await window.ShootAsync("approve");
        var (channel, ts, button) = await ButtonAsync(
            workspace,
            window.Say("customer-update.button.approve")
        );
        await window.ActAsAsync("marco");
        await workspace.PressAsync("marco", channel, ts, button);
        await window.EnterAsync("Rūta Kazlauskienė");
        await window.HearAsync(window.Said("customer-update.own-text"));
        await window.ShootAsync("own-letter-refused");
    }

    /// <summary>The last button of these words that is anywhere in the workspace.</summary>
    private static async Task<(string Channel, string Ts, JsonNode Button)> ButtonAsync(
        LocalWorkspace workspace,
        string words
    )
    {
        foreach (var channel in await workspace.ChannelsAsync())
        foreach (var message in await workspace.MessagesAsync((string)channel["id"]!))
            if (
                (message["blocks"]?.AsArray() ?? [])
                    .Where(block => (string?)block!["type"] == "actions")
                    .SelectMany(block =>
                        block!["elements"]!
                            .AsArray()
                            .Select(element => (Block: block, Element: element!))
                    )
                    .LastOrDefault(found => (string?)found.Element["text"]?["text"] == words) is
                { Element: { } button, Block: var block }
            )
            {
                var action = button.DeepClone();
                action["block_id"] = block["block_id"]?.DeepClone() ?? "b";
                return ((string)channel["id"]!, (string)message["ts"]!, action);
            }
        throw new InvalidOperationException($"nobody was offered '{words}'");
    }

    /// <summary>Rūta approves; Carlos reads it in Portuguese.</summary>
    private static async Task ApproveAsync(SlackWindow window, SlackCompany company)
    {
        await window.ActAsAsync("ruta");
        await window.OpenDirectAsync();
        await window.PressAsync("customer-update.button.approve");
        var mail = await company.MailAsync("Atualização do caso");
        mail.Text.Should().Contain("recusa os acessos");
        mail.Language.Should().Be("pt-BR");
        await window.HearAsync();
        await window.ShootAsync("approved");
        var page = await window.ReadAsync(mail.Html);
        await window.ShootAsync("mail", page);
        await page.CloseAsync();
    }

    /// <summary>It got worse: Sev1 brings in leadership.</summary>
    private static async Task RaiseSeverityAsync(SlackWindow window)
    {
        await window.ActAsAsync("marco");
        await window.EnterAsync(Room);
        await window.PressAsync("severity.button");
        await window.PickAsync("severity", "Sev1");
        await window.TypeAsync(
            "reason",
            "Anche le casse aperte si scollegano: sono ferme tutte e 212."
        );
        await window.ShootAsync("severity-form");
        await window.SubmitAsync();
        await Expect(window.Message(Problem)).ToContainTextAsync("Sev1");
        await window.HearAsync("Sev1");
        await window.ShootAsync("severity-raised");
        await window.ActAsAsync("helen");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.Message("ESC-1001"));
        await window.ShootAsync("helen-told");
    }

    private static async Task FindWorkaroundAsync(SlackWindow window)
    {
        await window.ActAsAsync("marco");
        await window.EnterAsync(Room);
        await window.PressAsync("resolution.button.workaround");
        await window.TypeAsync(
            "workaround",
            "Accesso con il codice di emergenza fino alla correzione."
        );
        await window.SubmitAsync();
        await Expect(window.Message(Problem)).ToContainTextAsync("Mitigated");
        await window.ShootAsync("workaround");
    }

    private static async Task ResolveAsync(SlackWindow window)
    {
        await window.PressAsync("resolution.button.resolve");
        await window.PickAsync("how", "Fix");
        await window.TypeAsync(
            "done",
            "Il servizio di sessione accetta di nuovo la chiave precedente."
        );
        await window.TypeAsync(
            "cause",
            "La rotazione della chiave non faceva parte della prova di rilascio."
        );
        await window.PickAsync("concession-kind", "credit");
        await window.TypeAsync("concession-amount", "1500");
        await window.PickAsync("concession-currency", "BRL");
        await window.TypeAsync("concession-reason", "Un giorno di casse ferme.");
        await window.ShootAsync("resolve-form");
        await window.SubmitAsync();
        await window.HearAsync();
        await window.ShootAsync("resolved");
    }

    private static async Task TellCustomerItIsSolvedAsync(SlackWindow window, SlackCompany company)
    {
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("customer-update.button.write"));
        await window.ShootAsync("tell-customer");
        await window.PressAsync("customer-update.button.write");
        await window.TypeAsync("resolution", "Restabelecemos o acesso de todos os caixas.");
        await window.SubmitAsync();
        await window.SeeAsync(window.Message("Restabelecemos o acesso"));
        await window.PressAsync("customer-update.button.ask");
        await window.ActAsAsync("helen");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("customer-update.button.approve"));
        await window.ShootAsync("helen-asked");
        await window.PressAsync("customer-update.button.approve");
        var mail = await company.MailAsync("Resolvido");
        mail.Text.Should().Contain("Restabelecemos o acesso");
    }

    private static async Task ConfirmAsync(SlackWindow window)
    {
        await window.ActAsAsync("marco");
        await window.EnterAsync(Room);
        await window.PressAsync("resolution.button.confirmed");
        await window.HearAsync();
        await window.ShootAsync("closed");
    }

    /// <summary>Carlos opens the survey from his letter and is not content.</summary>
    private static async Task AnswerSurveyAsync(SlackWindow window, SlackCompany company)
    {
        var mail = await company.MailAsync("Como foi");
        var link = Regex.Match(mail.Html, @"http://[^""]*/s/[^""]+").Value;
        var survey = await window.VisitAsync(System.Net.WebUtility.HtmlDecode(link));
        await Afterwards.FillSurveyAsync(survey);
        await survey.Locator("button[type=submit]").ClickAsync();
        await Expect(survey.Locator("h1")).ToContainTextAsync("Carlos");
        await survey.CloseAsync();
    }

    private static async Task SeeLowScoreAsync(SlackWindow window)
    {
        await window.ActAsAsync("marco");
        await window.OpenDirectAsync();
        await Expect(window.With("button.done")).ToContainTextAsync("Ficamos uma manhã");
        await window.ShootAsync("low-score");
    }

    /// <summary>Tom, Ana and Marco say privately what they saw.</summary>
    private static async Task AnswerQuestionsAsync(SlackWindow window)
    {
        foreach (var (person, happened, judged, change) in Afterwards.Answers)
        {
            await window.ActAsAsync(person);
            await window.OpenDirectAsync();
            await window.SeeAsync(window.With("postmortem.answer"));
            await window.ShootAsync($"questions-{person}");
            await window.PressAsync("postmortem.answer");
            await window.TypeAsync("happened", happened);
            await window.TypeAsync("judged", judged);
            await window.TypeAsync("change", change);
            await window.ShootAsync($"answers-{person}");
            await window.SubmitAsync();
            await window.HearAsync(window.Said("postmortem.thanks"));
        }
    }

    /// <summary>Marco writes the document from their answers and hands it in.</summary>
    private static async Task WritePostMortemAsync(SlackWindow window)
    {
        await window.ShootAsync("post-mortem");
        await WritePartAsync(
            window,
            "facts",
            ("summary", "Dopo il rilascio 26.11.2 le 212 casse di Acme non accedevano."),
            ("trigger", "Il rilascio ha cambiato la chiave delle sessioni."),
            ("detection", "Lo ha scritto il cliente dopo quasi un'ora."),
            ("impact", "212 casse ferme per un'ora e mezza.")
        );
        await WritePartAsync(
            window,
            "cause",
            ("why1", "Il nuovo servizio rifiutava gli accessi firmati con la chiave precedente."),
            ("why2", "La chiave è stata cambiata con il rilascio."),
            ("why3", "La prova di un rilascio non cambia le chiavi."),
            ("cause", "Il cambio delle chiavi non viene provato"),
            ("contributors", "Il controllo dopo il rilascio guarda solo i nuovi accessi.")
        );
        await WritePartAsync(
            window,
            "response",
            ("resolution", "La chiave precedente è di nuovo accettata."),
            ("went-well", "La persona giusta è stata trovata subito."),
            ("went-badly", "Nessun controllo guarda gli accessi già aperti."),
            ("communication", "Il cliente ha avuto notizie, ma tardi.")
        );
        await AddActionItemAsync(window, "Provare la rotazione delle chiavi", "tom");
        await AddActionItemAsync(window, "Controllare gli accessi dopo ogni rilascio", "priya");
        await WritePartAsync(
            window,
            "customer",
            ("summary", "Os caixas não conseguiam entrar no sistema."),
            ("cause", "Uma chave de acesso foi trocada sem ensaio."),
            ("resolution", "Voltamos a aceitar a chave anterior."),
            ("changes", "A troca de chaves passa a ser ensaiada antes de cada versão.")
        );
        await window.ShootAsync("post-mortem-written");
        await window.PressAsync("postmortem.submit");
        await window.HearAsync();
    }

    private static async Task WritePartAsync(
        SlackWindow window,
        string part,
        params (string Input, string Text)[] answers
    )
    {
        await window.PressAsync($"post-mortem-part.{part}");
        foreach (var (input, text) in answers)
            await window.TypeAsync(input, text);
        await window.ShootAsync($"post-mortem-{part}");
        await window.SubmitAsync();
    }

    private static async Task AddActionItemAsync(SlackWindow window, string title, string owner)
    {
        await window.PressAsync("action-item.add");
        await window.TypeAsync("title", title);
        await window.PickAsync("owner", owner);
        await window.PickAsync("kind", "Process");
        await window.ShootAsync("action-item-form");
        await window.SubmitAsync();
    }

    /// <summary>Helen publishes it, and everybody's words are in it.</summary>
    private static async Task PublishAsync(SlackWindow window, LocalWorkspace workspace)
    {
        await window.ActAsAsync("helen");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("postmortem.publish"));
        await window.ShootAsync("review");
        await window.PressAsync("postmortem.publish");
        await window.HearAsync();
        await window.ShootAsync("published");
        await window.EnterAsync(Room);
        await window.PressAsync("postmortem.read");
        await window.HearAsync();
        await window.ShootAsync("read");
        var (_, _, button) = await ButtonAsync(
            workspace,
            SlackWindow.In("postmortem.read.internal", "en")
        );
        var page = await window.VisitAsync((string)button["url"]!);
        var document = page.Locator("main.document");
        foreach (var (_, happened, judged, change) in Afterwards.Answers)
        foreach (var said in new[] { happened, judged, change })
            await Expect(document).ToContainTextAsync(said);
        await Expect(document).ToContainTextAsync("212 casse ferme per un'ora e mezza.");
        await window.ShootAsync("post-mortem-page", page);
        await page.CloseAsync();
    }

    private static async Task EndActionItemsAsync(SlackWindow window)
    {
        await window.ActAsAsync("tom");
        await window.OpenDirectAsync();
        await window.SeeAsync(window.With("button.done"));
        await window.ShootAsync("action-item");
        await window.PressAsync("button.done");
        await window.HearAsync();
        await window.ShootAsync("action-item-done");
        await window.EnterAsync(Room);
        await window.ShootAsync("end");
    }
}
