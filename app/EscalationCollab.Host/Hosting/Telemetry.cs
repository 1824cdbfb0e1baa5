using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EscalationCollab.Host.Hosting;

/// <summary>
/// Metrics and traces by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, as the OpenTelemetry specification names
/// it; nothing is collected otherwise.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        var resource = ResourceBuilder.CreateDefault().AddService("escalationcollab");
        services.AddSingleton(_ =>
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter("EscalationCollab*", "Microsoft.AspNetCore.Hosting", "System.Net.Http")
                .AddOtlpExporter()
                .Build()
        );
        services.AddSingleton(_ =>
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("EscalationCollab*", "Microsoft.AspNetCore", "System.Net.Http")
                .AddOtlpExporter()
                .Build()
        );
        services.AddHostedService<Exporters>();
    }

    /// <summary>Keeps the exporters alive and lets them send what is left at the end.</summary>
    private sealed class Exporters(MeterProvider meters, TracerProvider traces) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Activity.DefaultIdFormat = ActivityIdFormat.W3C;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            meters.ForceFlush(2_000);
            traces.ForceFlush(2_000);
            return Task.CompletedTask;
        }
    }
}
