using System.Globalization;
using System.Text;
using EscalationCollab.Slack.Receiving;
using EscalationCollab.Tests.Slack.Fake;

namespace EscalationCollab.Faults.Rows;

/// <summary>
/// A click that would count, with one bit of its body, signature or time changed, signed with another secret, or too old or
/// too new.
/// </summary>
internal static class Forged
{
    public static async Task<Finding> RunAsync(int count)
    {
        await using var product = await Case.StartAsync();
        var number = await product.OwnedAsync();
        var random = new Random(1);
        var (accepted, slow) = (0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
            {
                var forgery = Forge(product, product.Click(number), i, Roll);
                var answer = await product.App.SendAsync(
                    "/slack/interactions",
                    forgery.Body,
                    "application/x-www-form-urlencoded",
                    forgery.Time,
                    forgery.Signature
                );
                if (answer.Status != 401)
                    Interlocked.Increment(ref accepted);
                if (answer.Took > TimeSpan.FromSeconds(3))
                    Interlocked.Increment(ref slow);
            }
        );
        // The same door is open to what is really Slack's.
        var genuine = (await product.SendAsync(product.Click(number))).Status;
        var stored = await product.StoredAsync();
        return new Finding(
            $"{count:N0} requests: one bit of body, signature or time changed, another secret, 301 to 86,400 s too old or too new",
            $"{accepted} accepted, {stored - 1} decided; the genuine one after them answered {genuine}",
            "0 accepted"
        )
            .Must(accepted == 0, $"{accepted} were accepted")
            .Must(stored == 1 && genuine == 200, "the genuine one was not decided, or others were");

        int Roll(int below)
        {
            lock (random)
                return random.Next(below);
        }
    }

    private static (string Body, string Time, string Signature) Forge(
        Case product,
        Parcel click,
        int kind,
        Func<int, int> roll
    )
    {
        var now = product.App.Clock.GetUtcNow().ToUnixTimeSeconds();
        var time = now.ToString(CultureInfo.InvariantCulture);
        var genuine = Sign(FakeSlack.SigningSecret, time, click.Body);
        switch (kind % 5)
        {
            case 0:
                return (Flip(click.Body, roll), time, genuine);
            case 1:
                return (click.Body, time, "v0=" + Flip(genuine[3..], roll));
            case 2:
                return (
                    click.Body,
                    (now + 1 + roll(200)).ToString(CultureInfo.InvariantCulture),
                    genuine
                );
            case 3:
                return (
                    click.Body,
                    time,
                    Sign("another-secret-of-thirty-two-byte", time, click.Body)
                );
            default:
                var away = 301 + roll(86_100);
                var other = (now + (kind % 2 == 0 ? away + 5 : -away)).ToString(
                    CultureInfo.InvariantCulture
                );
                return (click.Body, other, Sign(FakeSlack.SigningSecret, other, click.Body));
        }
    }

    // The lowest bit of one character: it stays printable, so that it is the signature that refuses it.
    private static string Flip(string text, Func<int, int> roll)
    {
        var at = roll(text.Length);
        var changed = (char)(text[at] ^ 1);
        return string.Concat(text.AsSpan(0, at), [changed], text.AsSpan(at + 1));
    }

    private static string Sign(string secret, string time, string body) =>
        SlackSignature.Of(secret, time, Encoding.UTF8.GetBytes(body));
}
