using EscalationCollab.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EscalationCollab.Tests.Storage;

public sealed class SqliteStoreTests : StoreContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store");
    private readonly SqliteStore _store;

    public SqliteStoreTests() => _store = Open();

    private string File => Path.Combine(_folder.FullName, "data.db");

    protected override IStore Store => _store;

    private SqliteStore Open() =>
        SqliteStore.Open(File, TimeProvider.System, NullLogger<SqliteStore>.Instance, patience: 1);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
