using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using EscalationCollab.Tests.Sandbox;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>What the server answered to a form: 302 and where to.</summary>
internal sealed record Answered(HttpStatusCode Status, string Location);

/// <summary>
/// Somebody at the Sandbox who does not give up: what got no answer is sent again exactly as it was, until it has one.
/// </summary>
internal sealed class Visitor : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly HttpClient _http;
    private readonly string _person;
    private PageForm? _composer;

    public Visitor(Uri address, string person, string? token = null)
    {
        _person = person;
        var cookies = new CookieContainer();
        cookies.Add(address, new Cookie("sandbox-person", person));
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                CookieContainer = cookies,
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.FromSeconds(20),
            }
        )
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(20),
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                token
            );
    }

    /// <summary>How many requests got no answer and were sent again.</summary>
    public int Repeated { get; private set; }

    /// <summary>Types something into a room.</summary>
    public async Task<Answered> SayAsync(string room, string text)
    {
        _composer ??= PageForm.In(await PageAsync($"/sandbox/r/{room}"), "id=\"composer\"");
        return await PostAsync(
            _composer!,
            ("text", text),
            ("room", room),
            (
                "key",
                $"sandbox:{_person}:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}"
            )
        );
    }

    /// <summary>Types a command that opens a dialog, and sends the dialog. A restart forgets open dialogs: then it is opened again.</summary>
    public async Task<Answered> SubmitAsync(
        string room,
        string command,
        params (string Name, string Value)[] answers
    )
    {
        while (true)
        {
            var opened = await SayAsync(room, command);
            if (!opened.Location.Contains("?dialog=", StringComparison.Ordinal))
                throw new InvalidOperationException(
                    $"'{command}' by {_person} opened no dialog: {await LastWordAsync(room)}"
                );
            if (PageForm.In(await PageAsync(opened.Location), "dialog-form") is not { } form)
                continue;
            var sent = await PostAsync(form, answers);
            return sent.Location.Contains("?dialog=", StringComparison.Ordinal)
                ? throw new InvalidOperationException(
                    $"'{command}' by {_person} was refused: {await PageAsync(sent.Location)}"
                )
                : sent;
        }
    }

    /// <summary>Sends a form as a page would, once for ever: every repeat carries the same key.</summary>
    public async Task<Answered> PostAsync(
        PageForm form,
        params (string Name, string Value)[] fields
    )
    {
        var pairs = form
            .Hidden.Where(hidden => fields.All(field => field.Name != hidden.Name))
            .Concat(fields)
            .Select(field => KeyValuePair.Create(field.Name, field.Value))
            .ToList();
        using var response = await SendAsync(() =>
            new HttpRequestMessage(HttpMethod.Post, form.Action)
            {
                Content = new FormUrlEncodedContent(pairs),
            }
        );
        if (response.StatusCode != HttpStatusCode.Redirect)
            throw new InvalidOperationException(
                $"{form.Action} by {_person}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}"
            );
        return new Answered(response.StatusCode, response.Headers.Location!.ToString());
    }

    /// <summary>Declares over the interface for programs; returns the number it answered.</summary>
    public async Task<string> DeclareAsync(string key, object body)
    {
        using var response = await SendAsync(() =>
            new HttpRequestMessage(HttpMethod.Post, "/api/escalations")
            {
                Content = JsonContent.Create(body),
                Headers = { { "Idempotency-Key", key } },
            }
        );
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.Created
            ? response.Headers.Location!.ToString().Split('/')[^1]
            : throw new InvalidOperationException($"declare: {response.StatusCode} {text}");
    }

    /// <summary>The number of the escalation of that summary.</summary>
    public async Task<string> NumberOfAsync(string summary)
    {
        using var response = await SendAsync(() =>
            new HttpRequestMessage(HttpMethod.Get, "/api/escalations")
        );
        using var list = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return list.RootElement.EnumerateArray()
                .Where(item => item.GetProperty("summary").GetString() == summary)
                .Select(item => item.GetProperty("number").GetString())
                .FirstOrDefault()
            ?? throw new InvalidOperationException(
                $"'{summary}' was acknowledged and is not in the list"
            );
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> PageAsync(string address)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address));
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<string> LastWordAsync(string room)
    {
        var page = await PageAsync($"/sandbox/r/{room}");
        var last = page.LastIndexOf("class=\"message", StringComparison.Ordinal);
        return page.Substring(Math.Max(last, 0), Math.Min(3_000, page.Length - Math.Max(last, 0)));
    }

    // An answer counts when all of it has arrived; a refused or torn connection is no answer.
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var request = make();
                var response = await _http.SendAsync(request);
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return response;
                response.Dispose();
            }
            catch (Exception lost)
                when (lost is HttpRequestException or IOException or TaskCanceledException
                    && patience.Elapsed < Patience
                )
            {
                Repeated++;
            }
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
