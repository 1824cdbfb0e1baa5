using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EscalationCollab.Tests.Slack.LocalSlack;

/// <summary>
/// What the page of local-slack 0.1.8 lacks of a Slack client, put in between it and its server: blocks and inputs it does
/// not know are shown by ones it knows, their answers go back as Slack's client gives them, what a form begins with is
/// sent along when nobody changes it, and a private answer is shown to its person only.
/// </summary>
internal sealed partial class PageAid
{
    private JsonArray _people = [];

    /// <summary>The person whose client it is, by Slack's id.</summary>
    public string Person { get; set; } = "";

    /// <summary>The form that is open, as the product sent it; null when none is.</summary>
    public JsonObject? Modal { get; private set; }

    /// <summary>The input blocks of the open form, in the order they are shown.</summary>
    public IReadOnlyList<JsonObject> Inputs => InputsOf(Modal);

    public Task AttachAsync(IPage page) =>
        page.RouteWebSocketAsync(
            "**/ui",
            socket =>
            {
                var server = socket.ConnectToServer();
                socket.OnMessage(frame => server.Send(Out(frame.Text!)));
                server.OnMessage(frame => socket.Send(In(frame.Text!)));
            }
        );

    // ---- From the server to the page ---------------------------------------------------------------------------------

    private string In(string frame)
    {
        var told = JsonNode.Parse(frame)!.AsObject();
        switch ((string?)told["t"])
        {
            case "init":
                Begin(told["state"]!.AsObject());
                break;
            case "message" or "message_update":
                Show(told["message"]!.AsObject());
                break;
            case "view":
                told["stack"] = Stack(told["stack"] as JsonArray);
                break;
            case "home" when told["view"] is JsonObject view:
                ShowBlocks(view);
                break;
        }
        return told.ToJsonString();
    }

    private void Begin(JsonObject state)
    {
        _people = (JsonArray)state["users"]!.DeepClone();
        foreach (var channel in state["messages"]?.AsObject() ?? [])
        foreach (var message in channel.Value!.AsArray())
            Show(message!.AsObject());
        state["modalStack"] = Stack(state["modalStack"] as JsonArray);
        foreach (var home in state["homeViews"]?.AsObject() ?? [])
        foreach (var view in home.Value!.AsObject())
            ShowBlocks(view.Value!.AsObject());
    }

    private void Show(JsonObject message)
    {
        ShowBlocks(message);
        // The page shows everybody everything; an answer in a thread of its own is not shown in the channel.
        if ((string?)message["ephemeral_to"] is { } only && only != Person)
            message["thread_ts"] = "0";
    }

    private JsonArray Stack(JsonArray? stack)
    {
        var shown = new JsonArray();
        Modal = null;
        foreach (var view in stack ?? [])
        {
            Modal = (JsonObject)view!.DeepClone();
            var copy = (JsonObject)view.DeepClone();
            ShowBlocks(copy);
            shown.Add((JsonNode)copy);
        }
        return shown;
    }

    private void ShowBlocks(JsonObject surface)
    {
        if (surface["blocks"] is JsonArray blocks)
            surface["blocks"] = new JsonArray([
                .. blocks.Select(block => (JsonNode)Shown(block!.AsObject())),
            ]);
    }

    private JsonObject Shown(JsonObject block)
    {
        var shown = (JsonObject)block.DeepClone();
        switch ((string?)block["type"])
        {
            case "rich_text":
                return Marked(RichText(block));
            case "table":
                return Marked(Table(block));
            case "input":
                shown["element"] = Element(block["element"]!.AsObject());
                break;
            case "section" or "context":
                foreach (var part in Texts(shown))
                    part["text"] = Readable((string)part["text"]!);
                break;
        }
        return shown;
    }

    private static IEnumerable<JsonObject> Texts(JsonObject block) =>
        new[] { block["text"] }
            .Concat(block["fields"]?.AsArray() ?? [])
            .Concat(block["elements"]?.AsArray() ?? [])
            .OfType<JsonObject>()
            .Where(part => part["text"] is JsonValue);

