using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Teams.AdaptiveCards;
using EscalationCollab.Teams.Installation;
using EscalationCollab.Teams.Platform;
using EscalationCollab.Teams.Voices;

namespace EscalationCollab.Teams.Receiving;

/// <summary>Turns replies into what Teams takes: a card, a dialog, a sentence, or a private message.</summary>
internal sealed class TeamsAnswers(
    TeamsVoices voices,
    TeamsWhispers whispers,
    TeamsDialogs dialogs,
    TeamsFound found,
    LiveCards liveCards,
    LongCards longCards,
    Errands errands
)
{
    private const string Typed = "/escalate ";

    /// <summary>The answer to an act.</summary>
    /// <param name="interaction">The command, when it was one: some answers to it everybody may read.</param>
    public Task<TeamsAnswer> OfAsync(
        Meeting meeting,
        Reply reply,
        Interaction? interaction = null
    ) =>
        reply switch
        {
            Reply.Show(var dialog) => ShowAsync(meeting, dialog),
            Reply.Private(var card) => SayAsync(
                meeting,
                IsHelp(interaction) ? Help(card) : card,
                inPlace: IsHelp(interaction)
            ),
            Reply.Refused refused => SayAsync(
                meeting,
                Card.Line(refused.Sentence),
                inPlace: refused.Sentence.Parts is [Phrase { Key: "router.unknown-command" }]
            ),
            _ => DoneAsync(meeting),
        };

    /// <summary>A sentence where nothing more can be found out, in the language of the client.</summary>
    public TeamsAnswer Simple(Activity activity, Way way, string phrase)
    {
        var reader = voices.ToAnybody(activity.Says).Reader;
        Text sentence = Phrase.Of(phrase);
        return new TeamsAnswer(
            Sentence(way, sentence, reader),
            () => whispers.SimpleAsync(activity, Card.Line(sentence))
        );
    }

    /// <summary>A dialog again: with what was typed, and with what is wrong beside it.</summary>
    public async Task<TeamsAnswer> AgainAsync(
        Meeting meeting,
        Dialog dialog,
        SubmittedDialog submitted,
        Reply.Refused refused
    )
    {
        if (meeting.Way != Way.Form)
            return await OfAsync(meeting, refused);
        dialogs.Keep(meeting.Tenant.Tenant, meeting.Person, dialog);
        var module = await ToPersonAsync(
            meeting,
            voice =>
                Surfaces.Dialog(dialog, voice.Reader, submitted.Origin, refused, submitted.Inputs)
        );
        return new TeamsAnswer(
            AdaptiveCards.Answers.Continue(module),
            () => whispers.SayAsync(meeting, Card.Line(refused.Sentence), inPlace: false)
        );
    }

    /// <summary>The whole of a card that was shortened, or of an escalation.</summary>
    public async Task<TeamsAnswer> WholeAsync(Meeting meeting, string key)
    {
        var card = TeamsFound.NumberOf(key) is { } number
            ? await liveCards.OfAsync(
                meeting.Tenant.Tenant,
                number,
                meeting.Person,
                CancellationToken.None
            )
            : await longCards.FindAsync(meeting.Tenant.Tenant, key, CancellationToken.None);
        if (card is null)
            return await OfAsync(
                meeting,
                Turn.Refuse(
                    Phrase.Of(
                        TeamsFound.NumberOf(key) is null
                            ? "router.out-of-date"
                            : "router.no-such-escalation"
                    )
                )
            );
        return meeting.Way is Way.Opening or Way.Form
            ? await ReadAsync(meeting, card)
            : await SayAsync(meeting, card, inPlace: false);
    }

    /// <summary>A message as the person who looks at it sees it.</summary>
    public async Task<TeamsAnswer> RefreshAsync(Meeting meeting, string key)
    {
        if (TeamsFound.NumberOf(key) is { } number)
            return await found.AgainAsync(meeting, number) is { } attachment
                ? Silent(AdaptiveCards.Answers.Card(attachment))
                : await UnchangedAsync(meeting);
        var card =
            await LiveAsync(meeting)
            ?? await longCards.FindAsync(meeting.Tenant.Tenant, key, CancellationToken.None);
        return card is null || await AttachmentAsync(meeting, card) is not { } seen
            ? await UnchangedAsync(meeting)
            : Silent(AdaptiveCards.Answers.Card(seen));
    }

    /// <summary>The customers that fit what somebody types.</summary>
    public async Task<TeamsAnswer> SuggestAsync(Meeting meeting)
    {
        var value = meeting.Activity.Value;
        var typed = value.Text("dataset") is null or Inputs.Customers
            ? value.Text("queryText") ?? ""
            : "";
        return Silent(
            await ToPersonAsync(
                meeting,
                voice => AdaptiveCards.Answers.CustomersFor(typed, voice.Reader)
            )
        );
    }

    /// <summary>The answer to a search or a link that says a sentence instead.</summary>
    public static JsonObject Sentence(Way way, Text sentence, TeamsReader reader) =>
        way switch
        {
            Way.Opening or Way.Form => AdaptiveCards.Answers.Saying(sentence, reader),
            Way.Search => new JsonObject
            {
                ["composeExtension"] = new JsonObject
                {
                    ["type"] = "message",
                    ["text"] = (reader with { IsNow = true }).Tell(sentence),
                },
            },
            _ => AdaptiveCards.Answers.Message(sentence, reader),
        };

    private static TeamsAnswer Silent(JsonObject body) => new(body, () => Task.CompletedTask);

    private async Task<TeamsAnswer> UnchangedAsync(Meeting meeting) =>
        Silent(
            await ToPersonAsync(
                meeting,
                voice => AdaptiveCards.Answers.Message(new Plain(""), voice.Reader)
            )
        );

    private async Task<TeamsAnswer> SayAsync(Meeting meeting, Card card, bool inPlace)
    {
        Task Whisper() => whispers.SayAsync(meeting, card, inPlace);
        if (meeting.Way == Way.Message)
            return new TeamsAnswer(null, Whisper);
        if (card.Blocks is [Paragraph { Body: var sentence }])
            return new TeamsAnswer(
                await ToPersonAsync(
                    meeting,
                    voice => Sentence(meeting.Way, sentence, voice.Reader)
                ),
                Whisper
            );
        if (meeting.Way is Way.Opening or Way.Form)
            return await ReadAsync(meeting, card);
        // More than a sentence does not fit beside a card that everybody sees.
        errands.Run("an answer in Teams", Whisper);
        return await SentencesAsync(meeting, "teams-acts.sent", () => Task.CompletedTask);
    }

    private async Task<TeamsAnswer> ReadAsync(Meeting meeting, Card card) =>
        new(
            AdaptiveCards.Answers.Continue(
                await ToPersonAsync(meeting, voice => Surfaces.Whole(card, voice.Reader))
            ),
            () => whispers.SayAsync(meeting, card, inPlace: false)
        );

    private async Task<TeamsAnswer> ShowAsync(Meeting meeting, Dialog dialog)
    {
        if (meeting.Way is not (Way.Opening or Way.Form))
            // Only certain buttons open a dialog in Teams: what was done is answered with one.
            return await SayAsync(
                meeting,
                Card.Of(
                    Phrase.Of("teams-acts.needs-form"),
                    new Paragraph(Phrase.Of("teams-acts.needs-form")),
                    Actions.Of(
                        dialogs.Invitation(meeting.Tenant.Tenant, meeting.Person, dialog) with
                        {
                            Style = ActionStyle.Primary,
                        }
                    )
                ),
                inPlace: true
            );
        dialogs.Keep(meeting.Tenant.Tenant, meeting.Person, dialog);
        var module = await ToPersonAsync(
            meeting,
            voice => Surfaces.Dialog(dialog, voice.Reader, meeting.Activity.Origin)
        );
        return new TeamsAnswer(
            AdaptiveCards.Answers.Continue(module),
            () =>
                whispers.SayAsync(
                    meeting,
                    Card.Line(Phrase.Of("teams-acts.too-slow")),
                    inPlace: false
                )
        );
    }

    private async Task<TeamsAnswer> DoneAsync(Meeting meeting)
    {
        if (meeting.Way is Way.Form or Way.Message)
            return TeamsAnswer.Nothing;
        if (
            meeting.Way == Way.Card
            && await LiveAsync(meeting) is { } card
            && await AttachmentAsync(meeting, card) is { } attachment
        )
            return Silent(AdaptiveCards.Answers.Card(attachment));
        return await SentencesAsync(meeting, "teams-acts.done", () => Task.CompletedTask);
    }

    private async Task<TeamsAnswer> SentencesAsync(
        Meeting meeting,
        string phrase,
        Func<Task> late
    ) =>
        new(
            await ToPersonAsync(
                meeting,
                voice => Sentence(meeting.Way, Phrase.Of(phrase), voice.Reader)
            ),
            late
        );

    private Task<Card?> LiveAsync(Meeting meeting) =>
        meeting.Activity.Message is { Length: > 0 } message
            ? liveCards.OfAsync(
                meeting.Tenant.Tenant,
                Conversations.MessageOf(meeting.Activity.Conversation, message),
                meeting.Person,
                CancellationToken.None
            )
            : Task.FromResult<Card?>(null);

    private async Task<JsonObject?> AttachmentAsync(Meeting meeting, Card card) =>
        (
            await voices.KeepingAsync(
                meeting.Tenant.Tenant,
                card,
                voices.ToPersonAsync(
                    meeting.Tenant,
                    meeting.Person,
                    // So that it is asked for anew whenever the message is edited.
                    voice => voice.Message(card, [meeting.User.TeamsId]),
                    CancellationToken.None
                ),
                CancellationToken.None
            )
        ).Attachment;

    private Task<T> ToPersonAsync<T>(Meeting meeting, Func<TeamsVoice, T> say) =>
        voices.ToPersonAsync(meeting.Tenant, meeting.Person, say, CancellationToken.None);

    private static bool IsHelp(Interaction? interaction) =>
        interaction is { Kind: InteractionKind.Command, Route: "help" };

    // A list of commands reads better without the name of the app before each; how to call it is said once.
    private static Card Help(Card card)
    {
        var list = card.Map(Spoken);
        return list with
        {
            Blocks = list.Blocks.Add(
                new Context(Phrase.Of("teams-acts.help-how", ("app", "@" + TeamsManifest.AppName)))
            ),
        };
    }

    private static Text Spoken(Text text) => new([.. text.Parts.Select(Spoken)]);

    private static Inline Spoken(Inline part) =>
        part switch
        {
            Code code when code.Value.StartsWith(Typed, StringComparison.Ordinal) => new Code(
                code.Value[Typed.Length..]
            ),
            Bold bold => new Bold(Spoken(bold.Value)),
            Phrase phrase => phrase with
            {
                Places = phrase.Places.ToImmutableSortedDictionary(
                    place => place.Key,
                    place => Spoken(place.Value),
                    StringComparer.Ordinal
                ),
            },
            _ => part,
        };
}
