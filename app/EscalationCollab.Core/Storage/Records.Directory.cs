using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using EscalationCollab.Core.People;

namespace EscalationCollab.Core.Storage;

/// <content>People and customers.</content>
public sealed partial class Records
{
    private const string CompanyName = "company";

    /// <summary>Everybody the tenant knows.</summary>
    public CompanyDirectory LoadDirectory() =>
        new(
            Payloads<Person>("SELECT payload FROM person WHERE tenant = @tenant")
                .ToImmutableDictionary(person => person.Id),
            Payloads<Customer>("SELECT payload FROM customer WHERE tenant = @tenant")
                .ToImmutableDictionary(customer => customer.Id)
        )
        {
            Company = Setting(CompanyName) ?? "",
        };

    /// <summary>Keeps the company's name, as customers know it.</summary>
    public void SaveCompanyName(string name)
    {
        SaveSetting(CompanyName, name);
        Next("directory");
    }

    /// <summary>Keeps a person, in place of the earlier one of the same id.</summary>
    public void SavePerson(Person person)
    {
        _connection.Execute(
            """
            INSERT INTO person (tenant, id, email, payload) VALUES (@tenant, @id, @email, @payload)
            ON CONFLICT (tenant, id) DO UPDATE SET email = excluded.email, payload = excluded.payload
            """,
            new
            {
                tenant = Tenant.Value,
                id = person.Id.Value,
                email = person.Email.ToLowerInvariant(),
                payload = JsonSerializer.Serialize(person, Json.Options),
            }
        );
        Next("directory");
    }

    /// <summary>Keeps a customer, in place of the earlier one of the same id.</summary>
    public void SaveCustomer(Customer customer)
    {
        _connection.Execute(
            """
            INSERT INTO customer (tenant, id, name, payload) VALUES (@tenant, @id, @name, @payload)
            ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, payload = excluded.payload
            """,
            new
            {
                tenant = Tenant.Value,
                id = customer.Id.Value,
                name = customer.Name,
                payload = JsonSerializer.Serialize(customer, Json.Options),
            }
        );
        Next("directory");
    }

    /// <summary>Grows whenever a person or customer changes; tells a cache that it is out of date.</summary>
    public long DirectoryVersion() =>
        _connection.ExecuteScalar<long>(
            "SELECT COALESCE(MAX(value), 0) FROM counter WHERE tenant = @tenant AND name = 'directory'",
            new { tenant = Tenant.Value }
        );

    private IEnumerable<T> Payloads<T>(string query) =>
        _connection
            .Query<string>(query, new { tenant = Tenant.Value })
            .Select(payload => JsonSerializer.Deserialize<T>(payload, Json.Options)!);
}
