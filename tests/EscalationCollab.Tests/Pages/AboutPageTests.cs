using EscalationCollab.Tests.Sandbox;

namespace EscalationCollab.Tests.Pages;

/// <summary>The pages that app stores link to.</summary>
public sealed class AboutPageTests(SandboxServer server) : IClassFixture<SandboxServer>
{
    [Theory]
    [InlineData("/privacy", "en", "What is kept here")]
    [InlineData("/privacy", "pt-BR", "O que fica guardado aqui")]
    [InlineData("/terms", "it", "Chi può usarlo")]
    [InlineData("/terms", "lt", "Kas gali naudotis")]
    public async Task Page_InTheBrowsersLanguage_IsServed(
        string path,
        string language,
        string title
    )
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        var page = System.Net.WebUtility.HtmlDecode(await http.GetStringAsync(path));

        page.Should().Contain($"<html lang=\"{language}\"").And.Contain(title);
    }
}
