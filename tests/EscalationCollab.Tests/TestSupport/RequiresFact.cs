using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace EscalationCollab.Tests.TestSupport;

/// <summary>
/// A test that needs a program of another maker, such as <c>aiosmtpd</c>, <c>chromium</c> or <c>postgresql</c>. Shown as
/// skipped, with the reason, where that is missing; run, and so failing, when <c>CI=true</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresFactAttribute : FactAttribute
{
    public RequiresFactAttribute(params string[] names)
    {
        Skip = Requirement.Missing(names);
    }
}

/// <summary>What a whole test class needs; heeded by its <see cref="ContractFactAttribute"/> tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresAttribute(params string[] names) : Attribute
{
    public string[] Names { get; } = names;
}

/// <summary>
/// A test of an abstract contract class. Each class that fulfils the contract says with <see cref="RequiresAttribute"/>
/// what it needs, so that only that one is skipped where it is missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(
    "EscalationCollab.Tests.TestSupport." + nameof(ContractFactDiscoverer),
    "EscalationCollab.Tests"
)]
internal sealed class ContractFactAttribute : FactAttribute;

internal sealed class ContractFactDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        ITestMethod testMethod,
        IAttributeInfo factAttribute
    ) =>
        [
            new ContractTestCase(
                sink,
                discoveryOptions.MethodDisplayOrDefault(),
                discoveryOptions.MethodDisplayOptionsOrDefault(),
                testMethod
            ),
        ];
}

internal sealed class ContractTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("For deserialization by the test runner only.")]
    public ContractTestCase() { }

    public ContractTestCase(
        IMessageSink sink,
        TestMethodDisplay display,
        TestMethodDisplayOptions displayOptions,
        ITestMethod method
    )
        : base(sink, display, displayOptions, method) { }

    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute)
        ?? Requirement.Missing(
            TestMethod
                .TestClass.Class.GetCustomAttributes(typeof(RequiresAttribute))
                .SelectMany(a => a.GetNamedArgument<string[]>(nameof(RequiresAttribute.Names)))
        )!;
}
