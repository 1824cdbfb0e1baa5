using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core.People;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Teams.Playground;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// A person at their client of Teams: everything is clicked, chosen and typed in its page, and read from it. Buttons are
/// found by the words on them: in a channel in the company's language or, just after they were pressed, in the person's.
/// </summary>
internal sealed class TeamsWindow
{
    private const int Width = 1280;
    private const int Height = 1000;

    private static readonly CompanyFile Company = CompanyFile.Load(
        Path.Combine(Templates.Root, "sandbox", "company.yaml")
    );

    // What the client does when a dialog for a form is closed, a third of a second later, and also whenever a message appears:
    // it empties whatever form is open by then.
    private const string Forgetting = "e.open?i(!0):setTimeout((()=>{n(Jde()),n(Yde())}),300)";

    // It empties a form when the next one is opened.
    private const string Remembering = "e.open&&(n(Jde()),n(Yde()),i(!0))";

    private static readonly Lazy<string> Script = new(Mend);

    private static int _shots;

    private readonly PlaygroundTown _town;
    private readonly Person _person;
    private string _room = "";

    private TeamsWindow(PlaygroundTown town, Person person, IPage page) =>
        (_town, _person, Page) = (town, person, page);

    public IPage Page { get; }

    /// <summary>A script of the page that failed.</summary>
    public List<string> Complaints { get; } = [];

    private string Direct => PlaygroundTown.Chat(_person.Id.Value);

    private ILocator Cards => Page.Locator(".ac-adaptiveCard");

    private ILocator Form => Page.GetByRole(AriaRole.Dialog);

    public static async Task<TeamsWindow> OpenAsync(
        IBrowserContext context,
        PlaygroundTown town,
        string person
    )
    {
        var about = Company.Directory.People[new Core.PersonId(person)];
        var window = new TeamsWindow(town, about, await context.NewPageAsync());
        window.Page.PageError += (_, error) => window.Complaints.Add($"{person}: {error}");
        await window.Page.SetViewportSizeAsync(Width, Height);
        await window.Page.RouteAsync(
            "**/static/js/main.*.js",
            route =>
                route.FulfillAsync(new() { ContentType = "text/javascript", Body = Script.Value })
        );
        await window.Page.GotoAsync(town[person].Address.AbsoluteUri);
        await window.Page.Locator("[contenteditable]").First.WaitForAsync();
        await window.Page.GetByTitle("Hide log panel").ClickAsync();
        window._room = window.Direct;
        return window;
    }

    // ---- Finding one's way -------------------------------------------------------------------------------------------

    /// <summary>Opens the chat of the person with the app.</summary>
    public Task OpenDirectAsync() => EnterAsync("Personal Chat", Direct);

    /// <summary>Opens the war room.</summary>
    public Task EnterRoomAsync() => EnterAsync("esc-1001", Playground.Room);

    /// <summary>Opens the channel in which escalations are announced.</summary>
    public Task EnterGeneralAsync() => EnterAsync("General", Playground.General);

    /// <summary>Opens the chat of the support team.</summary>
    public Task EnterGroupAsync() => EnterAsync("Support", Playground.Group);

    // ---- Doing -------------------------------------------------------------------------------------------------------

    /// <summary>Writes into the open conversation.</summary>
    public async Task WriteAsync(string text)
    {
        await Page.Locator("[contenteditable=true][role=textbox]").First.ClickAsync();
        await Page.Keyboard.InsertTextAsync(text);
        await Page.GetByLabel("Send Message").First.ClickAsync();
    }

    /// <summary>Uses an action command of the app on a message of the open conversation.</summary>
    public async Task UseOnMessageAsync(string words, string command)
    {
        const string more = "button[@aria-label='Show more information']";
        await Page.GetByText(words, new() { Exact = true })
            .Last.Locator($"xpath=ancestor::*[.//{more}][1]//{more}")
            .Last.ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Action Command" }).ClickAsync();
        await CallAsync(command);
    }

    /// <summary>The last card with a button, or an entry of its menu, of these words.</summary>
    public ILocator With(string button) =>
        Cards.Filter(new() { Has = Page.GetByRole(AriaRole.Button, Named(button)) }).Last;

    /// <summary>The last card with these words.</summary>
    public ILocator Card(string words) => Cards.Filter(new() { HasText = words }).Last;

    /// <summary>
    /// Presses a button of the last card that has it. Where it opens a task module, the client's dialog for message
    /// extensions shows it: for buttons the client has none.
    /// </summary>
    public async Task PressAsync(string button)
    {
        // A page behind another one is drawn no more, and what is never drawn is never seen to appear.
        await Page.BringToFrontAsync();
        Offered? found = null;
        await Eventually.IsTrueAsync(
            () => (found = _town.Find(_person.Id.Value, _room, Words(button))) is not null,
            $"a card with '{string.Join("' or '", Words(button))}' in {_room} of {_person.Name}",
            seconds: 60
        );
        var action = found!.Button;
        if ((string?)action["type"] == "Action.ToggleVisibility")
        {
            await ClickAsync(action);
            action = PlaygroundTown.Yes(found);
        }
        if ((string?)action["type"] != "Action.Submit")
        {
            await ClickAsync(action);
            return;
        }
        await Page.GetByLabel("Trigger Message Extension App").Last.ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Action Command" }).ClickAsync();
        await CallAsync(_town.Opens(action, found));
    }

