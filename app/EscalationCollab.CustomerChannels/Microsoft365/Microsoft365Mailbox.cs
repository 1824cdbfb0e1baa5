using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;
using Duration = NodaTime.Duration;

namespace EscalationCollab.CustomerChannels.Microsoft365;

/// <summary>A mail in the mailbox.</summary>
/// <param name="Id">Its id there; another one once it is sent.</param>
/// <param name="MessageId">The Message-ID that replies carry.</param>
/// <param name="IsDraft">Whether it is still to be sent.</param>
internal sealed record KeptMail(string Id, string MessageId, bool IsDraft);

/// <summary>
/// The shared mailbox through Microsoft Graph, with every way in which a call can fail told apart. Each mail carries its key
/// in a property of its own, which it keeps when it is sent: so it is found again, whatever became of an answer. The SDK's
/// own repeating is left out: it would repeat what must not be.
/// </summary>
internal sealed class Microsoft365Mailbox : IDisposable
{
    /// <summary>How long one call may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // https://learn.microsoft.com/graph/throttling-limits: so many at once for one application and mailbox.
    private const int AtOnce = 4;

    // The name of the property among those of everybody; any other one would do.
    private const string KeyProperty =
        "String {5f1b6c1e-7d5f-4c0b-9a53-0d3f5c1f8e21} Name EscalationCollab";

    private static readonly string[] Wanted = ["id", "internetMessageId", "isDraft"];
    private static readonly Duration WhenUnsaid = Duration.FromSeconds(30);
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Errors = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly Microsoft365Options _options;
    private readonly Microsoft365Token _token;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly GraphServiceClient _client;

    /// <param name="wire">Follows no redirects and repeats nothing.</param>
    public Microsoft365Mailbox(
        HttpMessageHandler wire,
        Microsoft365Options options,
        Microsoft365Token token,
        TimeProvider time
    )
    {
        (_options, _token, _time) = (options, token, time);
        _http = new HttpClient(new GraphAlone(wire)) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new GraphServiceClient(_http, token, options.GraphUrl.AbsoluteUri.TrimEnd('/'));
    }

    private Microsoft.Graph.Users.Item.Messages.MessagesRequestBuilder Messages =>
        _client.Users[_options.Mailbox.Address].Messages;

    /// <summary>The mail of a key, sent or not; null when there is none.</summary>
    /// <param name="messageId">Finds one that was left before it had its key.</param>
    /// <exception cref="Microsoft365Failure">It could not be asked.</exception>
    public async Task<KeptMail?> FindAsync(
        string key,
        string messageId,
        CancellationToken cancellation
    )
    {
        var ours = await SearchAsync(
            $"singleValueExtendedProperties/Any(ep: ep/id eq '{KeyProperty}' and ep/value eq '{key}')",
            cancellation
        );
        if (ours is not null)
            return ours;
        var left = await SearchAsync(
            $"internetMessageId eq '{messageId.Replace("'", "''", StringComparison.Ordinal)}'",
            cancellation
        );
        if (left is { IsDraft: true })
            await MarkAsync(left.Id, key, cancellation);
        return left;
    }

    /// <summary>Puts a mail among the drafts, under its key.</summary>
    /// <exception cref="Microsoft365Failure">It is not there, or not to be found: nothing was sent.</exception>
    public async Task<KeptMail> DraftAsync(byte[] mail, string key, CancellationToken cancellation)
    {
        var draft = await CallAsync(
            async token =>
            {
                var request = Messages.ToPostRequestInformation(new Message());
                // As MIME it keeps both its bodies, its place in the thread and its language.
                request.Headers.Remove("Content-Type");
                request.SetStreamContent(
                    new MemoryStream(Encoding.ASCII.GetBytes(Convert.ToBase64String(mail))),
                    "text/plain"
                );
                return await _client.RequestAdapter.SendAsync(
                    request,
                    Message.CreateFromDiscriminatorValue,
                    Errors,
                    token
                );
            },
            Microsoft365FailureKind.Temporary,
            cancellation
        );
        var kept = Read(draft);
        await MarkAsync(kept.Id, key, cancellation);
        return kept;
    }

    /// <summary>Sends a draft; a copy stays among the sent items.</summary>
    /// <exception cref="Microsoft365Failure">It was not sent, or nobody knows.</exception>
    public Task SendAsync(KeptMail draft, CancellationToken cancellation) =>
        CallAsync(
            async token =>
            {
                await Messages[draft.Id].Send.PostAsync(cancellationToken: token);
                return true;
            },
            Microsoft365FailureKind.Unclear,
            cancellation
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _turns.Dispose();
    }

