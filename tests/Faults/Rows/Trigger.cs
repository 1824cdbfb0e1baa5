namespace EscalationCollab.Faults.Rows;

/// <summary>Commands that open a form, whose trigger Slack no longer takes.</summary>
internal static class Trigger
{
    // Slack opens a hundred forms a minute.
    private const int Quick = 20;

    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync(Quick);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var answer = await product.App.CommandAsync(Case.Marco, "new", trigger: $"expired.{i}");
            if (answer.Status != 200)
                refused++;
            await Tests.Slack.Fake.Eventually.IsTrueAsync(
                () => product.Slack.Responses.Count > i,
                "a private answer",
                seconds: 60
            );
        }
        var told = product.Slack.Responses.Count(response =>
            ((string?)response.Message["text"])?.StartsWith(
                "The form could not be opened in time",
                StringComparison.Ordinal
            )
                is true
        );
        return new Finding(
            $"{count:N0} commands with an expired trigger",
            $"{count - refused:N0} answered 200, {told:N0} told privately to try again, {product.Slack.Views.Count} forms",
            "each told, none silent"
        )
            .Must(refused == 0, $"{refused} were not acknowledged")
            .Must(told == count, $"{told} of {count} were told");
    }
}
