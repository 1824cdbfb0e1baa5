using System.Net;
using System.Text.Json;
using EscalationCollab.Core.Cards;
using EscalationCollab.Slack.BlockKit;
using FsCheck;
using FsCheck.Fluent;

namespace EscalationCollab.Tests.Slack.BlockKit;

public sealed class CarriedTests
{
    private static readonly (string Name, string Value)[] Values =
    [
        .. from name in new[] { "a", "esc", "name with: colon", "3:x", "š" }
        from value in new[] { "", " ", "4:d.", "\"quoted\"", "é & <b>", "👩🏽‍💻", "x\ny" }
        select (name, value),
    ];

    [Fact]
    public void Write_AnyDataThatTheRulesAllow_FitsAButtonAndReadsBack() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.ListOf(Gen.Elements(Values)).ToArbitrary(),
                values =>
                {
                    var data = values.Aggregate(
                        ActionData.None,
                        (all, next) => all.With(next.Name, next.Value)
                    );
                    var room =
                        CardRules.MostActionData
                        - 7
                        - data.Values.Sum(v => v.Key.Length + v.Value.Length + 6);
                    data = data.With("~", new string('"', room));
                    var carried = new Carried(CarriedKind.Does, "a.route", data);
                    var text = carried.Write();
                    return CardRules.Fits(data)
                        && text.Length <= BlockKitLimits.ButtonValue
                        && carried.Equals(Carried.Read(text));
                }
            )
        );

    [Fact]
    public void Read_ValueThatCameBackEscaped_IsUnderstood()
    {
        var carried = new Carried(CarriedKind.Opens, "x", ActionData.None.With("q", "a & <b>"));

        Carried.Read(WebUtility.HtmlEncode(carried.Write())).Should().Be(carried);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("visit")]
    [InlineData("d")]
    [InlineData("d.")]
    [InlineData("d3:abc")]
    [InlineData("d3:abcd.")]
    [InlineData("d-1:.")]
    [InlineData("d99999999999:x.")]
    [InlineData("d1:a1:k.")]
    [InlineData("d1:a1:k1:v1:k1:w.")]
    [InlineData("z1:a.")]
    public void Read_SomethingElse_IsNothing(string? text) => Carried.Read(text).Should().BeNull();

    [Fact]
    public void ActionReading_ButtonMenuAndLink_AreToldApart()
    {
        var does = new Carried(CarriedKind.Does, "no-change", ActionData.None.With("esc", "1042"));

        Act($$"""{"type":"button","value":"{{does.Write()}}"}""").Should().Be(does);
        Act($$$"""{"type":"overflow","selected_option":{"value":"{{{does.Write()}}}"}}""")
            .Should()
            .Be(does);
        Act("""{"type":"button","url":"https://x.example"}""").Should().BeNull();
        Act("""{"type":"static_select","selected_option":{"value":"x"}}""").Should().BeNull();
        Act("""[]""").Should().BeNull();
    }

    private static Carried? Act(string json) =>
        ActionReading.Of(JsonDocument.Parse(json).RootElement);
}
