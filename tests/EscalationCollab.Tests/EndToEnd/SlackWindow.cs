using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.Slack.Fake;
using EscalationCollab.Tests.Slack.LocalSlack;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// A browser window on the workspace and the hands of whoever sits before it: everything is clicked, chosen and typed in
/// the page, and read from it. Buttons are found by the words on them: in a channel in the company's language, in direct
/// messages and forms in the person's own.
/// </summary>
internal sealed partial class SlackWindow : IAsyncDisposable
{
    private const int Width = 1280;
    private const int Height = 1100;

    // The machine may be busy with other tests; a person would wait too.
    private const float Patience = 20_000;

    private static readonly Lazy<Wordbook> Words = new(() => Wordbook.Load(Templates.Root));

    private static readonly Lazy<CompanyFile> Company = new(() =>
        CompanyFile.Load(Path.Combine(Templates.Root, "sandbox", "company.yaml"))
    );

    private readonly IBrowserContext _context;
    private readonly PageAid _aid = new();
    private readonly List<string> _complaints = [];
    private readonly string _story;
    private Person _person = null!;
    private string _language = "en";
    private int _shots;
    private int _heard;

    private SlackWindow(IBrowserContext context, IPage page, string story)
    {
        _context = context;
        Page = page;
        _story = story;
        page.PageError += (_, error) => _complaints.Add($"script: {error}");
    }

    public IPage Page { get; }

    /// <summary>The newest thing said to this person only.</summary>
    public ILocator OnlyYou => Told.Last;

    private ILocator Told =>
        Page.Locator(".messages .msg").Filter(new() { Has = Page.Locator(".badge-eph") });

