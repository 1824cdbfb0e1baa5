using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Gallery;
using EscalationCollab.Core.Payloads;
using EscalationCollab.Core.Words;
using EscalationCollab.Slack.BlockKit;

namespace EscalationCollab.Slack.Gallery;

/// <summary>
/// Exhibits as they go to Slack. A card is the arguments of <c>chat.postMessage</c> without the channel, a dialog is a view;
/// one whole card that had to be shortened comes with the view that shows it all.
/// </summary>
public sealed class SlackExhibits(Wordbook words) : IExhibitRenderer
{
    private static readonly JsonSerializerOptions Indented = new(Payload.Writing)
    {
        WriteIndented = true,
    };

    /// <inheritdoc/>
    public string Name => "slack";

    /// <inheritdoc/>
    public string Extension => "json";

    /// <inheritdoc/>
    public Task<string> RenderAsync(
        Exhibit exhibit,
        string language,
        CancellationToken cancellation
    ) => Task.FromResult(PayloadOf(exhibit, language).ToJsonString(Indented) + "\n");

    /// <summary>The payload of an exhibit in a language.</summary>
    internal JsonObject PayloadOf(Exhibit exhibit, string language)
    {
        ArgumentNullException.ThrowIfNull(exhibit);
        var reader = ReaderOf(exhibit, language);
        if (exhibit.Dialog is { } dialog)
            return Surfaces.Modal(
                dialog,
                reader,
                new DialogOrigin("C0GALLERY", "1772442000.000100")
            );
        var message = Surfaces.Message(exhibit.Card!, reader, exhibit.FileName);
        return new JsonObject { ["text"] = message.Text, ["blocks"] = message.Blocks };
    }

    /// <summary>Somebody in a workspace in which everybody of the company has an account.</summary>
    internal SlackReader ReaderOf(Exhibit exhibit, string language) =>
        new()
        {
            Format = new ReaderFormat(
                words,
                new Reader(language, exhibit.Reader.Zone),
                exhibit.Now
            ),
            Now = exhibit.Now,
            Directory = exhibit.Directory,
            UserOf = person => UserOf(person, exhibit),
            ChannelOf = number =>
                string.Create(CultureInfo.InvariantCulture, $"C0ESC{number.Value}"),
            PublicUrl = new Uri("https://support.example/"),
        };

    private static string? UserOf(PersonId person, Exhibit exhibit) =>
        exhibit.Directory.Find(person) is null ? null : "U0" + person.Value.ToUpperInvariant();
}
