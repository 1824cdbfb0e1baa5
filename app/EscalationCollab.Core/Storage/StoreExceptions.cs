namespace EscalationCollab.Core.Storage;

/// <summary>The database cannot be opened. The message says what is wrong and what to do, for the administrator.</summary>
public abstract class StoreStartException(string message, Exception? inner = null)
    : Exception(message, inner);

/// <summary>The database was written by a newer version of the program.</summary>
public sealed class DatabaseTooNewException(string message) : StoreStartException(message);

/// <summary>Another process works on the database.</summary>
public sealed class DatabaseInUseException(string message, Exception? inner = null)
    : StoreStartException(message, inner);

/// <summary>The file is damaged or is not a database.</summary>
public sealed class DatabaseDamagedException(string message, Exception? inner = null)
    : StoreStartException(message, inner);

/// <summary>The file cannot be reached: the folder is missing or read-only, the disk is full.</summary>
public sealed class DatabaseUnreachableException(string message, Exception? inner = null)
    : StoreStartException(message, inner);

/// <summary>Somebody else changed the escalation since it was loaded. Nothing was written; load it again and decide anew.</summary>
public sealed class ConcurrencyException(EscalationNumber number, int version)
    : Exception($"{number} is no longer at version {version}")
{
    /// <summary>Which one.</summary>
    public EscalationNumber Number => number;
}
