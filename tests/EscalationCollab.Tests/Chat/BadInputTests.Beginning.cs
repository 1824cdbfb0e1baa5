using System.Collections.Immutable;
using EscalationCollab.Core;
using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.PostMortems;
using EscalationCollab.Core.Tickets;
using EscalationCollab.Tests.TestSupport;
using NodaTime;

namespace EscalationCollab.Tests.Chat;

/// <summary>The chains of several people's steps, which chance would seldom walk to their end.</summary>
public sealed partial class BadInputTests
{
    private sealed partial class Sweep
    {
        /// <summary>
        /// Every chain once as it is meant. So the routes at its end are let through, and what they leave behind is there
        /// when anything is tried on it.
        /// </summary>
        public async Task BeginAsync()
        {
            await CustomerAsync();
            await ProposalsAsync();
            await UnclearLettersAsync();
            var number = await LettersAsync();
            await MergeAsync();
            await ConcessionAsync(number);
            await ActionItemAsync(number);
            await EndAsync(number);
            await ConfirmedAsync();
        }

        private Task CustomerAsync() =>
            DoAsync(
                "ana",
                "customer.add",
                null,
                ("name", "Nova Café"),
                ("zone", "Europe/Rome"),
                ("contact", "Anna Nova"),
                ("email", "anna@nova.example")
            );

        private async Task ProposalsAsync()
        {
            var tickets = Enumerable
                .Range(1, 2)
                .Select(n => new Ticket
                {
                    Source = "desk",
                    Number = $"INC{n:D7}",
                    OpenedAt = stage.Now - Duration.FromDays(n),
                    UpdatedAt = stage.Now - Duration.FromHours(n),
                    Priority = "1 - Critical",
                    Customer = "Acme Pagamentos",
                    Summary = "Customers cannot sign in",
                    Text = "We will cancel the contract and call our lawyer.",
                    Reassigned = 4,
                    Reopened = 2,
                });
            await new SaveTickets(stage.Store, stage.Time).RunAsync(
                TenantId.Default,
                [.. tickets],
                Scenes.Policy,
                CancellationToken.None
            );
            await stage.Settle();
            await DoAsync("ruta", "proposals.list", null);
            var (first, last) = (Button("proposals.accept"), Button("proposals.dismiss"));
            await PressAsync(
                "ruta",
                "proposals.accept",
                first[0].Data,
                ("customer", "acme"),
                ("reason", "MissingExpertise"),
                ("severity", "Sev4")
            );
            await PressAsync("ruta", "proposals.dismiss", last[^1].Data);

            List<Offered> Button(string route) =>
                [
                    .. _offered[(InteractionKind.OpenDialog, route)]
                        .Where(one => one.Person.Value == "ruta"),
                ];
        }

        /// <summary>Nobody knows whether the receipt arrived; a person finds out.</summary>
        private async Task UnclearLettersAsync()
        {
            foreach (var answer in (string[])["customer.arrived", "customer.send-again"])
            {
                var number = await stage.Declare();
                stage.Customers.AnswerOnce = new Delivery.Unclear("connection lost after DATA");
                await stage.Press("marco", AcceptOwnership.Id, number);
                await stage.Settle();
                await LookAsync();
                await DoAsync("marco", answer, number);
            }
            var restricted = await stage.Declare(restricted: true);
            await stage.Press("marco", AcceptOwnership.Id, restricted);
            await stage.Settle();
            await LookAsync();
            await DoAsync("marco", "customer.send", restricted);
        }

