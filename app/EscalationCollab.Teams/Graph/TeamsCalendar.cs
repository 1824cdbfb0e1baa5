using EscalationCollab.Core.Chat;
using EscalationCollab.Teams.Connector;
using EscalationCollab.Teams.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.Events.Item.Cancel;
using NodaTime;

namespace EscalationCollab.Teams.Graph;

/// <summary>
/// Meetings as entries of one mailbox's calendar (<c>Teams:Calendar</c>), which invites those who meet. An entry is made once
/// for one effect, whatever became of an answer: Exchange knows it by its transaction id, and we find it by a property of our
/// own. Without the mailbox, or without the right in it, there are no calendars, and the meeting is offered as a file.
/// </summary>
internal sealed class TeamsCalendar(
    GraphApi graph,
    TeamsOptions options,
    ILogger<TeamsCalendar> log
)
{
    // The name of the property among those of everybody; any other one would do.
    private const string EffectProperty =
        "String {c2a1d0b7-3c1e-4f0e-9a5b-7f7f0f1f4d36} Name EscalationCollab";

    /// <summary>Invites, or moves the entry that is there.</summary>
    /// <returns>The id of the entry, or null when there is no calendar to put it into.</returns>
    /// <exception cref="TeamsException">It did not happen.</exception>
    public async Task<string?> KeepAsync(
        TeamsTenant tenant,
        CalendarMeeting meeting,
        string subject,
        string body,
        CancellationToken cancellation
    )
    {
        if (options.Calendar.Length == 0)
            return null;
        var entry = EntryOf(meeting, subject, body);
        try
        {
            return meeting.Entry is { } known && await MoveAsync(tenant, known, entry, cancellation)
                ? known
                : await InviteAsync(tenant, meeting.EffectId, entry, cancellation);
        }
        catch (TeamsException refused)
            when (refused.Failure is ChatFailure.Refused or ChatFailure.Gone)
        {
            log.LogWarning(
                "The calendar of Teams:Calendar cannot be used ({Error}): the meeting is offered as a file. Give the application Calendars.ReadWrite in that mailbox",
                refused.Message
            );
            return null;
        }
    }

    /// <summary>Calls a meeting off; those invited are told by their calendars.</summary>
    /// <exception cref="TeamsException">It did not happen.</exception>
    public async Task CallOffAsync(TeamsTenant tenant, string entry, CancellationToken cancellation)
    {
        try
        {
            await graph.CallAsync(
                tenant,
                "cancel meeting",
                mayRepeat: true,
                async (client, token) =>
                {
                    await Events(client)[entry]
                        .Cancel.PostAsync(new CancelPostRequestBody(), cancellationToken: token);
                    return true;
                },
                cancellation
            );
        }
        catch (TeamsException gone) when (gone.Failure == ChatFailure.Gone)
        {
            // Somebody was faster, or an earlier attempt was.
        }
    }

    private Microsoft.Graph.Users.Item.Events.EventsRequestBuilder Events(
        GraphServiceClient client
    ) => client.Users[options.Calendar].Events;

    private async Task<string> InviteAsync(
        TeamsTenant tenant,
        string effect,
        Event entry,
        CancellationToken cancellation
    )
    {
        var property = $"{tenant.Tenant.Value}/{effect}";
        if (await FindAsync(tenant, property, cancellation) is { } earlier)
            return earlier;
        entry.TransactionId = property;
        entry.SingleValueExtendedProperties =
        [
            new SingleValueLegacyExtendedProperty { Id = EffectProperty, Value = property },
        ];
        var made = await PostAsync(tenant, entry, cancellation);
        return made?.Id is { Length: > 0 } id
            ? id
            : throw new TeamsException("invite", "unreadable", ChatFailure.Unavailable);
    }

    // The transaction id keeps a second entry from being made; one that cannot be found yet can be later.
    private async Task<Event?> PostAsync(
        TeamsTenant tenant,
        Event entry,
        CancellationToken cancellation
    )
    {
        try
        {
            return await graph.CallAsync(
                tenant,
                "invite",
                mayRepeat: true,
                (client, token) => Events(client).PostAsync(entry, cancellationToken: token),
                cancellation
            );
        }
        catch (TeamsException twice)
            when (twice.Error is "ErrorDuplicateTransactionId" or "Conflict" or "http_409")
        {
            throw new TeamsException("invite", twice.Error, ChatFailure.Unavailable, inner: twice);
        }
    }

    /// <summary>False when somebody took the entry out.</summary>
    private async Task<bool> MoveAsync(
        TeamsTenant tenant,
        string known,
        Event entry,
        CancellationToken cancellation
    )
    {
        try
        {
            await graph.CallAsync(
                tenant,
                "move meeting",
                mayRepeat: true,
                (client, token) =>
                    Events(client)[known].PatchAsync(entry, cancellationToken: token),
                cancellation
            );
            return true;
        }
        catch (TeamsException gone) when (gone.Failure == ChatFailure.Gone)
        {
            return false;
        }
    }

    private async Task<string?> FindAsync(
        TeamsTenant tenant,
        string property,
        CancellationToken cancellation
    )
    {
        var found = await graph.CallAsync(
            tenant,
            "find meeting",
            mayRepeat: true,
            (client, token) =>
                Events(client)
                    .GetAsync(
                        request =>
                        {
                            request.QueryParameters.Filter =
                                $"singleValueExtendedProperties/Any(ep: ep/id eq '{EffectProperty}' and ep/value eq '{property.Replace("'", "''", StringComparison.Ordinal)}')";
                            request.QueryParameters.Select = ["id"];
                            request.QueryParameters.Top = 1;
                        },
                        token
                    ),
            cancellation
        );
        return found?.Value?.FirstOrDefault()?.Id;
    }

    private static Event EntryOf(CalendarMeeting meeting, string subject, string body) =>
        new()
        {
            Subject = subject,
            Body = new ItemBody { ContentType = BodyType.Text, Content = body },
            Start = At(meeting.Start),
            End = At(meeting.Start + meeting.Length),
            Attendees = [.. meeting.People.Select(Attendee)],
        };

    private static Attendee Attendee(Core.People.Contact person) =>
        new()
        {
            Type = AttendeeType.Required,
            EmailAddress = new EmailAddress { Name = person.Name, Address = person.Email },
        };

    private static DateTimeTimeZone At(Instant moment) =>
        new()
        {
            DateTime = moment
                .ToDateTimeUtc()
                .ToString(
                    "yyyy-MM-dd'T'HH:mm:ss",
                    System.Globalization.CultureInfo.InvariantCulture
                ),
            TimeZone = "UTC",
        };
}
