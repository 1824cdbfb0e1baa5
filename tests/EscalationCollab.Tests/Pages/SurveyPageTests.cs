using System.Net;
using EscalationCollab.Core;
using EscalationCollab.Core.Escalations;
using EscalationCollab.Core.Surveys;
using EscalationCollab.Tests.Surveys;
using EscalationCollab.Tests.TestSupport;
using EscalationCollab.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace EscalationCollab.Tests.Pages;

public sealed class SurveyPageTests : IAsyncLifetime
{
    private Stage _stage = null!;
    private WebApplication _app = null!;
    private HttpClient _customer = null!;
    private EscalationNumber _number;
    private string _token = "";

    public async Task InitializeAsync() => await OpenAsync("acme");

    public async Task DisposeAsync()
    {
        _customer.Dispose();
        await _app.DisposeAsync();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task Get_Open_ShowsQuestionsAndChangesNothing()
    {
        var before = await _stage.Load(_number);

        for (var i = 0; i < 3; i++)
        {
            var page = await Get();
            page.Status.Should().Be(HttpStatusCode.OK);
            page.Html.Should().Contain("name=\"resolution\"").And.Contain("Carlos Menezes");
        }

        (await _stage.Load(_number)).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task Head_Open_HasHeadersAndNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/s/{_token}");

        using var response = await _customer.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_Complete_ThanksAndKeepsAnswers()
    {
        var page = await Post(
            ("resolution", "5"),
            ("communication", "4"),
            ("effort", "7"),
            ("recommendation", "10"),
            ("comment", "Muito bom\u0007 <script>alert(1)</script>")
        );

        page.Status.Should().Be(HttpStatusCode.OK);
        page.Html.Should().Contain("Agradecemos, Carlos Menezes");
        (await _stage.Load(_number))
            .Survey.Answers.Should()
            .Be(new SurveyAnswers(5, 4, 7, 10, "Muito bom <script>alert(1)</script>"));
    }

    [Fact]
    public async Task Post_Low_SaysWhoComesBackUntilWhen()
    {
        var page = await Post(("resolution", "1"));

        page.Html.Should().Contain("Marco Rossi").And.Contain("10 de mar");
    }

    [Fact]
    public async Task Post_SecondTime_KindAndInert()
    {
        await Post(("resolution", "5"));
        var before = await _stage.Load(_number);

        var page = await Post(("resolution", "1"));

        page.Status.Should().Be(HttpStatusCode.OK);
        page.Html.Should().Contain("Você já respondeu").And.NotContain("<form");
        var after = await _stage.Load(_number);
        after.Version.Should().Be(before.Version);
        after.Survey.Answers!.Resolution.Should().Be(5);
        (await Get()).Html.Should().Contain("Você já respondeu");
    }

    [Fact]
    public async Task Post_Twice_AtOnce_OneWins()
    {
        var pages = await Task.WhenAll(
            Enumerable
                .Range(1, 5)
                .Select(mark => Post(("resolution", mark.ToString(null as IFormatProvider))))
        );

        pages.Count(page => page.Html.Contains("Agradecemos, Carlos")).Should().Be(1);
        (await _stage.Events(_number)).Count(e => e.Event is SurveyAnswered).Should().Be(1);
    }

    [Theory]
    [InlineData("resolution", "")]
    [InlineData("resolution", "0")]
    [InlineData("resolution", "6")]
    [InlineData("resolution", "4.5")]
    [InlineData("resolution", "-1")]
    [InlineData("resolution", "five")]
    [InlineData("communication", "6")]
    [InlineData("effort", "8")]
    [InlineData("recommendation", "11")]
    public async Task Post_Mistake_BesideItsFieldAndAnswersStay(string field, string mark)
    {
        (string, string)[] good =
        [
            ("resolution", "3"),
            ("communication", "4"),
            ("effort", "6"),
            ("recommendation", "0"),
            ("comment", "Ficou <aqui>"),
        ];

        var page = await Post([.. good.Where(given => given.Item1 != field), (field, mark)]);

        page.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        page.Html.Should().Contain($"id=\"{field}-mistake\"").And.Contain("Ficou &lt;aqui&gt;");
        page.Html.Should().Contain("role=\"alert\"").And.Contain($"href=\"#{field}-");
        foreach (var (kept, value) in good.Where(g => g.Item1 != field && g.Item1 != "comment"))
            page.Html.Should().MatchRegex($"id=\"{kept}-{value}\"[^>]* checked");
        (await _stage.Load(_number)).Survey.AnsweredAt.Should().BeNull();
    }

    [Fact]
    public async Task Post_TooLongComment_SaidBesideItAndKept()
    {
        var text = new string('á', 3_001);

        var page = await Post(("resolution", "5"), ("comment", text));

        page.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        page.Html.Should().Contain("3.001").And.Contain(text).And.Contain("comment-mistake");
    }

    [Fact]
    public async Task Post_NoFormOrEmptyOrHuge_IsAnsweredKindly()
    {
        using var json = new StringContent("{}");
        using var huge = new FormUrlEncodedContent([new("comment", new string('x', 200_000))]);

        using var first = await _customer.PostAsync($"/s/{_token}", json);
        using var second = await _customer.PostAsync($"/s/{_token}", huge);

        first.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        second.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await _stage.Load(_number)).Survey.AnsweredAt.Should().BeNull();
    }

    [Fact]
    public async Task Any_UnknownOrExpired_SameKindPage()
    {
        var unknown = await Get("AAAAAAAAAAAAAAAAAAAAAA", "pt-BR");
        var longer = await Get(_token + "A", "pt-BR");
        await _stage.Advance(Duration.FromDays(15));
        var expired = await Get();
        var posted = await Post(("resolution", "5"));

        unknown.Status.Should().Be(HttpStatusCode.NotFound);
        longer.Status.Should().Be(HttpStatusCode.NotFound);
        expired.Status.Should().Be(HttpStatusCode.Gone);
        posted.Status.Should().Be(HttpStatusCode.Gone);
        foreach (var page in new[] { unknown, longer, expired, posted })
            page.Html.Should()
                .Contain("Esta pesquisa está encerrada")
                .And.NotContain("Carlos")
                .And.NotContain("Customers cannot");
    }

    [Fact]
    public async Task Any_Page_NoCookieNoScriptNothingFromElsewhere()
    {
        using var response = await _customer.GetAsync($"/s/{_token}");
        var html = await response.Content.ReadAsStringAsync();

        response.Headers.Contains("Set-Cookie").Should().BeFalse();
        response.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        response.Headers.GetValues("X-Robots-Tag").Should().Equal("noindex, nofollow");
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy
            .Should()
            .StartWith("default-src 'none'; style-src 'sha256-")
            .And.NotContain("unsafe");
        html.Should().NotContain("<script").And.NotContain("http:").And.NotContain("https:");
        html.Should().NotMatchRegex(" style=| on[a-z]+=");
    }

    [Fact]
    public async Task Style_InPage_IsTheOneThePolicyLetsThrough()
    {
        var html = (await Get()).Html;
        var style = html[
            (html.IndexOf("<style>", StringComparison.Ordinal) + 7)..html.IndexOf(
                "</style>",
                StringComparison.Ordinal
            )
        ];

        CustomerPage
            .ContentSecurityPolicy.Should()
            .Contain(
                Convert.ToBase64String(
                    System.Security.Cryptography.SHA256.HashData(
                        System.Text.Encoding.UTF8.GetBytes(style)
                    )
                )
            );
    }

    [Theory]
    [InlineData("acme", "pt-BR", "Como foi o nosso atendimento?")]
    [InlineData("northgate", "en", "How did we do?")]
    [InlineData("ferri", "it", "Come abbiamo gestito il Suo caso?")]
    [InlineData("baltmaistas", "lt", "Kaip mums sekėsi?")]
    public async Task Get_EachLanguage_WholePageInIt(string customer, string language, string title)
    {
        await DisposeAsync();
        await OpenAsync(customer);

        var html = (await Get()).Html;
        var wrong = (await Post(("effort", "9"))).Html;

        html.Should().Contain($"<html lang=\"{language}\">").And.Contain(title);
        foreach (var page in new[] { html, wrong })
            page[page.IndexOf("<body>", StringComparison.Ordinal)..]
                .Should()
                .NotContain("survey-page.")
                .And.NotContain("{");
    }

    [Theory]
    [InlineData("it-CH, en;q=0.5", "it")]
    [InlineData("fr, lt;q=0.8, en;q=0.3", "lt")]
    [InlineData("fr", "en")]
    [InlineData("*", "en")]
    [InlineData("", "en")]
    public async Task Unknown_SomebodysBrowser_SpokenToInTheirLanguage(
        string accepted,
        string language
    ) => (await Get("nothing", accepted)).Html.Should().Contain($"<html lang=\"{language}\">");

    [Fact]
    public async Task Flood_FromOneAddress_SlowedDown()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < CustomerPageLimit.Burst + 20; i++)
            statuses.Add((await Get($"guess-{i}")).Status);

