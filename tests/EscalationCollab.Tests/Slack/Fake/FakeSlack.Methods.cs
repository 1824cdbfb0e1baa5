using System.Globalization;
using System.Text.Json.Nodes;

namespace EscalationCollab.Tests.Slack.Fake;

/// <content>What the methods do.</content>
internal sealed partial class FakeSlack
{
    private JsonObject Do(string method, JsonObject arguments)
    {
        lock (_gate)
            return method switch
            {
                "auth.test" => OfToken(Text(arguments, "fake_token")),
                "apps.connections.open" => Ok(("url", LinkUrl())),
                "auth.teams.list" => OfTeams(Text(arguments, "fake_token")),
                "users.info" => OfUser(arguments),
                "users.lookupByEmail" => ByEmail(arguments),
                "usergroups.list" => OfGroups(),
                "conversations.create" => Create(arguments),
                "conversations.list" => List(arguments),
                "conversations.open" => OpenDirect(arguments),
                "views.open" or "views.push" => OpenView(arguments),
                "views.publish" => Publish(arguments),
                "files.getUploadURLExternal" => UploadAddress(arguments),
                "files.completeUploadExternal" => CompleteUpload(arguments),
                _ => InChannel(method, arguments),
            };
    }

    private JsonObject InChannel(string method, JsonObject arguments)
    {
        var id = Text(arguments, "channel") is { Length: > 0 } given
            ? given
            : Text(arguments, "channel_id");
        // A user's id stands for the direct messages with them.
        var channel = Users.ContainsKey(id) ? Direct(id) : Channels.GetValueOrDefault(id);
        if (channel is null || !channel.IsSeenBy(Text(arguments, "fake_token")))
            return Error("channel_not_found");
        var reads =
            method
            is "conversations.history"
                or "bookmarks.list"
                or "conversations.info"
                or "conversations.members";
        if (channel.Archived && !reads)
            return Error(method == "conversations.archive" ? "already_archived" : "is_archived");
        return method switch
        {
            "chat.postMessage" => Post(channel, arguments),
            "chat.postEphemeral" => Whisper(channel, arguments),
            "chat.update" => Update(channel, arguments),
            "chat.getPermalink" => Ok(
                (
                    "permalink",
                    $"https://fake.slack.com/archives/{id}/p{Text(arguments, "message_ts").Replace(".", "")}"
                )
            ),
            "conversations.info" => Ok(("channel", channel.ToJson())),
            "reactions.get" => Reactions(channel, arguments),
            "chat.unfurl" => Change(() => Unfurls.Enqueue((id, (JsonObject)arguments.DeepClone()))),
            "conversations.canvases.create" => Canvas(channel, arguments),
            "conversations.members" => Ok(("members", List(channel.Members))),
            "conversations.history" => History(channel, arguments),
            "conversations.join" => Join(channel),
            "conversations.invite" => Invite(channel, arguments),
            "conversations.setTopic" => Change(() => channel.Topic = Text(arguments, "topic")),
            "conversations.setPurpose" => Change(() =>
                channel.Purpose = Text(arguments, "purpose")
            ),
            "conversations.archive" => Change(() => channel.Archived = true),
            "pins.add" => Pin(channel, arguments),
            "bookmarks.list" => Ok(
                ("bookmarks", new JsonArray([.. channel.Bookmarks.Select(b => b.DeepClone())]))
            ),
            "bookmarks.add" => Change(() =>
                channel.Bookmarks.Add((JsonObject)arguments.DeepClone())
            ),
            _ => Error("unknown_method"),
        };
    }

    private JsonObject OfToken(string token) =>
        Organisations.ContainsKey(token)
            ? Ok(
                ("url", "https://fake.enterprise.slack.com/"),
                ("team", "Harbor Group"),
                ("team_id", Organisation),
                ("user_id", BotUser),
                ("bot_id", "B0BOT0001"),
                ("enterprise_id", Organisation),
                ("is_enterprise_install", true)
            )
            : Ok(
                ("url", "https://fake.slack.com/"),
                ("team", "Harbor Software"),
                ("team_id", Team),
                ("user_id", BotUser),
                ("bot_id", "B0BOT0001")
            );

