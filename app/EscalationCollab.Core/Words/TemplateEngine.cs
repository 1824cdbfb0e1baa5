using System.Collections.Immutable;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace EscalationCollab.Core.Words;

/// <summary>What a template makes, which decides how the values put into it are escaped.</summary>
public enum TemplateOutput
{
    /// <summary>Plain text: values are put in as they are.</summary>
    Text,

    /// <summary>HTML: values are escaped.</summary>
    Html,

    /// <summary>Markdown: values are escaped, see <see cref="MarkdownText"/>.</summary>
    Markdown,
}

/// <summary>
/// Turns Handlebars files into documents. A template sees plain values only, never an object of the program; a name it
/// was not promised is a problem when it is read, not when it is sent; and it can neither run for long nor write much.
/// </summary>
public static partial class TemplateEngine
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 64 * 1024;

    /// <summary>Longest HTML or Markdown, in characters: a text may grow sixfold when every character of it is escaped.</summary>
    public const int LongestHtml = 8 * LongestText;

    /// <summary>Most entries of one list in the values.</summary>
    public const int MostItems = 500;

    /// <summary>Reads a template and fills it in once with sample values.</summary>
    /// <param name="file">How problems name it.</param>
    /// <param name="source">The template.</param>
    /// <param name="output">What it makes.</param>
    /// <param name="samples">
    /// The values it may use, as examples: the names of the first one are the names the template may use. Values are
    /// strings, truths, nulls, lists and dictionaries of these.
    /// </param>
    /// <param name="firstLine">The line of the file on which <paramref name="source"/> begins.</param>
    /// <param name="rawNames">Names that may be written with three braces because the program itself made their HTML.</param>
    /// <returns>The template, or null and what is wrong with it.</returns>
    public static TemplateReading Read(
        string file,
        string source,
        TemplateOutput output,
        IReadOnlyList<IReadOnlyDictionary<string, object?>> samples,
        int firstLine = 1,
        params ReadOnlySpan<string> rawNames
    )
    {
        var problems = TemplateScan.Check(file, source, samples[0], firstLine, rawNames);
        if (!problems.IsEmpty)
            return new TemplateReading(null, problems);
        try
        {
            var template = new Template(
                Compile(source, output),
                [.. samples[0].Keys],
                output == TemplateOutput.Text ? LongestText : LongestHtml
            );
            foreach (var sample in samples)
                template.Render(sample);
            return new TemplateReading(template, []);
        }
        catch (HandlebarsException broken)
        {
            return Broken(broken, file, firstLine);
        }
        catch (TemplateException broken)
        {
            return new TemplateReading(
                null,
                [
                    new TemplateProblem(
                        file,
                        firstLine,
                        $"the template cannot be filled in: {broken.Message}",
                        "Make it shorter or undo the last change"
                    ),
                ]
            );
        }
    }

    private static HandlebarsTemplate<TextWriter, object, object> Compile(
        string source,
        TemplateOutput output
    ) =>
        (
            output switch
            {
                TemplateOutput.Text => ForText,
                TemplateOutput.Html => ForHtml,
                _ => ForMarkdown,
            }
        ).Compile(new StringReader(source));

    private static readonly IHandlebars ForText = Create(TemplateOutput.Text);
    private static readonly IHandlebars ForHtml = Create(TemplateOutput.Html);
    private static readonly IHandlebars ForMarkdown = Create(TemplateOutput.Markdown);

    private static IHandlebars Create(TemplateOutput output)
    {
        var configuration = new HandlebarsConfiguration
        {
            ThrowOnUnresolvedBindingExpression = true,
            NoEscape = output == TemplateOutput.Text,
            TextEncoder =
                output == TemplateOutput.Markdown ? new MarkdownText.Encoder() : new HtmlEncoder(),
            FormatProvider = CultureInfo.InvariantCulture,
        };
        configuration.CompileTimeConfiguration.ExpressionCompiler = new Interpreter();
        return Handlebars.Create(configuration);
    }

    /// <summary>
    /// Letters are filled in seldom and read at every start: interpreting them saves two seconds of making machine code.
    /// </summary>
    private sealed class Interpreter : IExpressionCompiler
    {
        public T Compile<T>(Expression<T> expression)
            where T : class, Delegate => expression.Compile(preferInterpretation: true);
    }

    private static TemplateReading Broken(HandlebarsException broken, string file, int firstLine)
    {
        var where = LinePattern().Match(broken.Message);
        var line = where.Success
            ? firstLine + int.Parse(where.Groups[1].ValueSpan, CultureInfo.InvariantCulture) - 1
            : firstLine;
        return new TemplateReading(
            null,
            [
                new TemplateProblem(
                    file,
                    line,
                    $"the template cannot be understood: {broken.Message.ReplaceLineEndings(" ").TrimEnd('.')}",
                    "Check the double braces around this line, or undo the last change"
                ),
            ]
        );
    }

    [GeneratedRegex("""Occured at:\s*(\d+):""")]
    private static partial Regex LinePattern();
}

/// <summary>A template, or what is wrong with its file.</summary>
/// <param name="Template">Null when there are problems.</param>
public sealed record TemplateReading(Template? Template, ImmutableArray<TemplateProblem> Problems);

/// <summary>A template that was read without a problem. Safe to use from several threads.</summary>
public sealed class Template
{
    private readonly HandlebarsTemplate<TextWriter, object, object> _fill;
    private readonly ImmutableArray<string> _names;
    private readonly int _longest;

    internal Template(
        HandlebarsTemplate<TextWriter, object, object> fill,
        ImmutableArray<string> names,
        int longest
    ) => (_fill, _names, _longest) = (fill, names, longest);

    /// <summary>Fills the template in. Promised names that are missing count as empty; control characters of values are left out.</summary>
    /// <exception cref="TemplateException">It cannot be filled in, or becomes too long.</exception>
    /// <exception cref="ArgumentException">A value is something else than text, truth, null, list or dictionary.</exception>
    public string Render(IReadOnlyDictionary<string, object?> values)
    {
        var plain = TemplateValues.Copy(values);
        foreach (var name in _names)
            plain.TryAdd(name, null);
        using var writer = new CappedWriter(_longest);
        try
        {
            _fill(writer, plain, null!);
        }
        catch (Exception failed) when (Cause(failed) is { } cause)
        {
            throw cause;
        }
        catch (HandlebarsException failed)
        {
            throw new TemplateException(failed.Message.ReplaceLineEndings(" "), failed);
        }
        return writer.ToString();
    }

    private static TemplateException? Cause(Exception? failed) =>
        failed is null ? null : failed as TemplateException ?? Cause(failed.InnerException);
}
