using EscalationCollab.Benchmarks;

switch (args)
{
    case ["store"]:
        return await StoreBenchmark.RunAsync();
    case ["declare"]:
        return await DeclareBenchmark.RunAsync();
    case ["click"]:
        return await ClickBenchmark.RunAsync();
    case ["action"]:
        return await ActionBenchmark.RunAsync();
    case ["room"]:
        return await RoomBenchmark.RunAsync();
    case ["start", .. var folder]:
        return await StartBenchmark.RunAsync(folder.FirstOrDefault());
    case ["import"]:
        return await TicketBenchmark.ImportAsync();
    case ["metrics"]:
        return await TicketBenchmark.MetricsAsync();
    case ["search"]:
        return await SearchBenchmark.RunAsync();
    case ["survey-guesses"]:
        return await SurveyBenchmark.RunAsync();
    default:
        Console.Error.WriteLine(
            "Give the name of a benchmark: store, declare, click, action, room, start [published folder], import, metrics, search, survey-guesses"
        );
        return 2;
}
