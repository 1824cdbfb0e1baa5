using System.Collections.Immutable;

namespace EscalationCollab.Core.People;

/// <summary>A person of the company.</summary>
/// <param name="Id">The same on every platform.</param>
/// <param name="Name">As shown.</param>
/// <param name="Email">Verified by the platform; matches the person across platforms and with the policy's teams.</param>
/// <param name="Title">What they do, in a few words.</param>
/// <param name="Language">A language of <c>templates/words</c>.</param>
/// <param name="Zone">An IANA time zone.</param>
public sealed record Person(
    PersonId Id,
    string Name,
    string Email,
    string Title,
    string Language,
    string Zone
)
{
    /// <summary>Teams of the policy this person belongs to, beside those that the policy itself lists.</summary>
    public ImmutableArray<string> Teams { get; init; } = [];

    /// <summary>Skills the policy may ask for.</summary>
    public ImmutableArray<string> Skills { get; init; } = [];

    /// <summary>A guest of the company's chat, or of another company: may do what the policy's <c>guests</c> say, no more.</summary>
    public bool IsGuest { get; init; }
}

/// <summary>A customer organisation.</summary>
public sealed record Customer(CustomerId Id, string Name)
{
    /// <summary>A tier of the policy, such as <c>enterprise</c>.</summary>
    public string Tier { get; init; } = "";

    /// <summary>A region of the policy, such as <c>latam</c>.</summary>
    public string Region { get; init; } = "";

    /// <summary>The language customer messages are written in.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The IANA time zone times are told in.</summary>
    public string Zone { get; init; } = "Etc/UTC";

    /// <summary>Who receives messages; the first one is addressed by name.</summary>
    public ImmutableArray<Contact> Contacts { get; init; } = [];

    /// <summary>A chat channel shared with the customer's people; null where there is none.</summary>
    public SharedChannel? Shared { get; init; }

    /// <summary>Who looks after the customer.</summary>
    public PersonId? SuccessManager { get; init; }

    /// <summary>Who sells to the customer.</summary>
    public PersonId? AccountExecutive { get; init; }
}

/// <summary>A channel that the company shares with a customer, such as one of Slack Connect.</summary>
/// <param name="Channel">The way to customers that reaches it: the name of an <c>ICustomerChannel</c>, such as <c>slack</c>.</param>
/// <param name="Place">The room's id there.</param>
/// <param name="Name">As people call it, without a sign before it.</param>
/// <param name="Preferred">Whether messages go there unless their writer chooses e-mail; otherwise the other way round.</param>
public sealed record SharedChannel(
    string Channel,
    string Place,
    string Name,
    bool Preferred = true
);

/// <summary>A person at a customer.</summary>
public sealed record Contact(string Name, string Email);

/// <summary>Everybody a tenant knows, as of one moment: people and customers. Immutable, so decisions on it are pure.</summary>
public sealed class CompanyDirectory(
    ImmutableDictionary<PersonId, Person> people,
    ImmutableDictionary<CustomerId, Customer> customers
)
{
    /// <summary>Nobody.</summary>
    public static readonly CompanyDirectory Empty = new(
        ImmutableDictionary<PersonId, Person>.Empty,
        ImmutableDictionary<CustomerId, Customer>.Empty
    );

    /// <summary>The name of the company, as customers know it; empty when nobody has told it.</summary>
    public string Company { get; init; } = "";

    /// <summary>All people.</summary>
    public ImmutableDictionary<PersonId, Person> People { get; } = people;

    /// <summary>All customers.</summary>
    public ImmutableDictionary<CustomerId, Customer> Customers { get; } = customers;

    /// <summary>A person, or null.</summary>
    public Person? Find(PersonId? id) => id is { } known ? People.GetValueOrDefault(known) : null;

    /// <summary>A customer, or null.</summary>
    public Customer? Find(CustomerId id) => Customers.GetValueOrDefault(id);

    /// <summary>A person by e-mail address, whatever its case, or null.</summary>
    public Person? ByEmail(string email) =>
        People.Values.FirstOrDefault(p =>
            string.Equals(p.Email, email, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>A customer by id or by name, whatever its case, or null.</summary>
    public Customer? ByName(string name) =>
        Customers.GetValueOrDefault(new CustomerId(name))
        ?? Customers.Values.FirstOrDefault(c =>
            string.Equals(c.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>The customer that a room is shared with, or null.</summary>
    public Customer? CustomerIn(string channel, string place) =>
        Customers.Values.FirstOrDefault(customer =>
            customer.Shared is { } shared && shared.Channel == channel && shared.Place == place
        );

    /// <summary>The customer whose contact or name a text mentions, for prefilling a form; null when none or several do.</summary>
    public Customer? CustomerNamedIn(string text)
    {
        var named = Customers
            .Values.Where(customer =>
                text.Contains(customer.Name, StringComparison.OrdinalIgnoreCase)
                || customer.Contacts.Any(contact =>
                    text.Contains(contact.Email, StringComparison.OrdinalIgnoreCase)
                    || text.Contains(contact.Name, StringComparison.OrdinalIgnoreCase)
                )
            )
            .Take(2)
            .ToList();
        return named is [var only] ? only : null;
    }
}