    private static JsonObject Marked(string text) =>
        new()
        {
            ["type"] = "section",
            ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text },
        };

    // The page knows no dates and escapes a second time.
    private static string Readable(string mrkdwn) =>
        DateToken()
            .Replace(mrkdwn, "$1")
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "‹", StringComparison.Ordinal)
            .Replace("&gt;", "›", StringComparison.Ordinal);

    private static string RichText(JsonObject block) =>
        string.Join("\n", block["elements"]!.AsArray().Select(part => Group(part!.AsObject())));

    private static string Group(JsonObject group) =>
        (string?)group["type"] switch
        {
            "rich_text_list" => string.Join(
                "\n",
                group["elements"]!.AsArray().Select(point => "• " + Group(point!.AsObject()))
            ),
            "rich_text_quote" => string.Join("\n", Line(group).Split('\n').Select(l => "> " + l)),
            _ => Line(group),
        };

    private static string Line(JsonObject group) =>
        string.Concat(group["elements"]!.AsArray().Select(leaf => Leaf(leaf!.AsObject())));

    private static string Leaf(JsonObject leaf)
    {
        var text = (string?)leaf["type"] switch
        {
            "user" => $"<@{leaf["user_id"]}>",
            "channel" => $"<#{leaf["channel_id"]}>",
            "link" => $"<{leaf["url"]}|{leaf["text"] ?? leaf["url"]}>",
            "date" => (string?)leaf["fallback"] ?? "",
            "emoji" => $":{leaf["name"]}:",
            _ => (string?)leaf["text"] ?? "",
        };
        var mark =
            (bool?)leaf["style"]?["bold"] == true ? "*"
            : (bool?)leaf["style"]?["code"] == true ? "`"
            : "";
        return mark.Length == 0 || text.Trim().Length == 0
            ? text
            : string.Join("\n", text.Split('\n').Select(line => mark + line + mark));
    }

    private static string Table(JsonObject block) =>
        string.Join(
            "\n",
            block["rows"]!
                .AsArray()
                .Select(row =>
                    string.Join(
                        " | ",
                        row!
                            .AsArray()
                            .Select(cell =>
                                cell!["type"]!.GetValue<string>() == "raw_text"
                                    ? (string)cell["text"]!
                                    : RichText(cell.AsObject())
                            )
                    )
                )
        );

    private JsonObject Element(JsonObject element)
    {
        var shown = (JsonObject)element.DeepClone();
        switch ((string?)element["type"])
        {
            case "users_select":
                shown["type"] = "static_select";
                shown["options"] = People();
                break;
            case "multi_users_select" or "multi_static_select":
                shown["type"] = "checkboxes";
                shown["options"] ??= People();
                break;
            case "timepicker" or "number_input":
                shown["type"] = "plain_text_input";
                shown["initial_value"] ??= element["initial_time"]?.DeepClone();
                break;
        }
        // The page shows nothing chosen beforehand, so that is said where nothing would be.
        var first =
            element["initial_option"]?["text"]?["text"]
            ?? _people
                .FirstOrDefault(person =>
                    (string?)person!["id"] == (string?)element["initial_user"]
                )
                ?["real_name"];
        if (first is not null)
            shown["placeholder"] = new JsonObject
            {
                ["type"] = "plain_text",
                ["text"] = first.DeepClone(),
            };
        return shown;
    }

    private JsonArray People() =>
        new([
            .. _people
                .Where(person => (bool?)person!["is_bot"] != true)
                .Select(person => new JsonObject
                {
                    ["text"] = new JsonObject
                    {
                        ["type"] = "plain_text",
                        ["text"] = person!["real_name"]?.DeepClone(),
                    },
                    ["value"] = person["id"]!.DeepClone(),
                }),
        ]);

    // ---- From the page to the server ---------------------------------------------------------------------------------

    private string Out(string frame)
    {
        var told = JsonNode.Parse(frame)!.AsObject();
        if ((string?)told["t"] == "view_submit")
            told["values"] = Answered(told["values"]!.AsObject());
        return told.ToJsonString();
    }

    private JsonObject Answered(JsonObject values)
    {
        var answered = new JsonObject();
        foreach (var block in Inputs)
        {
            var (id, element) = ((string)block["block_id"]!, block["element"]!.AsObject());
            var action = (string)element["action_id"]!;
            var given = values[id]?[action]?.AsObject();
            if ((given is null ? Untouched(element) : Given(element, given)) is { } answer)
                answered[id] = new JsonObject { [action] = answer };
        }
        return answered;
    }

    private static JsonObject? Untouched(JsonObject element)
    {
        var answer = new JsonObject { ["type"] = element["type"]!.DeepClone() };
        foreach (var (name, value) in element)
            if (name.StartsWith("initial_", StringComparison.Ordinal))
                answer[
                    name == "initial_value" ? "value" : "selected_" + name["initial_".Length..]
                ] = value!.DeepClone();
        return answer.Count > 1 ? answer : null;
    }

    private static JsonObject Given(JsonObject element, JsonObject given)
    {
        var type = (string)element["type"]!;
        var answer = new JsonObject { ["type"] = type };
        var (name, value) = type switch
        {
            "users_select" => ("selected_user", given["selected_option"]?["value"]),
            "multi_users_select" => (
                "selected_users",
                new JsonArray([
                    .. given["selected_options"]!.AsArray().Select(o => o!["value"]!.DeepClone()),
                ])
            ),
            "timepicker" => ("selected_time", given["value"]),
            "number_input" or "plain_text_input" => ("value", given["value"]),
            "datepicker" => ("selected_date", given["selected_date"]),
            "checkboxes" or "multi_static_select" => (
                "selected_options",
                given["selected_options"]
            ),
            _ => ("selected_option", given["selected_option"]),
        };
        answer[name] = value?.DeepClone();
        return answer;
    }

    private static IReadOnlyList<JsonObject> InputsOf(JsonObject? view) =>
        [
            .. (view?["blocks"]?.AsArray() ?? [])
                .Select(block => block!.AsObject())
                .Where(block => (string?)block["type"] == "input"),
        ];

    [GeneratedRegex(@"<!date\^[^|>]*\|([^>]*)>")]
    private static partial Regex DateToken();
}
