using System.Text;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Storage;
using EscalationCollab.Slack.WebApi;
using EscalationCollab.Slack.Workspaces;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Slack.Platform;

/// <summary>
/// Puts a document into a channel: as its canvas where the plan allows one and nobody made one before, otherwise as a file
/// with a message. Once each, whatever breaks on the way.
/// </summary>
/// <param name="http">For the bytes of files, which go to an address that Slack names, without a token.</param>
internal sealed class SlackDocuments(
    SlackApi api,
    HttpClient http,
    SlackRooms rooms,
    SlackOptions options,
    IStore store,
    TimeProvider time,
    ILogger<SlackDocuments> log
)
{
    private static readonly TimeSpan UploadLimit = TimeSpan.FromSeconds(30);

    private readonly OncePerEffect _once = new(store, time, SlackException.DidNothing);

    /// <summary>Shares it. False when the workspace wants neither canvases nor files.</summary>
    /// <param name="introduction">One sentence as mrkdwn.</param>
    /// <exception cref="SlackException">It could not be done now.</exception>
    public async Task<bool> ShareAsync(
        SlackWorkspace workspace,
        RoomDocument document,
        string introduction,
        CancellationToken cancellation
    ) =>
        await TryAsync("canvas", () => CanvasAsync(workspace, document, cancellation))
        || await TryAsync("file", () => FileAsync(workspace, document, introduction, cancellation));

    // What is refused for good by the plan, by an administrator or because there is a canvas leaves the next way.
    private async Task<bool> TryAsync(string way, Func<Task> share)
    {
        try
        {
            await share();
            return true;
        }
        catch (SlackException refused) when (refused.Failure is ChatFailure.Refused)
        {
            log.LogInformation("Slack takes no {Way} here: {Error}", way, refused.Message);
            return false;
        }
    }

    private Task<NotedCall> CanvasAsync(
        SlackWorkspace workspace,
        RoomDocument document,
        CancellationToken cancellation
    ) =>
        _once.RunAsync(
            document.Tenant,
            $"{document.EffectId}/canvas",
            async () =>
            {
                var answer = await api.CallAsync(
                    workspace.Token,
                    SlackMethod.CreateCanvas,
                    new JsonObject
                    {
                        ["channel_id"] = document.Room.Id,
                        ["title"] = document.Title,
                        ["document_content"] = new JsonObject
                        {
                            ["type"] = "markdown",
                            ["markdown"] = document.Markdown,
                        },
                    },
                    cancellation
                );
                return (document.Room.Id, answer.Text("canvas_id") ?? "");
            },
            async _ =>
            {
                // A canvas that was there before would have been refused in clear words.
                var answer = await api.CallAsync(
                    workspace.Token,
                    SlackMethod.Channel,
                    new JsonObject { ["channel"] = document.Room.Id },
                    cancellation
                );
                return
                    answer.Part("channel")?.Part("properties")?.Text("canvas", "file_id")
                        is { } canvas
                    ? (document.Room.Id, canvas)
                    : null;
            }
        );

    private Task<NotedCall> FileAsync(
        SlackWorkspace workspace,
        RoomDocument document,
        string introduction,
        CancellationToken cancellation
    )
    {
        var name = $"{document.Name}.md";
        return _once.RunAsync(
            document.Tenant,
            $"{document.EffectId}/file",
            async () =>
            {
                var file = await UploadAsync(workspace, name, document.Markdown, cancellation);
                await api.CallAsync(
                    workspace.Token,
                    SlackMethod.CompleteUpload,
                    new JsonObject
                    {
                        ["files"] = new JsonArray(
                            new JsonObject { ["id"] = file, ["title"] = document.Title }
                        ),
                        ["channel_id"] = document.Room.Id,
                        ["initial_comment"] = introduction,
                    },
                    cancellation
                );
                return (document.Room.Id, file);
            },
            async _ =>
                await rooms.FindFileAsync(
                    workspace,
                    document.Room.Id,
                    name,
                    document.Begun,
                    cancellation
                )
                    is { } file
                    ? (document.Room.Id, file)
                    : null
        );
    }

    // An upload that is never completed is seen by nobody, so it may be repeated.
    private async Task<string> UploadAsync(
        SlackWorkspace workspace,
        string name,
        string markdown,
        CancellationToken cancellation
    )
    {
        var bytes = Encoding.UTF8.GetBytes(markdown);
        var answer = await api.CallAsync(
            workspace.Token,
            SlackMethod.UploadAddress,
            new JsonObject { ["filename"] = name, ["length"] = bytes.Length },
            cancellation
        );
        if (
            !SlackHosts.AreSlacks(answer.Text("upload_url") ?? "", options, out var address)
            || answer.Text("file_id") is not { } file
        )
            throw new SlackException(
                SlackMethod.UploadAddress,
                SlackErrors.Unreadable,
                ChatFailure.Refused
            );
        await SendAsync(address, bytes, cancellation);
        return file;
    }

    private async Task SendAsync(Uri address, byte[] bytes, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(UploadLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token,
            cancellation
        );
        try
        {
            using var content = new ByteArrayContent(bytes);
            using var response = await http.PostAsync(address, content, either.Token);
            if (!response.IsSuccessStatusCode)
                throw Away($"http_{(int)response.StatusCode}", null);
        }
        catch (HttpRequestException broken)
        {
            throw Away(SlackErrors.NotReached, broken);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw Away(SlackErrors.TimedOut, late);
        }
    }

    private static SlackException Away(string error, Exception? inner) =>
        new(SlackMethod.UploadAddress, error, ChatFailure.Unavailable, inner: inner);
}
