using System.ComponentModel;
using System.Diagnostics;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>Programs of other makers that some tests need. The product itself needs none of them.</summary>
internal static class Requirement
{
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3", "python"];

    private static readonly Lazy<string?> PythonWithAiosmtpd = new(() =>
        Pythons.FirstOrDefault(python => Runs(python, "-c", "import aiosmtpd.smtp"))
    );

    /// <summary>On the build machine nothing may be missing: there, a test without its peer fails.</summary>
    public static bool AllDemanded =>
        string.Equals(
            Environment.GetEnvironmentVariable("CI"),
            "true",
            StringComparison.OrdinalIgnoreCase
        );

    /// <summary>A Python that has aiosmtpd.</summary>
    public static string Python =>
        PythonWithAiosmtpd.Value
        ?? throw new InvalidOperationException("aiosmtpd is not here: install python3-aiosmtpd.");

    /// <summary>Why a test has to be skipped, or null when it can run or must fail.</summary>
    public static string? Missing(IEnumerable<string> names) =>
        AllDemanded
            ? null
            : names
                .Where(name => !IsHere(name))
                .Select(name => $"Needs {name}, which this machine does not have.")
                .FirstOrDefault();

    private static bool IsHere(string name) =>
        name switch
        {
            "aiosmtpd" => PythonWithAiosmtpd.Value is not null,
            "chromium" => OnPath("chromium"),
            "local-slack" => OnPath("unshare")
                && OnPath("socat")
                && HasPeer("slack", "local-slack-linux-x64"),
            "bot-tokens" => OnPath("node") && HasPeer("bot-tokens", "botframework-connector"),
            "teams-manifest" => OnPath("node")
                && HasPeer("teams-manifest", "@microsoft/app-manifest"),
            "teams-playground" => OnPath("node")
                && HasPeer("teams-playground", "@microsoft/m365agentsplayground"),
            "slack-packages" => OnPath("node") && HasPeer("slack", "@slack/types"),
            "teams-packages" => OnPath("node") && HasPeer("teams", "@microsoft/teams.cards"),
            "postgresql" => OnPath("postgres")
                || (
                    Directory.Exists("/usr/lib/postgresql")
                    && Directory
                        .EnumerateDirectories("/usr/lib/postgresql")
                        .Any(version => File.Exists(Path.Combine(version, "bin", "postgres")))
                ),
            _ => throw new ArgumentException(
                $"Unknown requirement {name}: describe it here.",
                nameof(name)
            ),
        };

    /// <summary>Whether a package of tests/peers was installed ("npm ci" there).</summary>
    private static bool HasPeer(string peer, string package) =>
        Directory.Exists(
            Path.Combine(Templates.Repository(), "tests", "peers", peer, "node_modules", package)
        );

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            );
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
