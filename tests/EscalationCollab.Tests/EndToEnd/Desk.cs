using System.Text.RegularExpressions;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Words;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// A browser window on the Sandbox and the hands of whoever sits before it: everything is clicked and typed, and read
/// from the page. Buttons are found by the words on them, in the language of the person acted as.
/// </summary>
internal sealed partial class Desk : IAsyncDisposable
{
    private const int Width = 1280;
    private const int Height = 800;
    private const int NarrowWidth = 400;

    // The machine may be busy with other tests; a person would wait too.
    private const float Patience = 20_000;

    private static readonly Lazy<Wordbook> Words = new(() => Wordbook.Load(Templates.Root));

    private static readonly Dictionary<string, string> LanguageOf = new()
    {
        ["ana"] = "pt-BR",
        ["beatriz"] = "pt-BR",
        ["marco"] = "it",
        ["ruta"] = "lt",
    };

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private readonly string _story;
    private string _person = "ana";
    private int _shots;

    private Desk(IBrowserContext context, IPage page, string story)
    {
        _context = context;
        Page = page;
        _story = story;
        page.PageError += (_, error) => _complaints.Add($"script: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add($"console at {page.Url}: {message.Text}");
        };
    }

    public IPage Page { get; }

    /// <summary>The stream of messages of the open room.</summary>
    public ILocator Stream => Page.Locator("#messages");

    /// <summary>The newest thing said to this person only.</summary>
    public ILocator OnlyYou => Page.Locator(".message.only-you").Last;

    public ILocator Dialog => Page.Locator(".dialog");

