using System.Net;
using System.Text.RegularExpressions;
using EscalationCollab.Core;
using EscalationCollab.Core.Storage;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EscalationCollab.Tests.Sandbox;

/// <summary>The whole product on a port of its own, with the trial company, for tests that speak HTTP.</summary>
public sealed class SandboxServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sandbox-server");
    private WebApplication _app = null!;

    public Uri Address { get; private set; } = null!;

    internal IStore Store => _app.Services.GetRequiredService<IStore>();

    public async Task InitializeAsync()
    {
        _app = Server.Build(
            new Places(_folder.FullName, Templates.Root),
            "http://127.0.0.1:0",
            builder => builder.Configuration["Sandbox:Past"] = "false"
        );
        await Server.PrepareAsync(_app, default);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Changes the chat's rows directly.</summary>
    internal Task ChangeAsync(Action<ChatRows> change) =>
        Store.WriteAsync(
            connection =>
            {
                change(new ChatRows(connection, TenantId.Default));
                return true;
            },
            default
        );

    /// <summary>Reads the chat's rows directly.</summary>
    internal Task<T> ReadAsync<T>(Func<ChatRows, T> read) =>
        Store.ReadAsync(connection => read(new ChatRows(connection, TenantId.Default)), default);
}

/// <summary>A browser without script: pages, forms, cookies and redirects.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri address, string? person = null)
    {
        var cookies = new CookieContainer();
        if (person is not null)
            cookies.Add(address, new Cookie("sandbox-person", person));
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies })
        {
            BaseAddress = address,
        };
    }

    public HttpStatusCode Status { get; private set; }

    public string Path { get; private set; } = "";

    public string Html { get; private set; } = "";

    public async Task<string> GoAsync(string address)
    {
        using var response = await _http.GetAsync(address);
        return await ShowAsync(response);
    }

    /// <summary>Fills in and sends the first form whose source contains <paramref name="having"/>.</summary>
    public Task<string> SendAsync(string having, params (string Name, string Value)[] fields) =>
        PostAsync(Form(having), fields);

    /// <summary>A form of the page, to be sent later or twice.</summary>
    public PageForm Form(string having) =>
        PageForm.In(Html, having)
        ?? throw new InvalidOperationException($"No form with '{having}' on {Path}.");

    public async Task<string> PostAsync(PageForm form, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            form.Hidden.Where(hidden => fields.All(field => field.Name != hidden.Name))
                .Concat(fields)
                .Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        using var response = await _http.PostAsync(form.Action, content);
        return await ShowAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> ShowAsync(HttpResponseMessage response)
    {
        Status = response.StatusCode;
        Path = response.RequestMessage!.RequestUri!.PathAndQuery;
        return Html = await response.Content.ReadAsStringAsync();
    }
}

/// <summary>A form with its hidden fields.</summary>
internal sealed partial record PageForm(
    string Action,
    IReadOnlyList<(string Name, string Value)> Hidden
)
{
    /// <summary>The first form of a page whose source contains something, or null.</summary>
    public static PageForm? In(string html, string having) =>
        Forms().Matches(html).FirstOrDefault(match => match.Value.Contains(having)) is { } form
            ? new PageForm(
                WebUtility.HtmlDecode(form.Groups["action"].Value),
                [
                    .. HiddenFields()
                        .Matches(form.Value)
                        .Select(field =>
                            (
                                WebUtility.HtmlDecode(field.Groups["name"].Value),
                                WebUtility.HtmlDecode(field.Groups["value"].Value)
                            )
                        ),
                ]
            )
            : null;

    [GeneratedRegex("""<form [^>]*action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)" />""")]
    private static partial Regex HiddenFields();
}
