using System.Collections.Immutable;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace EscalationCollab.Core.People;

/// <summary>A company written down in YAML: people and customers. The Sandbox and the tests start from one.</summary>
public sealed record CompanyFile(string Company, CompanyDirectory Directory)
{
    /// <summary>Reads a company.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">The text is not such a file; the message names line and column.</exception>
    public static CompanyFile Load(string path)
    {
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .Build();
        using var reader = new StreamReader(path);
        var file = yaml.Deserialize<Root>(reader);
        return new CompanyFile(
            file.Company,
            new CompanyDirectory(
                file.People.Select(person => person.ToPerson())
                    .ToImmutableDictionary(person => person.Id),
                file.Customers.Select(customer => customer.ToCustomer())
                    .ToImmutableDictionary(customer => customer.Id)
            )
        );
    }

    private sealed class Root
    {
        public string Company { get; set; } = "";
        public List<PersonEntry> People { get; set; } = [];
        public List<CustomerEntry> Customers { get; set; } = [];
    }

    private sealed class PersonEntry
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Email { get; set; } = "";
        public string Title { get; set; } = "";
        public string Language { get; set; } = "en";
        public string Zone { get; set; } = "Etc/UTC";
        public List<string> Teams { get; set; } = [];
        public List<string> Skills { get; set; } = [];

        public Person ToPerson() =>
            new(new PersonId(Id), Name, Email, Title, Language, Zone)
            {
                Teams = [.. Teams],
                Skills = [.. Skills],
            };
    }

    private sealed class CustomerEntry
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Tier { get; set; } = "";
        public string Region { get; set; } = "";
        public string Language { get; set; } = "en";
        public string Zone { get; set; } = "Etc/UTC";
        public string? SuccessManager { get; set; }
        public string? AccountExecutive { get; set; }
        public List<ContactEntry> Contacts { get; set; } = [];
        public SharedEntry? SharedChannel { get; set; }

        public Customer ToCustomer() =>
            new(new CustomerId(Id), Name)
            {
                Tier = Tier,
                Region = Region,
                Language = Language,
                Zone = Zone,
                SuccessManager = SuccessManager is null ? null : new PersonId(SuccessManager),
                AccountExecutive = AccountExecutive is null ? null : new PersonId(AccountExecutive),
                Contacts =
                [
                    .. Contacts.Select(contact => new Contact(contact.Name, contact.Email)),
                ],
                Shared = SharedChannel?.ToShared(),
            };
    }

    private sealed class SharedEntry
    {
        public string Platform { get; set; } = "";
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public bool Preferred { get; set; } = true;

        public SharedChannel ToShared() => new(Platform, Id, Name.TrimStart('#'), Preferred);
    }

    private sealed class ContactEntry
    {
        public string Name { get; set; } = "";
        public string Email { get; set; } = "";
    }
}