    public async Task TypeAsync(string input, string text) =>
        await (await FieldAsync(input)).FillAsync(text);

    /// <summary>Chooses by an option's value; somebody by their name here.</summary>
    public async Task PickAsync(string input, string value)
    {
        var element = ElementOf(input)!;
        var title = (string)
            element["choices"]!
                .AsArray()
                .Single(choice =>
                    (string?)choice!["value"] == value
                    || ((string)element["id"]!)[0] is 'p' or 'g'
                        && ((string)choice["title"]!).StartsWith(
                            Company.Directory.People[new Core.PersonId(value)].Name,
                            StringComparison.Ordinal
                        )
                )!["title"]!;
        if ((string?)element["style"] == "expanded")
        {
            await Form.GetByLabel(title, new() { Exact = true }).CheckAsync();
            return;
        }
        await (await FieldAsync(input)).ClickAsync();
        await Page.GetByRole(AriaRole.Option, new() { Name = title, Exact = true }).ClickAsync();
    }

    /// <summary>The field of a form, by the name of its input.</summary>
    public async Task<ILocator> FieldAsync(string input)
    {
        var label = Form.Locator("label")
            .Filter(
                new()
                {
                    HasTextRegex = new Regex(
                        $"^\\s*{Regex.Escape((string)ElementOf(input)!["label"]!)}\\s*\\*?\\s*$"
                    ),
                }
            )
            .First;
        return Form.Locator($"[id='{await label.GetAttributeAsync("for")}']");
    }

    /// <summary>Sends the form; it must be taken.</summary>
    /// <returns>What was said in its place, if anything.</returns>
    public async Task<string> SubmitAsync()
    {
        await Page.BringToFrontAsync();
        var form = _town.FormOf(_person.Id.Value)!;
        await ClickAsync(
            Form.GetByRole(
                AriaRole.Button,
                new() { Name = (string)form["actions"]![0]!["title"]!, Exact = true }
            )
        );
        await Expect(Form.Locator(".ac-adaptiveCard")).ToHaveCountAsync(0);
        if (await Form.CountAsync() == 0)
            return "";
        var said = await Form.InnerTextAsync();
        await Form.GetByLabel("Close").ClickAsync();
        await Expect(Form).ToHaveCountAsync(0);
        return said;
    }

    // ---- Looking -----------------------------------------------------------------------------------------------------

    public Task SeeAsync(ILocator what) => Expect(what).ToBeVisibleAsync();

    public Task SeeAsync(string words) => SeeAsync(Page.GetByText(words).Last);

    /// <summary>A picture for people to look at, when the folder is named by E2E_PICTURES.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        var number = Interlocked.Increment(ref _shots);
        await Page.ScreenshotAsync(
            new() { Path = Path.Combine(folder, $"teams-{number:00}-{name}.png") }
        );
    }

    /// <summary>A sentence in the language of the person.</summary>
    public string Say(string key) => SlackWindow.In(key, _person.Language);

    /// <summary>A sentence in the language of the person, whatever stands in its places.</summary>
    public Regex Said(string key) => SlackWindow.Said(key, _person.Language);

    private async Task EnterAsync(string name, string room)
    {
        await Page.BringToFrontAsync();
        await Page.GetByRole(AriaRole.Treeitem, new() { Name = name }).ClickAsync();
        _room = room;
    }

    private static string Mend()
    {
        var script = File.ReadAllText(
            Directory
                .GetFiles(Path.Combine(Playground.Folder, "dist/client/static/js"), "main.*.js")
                .Single()
        );
        var mended = script.Replace(Forgetting, Remembering, StringComparison.Ordinal);
        (script.Length - mended.Length)
            .Should()
            .Be(Forgetting.Length - Remembering.Length, "the client forgets a form in one place");
        return mended;
    }

    private JsonObject? ElementOf(string input) =>
        _town
            .FormOf(_person.Id.Value)
            ?["body"]?.AsArray()
            .OfType<JsonObject>()
            .FirstOrDefault(element =>
                (string?)element["id"] is { Length: > 2 } id && id[1] == ':' && id[2..] == input
            );

    // Five pages share a browser: the pointer of one that is not in front may wait for its turn for ever.
    private static async Task ClickAsync(ILocator button) =>
        await button.EvaluateAsync("button => button.click()");

    private async Task ClickAsync(JsonObject action)
    {
        var words = (string)action["title"]!;
        if ((string?)action["mode"] == "secondary")
        {
            await Page.GetByLabel("More options").Last.ClickAsync();
            await Page.GetByRole(AriaRole.Menuitem, new() { Name = words, Exact = true })
                .ClickAsync();
        }
        else
            await Page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true })
                .Last.ClickAsync();
    }

    private async Task CallAsync(string command)
    {
        await Form.GetByPlaceholder("Input command id or leave blanks").FillAsync(command);
        await ClickAsync(Form.GetByRole(AriaRole.Button, new() { Name = "Create" }));
        await Form.Locator(".ac-adaptiveCard").WaitForAsync();
    }

    private string[] Words(string button) =>
        [SlackWindow.In(button, "en"), SlackWindow.In(button, _person.Language)];

    private Regex Either(string button) =>
        new($"^({string.Join('|', Words(button).Select(Regex.Escape))})$");

    private PageGetByRoleOptions Named(string button) => new() { NameRegex = Either(button) };
}
