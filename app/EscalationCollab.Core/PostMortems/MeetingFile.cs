using System.Globalization;
using System.Text;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Links;
using NodaTime;

namespace EscalationCollab.Core.PostMortems;

/// <summary>
/// The meeting about a post-mortem as a file that every calendar reads (iCalendar, RFC 5545), for companies whose calendars
/// the product does not know. Taken in again after the meeting was moved, it moves the entry.
/// </summary>
public static class MeetingFile
{
    internal const string ActionId = "postmortem.calendar";

    private const int LongestLine = 74;

    /// <summary>What the entry is called.</summary>
    internal static Text SubjectOf(Escalation escalation) =>
        Phrase.Of(
            "postmortem.meeting-subject",
            ("number", escalation.Number.ToString()),
            ("customer", escalation.Customer.Name)
        );

    /// <summary>What it says.</summary>
    internal static Text BodyOf(Escalation escalation) =>
        Phrase.Of("postmortem.meeting-body", ("number", escalation.Number.ToString()));

    internal static void Register(Slices slices, Uri publicAddress) =>
        slices.Action(ActionId, turn => turn.On(e => Offer(e, turn, publicAddress)));

    /// <summary>The button that offers it; null while no meeting is agreed, or where it came into the calendars by itself.</summary>
    internal static Does? Button(Escalation escalation) =>
        escalation.PostMortem is { IsOpen: true, Invitation: null }
        && KeepMeeting.Agreed(escalation) is not null
            ? new Does(
                Phrase.Of("postmortem.calendar"),
                ActionId,
                ActionData.For(escalation.Number)
            )
            : null;

    /// <summary>The file's text, lines ending in CRLF.</summary>
    /// <param name="tell">A text in the reader's language.</param>
    /// <param name="host">Whose the entry is, for an id that no other calendar has.</param>
    /// <returns>Null while no meeting is agreed.</returns>
    internal static string? Write(
        Escalation escalation,
        Func<Text, string> tell,
        string host,
        Instant now
    )
    {
        if (KeepMeeting.Agreed(escalation) is not { } meeting)
            return null;
        var file = new StringBuilder();
        foreach (
            var line in new[]
            {
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//EscalationCollab//Post-mortem meeting//EN",
                "METHOD:PUBLISH",
                "BEGIN:VEVENT",
                $"UID:{escalation.Number.ToString().ToLowerInvariant()}.post-mortem@{host}",
                // The newer one wins: the number of what happened so far only grows.
                string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{escalation.Version}"),
                $"DTSTAMP:{Utc(now)}",
                $"DTSTART:{Utc(meeting.At)}",
                $"DTEND:{Utc(meeting.At + Duration.FromMinutes(meeting.Minutes))}",
                $"SUMMARY:{Escaped(tell(SubjectOf(escalation)))}",
                $"DESCRIPTION:{Escaped(tell(BodyOf(escalation)))}",
                "END:VEVENT",
                "END:VCALENDAR",
            }
        )
            AppendFolded(file, line);
        return file.ToString();
    }

    private static Reply Offer(Escalation escalation, Turn turn, Uri publicAddress)
    {
        if (
            escalation.PostMortem is not { MeetingAt: { } at } postMortem
            || KeepMeeting.Agreed(escalation) is null
        )
            return Turn.Refuse(Phrase.Of("postmortem.no-meeting"));
        var line = Phrase.Of(
            "postmortem.meeting-line",
            ("when", new Moment(at, MomentStyle.Exact)),
            ("minutes", new Number(postMortem.MeetingMinutes))
        );
        return new Reply.Private(
            Card.Of(
                line,
                new Paragraph(line),
                new Context(Phrase.Of("page.link.hint")),
                Actions.Of(
                    new Visits(
                        Phrase.Of("postmortem.calendar"),
                        EscalationPages.MeetingAddressOf(
                            escalation.Number,
                            turn.Situation.Actor,
                            turn.Situation.Now + SignedLink.Lifetime,
                            turn.Records,
                            publicAddress
                        )
                    )
                )
            )
        );
    }

    private static string Utc(Instant at) =>
        at.ToDateTimeUtc().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string text) =>
        new StringBuilder(Literal.Clean(text).ReplaceLineEndings("\n"))
            .Replace("\\", "\\\\")
            .Replace(";", "\\;")
            .Replace(",", "\\,")
            .Replace("\n", "\\n")
            .ToString();

    // At most 75 bytes a line, never within a character (RFC 5545, 3.1).
    private static void AppendFolded(StringBuilder file, string line)
    {
        var bytes = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LongestLine)
            {
                file.Append("\r\n ");
                bytes = 1;
            }
            file.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }
        file.Append("\r\n");
    }
}
