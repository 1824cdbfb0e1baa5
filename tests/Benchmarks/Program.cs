using EscalationCollab.Benchmarks;

switch (args)
{
    case ["store"]:
        return await StoreBenchmark.RunAsync();
    case ["declare"]:
        return await DeclareBenchmark.RunAsync();
    case ["start", .. var folder]:
        return await StartBenchmark.RunAsync(folder.FirstOrDefault());
    default:
        Console.Error.WriteLine(
            "Give the name of a benchmark: store, declare, start [published folder]"
        );
        return 2;
}
