using System.Text;

namespace EscalationCollab.Core.Words;

/// <summary>Collects text up to a limit, so that no template can fill the memory.</summary>
internal sealed class CappedWriter(int limit) : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <exception cref="TemplateException">The text would become longer than the limit.</exception>
    public override void Write(char value)
    {
        Reserve(1);
        _text.Append(value);
    }

    /// <exception cref="TemplateException">The text would become longer than the limit.</exception>
    public override void Write(char[] buffer, int index, int count)
    {
        Reserve(count);
        _text.Append(buffer, index, count);
    }

    /// <exception cref="TemplateException">The text would become longer than the limit.</exception>
    public override void Write(string? value)
    {
        Reserve(value?.Length ?? 0);
        _text.Append(value);
    }

    /// <exception cref="TemplateException">The text would become longer than the limit.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        Reserve(buffer.Length);
        _text.Append(buffer);
    }

    public override string ToString() => _text.ToString();

    private void Reserve(int more)
    {
        if (_text.Length + more > limit)
            throw new TemplateException($"the text becomes longer than {limit} characters");
    }
}

/// <summary>A template could not be filled in. The message says why, for an administrator.</summary>
public sealed class TemplateException(string message, Exception? inner = null)
    : Exception(message, inner);
