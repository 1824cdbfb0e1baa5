namespace EscalationCollab.Core.Words;

/// <summary>Something wrong in a file that people edit, said so that they can put it right.</summary>
/// <param name="File">The file, as it was found on disk, relative to the templates folder.</param>
/// <param name="Line">The line, from 1; 0 when it is about the whole file or folder.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record TemplateProblem(string File, int Line, string What, string Remedy)
{
    /// <summary>One line: <c>words/it/common.yaml:12: what. Remedy</c>.</summary>
    public override string ToString() =>
        Line > 0 ? $"{File}:{Line}: {What}. {Remedy}" : $"{File}: {What}. {Remedy}";
}
