using System.Collections.Immutable;
using EscalationCollab.Core.Chat;
using EscalationCollab.Core.CustomerUpdates;
using EscalationCollab.Core.Outbox;
using EscalationCollab.Core.People;
using EscalationCollab.Core.Policy;
using EscalationCollab.Core.Words;
using NodaTime;

namespace EscalationCollab.Core.Gallery;

/// <summary>
/// Everything the product shows to people. The examples are not drawn up: lives of escalations are played through the real
/// kernel, with the usual, the longest and the least that people write, and whatever anybody is shown on the way is kept.
/// </summary>
public sealed record Exhibition(ImmutableArray<Exhibit> Exhibits)
{
    /// <summary>The pages outside chat: those of customers, and documents.</summary>
    public ImmutableArray<PageExhibit> Pages { get; init; } = [];

    /// <summary>What the played lives expected to happen and was refused, and what is never shown. Empty when all is well.</summary>
    public ImmutableArray<string> Gaps { get; init; } = [];

    /// <summary>Plays all lives.</summary>
    /// <param name="company">Whose people and customers are in it; <see cref="PlayedLife"/> knows those of the Sandbox by their ids.</param>
    /// <param name="progress">Is told how much is done, 0 to 1.</param>
    public static async Task<Exhibition> PlayAsync(
        EscalationPolicy policy,
        Wordbook words,
        CompanyDirectory company,
        Action<double> progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(progress);
        // A working Monday everywhere.
        var start = Instant.FromUtc(2026, 3, 2, 9, 0);
        var letters = CustomerTemplates.Load(words.Folder, words);
        var exhibits = ImmutableArray.CreateBuilder<Exhibit>();
        var pages = ImmutableArray.CreateBuilder<PageExhibit>();
        var gaps = new List<string>();
        foreach (var voice in Voice.All)
        {
            await using var stage = await GalleryStage.OpenAsync(
                voice,
                start,
                policy,
                words,
                company,
                cancellation
            );
            await PlayedLife.PlayAsync(stage, voice, cancellation);
            exhibits.AddRange(stage.Exhibits);
            exhibits.AddRange(
                Letters.All(
                    letters,
                    voice,
                    stage.Company.People.Values.First(),
                    stage.Company,
                    stage.Now
                )
            );
            pages.AddRange(await PlayedPages.AllAsync(stage, voice, words, cancellation));
            gaps.AddRange(stage.Trouble);
            gaps.AddRange(NeverShown(stage).Select(name => $"{voice.Name}: {name} is never shown"));
            progress((Voice.All.IndexOf(voice) + 1d) / Voice.All.Length);
        }
        return new Exhibition([
            .. exhibits
                .OrderBy(e => e.Area, StringComparer.Ordinal)
                .ThenBy(e => e.Name, StringComparer.Ordinal),
        ])
        {
            Pages = pages.ToImmutable(),
            Gaps = [.. gaps],
        };
    }

    /// <summary>Notices, dialogs and commands of the product that no step of the played lives led to.</summary>
    private static IEnumerable<string> NeverShown(GalleryStage stage)
    {
        var shown = stage
            .Exhibits.Select(exhibit => exhibit.Name)
            .ToHashSet(StringComparer.Ordinal);
        var notices = StoredTypes<Effect>
            .Known.All.Where(effect =>
                effect.Value.IsSubclassOf(typeof(Notice))
                || effect.Value.IsSubclassOf(typeof(PersonalNotice))
            )
            .Select(effect => effect.Key);
        var dialogs = stage
            .Slices.Routes.Where(route => route.Kind == InteractionKind.OpenDialog)
            .Select(route => "dialog." + route.Name);
        var queries = stage
            .Slices.Commands.Where(command =>
                stage.Slices.Find(InteractionKind.Command, command.Word) is { Writes: false }
            )
            .Select(command => "reply." + command.Word);
        return notices
            .Concat(dialogs)
            .Where(name => !shown.Contains(name))
            .Concat(queries.Where(name => !shown.Contains(name) && !OpensADialog(stage, name)))
            .Order(StringComparer.Ordinal);
    }

    private static bool OpensADialog(GalleryStage stage, string query) =>
        stage.DialogCommands.Contains(query);
}