    private JsonObject OfTeams(string token) =>
        Ok(
            (
                "teams",
                new JsonArray([
                    .. Organisations
                        .GetValueOrDefault(token, [Team])
                        .Select(team => new JsonObject { ["id"] = team, ["name"] = team }),
                ])
            ),
            ("response_metadata", Cursor(1, 1))
        );

    private JsonObject OfUser(JsonObject arguments) =>
        Users.TryGetValue(Text(arguments, "user"), out var user)
        && user.IsFoundBy(Text(arguments, "fake_token"))
            ? Ok(("user", user.ToJson(Text(arguments, "include_locale") == "true")))
            : Error("user_not_found");

    private JsonObject ByEmail(JsonObject arguments) =>
        Users.Values.FirstOrDefault(user =>
            user.Email.Length > 0
            && user.IsFoundBy(Text(arguments, "fake_token"))
            && string.Equals(
                user.Email,
                Text(arguments, "email"),
                StringComparison.OrdinalIgnoreCase
            )
        )
            is { } found
            ? Ok(("user", found.ToJson(locale: false)))
            : Error("users_not_found");

    private JsonObject OfGroups() =>
        Ok(
            (
                "usergroups",
                new JsonArray([
                    .. Groups.Select(group => new JsonObject
                    {
                        ["id"] = group.Key,
                        ["handle"] = group.Value.Handle,
                        ["users"] = List(group.Value.Users),
                    }),
                ])
            )
        );

    private JsonObject Create(JsonObject arguments)
    {
        var name = Text(arguments, "name");
        if (
            name.Length is 0 or > 80
            || name.Any(c =>
                !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            )
        )
            return Error("invalid_name_specials");
        if (Channels.Values.Any(channel => channel.Name == name))
            return Error("name_taken");
        var made = new FakeChannel(
            string.Create(CultureInfo.InvariantCulture, $"C0FAKE{_next++:D4}"),
            name,
            Text(arguments, "is_private") == "true",
            BotUser
        )
        {
            Created = Clock.GetUtcNow().ToUnixTimeSeconds(),
            Team = Text(arguments, "team_id"),
        };
        made.Members.Add(BotUser);
        Channels[made.Id] = made;
        return Ok(("channel", made.ToJson()));
    }

    private JsonObject List(JsonObject arguments)
    {
        var types = Text(arguments, "types").Split(',');
        var all = Channels
            .Values.Where(channel => channel.Id[0] == 'C')
            .Where(channel => channel.IsSeenBy(Text(arguments, "fake_token")))
            .Where(channel =>
                channel.Team.Length == 0 || channel.Team == Text(arguments, "team_id")
            )
            .Where(channel =>
                types.Contains(channel.IsPrivate ? "private_channel" : "public_channel")
            )
            .Where(channel => !channel.IsPrivate || channel.Members.Contains(BotUser))
            .Where(channel => !channel.Archived || Text(arguments, "exclude_archived") != "true")
            .OrderBy(channel => channel.Id, StringComparer.Ordinal)
            .ToList();
        var from = int.TryParse(Text(arguments, "cursor"), out var at) ? at : 0;
        return Ok(
            (
                "channels",
                new JsonArray([
                    .. all.Skip(from).Take(PageSize).Select(channel => channel.ToJson()),
                ])
            ),
            ("response_metadata", Cursor(from + PageSize, all.Count))
        );
    }

    private static JsonObject Cursor(int next, int count) =>
        new() { ["next_cursor"] = next < count ? next.ToString(CultureInfo.InvariantCulture) : "" };

    private JsonObject OpenDirect(JsonObject arguments) =>
        Users.ContainsKey(Text(arguments, "users"))
            ? Ok(("channel", new JsonObject { ["id"] = Direct(Text(arguments, "users")).Id }))
            : Error("user_not_found");

