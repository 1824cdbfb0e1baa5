using System.Globalization;
using EscalationCollab.Core.Cards;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using NodaTime.Text;

namespace EscalationCollab.Web.Cards;

/// <summary>
/// A <see cref="Text"/> as inline HTML. Written in C# because every blank counts here. Literal text reaches the page
/// through the framework's encoder only.
/// </summary>
public sealed class TextView : ComponentBase
{
    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public required Text Value { get; set; }

    /// <summary>Who reads.</summary>
    [CascadingParameter]
    public required CardContext Context { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Write(builder, Value);
    }

    private void Write(RenderTreeBuilder to, Text text)
    {
        foreach (var part in text.Parts)
            Write(to, part);
    }

    private void Write(RenderTreeBuilder to, Inline part)
    {
        switch (part)
        {
            case Plain plain:
                to.AddContent(0, plain.Value);
                break;
            case Bold bold:
                Element(to, "strong", null, () => Write(to, bold.Value));
                break;
            case Code code:
                Element(to, "code", null, () => to.AddContent(0, code.Value));
                break;
            case Mention mention:
                WriteMention(to, mention);
                break;
            case Link link:
                WriteLink(to, link);
                break;
            case RoomLink room:
                WriteRoom(to, room);
                break;
            case Moment moment:
                WriteMoment(to, moment);
                break;
            case Span span:
                to.AddContent(0, Context.Format.Span(span.Length));
                break;
            case Number number:
                to.AddContent(0, Context.Format.Number(number));
                break;
            case Phrase phrase:
                Write(to, Context.Format.Words.Resolve(phrase, Context.Format.Language));
                break;
            default:
                throw new CardException($"no HTML for {part.GetType().Name}");
        }
    }

    private void WriteMention(RenderTreeBuilder to, Mention mention) =>
        Element(
            to,
            "span",
            mention.Person == Context.Reader ? "mention mention-me" : "mention",
            () =>
                to.AddContent(
                    0,
                    "@" + (Context.Directory.Find(mention.Person)?.Name ?? mention.Person.Value)
                )
        );

    private void WriteLink(RenderTreeBuilder to, Link link)
    {
        if (SafeAddress.Link(link.Address) is not { } address)
        {
            Write(to, link.Label);
            return;
        }
        to.OpenElement(0, "a");
        to.AddAttribute(1, "href", address);
        if (SafeAddress.LeadsAway(link.Address))
        {
            to.AddAttribute(2, "rel", "noopener noreferrer");
            to.AddAttribute(3, "target", "_blank");
        }
        Write(to, link.Label);
        to.CloseElement();
    }

    private void WriteRoom(RenderTreeBuilder to, RoomLink room)
    {
        if (Context.RoomAddress(room.Escalation) is not { } address)
        {
            to.AddContent(0, room.Escalation.ToString());
            return;
        }
        to.OpenElement(0, "a");
        to.AddAttribute(1, "class", "room-link");
        to.AddAttribute(2, "href", address);
        to.AddContent(3, room.Escalation.ToString());
        to.CloseElement();
    }

    private void WriteMoment(RenderTreeBuilder to, Moment moment)
    {
        to.OpenElement(0, "time");
        to.AddAttribute(
            1,
            "datetime",
            InstantPattern.General.WithCulture(CultureInfo.InvariantCulture).Format(moment.At)
        );
        to.AddAttribute(2, "title", Context.Format.Exact(moment.At, withZone: true));
        to.AddContent(3, Context.Format.Moment(moment));
        to.CloseElement();
    }

    // Sequence numbers only matter for diffs; a page is rendered once.
    private static void Element(RenderTreeBuilder to, string name, string? cssClass, Action content)
    {
        to.OpenElement(0, name);
        if (cssClass is not null)
            to.AddAttribute(1, "class", cssClass);
        content();
        to.CloseElement();
    }
}
