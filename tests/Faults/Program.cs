using System.Globalization;
using EscalationCollab.Faults;
using EscalationCollab.Faults.Rows;

FaultRow[] rows = [.. SlackRows.All, .. TeamsRows.All];
var names = string.Join(", ", rows.Select(row => row.Name));
int? count = args is [_, var asked]
    ? int.TryParse(asked, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : null
    : 0;
var wanted = args is ["all", ..]
    ? rows
    : [.. rows.Where(row => args is [var name, ..] && row.Name == name)];
if (wanted.Length == 0 || count is null)
{
    Console.Error.WriteLine($"Give a row and, if not all of it, how many: {names}, or all");
    return 2;
}
Console.WriteLine(Finding.Header);
var broken = false;
foreach (var row in wanted)
{
    var finding = await row.RunAsync(count.Value > 0 ? count.Value : row.Full);
    Console.WriteLine(finding.ToMarkdown(row));
    foreach (var breach in finding.Breaches)
        Console.Error.WriteLine($"{row.Name}: {breach}");
    broken |= finding.Breaches.Count > 0;
}
return broken ? 1 : 0;
