using System.Text.Encodings.Web;
using System.Text.Unicode;
using EscalationCollab.Core.Cards;
using EscalationCollab.Web.Cards;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EscalationCollab.Web.Sandbox;

/// <summary>Renders components to text, once, on the server. Safe to use from several threads.</summary>
internal sealed class PageRenderer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ILoggerFactory _logs;

    public PageRenderer(ILoggerFactory logs)
    {
        _logs = logs;
        // Letters of every script stay readable in the source; what matters in HTML is still encoded.
        _services = new ServiceCollection()
            .AddSingleton(logs)
            .AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
            .BuildServiceProvider();
    }

    /// <summary>A whole page.</summary>
    public Task<string> PageAsync(
        WorkspaceView view,
        CardContext context,
        CancellationToken cancellation
    ) =>
        RenderAsync<WorkspacePage>(
            new()
            {
                [nameof(WorkspacePage.View)] = view,
                [nameof(WorkspacePage.Context)] = context,
            },
            cancellation
        );

    /// <summary>A card alone.</summary>
    /// <param name="id">Before every id of an element inside.</param>
    public Task<string> CardAsync(
        Card card,
        CardContext context,
        string id,
        CancellationToken cancellation
    ) =>
        RenderAsync<CardView>(
            new()
            {
                [nameof(CardView.Card)] = card,
                [nameof(CardView.Context)] = context,
                [nameof(CardView.Id)] = id,
            },
            cancellation
        );

    /// <summary>The form of a dialog alone.</summary>
    /// <param name="id">Before every id of an element inside.</param>
    public Task<string> DialogAsync(
        Dialog dialog,
        CardContext context,
        string id,
        DialogState state,
        CancellationToken cancellation
    ) =>
        RenderAsync<DialogView>(
            new()
            {
                [nameof(DialogView.Dialog)] = dialog,
                [nameof(DialogView.Context)] = context,
                [nameof(DialogView.Id)] = id,
                [nameof(DialogView.State)] = state,
            },
            cancellation
        );

    /// <summary>Any component.</summary>
    public async Task<string> RenderAsync<TComponent>(
        Dictionary<string, object?> parameters,
        CancellationToken cancellation
    )
        where TComponent : IComponent
    {
        cancellation.ThrowIfCancellationRequested();
        await using var renderer = new HtmlRenderer(_services, _logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(
                ParameterView.FromDictionary(parameters)
            );
            return root.ToHtmlString();
        });
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
