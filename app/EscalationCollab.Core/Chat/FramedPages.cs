namespace EscalationCollab.Core.Chat;

/// <summary>
/// Where pages that are only read, and only by the one they are made for, may stand in a frame: chat clients show them as tabs.
/// Every other page stands in no frame.
/// </summary>
/// <param name="Ancestors">Sources as a content security policy names them, such as <c>https://teams.microsoft.com</c>.</param>
public sealed record FramedPages(IReadOnlyList<string> Ancestors);
