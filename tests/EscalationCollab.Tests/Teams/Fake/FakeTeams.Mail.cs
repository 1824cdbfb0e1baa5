using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EscalationCollab.Tests.Teams.Fake;

/// <summary>One mailbox in Microsoft Graph: drafts from MIME, properties of one's own, sending, finding.</summary>
internal sealed partial class FakeTeams
{
    /// <summary>The mailbox that there is.</summary>
    public const string Mailbox = "support@vendor.example";

    private const string ReadWrite = "Mail.ReadWrite";

    /// <summary>What is in the mailbox, in the order it was sent.</summary>
    public ConcurrentQueue<FakeMail> Mails { get; private set; } = new();

    /// <summary>Whether Exchange gives every mail a Message-ID of its own.</summary>
    public bool NamesMailsItself { get; set; }

    private void MapMail(IEndpointRouteBuilder graph)
    {
        const string All = "/users/{mailbox}/messages";
        Map("GET", All, "find mail", ReadWrite, FindMail);
        Map("POST", All, "draft mail", ReadWrite, DraftMail);
        Map("PATCH", All + "/{id}", "mark mail", ReadWrite, OnDraft(Mark));
        Map("POST", All + "/{id}/send", "send mail", "Mail.Send", OnDraft(SendMail));

        void Map(
            string method,
            string path,
            string name,
            string permission,
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
                            Denied.ContainsKey(permission)
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

    private IResult FindMail(JsonObject body, HttpContext context)
    {
        var filter = context.Request.Query["$filter"].ToString();
        var wanted =
            PropertyFilter().Match(filter) is { Success: true } property
                ? (Func<FakeMail, bool>)(
                    mail =>
                        mail.Properties.TryGetValue(property.Groups[1].Value, out var value)
                        && value == property.Groups[2].Value
                )
            : IdFilter().Match(filter) is { Success: true } id
                ? mail => mail.MessageId == id.Groups[1].Value
            : null;
        return wanted is null
            ? Error(400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.")
            : Json(Values(Mails.Where(wanted).Select(About)));
    }

    private IResult DraftMail(JsonObject body, HttpContext context)
    {
        if ((string?)body["text"] is not { } text)
            return Error(400, "ErrorInvalidRequest", "MIME content is expected.");
        byte[] mime;
        try
        {
            mime = Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return Error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string.");
        }
        var given = MessageIdHeader().Match(Encoding.UTF8.GetString(mime)).Groups[1].Value;
        var mail = new FakeMail(
            "AAMk" + NextId(),
            mime,
            NamesMailsItself ? $"<{NextId()}@eurprd01.prod.exchangelabs.example>" : given
        );
        Mails.Enqueue(mail);
        return Json(About(mail), 201);
    }

    private Func<JsonObject, HttpContext, IResult> OnDraft(
        Func<FakeMail, JsonObject, IResult> act
    ) =>
        (body, context) =>
            Mails.FirstOrDefault(mail => mail.Id == (string?)context.Request.RouteValues["id"])
                is { IsDraft: true } draft
                ? act(draft, body)
                : Error(
                    404,
                    "ErrorItemNotFound",
                    "The specified object was not found in the store."
                );

    private static IResult Mark(FakeMail mail, JsonObject body)
    {
        foreach (var property in body["singleValueExtendedProperties"]!.AsArray())
            mail.Properties[(string)property!["id"]!] = (string)property["value"]!;
        return Json(About(mail));
    }

    private IResult SendMail(FakeMail mail, JsonObject body)
    {
        lock (_gate)
        {
            // Sent items come in the order they were sent in.
            Mails = new ConcurrentQueue<FakeMail>([.. Mails.Where(one => one != mail), mail]);
            mail.Id = "AAMk" + (1_772_442_000_000 + ++_next);
            mail.IsDraft = false;
        }
        return Results.StatusCode(202);
    }

    private static JsonObject About(FakeMail mail) =>
        new()
        {
            ["@odata.etag"] = "W/\"CQAAABYAAAB\"",
            ["id"] = mail.Id,
            ["internetMessageId"] = mail.MessageId,
            ["isDraft"] = mail.IsDraft,
        };

    [GeneratedRegex(
        @"^singleValueExtendedProperties/Any\(ep: ep/id eq '([^']+)' and ep/value eq '([^']+)'\)$"
    )]
    private static partial Regex PropertyFilter();

    [GeneratedRegex("^internetMessageId eq '([^']+)'$")]
    private static partial Regex IdFilter();

    [GeneratedRegex("^Message-ID: (.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex MessageIdHeader();
}

/// <summary>A mail in the mailbox.</summary>
internal sealed class FakeMail(string id, byte[] mime, string messageId)
{
    public string Id { get; set; } = id;

    public byte[] Mime => mime;

    public string MessageId => messageId;

    public bool IsDraft { get; set; } = true;

    public ConcurrentDictionary<string, string> Properties { get; } = [];
}
