using System.Text;
using System.Text.Json;
using EscalationCollab.Core.Payloads;

namespace EscalationCollab.Tests.Payloads;

public sealed class PayloadTests
{
    [Theory]
    [InlineData("""{"text":"\ud83d\ude00"}""")]
    [InlineData("""{"text":"C:\\ud800"}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public void Parse_Json_IsRead(string sent) =>
        Payload.Parse(Encoding.UTF8.GetBytes(sent)).Should().NotBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("""{"text":"a"} {"text":"b"}""")]
    [InlineData("""{"text":"\ud83d"}""")]
    [InlineData("""{"deep":[{"text":"\uDC00 alone"}]}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Parse_WhatIsNone_IsNull(string sent) =>
        Payload.Parse(Encoding.UTF8.GetBytes(sent)).Should().BeNull();

    [Fact]
    public void Parse_BytesThatAreNoText_IsNull() =>
        Payload.Parse([(byte)'"', 0xC3, 0x28, (byte)'"']).Should().BeNull();

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Parse_ManyLevels_IsReadToTheLimit(int levels, bool read) =>
        (
            Payload.Parse(Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels)))
            is not null
        )
            .Should()
            .Be(read);

    [Theory]
    [InlineData("""{"user":{"name":"Rūta"}}""", "Rūta")]
    [InlineData("""{"user":{"name":7}}""", null)]
    [InlineData("""{"user":"Rūta"}""", null)]
    [InlineData("""{"user":null}""", null)]
    [InlineData("[]", null)]
    public void Text_MissingOrOfAnotherKind_IsNull(string sent, string? expected) =>
        JsonElement.Parse(sent).Text("user", "name").Should().Be(expected);

    [Fact]
    public void List_OfAnotherKind_IsEmpty()
    {
        var element = JsonElement.Parse("""{"some":[1,2],"none":{"0":1}}""");

        element.List("some").Should().HaveCount(2);
        element.List("none").Should().BeEmpty();
        element.List("missing").Should().BeEmpty();
    }

    [Fact]
    public async Task ReadAsync_PageOfAProxy_IsEmpty()
    {
        using var page = new StringContent("<html>Bad gateway</html>");

        (await Payload.ReadAsync(page, default)).ValueKind.Should().Be(JsonValueKind.Undefined);
    }
}
