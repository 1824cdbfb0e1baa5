using System.Collections.Immutable;
using System.Net.Mail;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Intake;

/// <summary>A customer that is not in the directory yet, so that nobody has to wait for an administrator to escalate.</summary>
internal static class AddCustomer
{
    public const string Id = "customer.add";
    private const int NameLength = 80;

    public static void Register(Slices slices) =>
        slices
            .Query("customer", turn => Show(turn.Situation, turn.Interaction.Argument))
            .Dialog(Id, open: turn => Show(turn.Situation, ""), submit: Submit);

    /// <summary>Why a customer cannot be added, or none.</summary>
    public static ImmutableArray<Refusal> Refused(Customer customer, Situation situation)
    {
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        if (
            situation.Directory.ByName(customer.Name) is { } known
            || situation.Directory.Customers.TryGetValue(customer.Id, out known)
        )
            refusals.Add(new(Phrase.Of("customer.known", ("name", known.Name)), "name"));
        foreach (var contact in customer.Contacts)
            if (OwnerOf(contact.Email, situation.Directory) is { } other)
                refusals.Add(new(Phrase.Of("customer.known-email", ("name", other.Name)), "email"));
        return refusals.ToImmutable();
    }

    /// <summary>A readable identifier: the first letters and digits of the name.</summary>
    public static CustomerId IdOf(string name)
    {
        var slug = string.Concat(
                name.Normalize(System.Text.NormalizationForm.FormD)
                    .ToLowerInvariant()
                    .Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')
            )
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var id = string.Join('-', slug);
        return new CustomerId(
            id.Length == 0 ? Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(name))
            : id.Length > 40 ? id[..40].TrimEnd('-')
            : id
        );
    }

    private static Customer? OwnerOf(string email, CompanyDirectory directory) =>
        directory.Customers.Values.FirstOrDefault(customer =>
            customer.Contacts.Any(contact =>
                string.Equals(contact.Email, email, StringComparison.OrdinalIgnoreCase)
            )
        );

    private static Reply Show(Situation situation, string name)
    {
        if (!situation.May(Right.Declare))
            return Turn.Refuse(Phrase.Of("declare.not-allowed"));
        return new Reply.Show(
            new Dialog(
                Id,
                Phrase.Of("customer.title"),
                Phrase.Of("button.add"),
                [
                    new TextInput("name", Phrase.Of("customer.name"))
                    {
                        Initial = name.Length > NameLength ? name[..NameLength] : name,
                        MaxLength = NameLength,
                    },
                    Keys(
                        "tier",
                        "customer.tier",
                        situation.Policy.Tiers.Values.Select(t => (t.Key, (Text)t.Name))
                    ),
                    Keys(
                        "region",
                        "customer.region",
                        situation.Policy.Regions.Values.Select(r => (r.Key, (Text)r.Name))
                    ),
                    Keys(
                        "language",
                        "customer.language",
                        Languages.All.Select(tag =>
                            (tag, (Text)Languages.Culture(tag).Parent.NativeName)
                        )
                    ) with
                    {
                        Initial = [Languages.Closest(situation.Policy.DefaultLanguage)],
                    },
                    new TextInput("zone", Phrase.Of("customer.zone"))
                    {
                        Initial = situation.Policy.DefaultZone,
                        MaxLength = 60,
                        Hint = Phrase.Of("customer.zone.hint"),
                    },
                    new TextInput("contact", Phrase.Of("customer.contact"))
                    {
                        MaxLength = NameLength,
                    },
                    new TextInput("email", Phrase.Of("customer.email")) { MaxLength = 254 },
                    new PersonInput("success-manager", Phrase.Of("customer.success-manager"))
                    {
                        Required = false,
                    },
                    new PersonInput("account-executive", Phrase.Of("customer.account-executive"))
                    {
                        Required = false,
                    },
                ]
            ).Checked()
        );
    }

    private static ChoiceInput Keys(
        string id,
        string label,
        IEnumerable<(string Key, Text Name)> keys
    ) => new(id, Phrase.Of(label), [.. keys.Select(pair => new Option(pair.Key, pair.Name))]);

    private static Reply Submit(Turn turn)
    {
        var situation = turn.Situation;
        if (!situation.May(Right.Declare))
            return Turn.Refuse(Phrase.Of("declare.not-allowed"));
        var form = turn.Form();
        var name = OneLine(form.Text("name", NameLength));
        var customer = new Customer(IdOf(name), name)
        {
            Tier = Key(form, "tier", situation.Policy.Tiers.Keys),
            Region = Key(form, "region", situation.Policy.Regions.Keys),
            Language = Key(form, "language", Languages.All),
            Zone = form.Text("zone", 60),
            Contacts = [new Contact(OneLine(form.Text("contact", NameLength)), Email(form))],
            SuccessManager = form.OptionalPerson("success-manager"),
            AccountExecutive = form.OptionalPerson("account-executive"),
        };
        if (
            customer.Zone.Length > 0
            && DateTimeZoneProviders.Tzdb.GetZoneOrNull(customer.Zone) is null
        )
            form.Wrong("zone", Phrase.Of("customer.unknown-zone", ("zone", customer.Zone)));
        if (name.Length > 0)
            foreach (var refusal in Refused(customer, situation))
                form.Wrong(refusal.Field!, refusal.Sentence);
        if (form.Refused is { } refused)
            return refused;
        turn.Records.SaveCustomer(customer);
        return Reply.Say(Phrase.Of("customer.added", ("name", customer.Name)));
    }

    private static string Key(Form form, string field, IEnumerable<string> known)
    {
        var key = form.Text(field, 100);
        if (key.Length > 0 && !known.Contains(key))
            form.Wrong(field, Phrase.Of("form.unknown-choice"));
        return key;
    }

    private static string Email(Form form)
    {
        var email = form.Text("email", 254);
        if (
            email.Length > 0
            && (!MailAddress.TryCreate(email, out var address) || address.Address != email)
        )
            form.Wrong("email", Phrase.Of("customer.not-an-email"));
        return email;
    }

    /// <summary>Names stand in subjects and greetings, so they hold no line breaks.</summary>
    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
