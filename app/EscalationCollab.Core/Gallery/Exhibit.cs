using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>One thing a person can be shown, as it looked at one moment of a life that was really played.</summary>
/// <param name="Area">The room of the house it comes from, such as <c>StatusUpdates</c>.</param>
/// <param name="Name">What it is: the stored name of a notice, <c>dialog.{route}</c>, <c>reply.{route}</c> or <c>letter.{kind}</c>.</param>
/// <param name="Variant">Counts the shapes it takes, from 1.</param>
/// <param name="Voice">How much people wrote: <c>usual</c>, <c>longest</c> or <c>shortest</c>.</param>
/// <param name="Reader">Who sees it.</param>
/// <param name="Now">When it is seen; relative times count from here.</param>
public sealed record Exhibit(
    string Area,
    string Name,
    int Variant,
    string Voice,
    Person Reader,
    Instant Now
)
{
    /// <summary>A message, or null.</summary>
    public Card? Card { get; init; }

    /// <summary>A form, or null.</summary>
    public Dialog? Dialog { get; init; }

    /// <summary>Everybody that may be mentioned on it.</summary>
    public CompanyDirectory Directory { get; init; } = CompanyDirectory.Empty;

    /// <summary>The language it is in by its own nature, such as a letter to a customer; null when it is said in the reader's.</summary>
    public string? OnlyIn { get; init; }

    /// <summary>A file's name without folder, language and ending.</summary>
    public string FileName => $"{Name.Replace(':', '-')}.{Variant}.{Voice}";
}

/// <summary>Turns exhibits into files, one renderer per chat platform.</summary>
public interface IExhibitRenderer
{
    /// <summary>The folder the files go to, such as <c>sandbox</c>.</summary>
    string Name { get; }

    /// <summary>The ending of a file's name, without the dot.</summary>
    string Extension { get; }

    /// <summary>The exhibit in a language, as it goes over the wire to the platform.</summary>
    Task<string> RenderAsync(Exhibit exhibit, string language, CancellationToken cancellation);

    /// <summary>What only this platform shows.</summary>
    /// <param name="like">Whose reader, moment and directory it is shown with.</param>
    IEnumerable<Exhibit> Own(Exhibit like) => [];
}
