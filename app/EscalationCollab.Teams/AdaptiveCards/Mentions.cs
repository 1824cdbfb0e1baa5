using System.Globalization;
using System.Text.Json.Nodes;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;

namespace EscalationCollab.Teams.AdaptiveCards;

/// <summary>
/// Who is mentioned by a card. A mention is the text <c>&lt;at&gt;name&lt;/at&gt;</c> in a text block and an entity of the
/// card that says who it is; text runs have none.
/// </summary>
internal sealed class Mentions(TeamsReader reader, IEnumerable<PersonId> notify)
{
    private readonly HashSet<PersonId> _mayRing = reader.MentionsRing ? [.. notify] : [];
    private readonly Dictionary<PersonId, string> _tags = [];
    private readonly Dictionary<string, PersonId> _names = [];
    private readonly List<JsonObject> _entities = [];

    /// <summary>The entities of the card, one for each person mentioned so far.</summary>
    public JsonArray Entities => [.. _entities.Select(entity => entity.DeepClone())];

    /// <summary>Whether anybody was mentioned.</summary>
    public bool Any => _entities.Count > 0;

    /// <summary>Whether a text names somebody who is to be rung.</summary>
    public bool In(Text text) =>
        _mayRing.Count > 0
        && text.Parts.Any(part =>
            part switch
            {
                Mention mention => Rings(mention.Person),
                Bold bold => In(bold.Value),
                _ => false,
            }
        );

    /// <summary>Those who are to be rung and were not mentioned yet.</summary>
    public IEnumerable<PersonId> Missing =>
        _mayRing.Where(person => Rings(person) && !_tags.ContainsKey(person));

    /// <summary>The tag that mentions a person; null when they go by their name.</summary>
    public string? TagOf(PersonId person)
    {
        if (!Rings(person))
            return null;
        if (_tags.TryGetValue(person, out var tag))
            return tag;
        var user = reader.UserOf(person)!;
        var name = Unique(
            Literal.Shorten(Safe.Marked(user.Name.ReplaceLineEndings(" ")), 100),
            person
        );
        tag = $"<at>{name}</at>";
        _entities.Add(
            new JsonObject
            {
                ["type"] = "mention",
                ["text"] = tag,
                ["mentioned"] = new JsonObject { ["id"] = user.Id, ["name"] = name },
            }
        );
        return _tags[person] = tag;
    }

    private bool Rings(PersonId person) =>
        _mayRing.Contains(person) && reader.UserOf(person) is { Name.Length: > 0 };

    // Teams finds the entity by its text, so two people of one name need two.
    private string Unique(string name, PersonId person)
    {
        name = name.Replace("<", "‹", StringComparison.Ordinal)
            .Replace(">", "›", StringComparison.Ordinal);
        var unique = name;
        for (var i = 2; !_names.TryAdd(unique, person); i++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{name} ({i})");
        return unique;
    }
}
