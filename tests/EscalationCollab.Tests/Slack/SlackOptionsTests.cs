using EscalationCollab.Slack;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.Tests.Slack;

public sealed class SlackOptionsTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Read_Nothing_IsNotConfigured()
    {
        var options = Read(out var problems);

        options.IsConfigured.Should().BeFalse();
        problems.Should().BeEmpty();
    }

    [Fact]
    public void Read_Http_IsTaken()
    {
        var options = Read(
            out var problems,
            ("BotToken", "xoxb-1"),
            ("SigningSecret", $"{Secret}, {Secret}2"),
            ("Announcements", "#escalations")
        );

        problems.Should().BeEmpty();
        (options.ListensByHttp, options.ListensBySocket).Should().Be((true, false));
        options.SigningSecrets.Should().Equal(Secret, Secret + "2");
        options.ApiUrl.Should().Be(SlackOptions.SlackItself);
        options.Announcements.Should().Be("escalations");
    }

    [Fact]
    public void Read_SocketMode_NeedsNoSigningSecret()
    {
        var options = Read(out var problems, ("BotToken", "xoxb-1"), ("AppToken", "xapp-1"));

        problems.Should().BeEmpty();
        (options.ListensByHttp, options.ListensBySocket).Should().Be((false, true));
    }

    [Theory]
    [InlineData("SigningSecret", "short", "Slack:SigningSecret is too short")]
    [InlineData("BotToken", "", "Slack:BotToken is missing")]
    [InlineData("BotToken", "xoxp-1", "Slack:BotToken does not begin with xoxb-")]
    [InlineData("AppToken", "xoxb-1", "Slack:AppToken does not begin with xapp-")]
    [InlineData("SigningSecret", "", "Slack:SigningSecret is missing")]
    [InlineData("ClientId", "1.2", "Slack:ClientSecret is missing")]
    [InlineData("ClientSecret", "geheim", "Slack:ClientId is missing")]
    [InlineData(
        "ApiUrl",
        "http://slack.example/api",
        "Slack:ApiUrl is \"http://slack.example/api\""
    )]
    [InlineData("ApiUrl", "nowhere", "Slack:ApiUrl is \"nowhere\"")]
    [InlineData("Token", "xoxb-1", "Slack:Token is not a setting")]
    public void Read_Wrong_SaysWhatToWrite(string key, string value, string problem)
    {
        var settings = new Dictionary<string, string>
        {
            ["BotToken"] = "xoxb-1",
            ["SigningSecret"] = Secret,
            [key] = value,
        };

        Read(out var problems, [.. settings.Select(pair => (pair.Key, pair.Value))]);

        problems.Should().ContainSingle().Which.Should().StartWith(problem).And.EndWith(".");
    }

    [Fact]
    public void Problems_NeverRepeatASecret()
    {
        Read(
            out var problems,
            ("BotToken", "very-secret-1"),
            ("AppToken", "very-secret-2"),
            ("SigningSecret", "very-secret-3"),
            ("ClientSecret", "very-secret-4")
        );

        problems.Should().HaveCount(4);
        string.Join(' ', problems).Should().NotContain("very-secret");
    }

    private static SlackOptions Read(
        out IReadOnlyList<string> problems,
        params (string Key, string Value)[] settings
    ) =>
        SlackOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.ToDictionary(s => $"Slack:{s.Key}", s => (string?)s.Value)
                )
                .Build()
                .GetSection("Slack"),
            out problems
        );
}