    private FakeChannel Direct(string user) =>
        Channels.GetOrAdd("D" + user, id => new FakeChannel(id, "", true, BotUser));

    private JsonObject Post(FakeChannel channel, JsonObject arguments)
    {
        if (Text(arguments, "text").Length == 0 && arguments["blocks"] is null)
            return Error("no_text");
        var message = new FakeMessage(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Clock.GetUtcNow().ToUnixTimeSeconds()}.{_next++:D6}"
            ),
            BotUser
        )
        {
            Text = Text(arguments, "text"),
            Blocks = arguments["blocks"]?.DeepClone(),
            Metadata = arguments["metadata"]?.DeepClone(),
        };
        channel.Messages.Add(message);
        return Ok(("channel", channel.Id), ("ts", message.Ts), ("message", message.ToJson(true)));
    }

    private JsonObject Whisper(FakeChannel channel, JsonObject arguments)
    {
        var user = Text(arguments, "user");
        if (!channel.Members.Contains(user))
            return Error("user_not_in_channel");
        Whispers.Enqueue((channel.Id, user, (JsonObject)arguments.DeepClone()));
        return Ok(("message_ts", "1.000001"));
    }

    private static JsonObject Update(FakeChannel channel, JsonObject arguments)
    {
        if (channel.Messages.Find(m => m.Ts == Text(arguments, "ts")) is not { } message)
            return Error("message_not_found");
        message.Text = Text(arguments, "text");
        message.Blocks = arguments["blocks"]?.DeepClone();
        message.Edits++;
        return Ok(("channel", channel.Id), ("ts", message.Ts), ("text", message.Text));
    }

    private JsonObject History(FakeChannel channel, JsonObject arguments)
    {
        if (!channel.Members.Contains(BotUser) && channel.Id[0] != 'D')
            return Error("not_in_channel");
        var oldest = double.TryParse(
            Text(arguments, "oldest"),
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? seconds
            : 0;
        var all = channel
            .Messages.Where(message =>
                double.Parse(message.Ts, CultureInfo.InvariantCulture) > oldest
            )
            .Reverse()
            .ToList();
        var from = int.TryParse(Text(arguments, "cursor"), out var at) ? at : 0;
        return Ok(
            (
                "messages",
                new JsonArray([
                    .. all.Skip(from)
                        .Take(PageSize)
                        .Select(message =>
                            message.ToJson(Text(arguments, "include_all_metadata") == "true")
                        ),
                ])
            ),
            ("has_more", from + PageSize < all.Count),
            ("response_metadata", Cursor(from + PageSize, all.Count))
        );
    }

    private static JsonObject Join(FakeChannel channel)
    {
        if (channel.IsPrivate)
            return Error("method_not_supported_for_channel_type");
        if (!channel.Members.Contains(BotUser))
            channel.Members.Add(BotUser);
        return Ok(("channel", channel.ToJson()));
    }

    private JsonObject Invite(FakeChannel channel, JsonObject arguments)
    {
        var users = Text(arguments, "users").Split(',');
        if (users.Length > 100)
            return Error("too_many_users");
        var errors = users
            .Select(user =>
                (
                    User: user,
                    Error: !Users.TryGetValue(user, out var known) ? "user_not_found"
                    : known.Restricted ? "user_is_restricted"
                    : channel.Members.Contains(user) ? "already_in_channel"
                    : null
                )
            )
            .Where(problem => problem.Error is not null)
            .ToList();
        if (
            errors.Count > 0
            && (Text(arguments, "force") != "true" || errors.Count == users.Length)
        )
        {
            var refused = Error(errors[0].Error!);
            refused["errors"] = ErrorsOf(errors);
            return refused;
        }
        channel.Members.AddRange(users.Except(errors.Select(problem => problem.User)));
        var answer = Ok(("channel", channel.ToJson()));
        if (errors.Count > 0)
            answer["errors"] = ErrorsOf(errors);
        return answer;
    }

    private static JsonArray ErrorsOf(IEnumerable<(string User, string? Error)> errors) =>
        [
            .. errors.Select(problem => new JsonObject
            {
                ["user"] = problem.User,
                ["ok"] = false,
                ["error"] = problem.Error,
            }),
        ];

    private static JsonObject Pin(FakeChannel channel, JsonObject arguments)
    {
        var ts = Text(arguments, "timestamp");
        if (channel.Pins.Contains(ts))
            return Error("already_pinned");
        if (channel.Messages.TrueForAll(message => message.Ts != ts))
            return Error("message_not_found");
        channel.Pins.Add(ts);
        return Ok();
    }

    private JsonObject OpenView(JsonObject arguments)
    {
        // A trigger can be exchanged once.
        if (!Triggers.TryRemove(Text(arguments, "trigger_id"), out _))
            return Error("expired_trigger_id");
        if (arguments["view"]?.DeepClone() is not JsonObject view)
            return Error("invalid_arguments");
        var id = string.Create(CultureInfo.InvariantCulture, $"V0FAKE{_next++:D4}");
        view["id"] = id;
        view["team_id"] = Team;
        view["hash"] = $"{_next++}.hash";
        Views[id] = view;
        return Ok(("view", view.DeepClone()));
    }

    private JsonObject Publish(JsonObject arguments)
    {
        if (!Users.ContainsKey(Text(arguments, "user_id")))
            return Error("invalid_arguments");
        if (arguments["view"]?.DeepClone() is not JsonObject view)
            return Error("invalid_arguments");
        Homes.GetOrAdd(Text(arguments, "user_id"), _ => []).Add(view);
        return Ok(("view", view.DeepClone()));
    }

    private static JsonObject Reactions(FakeChannel channel, JsonObject arguments) =>
        channel.Messages.Find(message => message.Ts == Text(arguments, "timestamp")) is { } found
            ? Ok(("type", "message"), ("channel", channel.Id), ("message", found.ToJson(false)))
            : Error("message_not_found");

    private JsonObject Canvas(FakeChannel channel, JsonObject arguments)
    {
        if (!HasCanvases)
            return Error("team_tier_cannot_create_channel_canvases");
        if (channel.Canvas is not null)
            return Error("channel_canvas_already_exists");
        channel.Canvas = (string)arguments["document_content"]!["markdown"]!;
        channel.CanvasId = NextId("F0FAKE");
        return Ok(("canvas_id", channel.CanvasId));
    }

    private JsonObject UploadAddress(JsonObject arguments)
    {
        var file = new FakeFile(NextId("F0FAKE"), Text(arguments, "filename"));
        Files[file.Id] = file;
        return Ok(
            ("upload_url", new Uri(ApiUrl, $"/upload/{file.Id}").AbsoluteUri),
            ("file_id", file.Id)
        );
    }

    private JsonObject CompleteUpload(JsonObject arguments)
    {
        if (!Channels.TryGetValue(Text(arguments, "channel_id"), out var channel))
            return Error("channel_not_found");
        var sent = arguments["files"]!.AsArray()[0]!;
        if (!Files.TryGetValue((string)sent["id"]!, out var file) || file.Bytes.Length == 0)
            return Error("file_not_found");
        file.Title = (string?)sent["title"] ?? "";
        channel.Messages.Add(
            new FakeMessage(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Clock.GetUtcNow().ToUnixTimeSeconds()}.{_next++:D6}"
                ),
                BotUser
            )
            {
                Text = Text(arguments, "initial_comment"),
                Files = [file],
            }
        );
        return Ok(("files", new JsonArray(new JsonObject { ["id"] = file.Id })));
    }

    private static JsonObject Change(Action change)
    {
        change();
        return Ok();
    }

    private static JsonArray List(IEnumerable<string> texts) =>
        [.. texts.Select(text => JsonValue.Create(text))];

    // As JSON a flag is true, in a form the word.
    private static string Text(JsonObject arguments, string name) =>
        arguments[name] is JsonValue value
            ? value.TryGetValue<string>(out var text)
                ? text
                : value.ToJsonString()
            : "";
}
