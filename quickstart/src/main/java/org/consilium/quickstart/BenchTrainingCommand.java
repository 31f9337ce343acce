package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Architectures;
import org.consilium.model.Dl4jNetworks;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium bench training}: images per second of the trainer, beside PyTorch on the same network. */
@Command(
        name = "training",
        header = "Measure images per second of training on one thread, beside PyTorch where there is one.",
        description = {
            "",
            "Trains cnn.28x28x3.8 on random images by stochastic gradient descent, in turns with PyTorch (eager mode, the"
                    + " same network, batch size and one thread), after one turn of each that does not count. A turn is"
                    + " one pass, from parameters to parameters. Run it on a machine that does nothing else.",
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

    private static final ImageShape SHAPE = new ImageShape(28, 28, 3);
    private static final int CLASSES = 8;
    private static final double LEARNING_RATE = 0.01;
    private static final long SEED = 7;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "A Python 3 with the package torch to compare with. Default: no comparison.")
    private Path python;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "7",
            description = "Turns that count. Default: ${DEFAULT-VALUE}.")
    private int turns;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--batches",
            paramLabel = "N",
            defaultValue = "40",
            description = "Batches in a turn. Default: ${DEFAULT-VALUE}.")
    private int batches;

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measurements there as JSON.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StudyOptions.within("--turns", turns, 1_000);
        StudyOptions.within("--batch", batch, 4_096);
        StudyOptions.within("--batches", batches, 1_000);
        if (python != null && !Files.isExecutable(python)) {
            throw new BadOption(
                    "--python " + python, "there is no such program; name a Python 3 with the package torch");
        }
        if (out != null) {
            OutputFile.prepare("--out", out);
        }
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        Dl4jNetworks networks = Dl4jNetworks.create();
        Parameters start = networks.initial(Architectures.id("cnn", SHAPE, CLASSES), SEED);
        TrainingPlan plan = new TrainingPlan(new Effort.Epochs(1), batch, new Optimiser.Sgd(LEARNING_RATE, 0), SEED);
        LabelledImages images = random(batch * batches);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Optional<String> version = Optional.empty();
        try (PyTorchProcess torch = python == null ? null : PyTorchProcess.start(python, batch, batches)) {
            version = Optional.ofNullable(torch).map(PyTorchProcess::version);
            screen.say(Text.of("%s, batch %d, one thread; images per second", start.architecture(), batch));
            screen.say("turn  Consilium (Deeplearning4j)"
                    + version.map(v -> "  PyTorch " + v).orElse(""));
            for (int turn = 0; turn <= turns; turn++) {
                double own = imagesPerSecond(networks, start, plan, images);
                double other = torch == null ? Double.NaN : torch.imagesPerSecond();
                if (turn > 0) {
                    ours.add(own);
                    theirs.add(other);
                    screen.say(Text.of(
                            "%4d  %26s%s", turn, decimals(own, 0), torch == null ? "" : "  " + decimals(other, 0)));
                }
            }
        }
        deliver(start, new Spread(ours), version.map(v -> new Spread(theirs)), version, screen);
        return 0;
    }

    private void deliver(
            Parameters start, Spread ours, Optional<Spread> theirs, Optional<String> version, Screen screen) {
        double ratio = theirs.map(other -> ours.median() / other.median()).orElse(Double.NaN);
        screen.say(Text.of("median: Consilium %s images/s", decimals(ours.median(), 0))
                + theirs.map(other -> Text.of(
                                ", PyTorch %s images/s, ratio %s", decimals(other.median(), 0), decimals(ratio, 3)))
                        .orElse(""));
        if (out == null) {
            return;
        }
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("network", start.architecture().value())
                .add("batch", batch)
                .add("batchesInATurn", batches)
                .add("threads", 1)
                .add("imagesPerSecond", ours.toJson());
        if (theirs.isPresent()) {
            json.add("pytorchImagesPerSecond", theirs.get().toJson());
        } else {
            json.add("pytorchImagesPerSecond", JsonValue.NULL);
        }
        json.add("pytorchVersion", version.<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                .add("ratioToPytorch", ReportJson.number(ratio));
        String text = ReportJson.text(json.build());
        OutputFile.write(out, path -> Files.writeString(path, text));
        screen.say("Report   " + out);
    }

    private static double imagesPerSecond(
            Dl4jNetworks networks, Parameters start, TrainingPlan plan, LabelledImages images) {
        long began = System.nanoTime();
        networks.train(start, plan, images);
        return images.size() / ((System.nanoTime() - began) / 1e9);
    }

    private static LabelledImages random(int size) {
        Random random = new Random(SEED);
        byte[] pixels = new byte[size * SHAPE.samples()];
        random.nextBytes(pixels);
        int[] labels = random.ints(size, 0, CLASSES).toArray();
        return LabelledImages.of(SHAPE, CLASSES, pixels, labels, new int[0]);
    }
}
