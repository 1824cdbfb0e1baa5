using EscalationCollab.Tests.TestSupport;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>What hands do: mistype, leave fields empty, press twice, press late, and never touch the mouse.</summary>
[Collection(BrowserTests.Name)]
public sealed class HandsTests(Chromium chromium)
{
    private const string Product = "EscalationCollab";

    [RequiresFact("chromium")]
    public async Task Declare_TypedWithMistakes_IsHelpedAndAcceptedOnce()
    {
        await using var company = await TrialCompany.StartAsync();
        await using var ana = await Desk.OpenAsync(chromium, company.Address, "hands");
        await using var marco = await Desk.OpenAsync(chromium, company.Address, "hands-marco");
        await using var ruta = await Desk.OpenAsync(chromium, company.Address, "hands-ruta");

        await ana.LiveAsync(async () =>
        {
            await MistypeAsync(ana);
            await DeclareAsync(ana);
            await AcceptByKeyboardAsync(marco);

            await DeclareAsync(ana);
            // The customer is in New York, where the working hours that this clock counts begin at 14:00 UTC.
            await company.PassAsync(Duration.FromHours(4));
            await AcceptTwiceAsync(marco, ruta);
        });

        ana.ExpectNoComplaint();
        marco.ExpectNoComplaint();
    }

    [RequiresFact("chromium")]
    public async Task Tabs_MoreThanABrowserHasConnections_AllStayFresh()
    {
        const int tabs = 8;
        await using var company = await TrialCompany.StartAsync();
        await using var ana = await Desk.OpenAsync(chromium, company.Address, "tabs");
        await using var tom = await Desk.OpenAsync(chromium, company.Address, "tabs-tom");
        await ana.GoAsync("engineering");
        var pages = new List<Microsoft.Playwright.IPage> { ana.Page };
        while (pages.Count < tabs)
        {
            var page = await ana.Page.Context.NewPageAsync();
            await page.GotoAsync(ana.Page.Url);
            pages.Add(page);
        }

        await tom.ActAsAsync("tom");
        await tom.GoAsync("engineering");
        await tom.WriteAsync("The first word that everybody hears");
        foreach (var page in pages)
            await Expect(page.Locator("#messages")).ToContainTextAsync("The first word");

        // The one that listened for all goes; another takes its place.
        await pages[0].CloseAsync();
        await tom.WriteAsync("The second word that everybody hears");
        foreach (var page in pages.Skip(1))
            await Expect(page.Locator("#messages")).ToContainTextAsync("The second word");
    }

    private static async Task MistypeAsync(Desk desk)
    {
        await desk.WriteAsync("/escalate nwe");
        await Expect(desk.Page.Locator("#composer-error")).ToContainTextAsync("/escalate new");
        await Expect(desk.Page.Locator("#composer-text")).ToHaveValueAsync("/escalate nwe");
        await desk.ShootAsync("mistyped");
        await desk.ShootNarrowAsync("mistyped");
    }

    private static async Task DeclareAsync(Desk desk)
    {
        await desk.WriteAsync("/escalate new");
        await desk.SeeAsync(desk.Dialog);
        await desk.PickAsync("customer", "pinewood");
        await desk.PickAsync("reason", "CustomerDemand");
        await desk.TypeAsync("summary", "   ");
        await desk.SubmitAsync();
        await desk.SeeAsync(desk.Dialog.Locator(".field.wrong [name='in.summary']"));
        await Expect(desk.Field("customer")).ToHaveValueAsync("pinewood");
        await desk.ShootAsync("refused");
        await desk.ShootNarrowAsync("refused");
        await desk.TypeAsync("summary", "The export loses its last column");
        await desk.SubmitAsync();
        await desk.HearAsync("ESC-100");
    }

    private static async Task AcceptByKeyboardAsync(Desk marco)
    {
        await marco.ActAsAsync("marco");
        await marco.GoAsync(Product);
        await marco.SeeAsync(marco.With("button.accept"));
        await marco.ReachByKeyboardAsync("button.accept");
        await marco.ShootAsync("keyboard");
        await marco.LeavingAsync(() => marco.Page.Keyboard.PressAsync("Enter"));
        await marco.HearAsync("ESC-1001");
    }

    /// <summary>Both were asked. Marco presses twice; Rūta's page has not heard of it when she presses.</summary>
    private static async Task AcceptTwiceAsync(Desk marco, Desk ruta)
    {
        await ruta.ActAsAsync("ruta");
        await ruta.LoseLiveRefreshAsync();
        await ruta.GoAsync(Product);
        await ruta.SeeAsync(ruta.With("button.accept"));
        await marco.GoAsync(Product);
        await marco.LeavingAsync(() =>
            marco.With("button.accept").Locator("button.primary").First.DblClickAsync()
        );
        await marco.HearAsync("ESC-1002");
        await ruta.PressAsync("button.accept");
        await ruta.HearAsync("Marco Rossi");
        await ruta.ShootAsync("too-late");
    }
}