    /// <param name="story">The first part of the names of its pictures.</param>
    public static async Task<SlackWindow> OpenAsync(Chromium chromium, Uri address, string story)
    {
        var browser = await chromium.OpenAsync();
        var context = await browser.NewContextAsync(
            new()
            {
                BaseURL = address.ToString(),
                ViewportSize = new() { Width = Width, Height = Height },
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var window = new SlackWindow(context, await context.NewPageAsync(), story);
        await window._aid.AttachAsync(window.Page);
        window._aid.Person = LocalWorkspace.User("ana");
        await window.Page.GotoAsync("/");
        await window.ActAsAsync("ana");
        return window;
    }

    /// <summary>Plays a story; where it breaks off, a picture shows what was on the page.</summary>
    public async Task LiveAsync(Func<Task> story)
    {
        try
        {
            await story();
        }
        catch
        {
            await ShootAsync("broken-off");
            throw;
        }
    }

    /// <summary>A button in the language that is read here.</summary>
    public string Say(string key) => In(key, _language);

    /// <summary>A button in a language.</summary>
    public static string In(string key, string language) =>
        string.Concat(
            Words
                .Value.Resolve(Phrase.Of(key), language)
                .Parts.OfType<Plain>()
                .Select(plain => plain.Value)
        );

    /// <summary>A sentence in the language of the person acted as, whatever stands in its places.</summary>
    public Regex Said(string key) => Said(key, _person.Language);

    /// <summary>A sentence in a language, whatever stands in its places.</summary>
    public static Regex Said(string key, string language)
    {
        const string place = "\u0001";
        var places = Words.Value.PlacesOf(key).Select(name => (name, (Text)place)).ToArray();
        var sentence = string.Concat(
            Words
                .Value.Resolve(Phrase.Of(key, places), language)
                .Parts.OfType<Plain>()
                .Select(plain => plain.Value)
        );
        return new Regex(string.Join("[\\s\\S]*", sentence.Split(place).Select(Regex.Escape)));
    }

    // ---- Finding one's way -------------------------------------------------------------------------------------------

    /// <summary>From now on the hands are somebody else's.</summary>
    public async Task ActAsAsync(string person)
    {
        _person = Company.Value.Directory.People[new Core.PersonId(person)];
        _aid.Person = LocalWorkspace.User(person);
        // Like a client that is opened anew: what was said to others only is not shown.
        await Page.ReloadAsync();
        await Page.Locator("label.actas select").Last.SelectOptionAsync(_aid.Person);
    }

    /// <summary>Opens a channel.</summary>
    public async Task EnterAsync(string channel)
    {
        _language = "en";
        await Page.Locator(".sidebar-item").Filter(new() { HasText = channel }).First.ClickAsync();
        await Expect(Page.Locator(".channel-title")).ToContainTextAsync(channel);
    }

    /// <summary>Opens the direct messages between the product and the person acted as.</summary>
    public async Task OpenDirectAsync()
    {
        await EnterAsync(_person.Name);
        _language = _person.Language;
    }

    // ---- Doing -------------------------------------------------------------------------------------------------------

    /// <summary>Types into the open channel.</summary>
    public async Task WriteAsync(string text)
    {
        await Page.Locator(".composer-input").FillAsync(text);
        await Page.Locator(".composer-send").ClickAsync();
    }

    /// <summary>The last message with a button, or an entry of its menu, of these words.</summary>
    public ILocator With(string button) =>
        Page.Locator(".messages .msg")
            .Filter(new() { Has = Exactly(".bk-button, .bk-overflow option", Say(button)) })
            .Last;

    /// <summary>The last message with these words.</summary>
    public ILocator Message(string words) =>
        Page.Locator(".messages .msg").Filter(new() { HasText = words }).Last;

    /// <summary>Presses a button of the last message that has it, or chooses it from its menu.</summary>
    public async Task PressAsync(string button)
    {
        var card = With(button);
        await Expect(card).ToBeAttachedAsync();
        _heard = await Told.CountAsync();
        var found = card.Locator(Exactly(".bk-button", Say(button)));
        if (await found.CountAsync() > 0)
        {
            await found.First.ClickAsync();
            return;
        }
        var menu = card.Locator(".bk-overflow")
            .Filter(new() { Has = Exactly("option", Say(button)) });
        await menu.EvaluateAsync("menu => { menu.value = ''; }");
        await menu.SelectOptionAsync(new SelectOptionValue { Label = Say(button) });
    }

    public async Task TypeAsync(string input, string text) =>
        await (await FieldAsync(input)).Locator("input").FillAsync(text);

    /// <summary>Chooses by an option's value; somebody by their name here.</summary>
    public async Task PickAsync(string input, string value)
    {
        var field = await FieldAsync(input);
        var element = ElementOf(input)!;
        switch ((string?)element["type"])
        {
            case "users_select":
                await field.Locator("select").SelectOptionAsync(LocalWorkspace.User(value));
                break;
            case "static_select":
                await field.Locator("select").SelectOptionAsync(value);
                break;
            default:
                var index = element["options"]!
                    .AsArray()
                    .ToList()
                    .FindIndex(option => (string?)option!["value"] == value);
                await field.Locator("label:has(input)").Nth(index).ClickAsync();
                break;
        }
    }

    /// <summary>The block of an input, once its form is open.</summary>
    public async Task<ILocator> FieldAsync(string input)
    {
        await Eventually.IsTrueAsync(() => ElementOf(input) is not null, $"a form with '{input}'");
        var index = _aid.Inputs.ToList().FindIndex(block => IsOf(block, input));
        var field = Page.Locator(".modal .bk-input").Nth(index);
        await Expect(field).ToBeVisibleAsync();
        return field;
    }

    /// <summary>Sends the form; it must be taken.</summary>
    public async Task SubmitAsync()
    {
        _heard = await Told.CountAsync();
        await Page.Locator(".modal-btn.primary").ClickAsync();
        await Expect(Page.Locator(".modal")).ToHaveCountAsync(0);
        await Eventually.IsTrueAsync(() => _aid.Modal is null, "the form to be closed");
    }

    // ---- Looking -----------------------------------------------------------------------------------------------------

    public Task SeeAsync(ILocator what) => Expect(what).ToBeVisibleAsync();

    /// <summary>Waits for the private answer to what was pressed or sent last.</summary>
    public Task HearAsync() => Expect(Told.Nth(_heard)).ToBeVisibleAsync();

    public Task HearAsync(string words) => Expect(OnlyYou).ToContainTextAsync(words);

    public Task HearAsync(Regex words) => Expect(OnlyYou).ToContainTextAsync(words);

    /// <summary>A picture for people to look at, when the folder is named by E2E_PICTURES.</summary>
    public async Task ShootAsync(string name, IPage? page = null)
    {
        if (page is null)
            await CheckPageAsync();
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        _shots++;
        await (page ?? Page).ScreenshotAsync(
            new() { Path = Path.Combine(folder, $"{_story}-{_shots:00}-{name}.png") }
        );
    }

    /// <summary>A letter as its reader sees it.</summary>
    public async Task<IPage> ReadAsync(string html)
    {
        var page = await _context.NewPageAsync();
        await page.SetContentAsync(html);
        return page;
    }

    /// <summary>Another page, such as one a button leads to.</summary>
    public async Task<IPage> VisitAsync(string address)
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>What a person would have found wrong on the way.</summary>
    public void ExpectNoComplaint() => _complaints.Should().BeEmpty();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private JsonObject? ElementOf(string input) =>
        _aid.Inputs.FirstOrDefault(block => IsOf(block, input))?["element"]?.AsObject();

    private static bool IsOf(JsonObject block, string input) =>
        EscalationCollab.Slack.BlockKit.Inputs.InputOf((string?)block["block_id"]) == input;

    private ILocator Exactly(string selector, string words) =>
        Page.Locator(
            selector,
            new() { HasTextRegex = new Regex($"^\\s*{Regex.Escape(words)}\\s*$") }
        );

    private async Task CheckPageAsync()
    {
        if (await Page.Locator(".bk-unknown").CountAsync() > 0)
            _complaints.Add(
                $"a block is not shown: {await Page.Locator(".bk-unknown").First.InnerTextAsync()}"
            );
        var text = await Page.Locator(".body").InnerTextAsync();
        foreach (var key in BareKey().Matches(text).Select(match => match.Value))
            if (Words.Value.Keys.Contains(key) || key.Split('.')[0] is "button" or "term")
                _complaints.Add($"the key {key} is shown to {_person.Name}");
    }

    [GeneratedRegex(@"(?<=^|\s)[a-z][a-z-]*(\.[a-z0-9-]+)+(?=$|\s)", RegexOptions.Multiline)]
    private static partial Regex BareKey();
}
