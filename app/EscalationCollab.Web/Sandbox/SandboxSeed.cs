using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using NodaTime;
using YamlDotNet.Core;

namespace EscalationCollab.Web.Sandbox;

/// <summary>
/// Fills an empty database with the small company of the trial: its people and customers, its rooms, and what customers
/// wrote lately. All in one transaction, once.
/// </summary>
internal sealed class SandboxSeed(IStore store, TimeProvider time, string templatesFolder)
{
    private const string Done = "sandbox-seeded";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var seeded = await store.ReadAsync(
            connection => new Records(connection, Visitors.Tenant).Setting(Done),
            cancellation
        );
        if (seeded is not null)
            return;
        var company = Read("company.yaml", CompanyFile.Load);
        var messages = Read("messages.yaml", MessagesFile.Load);
        await store.WriteAsync(
            connection =>
            {
                var records = new Records(connection, Visitors.Tenant);
                if (records.Setting(Done) is null)
                    Fill(
                        records,
                        new ChatRows(connection, Visitors.Tenant),
                        company,
                        messages,
                        time.Moment()
                    );
                return true;
            },
            cancellation
        );
    }

    /// <summary>What a newcomer reads first.</summary>
    public static Card Welcome() =>
        Card.Of(
            Phrase.Of("sandbox.welcome"),
            new Header(Phrase.Of("sandbox.welcome")),
            new Context(Phrase.Of("sandbox.welcome.language")),
            new Paragraph(Phrase.Of("sandbox.welcome.what")),
            new Paragraph(
                Text.Join(
                    "\n",
                    Enumerable
                        .Range(1, 5)
                        .Select(step =>
                            (Text)
                                Phrase.Of(
                                    string.Create(
                                        System.Globalization.CultureInfo.InvariantCulture,
                                        $"sandbox.welcome.step-{step}"
                                    )
                                )
                        )
                )
            ),
            new Context(Phrase.Of("sandbox.welcome.help", ("help", new Code("/escalate help"))))
        );

    private static void Fill(
        Records records,
        ChatRows rows,
        CompanyFile company,
        MessagesFile messages,
        Instant now
    )
    {
        if (records.LoadDirectory().People.IsEmpty)
        {
            foreach (var person in company.Directory.People.Values)
                records.SavePerson(person);
            foreach (var customer in company.Directory.Customers.Values)
                records.SaveCustomer(customer);
        }
        var directory = records.LoadDirectory();
        records.SaveCompanyName(company.Company);
        records.SaveSetting(Visitors.StartPersonSetting, messages.StartPerson);
        records.SaveSetting(Visitors.StartRoomSetting, messages.StartRoom);
        var place = RoomPlaces.First;
        foreach (var room in messages.Rooms)
            AddRoom(rows, directory, room, place++, now);
        rows.Add(MessageRow.Shows(messages.StartRoom, Welcome(), now));
        records.SaveSetting(Done, now.ToString());
    }

    private static void AddRoom(
        ChatRows rows,
        CompanyDirectory directory,
        SeededRoom room,
        long place,
        Instant now
    )
    {
        rows.AddRoom(
            new RoomRow
            {
                Id = room.Name,
                Name = room.Name,
                Topic = StoredChat.Write((Text)room.Topic),
                Place = place,
            },
            now
        );
        rows.AddMembers(
            room.Name,
            room.Members is []
                ? directory.People.Keys
                : room
                    .Members.Select(id => new PersonId(id))
                    .Where(person => directory.Find(person) is not null)
        );
        foreach (var message in room.Messages)
        {
            var author = directory.Find(new PersonId(message.From));
            rows.Add(
                MessageRow.Says(
                    room.Name,
                    author?.Id ?? new PersonId($"customer:{message.From}"),
                    message.Text,
                    now - message.Before
                ) with
                {
                    AuthorName = author is null ? NameOf(message.From, directory) : null,
                }
            );
        }
    }

    // A support room says which company a customer writes for.
    private static string NameOf(string contact, CompanyDirectory directory) =>
        directory.Customers.Values.FirstOrDefault(customer =>
            customer.Contacts.Any(known => known.Name == contact)
        )
            is { } of
            ? $"{contact} ({of.Name})"
            : contact;

    private T Read<T>(string file, Func<string, T> load)
    {
        var path = Path.Combine(templatesFolder, "sandbox", file);
        try
        {
            return load(path);
        }
        catch (Exception error) when (error is YamlException or IOException)
        {
            var place = error is YamlException yaml ? $" line {yaml.Start.Line}" : "";
            throw new InvalidDataException(
                $"sandbox/{file}{place}: {error.Message} Put the delivered file back, or correct it.",
                error
            );
        }
    }
}
