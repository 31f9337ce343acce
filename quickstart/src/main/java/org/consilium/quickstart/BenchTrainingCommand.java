package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.consilium.model.Workload;
import org.consilium.model.Workloads;
import org.consilium.model.engine.Kernel;
import org.consilium.model.engine.OneDnn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium bench training}: images per second of each kind of work, beside Deeplearning4j and PyTorch. */
@Command(
        name = "training",
        header =
                "Measure images per second of training, synthesis' gradients and inference, beside PyTorch where there is"
                        + " one.",
        description = {
            "",
            "Does the same work on random images with networks compiled to oneDNN, with Deeplearning4j's own layers, and"
                    + " with PyTorch (eager, in its two memory layouts), in turns, after one turn of each that does not"
                    + " count; on one and on two threads. Beside each rate stands the part of the machine's best that it"
                    + " is: the floating-point operations of its products against a large matrix product in the same"
                    + " turn. Run it on a machine that does nothing else.",
            "",
            "Work: blood-cnn (cnn.28x28x3.8, batch 64), blood-resnet (a residual network on the same images), mri-unet (a"
                    + " U-Net on 128x128 pixels, batch 8), input-gradient (of blood-cnn, batch 160), synthesis (of 160"
                    + " images, 3 x 30 steps; an image counts once a step), inference (batch"
                    + " 256), per-example (gradients of blood-cnn clipped one by one, 64 a step).",
            ""
        },
        footer = {
            "",
            "Example:",
            "  python3 -m venv ~/torch && ~/torch/bin/pip install torch numpy",
            "  consilium bench training --python ~/torch/bin/python --out target/training.json"
        },
        sortOptions = false)
final class BenchTrainingCommand implements Callable<Integer> {

    private static final double NANOS = 1e9;
    private static final int PROFILED_RUNS = 20;
    private static final int SHOWN_KERNELS = 6;

