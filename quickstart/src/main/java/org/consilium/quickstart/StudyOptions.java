package org.consilium.quickstart;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Architectures;
import picocli.CommandLine.Option;

/** The options that say what a study is; {@code simulate} and {@code demo} have the same. */
final class StudyOptions {

    @Option(
            names = "--sites",
            paramLabel = "N",
            description = "Number of hospitals, called site-1 to site-N. Default: 3 (2 with --quick).")
    private Integer sites;

    @Option(names = "--rounds", paramLabel = "N", description = "Number of rounds. Default: 5 (2 with --quick).")
    private Integer rounds;

    @Option(
            names = "--local-epochs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Passes of each site over its images in a round; 0 returns the model unchanged and so measures"
                            + " what a round costs beside training. Default: ${DEFAULT-VALUE}.")
    private int localEpochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.05",
            description = "Step size of stochastic gradient descent. Default: ${DEFAULT-VALUE}.")
    private double learningRate;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0",
            description = "Nesterov momentum, 0 to below 1. Default: ${DEFAULT-VALUE}.")
    private double momentum;

    @Option(
            names = "--partition",
            paramLabel = "P",
            defaultValue = "dirichlet:0.5",
            description = {
                "How the images are dealt to the sites: iid (the same mix everywhere), dirichlet:ALPHA (each class is"
                        + " shared unevenly, the more so the smaller ALPHA), one-class (each site has one class alone), by-site (as the data"
                        + " set's own sites).",
                "Default: ${DEFAULT-VALUE}."
            })
    private String partition;

    @Option(
            names = "--model",
            paramLabel = "FAMILY",
            defaultValue = "cnn",
            description =
                    "Family of the network: cnn (0.4 million parameters on blood28), resnet (0.7 million, four times the"
                            + " arithmetic) or cnn-wide (11 million)."
                            + " Default: ${DEFAULT-VALUE}.")
    private String family;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "fedavg",
            description = {
                "Federated learning method: fedavg, fedprox, fedimpression (as published) or fedimpression-plus.",
                "Default: ${DEFAULT-VALUE}."
            })
    private String strategy;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting of the strategy, such as mu=0.1 of fedprox; may be given several times. A name that"
                            + " the strategy does not have is answered with those that it has.")
    private Map<String, String> strategySettings = new TreeMap<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Decides the dealing, the initial model and the order of training; equal seeds give equal"
                    + " models. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--quick",
            description = "A first look: 2 sites, 2 rounds, 600 training images, 200 validation and 200 test images.")
    private boolean quick;

    @Option(
            names = "--with-centralised",
            description = "Also train the same model on all images in one place for as many passes, to compare.")
    private boolean withCentralised;

    @Option(
            names = "--with-local",
            description = "Also let each site train alone for as many passes, each tested on its own test images, to"
                    + " compare.")
    private boolean withLocal;

    /**
     * Returns what was chosen.
     *
     * @param mostSites more sites are refused
     * @throws BadOption naming option, value and allowed range
     */
    StudySettings settings(int mostSites) {
        int chosenSites = sites == null ? (quick ? 2 : 3) : sites;
        int chosenRounds = rounds == null ? (quick ? 2 : 5) : rounds;
        within("--sites", chosenSites, mostSites);
        within("--rounds", chosenRounds, 100_000);
        if (!Architectures.families().contains(family)) {
            throw new BadOption(
                    "--model " + family,
                    "this family is not known; use one of " + String.join(", ", Architectures.families()));
        }
        Effort effort = valid("--local-epochs " + localEpochs, () -> new Effort.Epochs(localEpochs));
        if (!(momentum >= 0 && momentum < 1)) {
            throw new BadOption("--momentum " + momentum, "use a number of 0 to below 1");
        }
        Optimiser optimiser = valid("--learning-rate " + learningRate, () -> new Optimiser.Sgd(learningRate, momentum));
        TrainingPlan plan = valid("--batch " + batch, () -> new TrainingPlan(effort, batch, optimiser, seed));
        Partitioner partitioner = valid("--partition " + partition, () -> Partitioner.parse(partition));
        Strategy method = valid("--strategy " + strategy, () -> Strategies.of(strategy, strategySettings));
        return new StudySettings(
                chosenSites, chosenRounds, plan, partitioner, family, method, quick, withCentralised, withLocal);
    }

    /** Checks a count. */
    static void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new BadOption(option + " " + value, "use a whole number of 1 to " + most);
        }
    }

    /** Makes a value; where that is refused, the option is. */
    static <T> T valid(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new BadOption(option, e);
        }
    }
}
