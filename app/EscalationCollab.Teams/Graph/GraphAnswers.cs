namespace EscalationCollab.Teams.Graph;

/// <summary>
/// Stands before the SDK, which takes a page of a proxy for a mistake of the program: of a refusal that is not Graph's own
/// only its status goes on, and a success that is none counts as a broken line.
/// </summary>
internal sealed class GraphAnswers(HttpMessageHandler wire) : DelegatingHandler(wire)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType is null or "application/json")
            return response;
        if (response.IsSuccessStatusCode)
        {
            response.Dispose();
            throw new IOException("What answers is not Graph");
        }
        response.Content.Dispose();
        response.Content = null;
        return response;
    }
}
