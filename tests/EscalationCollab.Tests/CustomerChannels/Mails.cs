using EscalationCollab.Core;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.People;
using EscalationCollab.CustomerChannels.Email;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.Tests.CustomerChannels;

/// <summary>Messages and options to try things with.</summary>
internal static class Mails
{
    public static CustomerMessage Message(
        string effect,
        string to = "ana@acme.example",
        string name = "Ana"
    ) =>
        new(
            effect,
            TenantId.Default,
            new EscalationNumber(1042),
            [new Contact(name, to)],
            "en",
            "[ESC-1042] Login fails",
            "Hello Ana,\n\nwe found the cause.",
            "<!doctype html><p>Hello Ana,</p><p>we found the cause.</p>"
        );

    public static EmailOptions Options(params (string Key, string Value)[] settings)
    {
        var options = EmailOptions.Read(Section(settings), out var problems);
        problems.Should().BeEmpty();
        return options;
    }

    public static IConfiguration Section(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .GroupBy(s => s.Key)
                    .Select(s => KeyValuePair.Create(s.Key, (string?)s.Last().Value))
            )
            .Build();

    /// <summary>A server without encryption on this machine.</summary>
    public static EmailOptions Server(int port, params (string Key, string Value)[] more) =>
        Options([
            ("Host", "127.0.0.1"),
            ("Port", $"{port}"),
            ("Security", "none"),
            ("From", "Suporte Ação, Ltda <support@vendor.example>"),
            ("ReplyTo", "replies@vendor.example"),
            ("MessageIdDomain", "mail.vendor.example"),
            .. more,
        ]);
}
