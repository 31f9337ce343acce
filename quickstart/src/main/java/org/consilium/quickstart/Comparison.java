package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Parameters;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.ModelDivergedException;
import org.consilium.model.Networks;
import org.consilium.model.TrainingDivergedException;
import org.consilium.model.images.ImageDataset;

/**
 * Runs what a {@link ComparisonPlan} has, chooses for each contender the settings with the best mean validation accuracy over
 * the seeds, and then scores the chosen settings' models on TEST, which nothing before has looked at.
 */
final class Comparison {

    private final ComparisonPlan plan;
    private final ImageDataset dataset;
    private final RunFolder folder;
    private final Networks networks = Networks.create();
    private final SiteWorkers workers;
    private final Optional<LabelledImages> publicImages;
    private final String commit;

    /**
     * @param plan what is compared
     * @param dataset the images
     * @param folder where runs are kept
     * @param workers on which sites work
     * @param publicImages what impressions may start from
     * @param commit of this program
     */
    Comparison(
            ComparisonPlan plan,
            ImageDataset dataset,
            RunFolder folder,
            SiteWorkers workers,
            Optional<LabelledImages> publicImages,
            String commit) {
        this.plan = plan;
        this.dataset = dataset;
        this.folder = folder;
        this.workers = workers;
        this.publicImages = publicImages;
        this.commit = commit;
    }

