package org.consilium.quickstart;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.consilium.algorithm.Partitioner;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.TrainingPlan;

/**
 * What is compared with what: every contender runs with every learning rate and every division of the local work, on every
 * seed. A seed decides the dealing and the initial model, so these are the same for all contenders.
 *
 * @param contenders federated methods, at least one, and then the references
 * @param seeds the seeds, each once
 * @param rates the learning rates, each once
 * @param works how the local work is divided into rounds; the same work each time
 * @param common what all runs have in common
 */
record ComparisonPlan(
        List<Contender> contenders, List<Long> seeds, List<Double> rates, List<Work> works, Common common) {

    /** Copies, and checks that nothing is there twice and that the work is equal. */
    ComparisonPlan {
        contenders = List.copyOf(contenders);
        seeds = distinct("--seeds", seeds);
        rates = distinct("--learning-rates", rates);
        works = distinct("--work", works);
        distinct("--strategies", contenders.stream().map(Contender::label).toList());
        Work first = works.get(0);
        works.forEach(work -> {
            if (work.passes() != first.passes()) {
                throw new BadOption(
                        "--work " + work,
                        "this is " + work.passes() + " passes over the local images, " + first + " is " + first.passes()
                                + "; name pairs of equal local work");
            }
        });
    }

    private static <T> List<T> distinct(String option, List<T> values) {
        if (values.isEmpty()) {
            throw new BadOption(option, "name at least one");
        }
        HashSet<T> seen = new HashSet<>();
        values.forEach(value -> {
            if (!seen.add(value)) {
                throw new BadOption(option + " " + value, "this is there twice; name each once");
            }
        });
        return List.copyOf(values);
    }

    /**
     * A division of the local work.
     *
     * @param rounds number of rounds, 1 to 100,000
     * @param localEpochs passes of each site over its images in a round, 1 to 1,000
     */
    record Work(int rounds, int localEpochs) {

        private static final Pattern FORM = Pattern.compile("([0-9]{1,6})x([0-9]{1,4})");

        /** Checks the ranges. */
        Work {
            if (rounds < 1 || rounds > 100_000 || localEpochs < 1 || localEpochs > 1_000) {
                throw new IllegalArgumentException("use 1 to 100000 rounds and 1 to 1000 local epochs");
            }
        }

        /** Reads what {@link #toString} writes. */
        static Work parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "use rounds x local epochs, such as 75x1 for 75 rounds of one epoch each");
            }
            return new Work(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }

        /** Returns how often each site passes over its images in all. */
        long passes() {
            return (long) rounds * localEpochs;
        }

        @Override
        public String toString() {
            return rounds + "x" + localEpochs;
        }
    }

    /**
     * What all runs have in common.
     *
     * @param sites number of sites
     * @param partition how images are dealt to them
     * @param family of the network
     * @param batch images in a batch
     * @param momentum of stochastic gradient descent
     * @param quick whether only few images are used
     */
    record Common(int sites, Partitioner partition, String family, int batch, double momentum, boolean quick) {}

    /**
     * A contender with settings that it may be run with.
     *
     * @param contender who
     * @param rate the learning rate
     * @param work how the local work is divided
     */
    record Candidate(Contender contender, double rate, Work work) {
        @Override
        public String toString() {
            return Text.of("%s, learning rate %s, %s", contender.label(), rate, work);
        }
    }

    /**
     * Returns the grid of a contender in the order in which equals are chosen. A reference has no rounds, so for it only the
     * first division is tried.
     */
    List<Candidate> candidates(Contender contender) {
        Stream<Work> tried =
                contender instanceof Contender.Reference ? works.stream().limit(1) : works.stream();
        return tried.flatMap(work -> rates.stream().map(rate -> new Candidate(contender, rate, work)))
                .toList();
    }

    /** Returns the grid of all contenders. */
    List<Candidate> candidates() {
        return contenders.stream()
                .flatMap(contender -> candidates(contender).stream())
                .toList();
    }

    /** Returns how many runs there are. */
    int runs() {
        return candidates().size() * seeds.size();
    }

    /** Returns the contender that the others are compared with: federated averaging, or the first where it does not run. */
    Contender baseline() {
        return contenders.stream()
                .filter(contender -> contender.label().equals("fedavg"))
                .findFirst()
                .orElse(contenders.get(0));
    }

    /** Returns what the study of a run is; a reference's strategy counts only for the order of its training. */
    StudySettings study(Candidate candidate, long seed) {
        Strategy strategy = candidate.contender() instanceof Contender.Federated federated
                ? federated.strategy()
                : Strategies.named("fedavg");
        return new StudySettings(
                common.sites(),
                candidate.work().rounds(),
                new TrainingPlan(
                        new Effort.Epochs(candidate.work().localEpochs()),
                        common.batch(),
                        new Optimiser.Sgd(candidate.rate(), common.momentum()),
                        seed),
                common.partition(),
                common.family(),
                strategy,
                common.quick(),
                candidate.contender() == Contender.Reference.CENTRALISED,
                candidate.contender() == Contender.Reference.LOCAL);
    }
}
