using EscalationCollab.Core.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace EscalationCollab.Host.Api;

/// <summary>Errors of the HTTP interface as problem details (RFC 9457), with a sentence that says what to do.</summary>
internal static class Problems
{
    public static void UseProblems(this WebApplication app) =>
        app.UseExceptionHandler(errors =>
            errors.Run(async context =>
            {
                var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
                var (status, sentence) = error switch
                {
                    StoreUnavailableException => (
                        503,
                        "It could not be stored just now. Nothing has changed; please try again in a minute."
                    ),
                    BadHttpRequestException bad => (bad.StatusCode, Sentence(bad)),
                    _ => (500, "Something went wrong on our side. Nothing has changed."),
                };
                await Results.Problem(sentence, statusCode: status).ExecuteAsync(context);
            })
        );

    /// <summary>A refusal: 422 with each field's sentence.</summary>
    public static IResult Refused(string sentence, IDictionary<string, string[]> fields) =>
        fields.Count > 0
            ? Results.ValidationProblem(
                fields,
                sentence,
                statusCode: StatusCodes.Status422UnprocessableEntity
            )
            : Results.Problem(sentence, statusCode: StatusCodes.Status422UnprocessableEntity);

    private static string Sentence(BadHttpRequestException bad) =>
        bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? "That is too large: at most 1 MB fits in one request."
        : bad.InnerException is System.Text.Json.JsonException json
            ? $"The JSON could not be read at {json.Path ?? "its beginning"} (line {json.LineNumber + 1}). Compare it with /openapi/v1.json."
        : "The request could not be read. Compare it with /openapi/v1.json.";
}
