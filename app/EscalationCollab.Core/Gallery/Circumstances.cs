using System.Collections.Immutable;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Core.Words;
using NodaTime;
using static EscalationCollab.Core.Gallery.Steps;

namespace EscalationCollab.Core.Gallery;

/// <summary>What happens around escalations: tickets, a new customer, what administrators edit and what they lose.</summary>
internal static class Circumstances
{
    public static async Task ProposeTickets(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var tickets = Enumerable
            .Range(1, voice == Voice.Shortest ? 1 : 14)
            .Select(n => new Ticket
            {
                Source = "desk",
                Number = $"INC{n:D7}",
                OpenedAt = stage.Now - Duration.FromDays(n),
                UpdatedAt = stage.Now - Duration.FromHours(n),
                Priority = n % 2 == 0 ? "2 - High" : "1 - Critical",
                Customer = n % 3 == 0 ? "Acme Pagamentos" : "",
                Summary = voice.Summary,
                Text = n % 2 == 0 ? "We will cancel the contract and call our lawyer." : "",
                Reassigned = n,
                Reopened = n % 4,
            });
        await new SaveTickets(stage.Store, stage.Time).RunAsync(
            TenantId.Default,
            [.. tickets],
            stage.Policy,
            cancellation
        );
        await stage.Settle();
        await stage.Press("ruta", "proposals.list", null);
        await stage.Settle();
    }

    public static async Task AddCustomer(GalleryStage stage)
    {
        await stage.Fill(
            "ana",
            "customer.add",
            number: null,
            ("zone", "Europe/Vilnius"),
            ("email", "egle@duona.example")
        );
        await stage.Settle();
        await stage.Fill(
            "ana",
            "declare",
            number: null,
            ("customer", PlayedLife.Nobody),
            ("reason", "MissingExpertise"),
            ("severity", "Sev4")
        );
        await stage.Settle();
        var number = await stage.Newest();
        await stage.Press("marco", "owner.accept", number);
        await stage.Settle();
        await End(stage, "marco", number);
    }

    /// <summary>The policy is edited badly, then mended.</summary>
    public static async Task EditPolicy(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var problems = Enumerable
            .Range(40, voice == Voice.Longest ? 12 : 1)
            .Select(line => new PolicyProblem(
                "policy.yaml",
                line,
                7,
                $"'{voice.TextFor("text", 60)}' is no length of time.",
                "Write it as 30 min, 4 h or 3 business days."
            ));
        foreach (
            var found in (ImmutableArray<PolicyProblem>[])
                [
                    [.. problems],
                    [],
                ]
        )
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    new Records(connection, TenantId.Default).AddEffects(
                        [new PolicyNotice(new PersonId("helen"), "8f3a", found)],
                        null,
                        stage.Now
                    );
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }

    /// <summary>A letter is edited badly, then mended.</summary>
    public static async Task EditLetter(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        var problem = new TemplateProblem(
            "words/en/customer/update.hbs",
            12,
            $"'{voice.TextFor("text", 60)}' is no fact of a letter",
            "Write {{summary}}"
        );
        foreach (
            var found in (TemplateProblem[][])
                [
                    [problem],
                    [],
                ]
        )
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    BrokenTemplates.Checked(
                        new Records(connection, TenantId.Default),
                        found,
                        new Situation(
                            TenantId.Default,
                            stage.Now,
                            PersonId.Product,
                            stage.Policy,
                            stage.Company
                        )
                    );
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }

    /// <summary>A platform no longer lets us in, then it does again.</summary>
    public static async Task LoseAccess(
        GalleryStage stage,
        Voice voice,
        CancellationToken cancellation
    )
    {
        foreach (var lost in (bool[])[true, false])
        {
            await stage.Store.WriteAsync(
                connection =>
                {
                    var records = new Records(connection, TenantId.Default);
                    var situation = new Situation(
                        TenantId.Default,
                        stage.Now,
                        PersonId.Product,
                        stage.Policy,
                        stage.Company
                    );
                    if (lost)
                        LostAccess.Found(
                            records,
                            "slack",
                            "T1",
                            voice.TextFor("text", 60),
                            situation
                        );
                    else
                        LostAccess.Restored(records, "slack", "T1", situation);
                    return true;
                },
                cancellation
            );
            await stage.Settle();
        }
    }
}
