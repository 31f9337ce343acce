package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Parameters;
import org.consilium.model.LabelledImages;
import org.consilium.model.ModelFile;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium evaluate}: a saved model on any split. */
@Command(
        name = "evaluate",
        header = "Score a saved model on any split of a data set.",
        description = {
            "",
            "Prints accuracy, macro-F1, AUC (exact, one-vs-rest, unweighted mean over the classes), recall by class and the"
                    + " confusion matrix.",
            "",
            "The images are DIR/DATASET/NAME-images-idx4-ubyte.gz (grey ones: idx3) with NAME-labels-idx1-ubyte.gz, or the"
                    + " same files in DIR itself, or a MedMNIST .npz file; NAME is any split, also one that no program has"
                    + " seen yet.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  consilium evaluate --model target/model.zip --data ../shared/data --dataset blood28 --split test"
        },
        sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            required = true,
            description = "The model, as 'consilium demo' or 'consilium simulate' wrote it with --model-out.")
    private Path model;

    @Mixin
    private DataOptions data;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            required = true,
            description = "The split: test, or any other name.")
    private String split;

    @Option(names = "--json", description = "Print the result as JSON and nothing else.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /**
     * @param surroundings what the program finds around itself
     */
    EvaluateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (!Files.isReadable(model) || Files.isDirectory(model)) {
            throw new BadOption(
                    "--model " + model,
                    "there is no such file that can be read; name a model that was written with --model-out");
        }
        if (!split.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new BadOption(
                    "--split " + split,
                    "a split's name has letters, digits, dots, hyphens and underscores only, and no folder");
        }
        ImageDataset dataset = data.choice(surroundings).open();
        Parameters parameters = ModelFile.read(model);
        LabelledImages images = dataset.load(split);
        if (images.size() == 0) {
            throw new CommandFailure("The split " + split + " of " + dataset.name()
                    + " has no images to score. Name another one with --split.");
        }
        ArchitectureId architecture = parameters.architecture();
        if (!architecture.value().endsWith("." + images.shape() + "." + images.classes())) {
            throw new CommandFailure("The model " + model + " is " + architecture + ", the images of " + dataset.name()
                    + " are " + images.shape() + " in " + images.classes()
                    + " classes. Choose the data set that the model was trained for with --dataset.");
        }
        Evaluation evaluation = Evaluation.of(parameters, dataset, split, images, Networks.create());
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        if (json) {
            screen.say(ReportJson.text(evaluation.toJson()).strip());
        } else {
            screen.say(DataChoice.notice(dataset));
            screen.say(evaluation.lines());
        }
        return 0;
    }
}