    private final Surroundings surroundings;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "A Python 3 with the package torch to compare with. Default: no comparison.")
    private Path python;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns that count. Default: ${DEFAULT-VALUE}.")
    private int turns;

    @Option(
            names = "--work",
            paramLabel = "NAME",
            split = ",",
            description = "Only this work, or several with commas. Default: all.")
    private List<String> chosen;

    @Option(names = "--quick", description = "One short turn without Deeplearning4j: a look, not a measurement.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measurements there as JSON.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    BenchTrainingCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Rates of one kind of work on some threads, in images per second; the peak in operations per second. */
    private static final class Row {

        private final String work;
        private final int threads;
        private final List<Double> compiled = new ArrayList<>();
        private final List<Double> deeplearning4j = new ArrayList<>();
        private final List<Double> eager = new ArrayList<>();
        private final List<Double> channelsLast = new ArrayList<>();
        private final List<Double> peakFraction = new ArrayList<>();
        private List<Kernel> kernels = List.of();

        Row(String work, int threads) {
            this.work = work;
            this.threads = threads;
        }
    }

    @Override
    public Integer call() {
        StudyOptions.within("--turns", turns, 1_000);
        if (python != null && !Files.isExecutable(python)) {
            throw new BadOption(
                    "--python " + python, "there is no such program; name a Python 3 with the package torch");
        }
        if (out != null) {
            OutputFile.prepare("--out", out);
        }
        if (OneDnn.trouble().isPresent()) {
            throw new CommandFailure(
                    "There is nothing to measure: " + OneDnn.trouble().get() + ".", null);
        }
        List<String> works = chosen == null ? Workloads.names() : chosen;
        works.stream()
                .filter(work -> !Workloads.names().contains(work))
                .findFirst()
                .ifPresent(work -> {
                    throw new BadOption("--work " + work, "use one of " + String.join(", ", Workloads.names()));
                });
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        int counted = quick ? 1 : turns;
        List<Row> rows = new ArrayList<>();
        try (PyTorchProcess torch = python == null ? null : PyTorchProcess.start(python)) {
            screen.say(Text.of(
                    "%s, %d processors%s; images per second, median of %s",
                    OneDnn.description(),
                    Runtime.getRuntime().availableProcessors(),
                    torch == null ? "" : ", PyTorch " + torch.version(),
                    Text.counted(counted, "turn")));
            screen.say("");
            screen.say("work            threads  compiled    (min..max)  Deeplearning4j  PyTorch eager  channels_last"
                    + "  ratio to eager  to better  of peak");
            for (String work : works) {
                for (int threads : new int[] {1, 2}) {
                    if (threads <= Runtime.getRuntime().availableProcessors()) {
                        Row row = measure(work, threads, counted, torch);
                        rows.add(row);
                        screen.say(line(row));
                    }
                }
            }
            screen.say("");
            screen.say("Where the time goes, milliseconds of a batch on one thread:");
            rows.stream().filter(row -> row.threads == 1).forEach(row -> screen.say(profile(row)));
            deliver(rows, counted, Optional.ofNullable(torch).map(PyTorchProcess::version), screen);
        }
        return 0;
    }

    private Row measure(String work, int threads, int counted, PyTorchProcess torch) {
        Row row = new Row(work, threads);
        boolean withReference = !quick && threads == 1 && Workloads.isKnownToDeeplearning4j(work);
        Workloads.threads(threads);
        try (Workload compiled = Workloads.compiled(work);
                Workload peak = Workloads.peak();
                Workload reference = withReference ? Workloads.byDeeplearning4j(work) : null) {
            Workloads.threads(threads);
            compiled.run();
            peak.run();
            int repeats = repeats(compiled);
            for (int turn = 0; turn <= counted; turn++) {
                double own = rate(compiled, repeats);
                double best = peak.operations() * rate(peak, quick ? 2 : 6);
                OptionalDouble eager = torch(torch, work, "contiguous", threads, repeats);
                OptionalDouble last = torch(torch, work, "channels_last", threads, repeats);
                OptionalDouble plain =
                        reference == null ? OptionalDouble.empty() : OptionalDouble.of(rate(reference, 1));
                Workloads.threads(threads);
                if (turn > 0) {
                    row.compiled.add(own);
                    row.peakFraction.add(own * compiled.operations() / compiled.images() / best);
                    eager.ifPresent(row.eager::add);
                    last.ifPresent(row.channelsLast::add);
                    plain.ifPresent(row.deeplearning4j::add);
                }
            }
            row.kernels = threads == 1 ? compiled.profile(PROFILED_RUNS) : List.of();
        } finally {
            Workloads.threads(1);
        }
        return row;
    }

    private static OptionalDouble torch(PyTorchProcess torch, String work, String layout, int threads, int repeats) {
        return torch == null ? OptionalDouble.empty() : torch.imagesPerSecond(work, layout, threads, repeats);
    }

    /** So many that a measurement takes about a second. */
    private int repeats(Workload work) {
        double seconds = quick ? 0.2 : 1;
        double once = work.images() / rate(work, 2);
        return (int) Math.max(1, Math.ceil(seconds / once));
    }

    private static double rate(Workload work, int repeats) {
        long began = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            work.run();
        }
        return work.images() * (double) repeats / ((System.nanoTime() - began) / NANOS);
    }

    private static String line(Row row) {
        double own = median(row.compiled);
        double eager = median(row.eager);
        double better = row.channelsLast.isEmpty() ? eager : Math.max(eager, median(row.channelsLast));
        Spread spread = new Spread(row.compiled);
        return Text.of(
                "%-14s  %7d  %8s  %12s  %14s  %13s  %13s  %14s  %9s  %7s",
                row.work,
                row.threads,
                whole(own),
                whole(spread.min()) + ".." + whole(spread.max()),
                whole(median(row.deeplearning4j)),
                whole(eager),
                whole(median(row.channelsLast)),
                decimals(own / eager, 2),
                decimals(own / better, 2),
                decimals(median(row.peakFraction), 2));
    }

    private static String whole(double rate) {
        return decimals(rate, rate < 100 ? 1 : 0);
    }

    private static double median(List<Double> rates) {
        return rates.isEmpty() ? Double.NaN : new Spread(rates).median();
    }

    private static String profile(Row row) {
        double total = row.kernels.stream().mapToDouble(Kernel::milliseconds).sum();
        StringBuilder text = new StringBuilder(Text.of("  %s: %s in all", row.work, decimals(total, 2)));
        row.kernels.stream()
                .sorted(Comparator.comparingDouble(Kernel::milliseconds).reversed())
                .limit(SHOWN_KERNELS)
                .forEach(kernel -> text.append(
                        Text.of("; %s %s %s", kernel.layer(), kernel.what(), decimals(kernel.milliseconds(), 2))));
        return text.toString();
    }

    private void deliver(List<Row> rows, int counted, Optional<String> version, Screen screen) {
        if (out == null) {
            return;
        }
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (Row row : rows) {
            JsonArrayBuilder kernels = Json.createArrayBuilder();
            row.kernels.forEach(kernel -> kernels.add(Json.createObjectBuilder()
                    .add("layer", kernel.layer())
                    .add("what", kernel.what())
                    .add("implementation", kernel.implementation())
                    .add("milliseconds", ReportJson.number(kernel.milliseconds()))));
            JsonObjectBuilder spreads = Json.createObjectBuilder();
            spread(spreads, "compiled", row.compiled);
            spread(spreads, "deeplearning4j", row.deeplearning4j);
            spread(spreads, "torchEager", row.eager);
            spread(spreads, "torchChannelsLast", row.channelsLast);
            array.add(Json.createObjectBuilder()
                    .add("work", row.work)
                    .add("threads", row.threads)
                    .add("compiled", ReportJson.number(median(row.compiled)))
                    .add("deeplearning4j", ReportJson.number(median(row.deeplearning4j)))
                    .add("torchEager", ReportJson.number(median(row.eager)))
                    .add("torchChannelsLast", ReportJson.number(median(row.channelsLast)))
                    .add("peakFraction", ReportJson.number(median(row.peakFraction)))
                    .add("spreads", spreads)
                    .add("profile", kernels));
        }
        String text = ReportJson.text(Json.createObjectBuilder()
                .add(
                        "command",
                        "consilium bench training" + (chosen == null ? "" : " --work " + String.join(",", chosen))
                                + (quick ? " --quick" : " --turns " + counted))
                .add(
                        "commit",
                        surroundings.commit().<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .add("executor", OneDnn.description())
                .add("processors", Runtime.getRuntime().availableProcessors())
                .add("pytorchVersion", version.<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .add("turns", counted)
                .add("rows", array)
                .build());
        OutputFile.write(out, path -> Files.writeString(path, text));
        screen.say("Report   " + out);
    }

    private static void spread(JsonObjectBuilder into, String name, List<Double> rates) {
        if (!rates.isEmpty()) {
            into.add(name, new Spread(rates).toJson());
        }
    }
}
