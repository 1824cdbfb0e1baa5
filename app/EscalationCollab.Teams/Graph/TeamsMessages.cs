using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.People;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using NodaTime;

namespace EscalationCollab.Teams.Graph;

/// <summary>Finds messages of ours again by their mark, wherever they were posted.</summary>
internal sealed class TeamsMessages(
    GraphApi graph,
    TeamsOptions options,
    ILogger<TeamsMessages> log
)
{
    private const int PageOfMessages = 50;
    private const int MostPages = 20;

    // Clocks here and there are not the same.
    private static readonly Duration ClockDifference = Duration.FromMinutes(1);

    /// <summary>The message of a channel that carries a mark and was not posted before a moment, or null when there is none.</summary>
    /// <exception cref="TeamsException">The channel cannot be read, so it stays unclear.</exception>
    public Task<string?> FindInChannelAsync(
        TeamsTenant tenant,
        string channel,
        string mark,
        Instant since,
        CancellationToken cancellation
    ) =>
        SearchAsync(
            tenant,
            mark,
            since,
            (client, token) =>
                client
                    .Teams[tenant.Team]
                    .Channels[channel]
                    .Messages.GetAsync(
                        request => request.QueryParameters.Top = PageOfMessages,
                        token
                    ),
            (client, next, token) =>
                client
                    .Teams[tenant.Team]
                    .Channels[channel]
                    .Messages.WithUrl(next)
                    .GetAsync(null, token),
            cancellation
        );

    /// <summary>The message to one person that carries a mark, or null when there is none.</summary>
    /// <exception cref="TeamsException">The chat cannot be read, so it stays unclear.</exception>
    public Task<string?> FindToPersonAsync(
        TeamsTenant tenant,
        KnownUser user,
        string mark,
        Instant since,
        CancellationToken cancellation
    ) =>
        // The connector and Graph name the same chat differently; Graph's name is made of the two who are in it.
        FindInChatAsync(
            tenant,
            $"19:{user.User}_{options.ClientId}@unq.gbl.spaces",
            mark,
            since,
            cancellation
        );

    /// <summary>The message of a chat that carries a mark, or null when there is none. Needs <c>Chat.Read.WhereInstalled</c>.</summary>
    /// <exception cref="TeamsException">The chat cannot be read, so it stays unclear.</exception>
    public Task<string?> FindInChatAsync(
        TeamsTenant tenant,
        string chat,
        string mark,
        Instant since,
        CancellationToken cancellation
    ) =>
        SearchAsync(
            tenant,
            mark,
            since,
            (client, token) =>
                client
                    .Chats[chat]
                    .Messages.GetAsync(
                        request => request.QueryParameters.Top = PageOfMessages,
                        token
                    ),
            (client, next, token) =>
                client.Chats[chat].Messages.WithUrl(next).GetAsync(null, token),
            cancellation
        );

    private async Task<string?> SearchAsync(
        TeamsTenant tenant,
        string mark,
        Instant since,
        Func<GraphServiceClient, CancellationToken, Task<ChatMessageCollectionResponse?>> first,
        Func<
            GraphServiceClient,
            string,
            CancellationToken,
            Task<ChatMessageCollectionResponse?>
        > following,
        CancellationToken cancellation
    )
    {
        string? next = null;
        // What somebody wrote or answered last comes first: behind a page that is all older there is nothing new.
        for (var pages = 0; pages < MostPages; pages++)
        {
            var address = next;
            var page = await graph.CallAsync(
                tenant,
                "find message",
                mayRepeat: true,
                (client, token) =>
                    address is null ? first(client, token) : following(client, address, token),
                cancellation
            );
            foreach (var message in page?.Value ?? [])
                if (Carries(message, mark))
                    return message.Id;
            next = page?.OdataNextLink;
            if (next is null || page!.Value?.All(message => IsBefore(message, since)) is true)
                return null;
        }
        log.LogWarning(
            "A message was not found among the latest {Count}",
            MostPages * PageOfMessages
        );
        return null;
    }

    private static bool IsBefore(ChatMessage message, Instant since) =>
        message.CreatedDateTime is { } at
        && Instant.FromDateTimeOffset(at) < since - ClockDifference;

    // Only our own words count: anybody may post a card with anything in it.
    private bool Carries(ChatMessage message, string mark) =>
        string.Equals(
            message.From?.Application?.Id,
            options.ClientId,
            StringComparison.OrdinalIgnoreCase
        )
        && message.Attachments?.Any(attachment => Surfaces.MarkOf(attachment.Content) == mark)
            is true;
}
