using EscalationCollab.Core.Cards;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Storage;
using EscalationCollab.Core.Time;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Core.Chat;

/// <summary>
/// Answers interactions: one transaction each, durable before it is answered, the same whichever platform it came from.
/// </summary>
public sealed class InteractionRouter(
    IStore store,
    Slices slices,
    Situations situations,
    TimeProvider time,
    ILogger<InteractionRouter> log
)
{
    /// <summary>
    /// Answers one interaction. A key that was answered before is not acted upon again. Work that has begun is finished
    /// even when the caller goes away.
    /// </summary>
    public async Task<Reply> HandleAsync(Interaction interaction, CancellationToken cancellation) =>
        Quoting.Shorten(await AnswerAsync(interaction, accepted: false, cancellation));

    /// <summary>Decides an interaction that was accepted before. One that is decided already is answered with nothing.</summary>
    internal async Task<Reply> SettleAsync(Interaction interaction) =>
        Quoting.Shorten(await AnswerAsync(interaction, accepted: true, CancellationToken.None));

    /// <summary>Whether answering it changes anything.</summary>
    internal bool Writes(Interaction interaction) =>
        slices.Find(interaction.Kind, interaction.Route) is { Writes: true };

    private async Task<Reply> AnswerAsync(
        Interaction interaction,
        bool accepted,
        CancellationToken cancellation
    )
    {
        var route = slices.Find(interaction.Kind, interaction.Route);
        if (route is null)
            return Turn.Refuse(Unknown(interaction));
        // More than any button of ours carries: forged, and handlers put it into the next dialog.
        if (!CardRules.Fits(interaction.Data))
            return Turn.Refuse(Phrase.Of("router.out-of-date"));
        try
        {
            return route.Writes
                ? await store.WriteAsync(
                    connection => Write(interaction, route, accepted, connection),
                    cancellation
                )
                : await store.ReadAsync(
                    connection => route.Handle(TurnOf(interaction, connection)),
                    cancellation
                );
        }
        catch (RefusedException refused)
        {
            return refused.Reply;
        }
        // One that was acknowledged waits for the store: nobody would do it again.
        catch (StoreUnavailableException unavailable) when (!accepted)
        {
            log.LogError(
                unavailable,
                "The store could not take {Kind} {Route}",
                interaction.Kind,
                interaction.Route
            );
            return Turn.Refuse(Phrase.Of("router.try-again"));
        }
        catch (Exception bug)
            when (bug is not (OperationCanceledException or StoreUnavailableException))
        {
            log.LogError(bug, "{Kind} {Route} failed", interaction.Kind, interaction.Route);
            return Turn.Refuse(Phrase.Of("router.our-mistake"));
        }
    }

    private Reply Write(
        Interaction interaction,
        Slices.Route route,
        bool accepted,
        System.Data.IDbConnection connection
    )
    {
        var turn = TurnOf(interaction, connection);
        if (accepted && !turn.Records.Settle(interaction.Key, time.Moment()))
            return Reply.None;
        if (!accepted && !turn.Records.Remember(interaction.Key, time.Moment()))
            return Reply.Say(Phrase.Of("router.already-done"));
        var reply = route.Handle(turn);
        return reply is Reply.Refused ? throw new RefusedException(reply) : reply;
    }

    private Turn TurnOf(Interaction interaction, System.Data.IDbConnection connection)
    {
        var records = new Records(connection, interaction.Tenant);
        return new Turn(interaction, situations.Of(records, interaction.Actor), records, slices);
    }

    private Phrase Unknown(Interaction interaction)
    {
        if (interaction.Kind != InteractionKind.Command)
            return Phrase.Of("router.out-of-date");
        var nearest = slices
            .Commands.Select(command => command.Word)
            .MinBy(word => Nearness.Distance(word, interaction.Route));
        return Phrase.Of(
            "router.unknown-command",
            ("typed", interaction.Route),
            ("near", new Code($"/escalate {nearest}")),
            ("help", new Code("/escalate help"))
        );
    }

    /// <summary>Rolls the transaction back and carries the answer out of it.</summary>
    private sealed class RefusedException(Reply reply) : Exception
    {
        public Reply Reply => reply;
    }
}
