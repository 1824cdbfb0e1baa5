using EscalationCollab.Core;
using EscalationCollab.Core.Policy;
using EscalationCollab.Tests.TestSupport;

namespace EscalationCollab.Tests.Policy;

public sealed class PolicyNoticeTests
{
    private static PolicyState With(params PolicyProblem[] problems) =>
        new(Scenes.Policy, [.. problems], Scenes.Moment(Scenes.Morning));

    [Fact]
    public void ForAdministrators_BadEdit_OnlyAdministratorsAreTold() =>
        PolicyNotice
            .ForAdministrators(
                With(new PolicyProblem("policy.yaml", 12, 3, "Wrong.", "Mend it.")),
                Scenes.At("ana")
            )
            .Select(notice => notice.Person)
            .Should()
            .Equal(new PersonId("helen"));

    [Fact]
    public void Compose_BadEdit_NamesLineAndRemedy()
    {
        var notice = new PolicyNotice(
            new PersonId("helen"),
            "v1",
            [
                new PolicyProblem(
                    "/somewhere/policy.yaml",
                    12,
                    3,
                    "There is no team 'dba'.",
                    "Write database-experts."
                ),
            ]
        );

        var card = notice.Compose(null!, Scenes.At("helen"));

        Scenes
            .Texts(card)
            .Select(text => text.Say("en"))
            .Should()
            .Contain("policy.yaml, line 12: There is no team 'dba'. Write database-experts.");
    }
}
