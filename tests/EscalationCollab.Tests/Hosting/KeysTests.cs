using System.Runtime.Versioning;
using EscalationCollab.Host.Hosting;
using EscalationCollab.Host.Verbs;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Configuration;

namespace EscalationCollab.Tests.Hosting;

/// <summary>The folder of the keys is nobody else's to read.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeysTests : IDisposable
{
    private const UnixFileMode Ours =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");

    private string Usual => Path.Combine(_folder.FullName, "keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Folder_Missing_IsMadeForOurselves()
    {
        Open(null);

        File.GetUnixFileMode(Usual).Should().Be(Ours);
    }

    [Fact]
    public void Folder_OursAndOpenToOthers_IsClosed()
    {
        Directory.CreateDirectory(Usual, Ours | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        Open(null);

        File.GetUnixFileMode(Usual).Should().Be(Ours);
    }

    [Fact]
    public void Folder_ChosenAndOpenToOthers_IsRefusedWithWhatToDo()
    {
        var chosen = Path.Combine(_folder.FullName, "elsewhere");
        Directory.CreateDirectory(
            chosen,
            Ours | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        );

        var open = () => Open(chosen);

        open.Should().Throw<StartException>().WithMessage($"*KeysFolder is {chosen}*chmod o-rwx*");
    }

    [Fact]
    public void Folder_ChosenForAGroup_IsTaken()
    {
        var chosen = Path.Combine(_folder.FullName, "elsewhere");
        Directory.CreateDirectory(
            chosen,
            Ours | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        );

        Open(chosen);

        File.GetUnixFileMode(chosen).Should().HaveFlag(UnixFileMode.GroupRead);
    }

    private void Open(string? chosen)
    {
        using var keys = Keys.Open(
            new Places(_folder.FullName, Templates.Root),
            new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?> { ["KeysFolder"] = chosen })
                .Build()
        );
        keys.Protection.Should().NotBeNull();
    }
}
