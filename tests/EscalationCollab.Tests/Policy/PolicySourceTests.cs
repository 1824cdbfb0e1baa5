using EscalationCollab.Core.Policy;
using EscalationCollab.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using static EscalationCollab.Tests.Policy.DeliveredPolicy;

namespace EscalationCollab.Tests.Policy;

public sealed class PolicySourceTests : IDisposable
{
    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("policy");
    private readonly ManualTime time = new();
    private readonly string file;

    public PolicySourceTests()
    {
        file = System.IO.Path.Combine(folder.FullName, "policy.yaml");
        File.WriteAllText(file, Yaml);
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Reload_BadEdit_KeepsTheLastGoodOneAndTellsOnce()
    {
        using var source = Open();
        var told = new List<PolicyState>();
        source.Changed += told.Add;
        var before = source.Current;

        File.WriteAllText(
            file,
            Yaml.Replace("language: en", "language: xx", StringComparison.Ordinal)
        );
        time.Advance(PolicySource.PollEvery);
        time.Advance(PolicySource.PollEvery);

        source.Current.Should().BeSameAs(before);
        source.Problems.Should().ContainSingle().Which.File.Should().Be("policy.yaml");
        told.Should().ContainSingle().Which.Problems.Should().NotBeEmpty();
    }

    [Fact]
    public void Reload_GoodEditAfterABadOne_IsInForceAndClearsTheProblems()
    {
        using var source = Open();
        var told = new List<PolicyState>();
        source.Changed += told.Add;
        var before = source.Current;

        File.WriteAllText(file, "nothing: here");
        time.Advance(PolicySource.PollEvery);
        File.WriteAllText(file, Yaml.Replace("Default policy", "Ours", StringComparison.Ordinal));
        time.Advance(PolicySource.PollEvery);

        source.Problems.Should().BeEmpty();
        source.Current.Version.Name.Should().Be("Ours");
        before.Version.Name.Should().Be("Default policy", "a snapshot does not change");
        told.Should().HaveCount(2);
    }

    [Fact]
    public void Reload_FileRemovedAndPutBack_RecoversByItself()
    {
        using var source = Open();

        File.Delete(file);
        source.Reload().Problems.Should().ContainSingle();
        File.WriteAllText(file, Yaml);

        source.Reload().Problems.Should().BeEmpty();
    }

    [Fact]
    public void Reload_ListenerFails_TheOthersStillHear()
    {
        using var source = Open();
        var heard = 0;
        source.Changed += _ =>
            throw new InvalidOperationException("A listener of this test fails.");
        source.Changed += _ => heard++;

        File.WriteAllText(file, Yaml + "\n");
        source.Reload();

        heard.Should().Be(1);
    }

    [Fact]
    public async Task Current_ReadWhileEdited_IsAlwaysWhole()
    {
        using var source = Open();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                if (source.Current.Severities.Count != 4)
                    return false;
            return true;
        });

        for (var i = 0; i < 10; i++)
        {
            File.WriteAllText(file, i % 2 == 0 ? "broken: [" : Yaml + $"\n# {i}");
            source.Reload();
        }
        await stop.CancelAsync();

        (await reader).Should().BeTrue();
    }

    [Fact]
    public async Task FileChanged_SystemTimeRuns_TakenOverWithoutBeingAsked()
    {
        using var source = PolicySource.Open(
            file,
            TimeProvider.System,
            NullLogger<PolicySource>.Instance
        );
        var changed = new TaskCompletionSource<PolicyState>();
        source.Changed += state => changed.TrySetResult(state);

        await File.WriteAllTextAsync(
            file,
            Yaml.Replace("Default policy", "Edited", StringComparison.Ordinal)
        );

        var state = await changed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        state.Policy.Version.Name.Should().Be("Edited");
    }

    [Fact]
    public void Open_BadPolicy_RefusesWithAllProblems()
    {
        File.WriteAllText(file, "name: x");

        FluentActions
            .Invoking(Open)
            .Should()
            .Throw<PolicyException>()
            .Which.Problems.Length.Should()
            .BeGreaterThan(10);
    }

    private PolicySource Open() => PolicySource.Open(file, time, NullLogger<PolicySource>.Instance);
}
