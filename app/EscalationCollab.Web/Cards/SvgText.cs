using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace EscalationCollab.Web.Cards;

/// <summary>Words in a drawing: a Razor page cannot write the element <c>text</c>, which means something else there.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>How it looks.</summary>
    [Parameter, EditorRequired]
    public required string Class { get; set; }

    /// <summary>Where it stands, from the left.</summary>
    [Parameter, EditorRequired]
    public required string X { get; set; }

    /// <summary>Where it stands, from the top.</summary>
    [Parameter, EditorRequired]
    public required string Y { get; set; }

    /// <summary>What it says.</summary>
    [Parameter, EditorRequired]
    public required string Words { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", X);
        builder.AddAttribute(3, "y", Y);
        builder.AddContent(4, Words);
        builder.CloseElement();
    }
}
