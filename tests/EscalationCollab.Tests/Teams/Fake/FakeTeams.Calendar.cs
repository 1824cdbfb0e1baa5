using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>The calendar of the mailbox: entries that are invited to once for a transaction, moved and called off.</summary>
internal sealed partial class FakeTeams
{
    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, JsonObject> Meetings { get; } = [];

    /// <summary>Whether those invited were told that it is off, by id.</summary>
    public ConcurrentDictionary<string, bool> CalledOff { get; } = [];

    private void MapCalendar(IEndpointRouteBuilder graph)
    {
        const string All = "/users/{mailbox}/events";
        Map("GET", All, "find meeting", FindMeeting);
        Map("POST", All, "invite", Invite);
        Map("PATCH", All + "/{id}", "move meeting", OnMeeting(Move));
        Map("POST", All + "/{id}/cancel", "cancel meeting", OnMeeting(Cancel));

        void Map(
            string method,
            string path,
            string name,
            Func<JsonObject, HttpContext, IResult> act
        ) =>
            graph.MapMethods(
                path,
                [method],
                (HttpContext context) =>
                    AnswerAsync(
                        name,
                        GraphScope,
                        context,
                        body =>
                            Denied.ContainsKey("Calendars.ReadWrite")
                                ? Error(
                                    403,
                                    "ErrorAccessDenied",
                                    "Access is denied. Check credentials and try again."
                                )
                            : (string?)context.Request.RouteValues["mailbox"] != Mailbox
                                ? Error(404, "ErrorInvalidUser", "The requested user is invalid.")
                            : act(body, context)
                    )
            );
    }

    private IResult FindMeeting(JsonObject body, HttpContext context)
    {
        var filter = PropertyFilter().Match(context.Request.Query["$filter"].ToString());
        return filter.Success
            ? Json(
                Values(
                    Meetings
                        .Values.Where(meeting =>
                            meeting["singleValueExtendedProperties"]!
                                .AsArray()
                                .Any(property =>
                                    (string)property!["id"]! == filter.Groups[1].Value
                                    && (string)property["value"]! == filter.Groups[2].Value
                                )
                        )
                        .Select(meeting => new JsonObject { ["id"] = (string)meeting["id"]! })
                )
            )
            : Error(400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.");
    }

    private IResult Invite(JsonObject body, HttpContext context)
    {
        if (
            Meetings.Values.Any(known =>
                (string?)known["transactionId"] == (string?)body["transactionId"]
            )
        )
            return Error(409, "ErrorDuplicateTransactionId", "The transaction id is used already.");
        var meeting = body.DeepClone().AsObject();
        meeting["id"] = "AAMkEvent" + NextId();
        Meetings[(string)meeting["id"]!] = meeting;
        return Json(meeting.DeepClone(), 201);
    }

    private Func<JsonObject, HttpContext, IResult> OnMeeting(
        Func<JsonObject, JsonObject, IResult> act
    ) =>
        (body, context) =>
            Meetings.TryGetValue((string?)context.Request.RouteValues["id"] ?? "", out var meeting)
                ? act(meeting, body)
                : Error(
                    404,
                    "ErrorItemNotFound",
                    "The specified object was not found in the store."
                );

    private static IResult Move(JsonObject meeting, JsonObject body)
    {
        foreach (var (name, value) in body)
            meeting[name] = value?.DeepClone();
        return Json(meeting.DeepClone());
    }

    private IResult Cancel(JsonObject meeting, JsonObject body)
    {
        var id = (string)meeting["id"]!;
        Meetings.TryRemove(id, out _);
        CalledOff[id] = true;
        return Results.StatusCode(202);
    }
}
