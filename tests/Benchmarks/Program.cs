using EscalationCollab.Benchmarks;

switch (args)
{
    case ["store"]:
        return await StoreBenchmark.RunAsync();
<<<<<<< HEAD
    case ["declare"]:
        return await DeclareBenchmark.RunAsync();
    case ["start", .. var folder]:
        return await StartBenchmark.RunAsync(folder.FirstOrDefault());
    default:
        Console.Error.WriteLine(
            "Give the name of a benchmark: store, declare, start [published folder]"
        );
=======
    case ["import"]:
        return await TicketBenchmark.ImportAsync();
    case ["metrics"]:
        return await TicketBenchmark.MetricsAsync();
    default:
        Console.Error.WriteLine("Give the name of a benchmark: store, import or metrics");
>>>>>>> 8c11812 (Count what the help desk counts: import its export, propose what should be an escalation, and show every figure with its formula)
        return 2;
}