    /**
     * One contender's results.
     *
     * @param chosen the settings that were chosen on VAL
     * @param tried mean validation accuracy over the seeds of all settings that were tried, NaN where a run diverged
     * @param runs the chosen settings' runs, in the order of the seeds
     * @param tests their tests
     */
    record Result(
            ComparisonPlan.Candidate chosen,
            Map<ComparisonPlan.Candidate, Double> tried,
            List<ComparedRun> runs,
            List<ComparedRun.Tested> tests) {
        /** Copies. */
        Result {
            tried = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tried));
            runs = List.copyOf(runs);
            tests = List.copyOf(tests);
        }
    }

    /** Runs what is not finished yet, chooses and tests. */
    List<Result> run(ComparisonProgress progress) {
        for (long seed : plan.seeds()) {
            runAll(seed, progress);
        }
        List<Choice> choices = plan.contenders().stream().map(this::choose).toList();
        Map<ComparisonPlan.Candidate, List<ComparedRun.Tested>> tests = new LinkedHashMap<>();
        for (long seed : plan.seeds()) {
            Optional<DealtImages> images = Optional.empty();
            for (Choice choice : choices) {
                Optional<ComparedRun.Tested> tested = folder.tested(choice.best(), seed);
                if (tested.isEmpty()) {
                    images = images.isPresent() ? images : Optional.of(dealt(seed));
                    tested = Optional.of(test(choice.best(), seed, images.get()));
                }
                tests.computeIfAbsent(choice.best(), chosen -> new ArrayList<>())
                        .add(tested.get());
            }
        }
        return choices.stream()
                .map(choice -> new Result(choice.best(), choice.tried(), runs(choice.best()), tests.get(choice.best())))
                .toList();
    }

    private record Choice(ComparisonPlan.Candidate best, Map<ComparisonPlan.Candidate, Double> tried) {}

    private Choice choose(Contender contender) {
        Map<ComparisonPlan.Candidate, Double> tried = new LinkedHashMap<>();
        plan.candidates(contender).forEach(candidate -> tried.put(candidate, meanAccuracy(runs(candidate))));
        return new Choice(best(tried), tried);
    }

    /**
     * Returns the candidate with the highest mean, the first of equals.
     *
     * @param tried mean validation accuracy, NaN where a run diverged
     */
    static ComparisonPlan.Candidate best(Map<ComparisonPlan.Candidate, Double> tried) {
        Optional<Map.Entry<ComparisonPlan.Candidate, Double>> best = Optional.empty();
        for (Map.Entry<ComparisonPlan.Candidate, Double> one : tried.entrySet()) {
            if (!Double.isNaN(one.getValue())
                    && (best.isEmpty() || one.getValue() > best.get().getValue())) {
                best = Optional.of(one);
            }
        }
        return best.orElseThrow(() -> new CommandFailure("Training diverged with all settings of "
                        + tried.keySet().iterator().next().contender().label()
                        + ". Name lower --learning-rates and go on with --resume."))
                .getKey();
    }

    private static double meanAccuracy(List<ComparedRun> runs) {
        return runs.stream().mapToDouble(ComparedRun::valAccuracy).average().orElse(Double.NaN);
    }

    private List<ComparedRun> runs(ComparisonPlan.Candidate candidate) {
        return plan.seeds().stream()
                .map(seed -> folder.run(candidate, seed).orElseThrow())
                .toList();
    }

    private DealtImages dealt(long seed) {
        return DealtImages.of(dataset, plan.study(plan.candidates().get(0), seed));
    }

    private void runAll(long seed, ComparisonProgress progress) {
        Optional<DealtImages> images = Optional.empty();
        for (ComparisonPlan.Candidate candidate : plan.candidates()) {
            Optional<ComparedRun> kept = folder.run(candidate, seed);
            if (kept.isPresent()) {
                progress.kept(candidate, seed, kept.get());
                continue;
            }
            images = images.isPresent() ? images : Optional.of(dealt(seed));
            progress.ended(candidate, seed, run(candidate, seed, images.get(), progress));
        }
    }

    private ComparedRun run(
            ComparisonPlan.Candidate candidate, long seed, DealtImages images, ComparisonProgress progress) {
        long began = System.nanoTime();
        try {
            return candidate.contender() instanceof Contender.Federated
                    ? federated(candidate, seed, images, progress, began)
                    : alone(candidate, seed, images, began);
        } catch (CommandFailure e) {
            if (e.getCause() instanceof TrainingDivergedException) {
                return diverged(candidate, seed, e.getMessage(), began);
            }
            throw e;
        } catch (TrainingDivergedException | ModelDivergedException e) {
            return diverged(candidate, seed, e.getMessage(), began);
        }
    }

    private ComparedRun diverged(ComparisonPlan.Candidate candidate, long seed, String why, long began) {
        return folder.keep(candidate, seed, ComparedRun.diverged(why, secondsSince(began), commit), List.of());
    }

    private ComparedRun federated(
            ComparisonPlan.Candidate candidate,
            long seed,
            DealtImages images,
            ComparisonProgress progress,
            long began) {
        StudySettings study = plan.study(candidate, seed);
        List<ComparedRun.Round> rounds = new ArrayList<>();
        KeptImpressions impressions = new KeptImpressions(study.rounds());
        Simulation.Selected selected = new Simulation(study, images, networks, workers, publicImages)
                .select(study.initialModel(networks, dataset, images.classes()), played -> {
                    StudyReport.Round round = played.round();
                    rounds.add(new ComparedRun.Round(
                            round.round(),
                            round.valAccuracy(),
                            ComparedRun.recalls(played.scores()),
                            round.perSite().stream()
                                    .map(StudyReport.SiteRound::valAccuracy)
                                    .toList(),
                            round.bytesUp(),
                            round.bytesDown()));
                    // Only the first seed's are drawn.
                    if (seed == plan.seeds().get(0)) {
                        impressions.look(played, images);
                    }
                    progress.round(candidate, seed, round);
                });
        impressions.write(which -> folder.file(candidate, seed, which));
        return folder.keep(
                candidate,
                seed,
                new ComparedRun(
                        rounds,
                        selected.round(),
                        rounds.get(selected.round() - 1).valAccuracy(),
                        1,
                        secondsSince(began),
                        commit,
                        Optional.empty()),
                List.of(selected.model()));
    }

    private ComparedRun alone(ComparisonPlan.Candidate candidate, long seed, DealtImages images, long began) {
        StudySettings study = plan.study(candidate, seed);
        Parameters initial = study.initialModel(networks, dataset, images.classes());
        ComparisonRuns training = new ComparisonRuns(study, images, networks, networks, workers);
        List<ComparisonRuns.Alone> trained = candidate.contender() == Contender.Reference.CENTRALISED
                ? List.of(training.centralised(initial, line -> {}))
                : training.local(initial);
        List<ClassificationScores> selected =
                trained.stream().map(ComparisonRuns.Alone::selected).toList();
        // Sites that train alone have no rounds in common.
        List<ClassificationScores> groups =
                trained.size() == 1 ? trained.get(0).scores() : List.<ClassificationScores>of();
        return folder.keep(
                candidate,
                seed,
                new ComparedRun(
                        IntStream.range(0, groups.size())
                                .mapToObj(i -> new ComparedRun.Round(
                                        i + 1,
                                        groups.get(i).accuracy(),
                                        ComparedRun.recalls(groups.get(i)),
                                        List.of(),
                                        0,
                                        0))
                                .toList(),
                        trained.size() == 1 ? trained.get(0).group() : 0,
                        SiteScores.merged(selected, Split.VAL).accuracy(),
                        trained.size(),
                        secondsSince(began),
                        commit,
                        Optional.empty()),
                trained.stream().map(ComparisonRuns.Alone::model).toList());
    }

    private ComparedRun.Tested test(ComparisonPlan.Candidate candidate, long seed, DealtImages images) {
        List<Parameters> models =
                folder.models(candidate, seed, folder.run(candidate, seed).orElseThrow());
        List<ClassificationScores> scores = workers.each(
                IntStream.range(0, images.sites().size()).boxed().toList(),
                i -> networks.score(
                        models.get(models.size() == 1 ? 0 : i),
                        images.sites().get(i).scored(Split.TEST)));
        ClassificationScores merged = SiteScores.merged(scores, Split.TEST);
        return folder.keep(
                candidate,
                seed,
                new ComparedRun.Tested(
                        merged.accuracy(),
                        merged.macroF1(),
                        merged.macroAuc(),
                        ComparedRun.recalls(merged),
                        SiteScores.tests(images.sites(), scores)));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
