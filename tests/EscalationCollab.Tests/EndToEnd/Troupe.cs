using System.Globalization;

namespace EscalationCollab.Tests.EndToEnd;

/// <summary>
/// People who play the main job again and again: one declares, one takes it over, and then all of them work on it at
/// the same time. Every acknowledged act goes into the ledger.
/// </summary>
internal sealed class Troupe : IDisposable
{
    private const string Hall = "escalations";

    private static readonly (string Customer, string Problem)[] Problems =
    [
        ("acme", "Tellers cannot sign in"),
        ("northgate", "Export stops halfway"),
        ("ferri", "La fattura è doppia"),
        ("baltmaistas", "Ataskaita neatsidaro"),
        ("pinewood", "Invoices twice, they ask for their money"),
    ];

    private static readonly string[] Declarers = ["ana", "james", "beatriz"];
    private readonly Dictionary<string, Visitor> _people;
    private readonly Ledger _ledger;
    private readonly string _name;

    public Troupe(Uri address, string token, string name, Ledger ledger)
    {
        _name = name;
        _ledger = ledger;
        string[] everybody = ["ana", "james", "beatriz", "marco", "ruta", "tom", "priya", "helen"];
        _people = everybody.ToDictionary(
            person => person,
            person => new Visitor(address, person, token)
        );
    }

    /// <summary>Requests that got no answer and were sent again.</summary>
    public int Repeated => _people.Values.Sum(person => person.Repeated);

    /// <summary>Plays one escalation after the other until told to stop; the last one is played to its end.</summary>
    public async Task PlayAsync(CancellationToken stop)
    {
        for (var life = 1; !stop.IsCancellationRequested; life++)
            await LiveAsync(life);
    }

    public void Dispose()
    {
        foreach (var person in _people.Values)
            person.Dispose();
    }

    private async Task LiveAsync(int life)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"#{_name}{life}#");
        var (customer, problem) = Problems[life % Problems.Length];
        var number = await DeclareAsync(life, customer, $"{problem} {mark}");
        _ledger.Add(Act.Declared, mark);
        var owner = life % 2 == 0 ? "marco" : "ruta";
        await _people[owner].SayAsync(Hall, $"/escalate accept {number}");
        _ledger.Add(Act.Accepted, number);
        // Whom a silent escalation does not involve could not write into it.
        var silent = IsSilent(life);
        await Task.WhenAll(
            NoteAsync(silent ? owner : "tom", number, mark + "n1"),
            StatusAsync("priya", number, mark + "s1"),
            ChatAsync("james", mark + "c1"),
            _people["helen"].SayAsync(Hall, $"/escalate join {number} observer"),
            _people["beatriz"].SayAsync(Hall, $"/escalate catchup {number}")
        );
        await Task.WhenAll(
            NoteAsync(silent ? owner : "ana", number, mark + "n2"),
            SeverityAsync(owner, number, mark + "v1", life),
            _people["priya"].SayAsync(Hall, $"/escalate no-change {number}")
        );
        await StatusAsync("priya", number, mark + "s2");
        await WriteAsync(owner, $"/escalate workaround {number}", mark + "w1", "in.workaround");
        await WriteAsync(
            owner,
            $"/escalate resolve {number}",
            mark + "r1",
            "in.done",
            ("in.how", "Fix")
        );
        if (life % 3 == 0)
            await _people[owner].SayAsync(Hall, $"/escalate confirmed {number}");
    }

    private async Task WriteAsync(
        string person,
        string command,
        string mark,
        string field,
        params (string Name, string Value)[] others
    )
    {
        await _people[person].SubmitAsync(Hall, command, [(field, $"Put right {mark}"), .. others]);
        _ledger.Add(Act.Written, mark);
    }

    private static bool IsSilent(int life) => life % 6 == 0;

    // Every second one from a program, the others from a dialog.
    private async Task<string> DeclareAsync(int life, string customer, string summary)
    {
        var by = Declarers[life % Declarers.Length];
        if (life % 2 == 0)
            return await _people[by]
                .DeclareAsync(
                    $"key-{_name}{life}",
                    new
                    {
                        customer,
                        summary,
                        reason = "MissingExpertise",
                        severity = "Sev2",
                        restricted = IsSilent(life),
                    }
                );
        await _people[by]
            .SubmitAsync(
                Hall,
                "/escalate new",
                ("in.customer", customer),
                ("in.summary", summary),
                ("in.reason", "CustomerDemand"),
                ("in.severity", "Sev3")
            );
        return await _people[by].NumberOfAsync(summary);
    }

    private async Task NoteAsync(string person, string number, string mark)
    {
        await _people[person].SayAsync(Hall, $"/escalate note {number} Seen in the log: {mark}");
        _ledger.Add(Act.Written, mark);
    }

    private async Task StatusAsync(string person, string number, string mark)
    {
        await _people[person]
            .SubmitAsync(
                Hall,
                $"/escalate status {number}",
                ("in.conditions", $"Half of them work again {mark}"),
                ("in.needs", "Somebody who knows the old gateway"),
                ("in.trend", "Improving")
            );
        _ledger.Add(Act.Written, mark);
    }

    private async Task SeverityAsync(string person, string number, string mark, int life)
    {
        var severity = life % 2 == 0 ? 1 : 2;
        await _people[person].SayAsync(Hall, $"/escalate severity {number} {severity} {mark}");
        _ledger.Add(Act.Written, mark);
    }

    private async Task ChatAsync(string person, string mark)
    {
        await _people[person].SayAsync("engineering", $"Looking at it {mark}");
        _ledger.Add(Act.Said, mark);
    }
}