    private async Task<KeptMail?> SearchAsync(string filter, CancellationToken cancellation)
    {
        var found = await CallAsync(
            token =>
                Messages.GetAsync(
                    request =>
                    {
                        request.QueryParameters.Filter = filter;
                        request.QueryParameters.Select = Wanted;
                        request.QueryParameters.Top = 10;
                    },
                    token
                ),
            Microsoft365FailureKind.Temporary,
            cancellation
        );
        var mails = (found?.Value ?? []).Select(Read).ToList();
        // A copy that somebody made of it must not hide that it was sent.
        return mails.Find(mail => !mail.IsDraft) ?? mails.FirstOrDefault();
    }

    private Task<Message?> MarkAsync(string id, string key, CancellationToken cancellation) =>
        CallAsync(
            token =>
                Messages[id]
                    .PatchAsync(
                        new Message
                        {
                            SingleValueExtendedProperties =
                            [
                                new SingleValueLegacyExtendedProperty
                                {
                                    Id = KeyProperty,
                                    Value = key,
                                },
                            ],
                        },
                        cancellationToken: token
                    ),
            Microsoft365FailureKind.Temporary,
            cancellation
        );

    private static KeptMail Read(Message? message) =>
        message is { Id: { Length: > 0 } id }
            ? new KeptMail(id, message.InternetMessageId ?? "", message.IsDraft is true)
            : throw new Microsoft365Failure(
                Microsoft365FailureKind.Temporary,
                "The answer of Microsoft 365 cannot be read."
            );

    /// <param name="whenBroken">What it means that no answer came.</param>
    private async Task<T> CallAsync<T>(
        Func<CancellationToken, Task<T>> work,
        Microsoft365FailureKind whenBroken,
        CancellationToken cancellation
    )
    {
        await _turns.WaitAsync(cancellation);
        using var deadline = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        try
        {
            return await work(either.Token);
        }
        catch (ApiException refused)
        {
            throw Judge(refused, whenBroken);
        }
        catch (HttpRequestException broken)
        {
            throw new Microsoft365Failure(
                IsBeforeAnything(broken) ? Microsoft365FailureKind.Temporary : whenBroken,
                "Microsoft 365 cannot be reached.",
                cause: broken
            );
        }
        catch (Exception broken)
            when (broken is JsonException or IOException
                || broken is OperationCanceledException && !cancellation.IsCancellationRequested
            )
        {
            throw new Microsoft365Failure(
                whenBroken,
                "Microsoft 365 did not answer.",
                cause: broken
            );
        }
        finally
        {
            _turns.Release();
        }
    }

    private Microsoft365Failure Judge(ApiException refused, Microsoft365FailureKind whenBroken)
    {
        var status = refused.ResponseStatusCode;
        var word = (refused as ODataError)?.Error?.Code is { Length: > 0 and <= 60 } code
            ? code
            : status.ToString(CultureInfo.InvariantCulture);
        switch (status)
        {
            case 429:
                return new(
                    Microsoft365FailureKind.Temporary,
                    "Microsoft 365 asks to wait.",
                    AfterOf(refused) ?? WhenUnsaid,
                    refused
                );
            case 401:
                _token.Forget();
                return new(
                    Microsoft365FailureKind.Temporary,
                    $"Microsoft 365 refuses the token ({word}).",
                    cause: refused
                );
            case 403:
                return new(
                    Microsoft365FailureKind.Setup,
                    $"The application may not use the mailbox {_options.Mailbox.Address} ({word}): give it Mail.ReadWrite and Mail.Send there.",
                    cause: refused
                );
            case 404 when whenBroken != Microsoft365FailureKind.Unclear:
                return new(
                    Microsoft365FailureKind.Setup,
                    $"There is no mailbox {_options.Mailbox.Address} that the application can use ({word}): check Email:Mailbox.",
                    cause: refused
                );
            // A draft that is not there any more may be on its way.
            case 404 or 408 or 409 or 412 or >= 500 or < 400:
                return new(
                    whenBroken,
                    $"Microsoft 365 could not do it ({word}).",
                    AfterOf(refused),
                    refused
                );
            default:
                return new(
                    Microsoft365FailureKind.Permanent,
                    $"Microsoft 365 does not take the message ({word}).",
                    cause: refused
                );
        }
    }

    private static bool IsBeforeAnything(HttpRequestException broken) =>
        broken.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;

    private static Duration? AfterOf(ApiException refused) =>
        refused
            .ResponseHeaders?.Where(header =>
                header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)
            )
            .SelectMany(header => header.Value)
            .FirstOrDefault()
            is { } told
        && int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? Duration.Min(Duration.FromSeconds(seconds), Duration.FromHours(1))
            : null;

    /// <summary>The SDK takes a page of a proxy for a mistake of the program: of it no more than its status goes on.</summary>
    private sealed class GraphAlone(HttpMessageHandler wire) : DelegatingHandler(wire)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Content.Headers.ContentType?.MediaType is null or "application/json")
                return response;
            if (!response.IsSuccessStatusCode)
            {
                response.Content.Dispose();
                response.Content = null;
                return response;
            }
            response.Dispose();
            throw new IOException("What answers is not Graph");
        }
    }
}
