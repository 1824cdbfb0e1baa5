using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Storage;
using EscalationCollab.Web.Cards;
using Microsoft.AspNetCore.Http;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// What people do in the Sandbox: each posted form becomes an <see cref="Interaction"/> or a message, and the answer is
/// a redirect to the page that shows it.
/// </summary>
internal sealed class SandboxActs(
    IStore store,
    InteractionRouter router,
    Tools tools,
    Visitors visitors,
    SandboxPages pages,
    ChangeFeed feed,
    ShortMemory<KeptDialog> dialogs,
    ShortMemory<KeptDraft> drafts
)
{
    /// <summary>Longest message in characters.</summary>
    public const int MostCharacters = 8_000;

    /// <summary>A form that was posted by somebody in a room they may see.</summary>
    private sealed record Posted(Visit Visit, IFormCollection Form, string Key, RoomRow Room)
    {
        public PersonId Me => Visit.Me.Id;

        public string Address => SandboxPages.Address(Room.Id);

        public string Value(string field) => Form[field].ToString();
    }

    /// <summary>A button of a card, or an entry of a message's menu.</summary>
    public Task<IResult> ActAsync(HttpContext context, CancellationToken cancellation) =>
        InRoomAsync(
            context,
            async post =>
            {
                var action = post.Value(FormFields.Action);
                if (!action.StartsWith(FormTranslation.ShortcutPrefix, StringComparison.Ordinal))
                    return await SendAsync(
                        post,
                        Of(post, InteractionKind.Action, action),
                        cancellation
                    );
                if (await SourceAsync(post, cancellation) is not { } source)
                    return await pages.NoticeAsync(
                        context,
                        "sandbox.message-gone",
                        404,
                        cancellation
                    );
                var shortcut = action[FormTranslation.ShortcutPrefix.Length..];
                return await SendAsync(
                    post,
                    Of(post, InteractionKind.Shortcut, shortcut) with
                    {
                        Source = source,
                    },
                    cancellation
                );
            },
            cancellation
        );

    /// <summary>A button that opens a dialog.</summary>
    public Task<IResult> OpenAsync(HttpContext context, CancellationToken cancellation) =>
        InRoomAsync(
            context,
            post =>
                SendAsync(
                    post,
                    Of(post, InteractionKind.OpenDialog, post.Value(FormFields.Dialog)),
                    cancellation
                ),
            cancellation
        );

    /// <summary>A dialog is sent.</summary>
    public Task<IResult> SubmitAsync(HttpContext context, CancellationToken cancellation) =>
        InRoomAsync(
            context,
            async post =>
            {
                var interaction = Of(
                    post,
                    InteractionKind.SubmitDialog,
                    post.Value(FormFields.Dialog)
                ) with
                {
                    Inputs = FormTranslation.Inputs(post.Form),
                };
                var reply = await router.HandleAsync(interaction, cancellation);
                var open = post.Value(SandboxPages.OpenField);
                if (reply is not Reply.Refused refused)
                {
                    dialogs.Forget(open);
                    return await AnswerAsync(post, reply, cancellation);
                }
                return await ShownAsync(open, interaction, post, cancellation) is { } dialog
                    ? Show(
                        post,
                        dialog,
                        FormTranslation.Again(
                            dialog,
                            interaction.Inputs,
                            refused.Sentence,
                            refused.Fields
                        )
                    )
                    : await AnswerAsync(post, reply, cancellation);
            },
            cancellation
        );

    /// <summary>Something typed: a message, or a slash command.</summary>
    public Task<IResult> SayAsync(HttpContext context, CancellationToken cancellation) =>
        InRoomAsync(
            context,
            async post =>
            {
                var text = Form.Clean(post.Value("text"));
                if (text.Length == 0)
                    return Results.Redirect(post.Address);
                if (text.Length > MostCharacters)
                    return Refuse(
                        post,
                        text,
                        Phrase.Of(
                            "form.too-long",
                            ("length", new Number(text.Length)),
                            ("max", new Number(MostCharacters))
                        )
                    );
                if (SlashCommand.Read(text) is { } command)
                    return await router.HandleAsync(Of(post, command), cancellation) switch
                    {
                        // What was mistyped stays where it can be mended.
                        Reply.Refused(var sentence, _) => Refuse(post, text, sentence),
                        var reply => await AnswerAsync(post, reply, cancellation),
                    };
                if (text[0] == '/')
                    return Refuse(
                        post,
                        text,
                        Phrase.Of(
                            "sandbox.unknown-slash",
                            ("typed", new Code(text.Split(' ', '\n')[0])),
                            ("help", new Code("/escalate help"))
                        )
                    );
                if (post.Room.Archived)
                    return Refuse(post, text, Phrase.Of("sandbox.archived-notice"));
                await StoreAsync(post, text, cancellation);
                feed.Changed();
                // What is written to the product itself is meant for it.
                return DirectRooms.Pair(post.Room.Id).Contains(PersonId.Product)
                    ? await SendAsync(
                        post,
                        Of(post with { Key = post.Key + ":command" }, SlashCommand.Plain(text)),
                        cancellation
                    )
                    : Results.Redirect(post.Address);
            },
            cancellation
        );

    /// <summary>A message that only this person sees is taken away.</summary>
    public Task<IResult> DismissAsync(HttpContext context, CancellationToken cancellation) =>
        InRoomAsync(
            context,
            async post =>
            {
                if (long.TryParse(post.Value(FormFields.Message), out var message))
                    await ChangeAsync(
                        rows => rows.Dismiss(post.Room.Id, message, post.Me),
                        cancellation
                    );
                return Results.Redirect(post.Address);
            },
            cancellation
        );

    /// <summary>From now on as somebody else.</summary>
    public Task<IResult> ActAsAsync(HttpContext context, CancellationToken cancellation) =>
        FromOurPageAsync(
            context,
            async (visit, form) =>
            {
                var person = form["person"].ToString();
                if (!Visitors.ActAs(context, visit, person))
                    return await pages.NoticeAsync(
                        context,
                        "sandbox.stale-form",
                        400,
                        cancellation
                    );
                return Results.Redirect(
                    await BackAsync(visit, form, new PersonId(person), cancellation)
                );
            },
            cancellation
        );

    /// <summary>From now on in these colours.</summary>
    public Task<IResult> ThemeAsync(HttpContext context, CancellationToken cancellation) =>
        FromOurPageAsync(
            context,
            async (visit, form) =>
            {
                Visitors.UseTheme(context, form["theme"]);
                return Results.Redirect(await BackAsync(visit, form, visit.Me.Id, cancellation));
            },
            cancellation
        );

    /// <summary>From now on in this language, whomever one acts as.</summary>
    public Task<IResult> LanguageAsync(HttpContext context, CancellationToken cancellation) =>
        FromOurPageAsync(
            context,
            async (visit, form) =>
            {
                Visitors.UseLanguage(context, form["language"]);
                return Results.Redirect(await BackAsync(visit, form, visit.Me.Id, cancellation));
            },
            cancellation
        );

    // ---- Who may post ------------------------------------------------------------------------------------------------

    private async Task<IResult> FromOurPageAsync(
        HttpContext context,
        Func<Visit, IFormCollection, Task<IResult>> act,
        CancellationToken cancellation
    )
    {
        if (!context.Request.HasFormContentType)
            return await pages.NoticeAsync(context, "sandbox.stale-form", 400, cancellation);
        IFormCollection form;
        try
        {
            // Read before the proof is checked: what cannot be read is not a forgery.
            form = await context.Request.ReadFormAsync(cancellation);
        }
        catch (BadHttpRequestException)
        {
            return await pages.NoticeAsync(context, "sandbox.too-large", 413, cancellation);
        }
        catch (InvalidDataException)
        {
            // The framework refuses forms with a NUL in them.
            return await pages.NoticeAsync(context, "sandbox.unreadable", 400, cancellation);
        }
        return await visitors.IsOursAsync(context)
            ? await act(await visitors.OfAsync(context, cancellation), form)
            : await pages.NoticeAsync(context, "sandbox.stale-form", 400, cancellation);
    }

    private Task<IResult> InRoomAsync(
        HttpContext context,
        Func<Posted, Task<IResult>> act,
        CancellationToken cancellation
    ) =>
        FromOurPageAsync(
            context,
            async (visit, form) =>
            {
                var key = form[FormFields.Key].ToString();
                if (!Visitors.IsKeyOf(visit.Me.Id, key))
                    return await pages.NoticeAsync(
                        context,
                        "sandbox.stale-form",
                        400,
                        cancellation
                    );
                var id = form[FormFields.Room].ToString();
                var room = await store.ReadAsync(
                    connection =>
                        SandboxPages.Seen(
                            new ChatRows(connection, Visitors.Tenant),
                            visit.Directory,
                            id,
                            visit.Me.Id
                        ),
                    cancellation
                );
                return room is null
                    ? await pages.NoticeAsync(context, "sandbox.no-such-room", 404, cancellation)
                    : await act(new Posted(visit, form, key, room));
            },
            cancellation
        );

    private Task<string> BackAsync(
        Visit visit,
        IFormCollection form,
        PersonId me,
        CancellationToken cancellation
    )
    {
        var mailbox = form[SandboxPages.MailboxField].ToString();
        if (mailbox.Length > 0)
            return Task.FromResult(SandboxPages.MailAddress(mailbox));
        var room = form[FormFields.Room].ToString();
        return store.ReadAsync(
            connection =>
                SandboxPages.Seen(
                    new ChatRows(connection, Visitors.Tenant),
                    visit.Directory,
                    room,
                    me
                )
                    is null
                    ? Visitors.BasePath
                    : SandboxPages.Address(room),
            cancellation
        );
    }

    // ---- Interactions ------------------------------------------------------------------------------------------------

    private static Interaction Of(Posted post, InteractionKind kind, string route) =>
        new()
        {
            Key = post.Key,
            Tenant = Visitors.Tenant,
            Actor = post.Me,
            Platform = SandboxPlatform.PlatformName,
            Kind = kind,
            Route = route,
            Data = FormTranslation.Data(post.Form),
            Room = new RoomRef(SandboxPlatform.PlatformName, post.Room.Id),
        };

    private static Interaction Of(Posted post, SlashCommand command) =>
        Of(post, InteractionKind.Command, command.Word) with
        {
            Argument = command.Argument,
        };

    private async Task<IResult> SendAsync(
        Posted post,
        Interaction interaction,
        CancellationToken cancellation
    ) => await AnswerAsync(post, await router.HandleAsync(interaction, cancellation), cancellation);

    private async Task<IResult> AnswerAsync(
        Posted post,
        Reply reply,
        CancellationToken cancellation
    )
    {
        switch (reply)
        {
            case Reply.Show(var dialog):
                return Show(post, dialog, DialogState.New);
            case Reply.Private(var card):
                await WhisperAsync(post, card, cancellation);
                break;
            case Reply.Refused(var sentence, _):
                await WhisperAsync(post, Card.Line(sentence), cancellation);
                break;
        }
        return Results.Redirect(post.Address);
    }

    private IResult Show(Posted post, Dialog dialog, DialogState state) =>
        Results.Redirect(
            $"{post.Address}?dialog={dialogs.Keep(new KeptDialog(post.Me, post.Room.Id, dialog, state))}"
        );

    private IResult Refuse(Posted post, string text, Text problem) =>
        Results.Redirect(
            $"{post.Address}?draft={drafts.Keep(new KeptDraft(post.Me, post.Room.Id, text, problem))}"
        );

    // After a restart the open dialog is forgotten; it is opened anew under the answers.
    private async Task<Dialog?> ShownAsync(
        string open,
        Interaction submitted,
        Posted post,
        CancellationToken cancellation
    )
    {
        if (dialogs.Find(open) is { } kept && kept.Person == post.Me)
            return kept.Dialog;
        return
            await router.HandleAsync(
                submitted with
                {
                    Kind = InteractionKind.OpenDialog,
                },
                cancellation
            )
                is Reply.Show(var dialog)
            ? dialog
            : null;
    }

    private Task<SourceMessage?> SourceAsync(Posted post, CancellationToken cancellation) =>
        store.ReadAsync(
            connection =>
            {
                var rows = new ChatRows(connection, Visitors.Tenant);
                var text = post.Value(FormFields.Message);
                if (
                    !long.TryParse(text, out var id)
                    || rows.Message(post.Room.Id, id) is not { Body: { } body } message
                    || (message.OnlyFor ?? post.Me.Value) != post.Me.Value
                )
                    return null;
                var author =
                    message.AuthorName
                    ?? post.Visit.Directory.Find(new PersonId(message.Author))?.Name
                    ?? message.Author;
                return new SourceMessage(
                    new MessageRef(SandboxPlatform.PlatformName, post.Room.Id, text),
                    author,
                    body,
                    new Uri(tools.PublicAddress, $"{post.Address}#m-{text}")
                );
            },
            cancellation
        );

    // ---- Rows --------------------------------------------------------------------------------------------------------

    private async Task WhisperAsync(Posted post, Card card, CancellationToken cancellation)
    {
        await ChangeAsync(
            rows =>
            {
                OpenIfDirect(rows, post);
                rows.Whisper(post.Room.Id, post.Me, card, post.Visit.Now);
            },
            cancellation
        );
        feed.Changed();
    }

    private Task<bool> StoreAsync(Posted post, string text, CancellationToken cancellation) =>
        store.WriteAsync(
            connection =>
            {
                if (!new Records(connection, Visitors.Tenant).Remember(post.Key, post.Visit.Now))
                    return false;
                var rows = new ChatRows(connection, Visitors.Tenant);
                OpenIfDirect(rows, post);
                rows.AddMembers(post.Room.Id, [post.Me]);
                rows.Add(MessageRow.Says(post.Room.Id, post.Me, text, post.Visit.Now));
                return true;
            },
            cancellation
        );

    private static void OpenIfDirect(ChatRows rows, Posted post)
    {
        if (DirectRooms.Pair(post.Room.Id) is [var one, var other])
            DirectRooms.Open(rows, one, other, post.Visit.Now);
    }

    private Task<bool> ChangeAsync(Action<ChatRows> change, CancellationToken cancellation) =>
        store.WriteAsync(
            connection =>
            {
                change(new ChatRows(connection, Visitors.Tenant));
                return true;
            },
            cancellation
        );
}