        /// <summary>Thrown away, sent back, approved, and the next one put off.</summary>
        private async Task<EscalationNumber> LettersAsync()
        {
            var number = await stage.Declare();
            await stage.Press("marco", AcceptOwnership.Id, number);
            // Who takes part is asked alone, so that there is somebody else to ask.
            await stage.Press("helen", "role.join", number, ("role", "Observer"));
            await stage.Settle();
            foreach (
                var answer in (string[])
                    ["customer.discard", "customer.send-back", "customer.approve"]
            )
            {
                await PressAsync(
                    "marco",
                    LetterDialog.Id,
                    ActionData.For(number).With("kind", "Update")
                );
                if (answer == "customer.discard")
                {
                    await DoAsync("marco", answer, number);
                    continue;
                }
                await DoAsync("marco", "customer.ask-approval", number);
                var asked = (await stage.Load(number))
                    .CustomerUpdates.Drafts.Last(draft => !draft.Asked.IsEmpty)
                    .Asked[0];
                await DoAsync(asked.Value, "customer.review", number);
                if (answer == "customer.send-back")
                {
                    await stage.Advance(Duration.FromMinutes(65));
                    await LookAsync();
                    await DoAsync("marco", AskAnotherApprover.Id, number);
                }
                await DoAsync(asked.Value, answer, number);
            }
            const int mostSteps = 60;
            for (
                var steps = 0;
                steps < mostSteps
                    && !_offered.ContainsKey((InteractionKind.OpenDialog, "customer.snooze"));
                steps++
            )
            {
                await stage.Advance(Duration.FromMinutes(5));
                await LookAsync();
            }
            await DoAsync("marco", "customer.snooze", null, ("length", "60"));
            return number;
        }

        private async Task MergeAsync()
        {
            var (source, target) = (await stage.Declare(), await stage.Declare(by: "james"));
            await stage.Press("marco", AcceptOwnership.Id, source);
            await stage.Settle();
            await DoAsync("marco", "merge", source, ("into", target.ToString()));
        }

        private async Task ConcessionAsync(EscalationNumber number)
        {
            foreach (
                var answer in (string[])
                    ["concession.refuse", "concession.withdraw", "concession.approve"]
            )
            {
                await DoAsync(
                    "marco",
                    "resolution.concession",
                    number,
                    ("concession-kind", "credit"),
                    ("concession-amount", "9500"),
                    ("concession-currency", "EUR"),
                    ("concession-reason", "A day without cash desks")
                );
                var asked = (await stage.Load(number)).Resolution.Concessions[^1].Asked[0];
                await DoAsync(
                    answer == "concession.withdraw" ? "marco" : asked.Value,
                    answer,
                    number
                );
            }
        }

        private async Task ActionItemAsync(EscalationNumber number)
        {
            await DoAsync(
                "marco",
                "action-item.open",
                number,
                ("title", "Watch the limit"),
                ("owner", "tom")
            );
            await DoAsync("tom", "action-item.move", number, ("due", Day(20)));
            await DoAsync("tom", "action-item.reassign", number, ("owner", "priya"));
        }

        /// <summary>Resolved, described, sent back, published and closed; the customer is not asked, then asked after all.</summary>
        private async Task EndAsync(EscalationNumber number)
        {
            await DoAsync(
                "marco",
                "resolution.resolve",
                number,
                ("how", "Fix"),
                ("concession-kind", ""),
                ("concession-amount", ""),
                ("concession-currency", ""),
                ("concession-reason", "")
            );
            await DoAsync("ana", "postmortem.answer", number, ("happened", "The customer called"));
            await DoAsync("beatriz", "postmortem.nothing", number);
            await DoAsync("marco", "postmortem.organise", number);
            await DoAsync("marco", "postmortem.customer", number);
            foreach (var (_, dialog, sections) in WriteSections.Dialogs)
                await DoAsync(
                    "ana",
                    dialog,
                    number,
                    [.. sections.Select(one => (WriteSections.NameOf(one), "How it was"))]
                );
            await DoAsync(
                "marco",
                "postmortem.cause",
                number,
                ("why1", "The limit was reached"),
                ("why2", "Nobody saw it"),
                ("why3", "There is no alert"),
                ("cause", "No alert on the limit")
            );
            foreach (var answer in (string[])["postmortem.send-back", "postmortem.publish"])
            {
                await DoAsync("ana", "postmortem.submit", number);
                var reviewer = (await stage.Load(number)).PostMortem!.Reviewers[0];
                await DoAsync(reviewer.Value, answer, number);
            }
            await DoAsync("marco", "resolution.close", number, ("note", "Agreed by phone"));
            await DoAsync("marco", "survey.skip", number);
            await DoAsync("marco", "survey.send", number);
        }

