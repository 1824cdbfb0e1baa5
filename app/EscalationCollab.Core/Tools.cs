using System.Collections.Immutable;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Words;

namespace EscalationCollab.Core;

/// <summary>
/// What slices may use beside the state: words, ways to customers, the address people outside chat reach us at. Handed
/// to the slices that need it when they register, so that decisions stay pure.
/// </summary>
/// <param name="PublicAddress">The beginning of links in letters and cards, ending in a slash.</param>
public sealed record Tools(
    Wordbook Words,
    ImmutableArray<ICustomerChannel> Channels,
    Uri PublicAddress
)
{
    /// <summary>The way to customers that needs nothing but their addresses.</summary>
    public ICustomerChannel? Mail => ChannelNamed("email");

    /// <summary>The way to customers of a name, or null when it is not configured.</summary>
    public ICustomerChannel? ChannelNamed(string name) =>
        Channels.FirstOrDefault(channel => channel.Name == name);

    /// <summary>The letters to customers, from the same folder as the words.</summary>
    public CustomerTemplates Letters { get; init; } = CustomerTemplates.Load(Words.Folder, Words);

    /// <summary>The documents of post-mortems, from the same folder.</summary>
    public PostMortemDocuments Documents { get; init; } = new(Words.Folder, Words);
}
