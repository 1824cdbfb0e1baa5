using EscalationCollab.Benchmarks;

switch (args)
{
    case ["store"]:
        return await StoreBenchmark.RunAsync();
    default:
        Console.Error.WriteLine("Give the name of a benchmark: store");
        return 2;
}
