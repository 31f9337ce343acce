package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Architectures;
import picocli.CommandLine.Option;

/** The options that say what is compared. */
final class CompareOptions {

    private static final Pattern SETTING = Pattern.compile("([^:=]+):([^:=]+)=(.*)");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,39}");

    @Option(
            names = "--strategies",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "fedavg,fedprox,fedimpression,fedimpression-plus",
            description = {
                "The methods. LABEL=NAME calls one otherwise, so that one method can take part with several settings.",
                "Differences are to the one called fedavg, or to the first. Default: ${DEFAULT-VALUE}."
            })
    private List<String> strategies;

    @Option(
            names = "--set",
            paramLabel = "LABEL:NAME=VALUE",
            description = "A setting of one of the methods, such as fedprox:mu=0.01; may be given several times.")
    private List<String> strategySettings = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,3,4,5",
            description = "Each deals the images and makes the initial model, the same for all methods, and runs all of"
                    + " them. Default: ${DEFAULT-VALUE}.")
    private List<Long> seeds;

    @Option(
            names = "--learning-rates",
            paramLabel = "X",
            split = ",",
            defaultValue = "0.05",
            description = "Step sizes that are tried with every method. Default: ${DEFAULT-VALUE}.")
    private List<Double> rates;

    @Option(
            names = "--work",
            paramLabel = "RxE",
            split = ",",
            description = "Rounds x local epochs that are tried with every method, such as 75x1,15x5; the products must"
                    + " be equal. Default: what --rounds and --local-epochs say.")
    private List<String> works = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Number of rounds. Default: 5 (2 with --quick).")
    private Integer rounds;

    @Option(
            names = "--local-epochs",
            paramLabel = "N",
            description = "Passes of each site over its images in a round. Default: 1.")
    private Integer localEpochs;

    @Option(
            names = "--sites",
            paramLabel = "N",
            description = "Number of hospitals, called site-1 to site-N. Default: 8 (2 with --quick).")
    private Integer sites;

    @Option(
            names = "--partition",
            paramLabel = "P",
            defaultValue = "dirichlet:0.1",
            description = "How the images are dealt to the sites: iid, dirichlet:ALPHA, one-class or by-site, as with"
                    + " simulate. Default: ${DEFAULT-VALUE}.")
    private String partition;

    @Option(
            names = "--model",
            paramLabel = "FAMILY",
            defaultValue = "cnn",
            description = "Family of the network: cnn, resnet or cnn-wide. Default: ${DEFAULT-VALUE}.")
    private String family;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0",
            description = "Nesterov momentum, 0 to below 1. Default: ${DEFAULT-VALUE}.")
    private double momentum;

    @Option(
            names = "--quick",
            description = "A first look: 2 sites, 2 rounds, 600 training images, 200 validation and 200 test images.")
    private boolean quick;

    @Option(
            names = "--with-centralised",
            description = "Also train on all images in one place, with each learning rate and the first division of the"
                    + " work.")
    private boolean withCentralised;

    @Option(names = "--with-local", description = "Also let each site train alone, in the same way.")
    private boolean withLocal;

    /**
     * Returns what was chosen.
     *
     * @throws BadOption naming option, value and allowed range
     */
    ComparisonPlan plan() {
        int chosenSites = sites == null ? (quick ? 2 : 8) : sites;
        StudyOptions.within("--sites", chosenSites, SimulateCommand.MOST_SITES);
        if (!Architectures.families().contains(family)) {
            throw new BadOption(
                    "--model " + family,
                    "this family is not known; use one of " + String.join(", ", Architectures.families()));
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new BadOption("--momentum " + momentum, "use a number of 0 to below 1");
        }
        rates.forEach(rate -> StudyOptions.valid("--learning-rates " + rate, () -> new Optimiser.Sgd(rate, momentum)));
        StudyOptions.valid(
                "--batch " + batch,
                () -> new TrainingPlan(new Effort.Epochs(1), batch, new Optimiser.Sgd(0.05, momentum), 1));
        Partitioner partitioner = StudyOptions.valid("--partition " + partition, () -> Partitioner.parse(partition));
        return new ComparisonPlan(
                contenders(),
                seeds,
                rates,
                works(),
                new ComparisonPlan.Common(chosenSites, partitioner, family, batch, momentum, quick));
    }

    private List<ComparisonPlan.Work> works() {
        if (works.isEmpty()) {
            int chosenRounds = rounds == null ? (quick ? 2 : 5) : rounds;
            int chosenEpochs = localEpochs == null ? 1 : localEpochs;
            StudyOptions.within("--rounds", chosenRounds, 100_000);
            StudyOptions.within("--local-epochs", chosenEpochs, 1_000);
            return List.of(new ComparisonPlan.Work(chosenRounds, chosenEpochs));
        }
        if (rounds != null || localEpochs != null) {
            throw new BadOption(
                    "--work " + String.join(",", works),
                    "this says rounds and local epochs; leave out" + " --rounds and --local-epochs");
        }
        return works.stream()
                .map(work -> StudyOptions.valid("--work " + work, () -> ComparisonPlan.Work.parse(work)))
                .toList();
    }

    private List<Contender> contenders() {
        Map<String, Map<String, String>> settings = settings();
        Set<String> labels = new HashSet<>();
        List<Contender> contenders = new ArrayList<>();
        for (String entry : strategies) {
            int equals = entry.indexOf('=');
            String label = equals < 0 ? entry : entry.substring(0, equals);
            String name = entry.substring(equals + 1);
            if (equals >= 0 && !LABEL.matcher(label).matches()) {
                throw new BadOption(
                        "--strategies " + entry,
                        "a label has at most 40 letters, digits, dots, hyphens, plus signs and underscores");
            }
            labels.add(label);
            contenders.add(new Contender.Federated(
                    label,
                    StudyOptions.valid(
                            "--strategies " + entry,
                            () -> Strategies.of(name, settings.getOrDefault(label, Map.of())))));
        }
        settings.keySet().stream()
                .filter(label -> !labels.contains(label))
                .findFirst()
                .ifPresent(label -> {
                    throw new BadOption(
                            "--set " + label + ":...",
                            "no method that takes part is called so; use one of " + String.join(", ", strategies));
                });
        if (withCentralised) {
            contenders.add(Contender.Reference.CENTRALISED);
        }
        if (withLocal) {
            contenders.add(Contender.Reference.LOCAL);
        }
        return contenders;
    }

    private Map<String, Map<String, String>> settings() {
        Map<String, Map<String, String>> settings = new HashMap<>();
        for (String entry : strategySettings) {
            Matcher matcher = SETTING.matcher(entry);
            if (!matcher.matches()) {
                throw new BadOption("--set " + entry, "name method, setting and value, such as --set fedprox:mu=0.01");
            }
            settings.computeIfAbsent(matcher.group(1), label -> new TreeMap<>())
                    .put(matcher.group(2), matcher.group(3));
        }
        return settings;
    }
}