        statuses.Should().Contain(HttpStatusCode.TooManyRequests);
        statuses
            .Take(CustomerPageLimit.Burst)
            .Should()
            .OnlyContain(s => s == HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    public void Limit_Address_CountsTheHousehold(string address, string key) =>
        CustomerPageLimit.KeyOf(IPAddress.Parse(address)).Should().Be(key);

    private async Task OpenAsync(string customer)
    {
        (_stage, _number, _token) = await SurveyScenes.Asked(customer);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(_stage.Store);
        builder.Services.AddSingleton(_stage.Slices);
        builder.Services.AddSingleton(Scenes.Words);
        builder.Services.AddSingleton<TimeProvider>(_stage.Time);
        builder.Services.AddSingleton(new Situations(() => Scenes.Policy, _stage.Time));
        builder.Services.AddCustomerPages();
        _app = builder.Build();
        _app.MapCustomerPages();
        await _app.StartAsync();
        _customer = _app.GetTestClient();
    }

    private async Task<(HttpStatusCode Status, string Html)> Get(
        string? token = null,
        string language = ""
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/s/{token ?? _token}");
        if (language.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        using var response = await _customer.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(HttpStatusCode Status, string Html)> Post(
        params (string Name, string Value)[] fields
    )
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        using var response = await _customer.PostAsync($"/s/{_token}", form);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