        /// <summary>A small one, for which a post-mortem is only written when somebody wants it.</summary>
        private async Task ConfirmedAsync()
        {
            var number = await stage.Declare(customer: "ferri", severity: "Sev4");
            await stage.Press("marco", AcceptOwnership.Id, number);
            await stage.Settle();
            await DoAsync(
                "marco",
                "resolution.resolve",
                number,
                ("how", "Fix"),
                ("concession-kind", ""),
                ("concession-amount", ""),
                ("concession-currency", ""),
                ("concession-reason", "")
            );
            await DoAsync("marco", "resolution.confirmed", number);
            await DoAsync("marco", "postmortem.open", number);
        }

        private string Day(int days) =>
            NodaTime.Text.LocalDatePattern.Iso.Format(stage.Now.InUtc().Date.PlusDays(days));

        /// <summary>Presses the button of a route that a person got last, of one escalation or any; one without data if none.</summary>
        private Task DoAsync(
            string person,
            string route,
            EscalationNumber? number,
            params (string Name, string Value)[] answers
        )
        {
            var own = number is { } known ? ActionData.For(known) : ActionData.None;
            var last = _offered
                .GetValueOrDefault((KindOf(route), route), [])
                .LastOrDefault(one =>
                    one.Person.Value == person
                    && own.Values.All(value => one.Data[value.Key] == value.Value)
                );
            return PressAsync(person, route, last?.Data ?? own, answers);
        }

        /// <summary>Presses a button and fills in the dialog that it opens, as it is meant; a refusal is a fault.</summary>
        private async Task PressAsync(
            string person,
            string route,
            ActionData data,
            params (string Name, string Value)[] answers
        )
        {
            var press = Make(KindOf(route), route, new EscalationNumber(0)) with
            {
                Actor = new PersonId(person),
                Data = data,
                Room = null,
            };
            var reply = await TryAsync(press);
            if (reply is Reply.Show(var dialog))
                reply = await TryAsync(
                    Make(InteractionKind.SubmitDialog, dialog.Id, new EscalationNumber(0)) with
                    {
                        Actor = press.Actor,
                        Data = dialog.Data,
                        Room = null,
                        Inputs = dialog.Inputs.ToImmutableDictionary(
                            input => input.Id,
                            input => MeantFor(input, answers)
                        ),
                    }
                );
            if (reply is Reply.Refused refused)
                Fault(
                    $"{route} by {person} was meant to be right: {refused.Sentence} "
                        + string.Join(", ", refused.Fields.Select(f => $"{f.Key}: {f.Value}"))
                );
            await stage.Settle();
            await LookAsync();
        }

        private ImmutableArray<string> MeantFor(Input input, (string Name, string Value)[] answers)
        {
            foreach (var (name, value) in answers)
                if (name == input.Id)
                    return value.Length == 0 ? [] : [value];
            return input switch
            {
                ChoiceInput { Initial: { Length: > 0 } known } => known,
                ChoiceInput { Required: false } => [],
                ChoiceInput choice => [choice.Options[0].Value],
                TextInput { Required: false, Initial: null or "" } => [],
                _ => [.. HostileWords.RightAnswerTo(input, random, stage.Now)],
            };
        }

        private InteractionKind KindOf(string route) =>
            stage.Slices.Find(InteractionKind.OpenDialog, route) is null
                ? InteractionKind.Action
                : InteractionKind.OpenDialog;
    }
}