    /// <param name="story">The first part of the names of its pictures.</param>
    public static async Task<Desk> OpenAsync(Chromium chromium, Uri address, string story)
    {
        var browser = await chromium.OpenAsync();
        var context = await browser.NewContextAsync(
            new()
            {
                BaseURL = address.ToString(),
                ViewportSize = new() { Width = Width, Height = Height },
                ColorScheme = ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var desk = new Desk(context, await context.NewPageAsync(), story);
        await desk.Page.GotoAsync("/");
        return desk;
    }

    /// <summary>A sentence or button in the language of the person acted as.</summary>
    public string Say(string key) =>
        string.Concat(
            Words
                .Value.Resolve(Phrase.Of(key), LanguageOf.GetValueOrDefault(_person, "en"))
                .Parts.OfType<Plain>()
                .Select(plain => plain.Value)
        );

    /// <summary>A sentence in the language of the person acted as, whatever stands in its places.</summary>
    public Regex Said(string key)
    {
        // What stands between the places, in their order; a place is empty when nothing is put into it.
        const string place = "\u0001";
        var places = Words.Value.PlacesOf(key).Select(name => (name, (Text)place)).ToArray();
        var sentence = string.Concat(
            Words
                .Value.Resolve(Phrase.Of(key, places), LanguageOf.GetValueOrDefault(_person, "en"))
                .Parts.OfType<Plain>()
                .Select(plain => plain.Value)
        );
        return new Regex(string.Join(".*", sentence.Split(place).Select(Regex.Escape)));
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
            await Page.ReloadAsync();
            await ShootAsync("broken-off-reloaded");
            throw;
        }
    }

    // ---- Finding one's way -------------------------------------------------------------------------------------------

    public async Task ActAsAsync(string person)
    {
        await Page.Locator("#actors > summary").ClickAsync();
        await LeaveByAsync(Page.Locator($"#actors button[value={person}]"));
        _person = person;
    }

    /// <summary>Opens a room, a direct message or a mailbox from the side bar.</summary>
    public async Task GoAsync(string name)
    {
        var entry = Page.Locator("a.side-entry").Filter(new() { HasText = name }).First;
        await LeaveByAsync(entry);
    }

    /// <summary>The number of unread messages beside a room's name.</summary>
    public ILocator Unread(string name) =>
        Page.Locator("a.side-entry").Filter(new() { HasText = name }).Locator(".badge");

    /// <summary>The last message with these words.</summary>
    public ILocator Message(string words) =>
        Stream.Locator("article.message").Filter(new() { HasText = words }).Last;

    /// <summary>Opens the newest letter in a customer's mailbox, once it is the one of this subject.</summary>
    public async Task<IFrameLocator> ReadMailAsync(string contact, string subject)
    {
        await GoAsync(contact);
        await Expect(Page.Locator("a.mail-line").First).ToContainTextAsync(subject);
        await LeaveByAsync(Page.Locator("a.mail-line").First);
        return Page.FrameLocator("iframe.mail-page");
    }

    /// <summary>Unfolds the card that is pinned in the open room.</summary>
    public async Task UnpinAsync()
    {
        if (await Page.Locator("#pinned[open]").CountAsync() == 0)
            await Page.Locator("#pinned > summary").ClickAsync();
    }

    // ---- Doing -------------------------------------------------------------------------------------------------------

    /// <summary>Presses a button or follows a link that leads to another page, and waits for that page.</summary>
    public async Task LeaveByAsync(ILocator what) => await LeavingAsync(() => what.ClickAsync());

    public async Task LeavingAsync(Func<Task> act)
    {
        await Page.EvaluateAsync("() => { window.before = true; }");
        await act();
        await Page.WaitForFunctionAsync(
            "() => !window.before && document.readyState === 'complete'"
        );
        await CheckPageAsync();
    }

    /// <summary>The last message with a button of these words, shown or in the menu behind More.</summary>
    public ILocator With(string button) =>
        Stream.Locator("article.message").Filter(new() { Has = Button(button) }).Last;

    /// <summary>Presses a button of the last card that has it, and says yes where the card asks again.</summary>
    public async Task PressAsync(string button, bool asksAgain = false)
    {
        var card = With(button);
        await Expect(card).ToBeAttachedAsync();
        var found = card.Locator(Button(button)).First;
        if (!await found.IsVisibleAsync())
            await card.Locator(".card-actions details.menu > summary").ClickAsync();
        if (!asksAgain)
        {
            await LeaveByAsync(found);
            return;
        }
        await found.ClickAsync();
        await LeaveByAsync(Page.Locator(".ask:popover-open button[type=submit]"));
    }

    /// <summary>
    /// Sends what an action of another card would send, with the data of a button that is there: as somebody does who does
    /// not take a missing button for an answer.
    /// </summary>
    public async Task PressAsAsync(string button, string action)
    {
        var found = With(button).Locator(Button(button)).First;
        await Expect(found).ToBeAttachedAsync();
        await LeavingAsync(() =>
            found.EvaluateAsync(
                """
                (button, action) => {
                  const panel = button.popoverTargetElement ?? button.closest("form");
                  const form = panel.matches("form") ? panel : panel.querySelector("form");
                  form.elements.namedItem("action").value = action;
                  form.requestSubmit();
                }
                """,
                action
            )
        );
    }

    /// <summary>Moves the focus from the composer back to a button, as somebody without a mouse does.</summary>
    public async Task ReachByKeyboardAsync(string button)
    {
        const int mostSteps = 20;
        for (var step = 0; step < mostSteps; step++)
        {
            await Page.Keyboard.PressAsync("Shift+Tab");
            var focused = await Page.EvaluateAsync<string>(
                "() => document.activeElement.textContent.trim()"
            );
            if (focused == Say(button))
                return;
        }
        throw new InvalidOperationException($"'{Say(button)}' cannot be reached by keyboard.");
    }

    /// <summary>From now on this window does not hear of changes.</summary>
    public Task LoseLiveRefreshAsync() =>
        Page.RouteAsync("**/events**", route => route.AbortAsync());

    private ILocator Button(string key) =>
        Page.Locator(
            ".card-actions button, .card-actions a.button",
            new() { HasTextRegex = new Regex($"^\\s*{Regex.Escape(Say(key))}\\s*$") }
        );

    /// <summary>Chooses an entry of a message's menu.</summary>
    public async Task ChooseAsync(ILocator message, string key)
    {
        await message.HoverAsync();
        await message.Locator("details.message-tools > summary").ClickAsync();
        await ShootAsync("menu");
        await LeaveByAsync(
            message.GetByRole(AriaRole.Button, new() { Name = Say(key), Exact = true })
        );
    }

    public Task TypeAsync(string input, string text) => Field(input).FillAsync(text);

    public async Task PickAsync(string input, string value)
    {
        var field = Field(input);
        if (await field.First.EvaluateAsync<string>("field => field.tagName") == "SELECT")
            await field.SelectOptionAsync(value);
        else
            await Dialog.Locator($"[name='in.{input}'][value='{value}']").CheckAsync();
    }

    public ILocator Field(string input) => Dialog.Locator($"[name='in.{input}']");

    public Task SubmitAsync() => LeaveByAsync(Dialog.Locator(".dialog-foot button[type=submit]"));

    public async Task WriteAsync(string text)
    {
        await Page.Locator("#composer-text").FillAsync(text);
        await LeavingAsync(() => Page.Locator("#composer-text").PressAsync("Enter"));
    }

    // ---- Looking -----------------------------------------------------------------------------------------------------

    public async Task SeeAsync(ILocator what) => await Expect(what.First).ToBeVisibleAsync();

    /// <summary>What was said to this person only, as its words.</summary>
    public async Task HearAsync(string words) => await Expect(OnlyYou).ToContainTextAsync(words);

    public async Task HearAsync(Regex words) => await Expect(OnlyYou).ToContainTextAsync(words);

    /// <summary>A picture for people to look at, when the folder is named by E2E_PICTURES.</summary>
    public async Task ShootAsync(string name, IPage? page = null)
    {
        if (Environment.GetEnvironmentVariable("E2E_PICTURES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        _shots++;
        await (page ?? Page).ScreenshotAsync(
            new() { Path = Path.Combine(folder, $"{_story}-{_shots:00}-{name}.png") }
        );
    }

    /// <summary>The same page as a telephone shows it: nothing may stick out to the side.</summary>
    public async Task ShootNarrowAsync(string name)
    {
        await Page.SetViewportSizeAsync(NarrowWidth, Height);
        var width = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        await ShootAsync($"{name}-narrow");
        width.Should().BeLessThanOrEqualTo(NarrowWidth, "{0} must fit a telephone", name);
        await Page.SetViewportSizeAsync(Width, Height);
    }

    public async Task ShootDarkAsync(string name)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ShootAsync($"{name}-dark");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    /// <summary>What a person would have found wrong on the way.</summary>
    public void ExpectNoComplaint() => _complaints.Should().BeEmpty();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private async Task CheckPageAsync()
    {
        var text = await Page.Locator("body").InnerTextAsync();
        foreach (var key in BareKey().Matches(text).Select(match => match.Value))
            if (Words.Value.Keys.Contains(key) || key.Split('.')[0] is "button" or "term")
                _complaints.Add($"{Page.Url} shows the key {key} to {_person}");
        // The panes scroll, each by itself; the window beside them must not.
        if (
            await Page.EvaluateAsync<bool>(
                "() => document.querySelector('.workspace') && document.documentElement.scrollHeight > innerHeight"
            )
        )
            _complaints.Add($"the whole window scrolls at {Page.Url} for {_person}");
    }

    [GeneratedRegex(@"(?<=^|\s)[a-z][a-z-]*(\.[a-z0-9-]+)+(?=$|\s)", RegexOptions.Multiline)]
    private static partial Regex BareKey();
}
