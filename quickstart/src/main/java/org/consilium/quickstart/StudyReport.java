package org.consilium.quickstart;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.model.images.ImageDataset;

/**
 * What a study did: the one result of {@code simulate} and of {@code demo}. A number that does not exist is NaN here
 * and null in JSON.
 *
 * @param command {@code simulate} or {@code demo}
 * @param dataset name of the data set
 * @param data where its images come from
 * @param partition how they were dealt, as {@code --partition} takes it
 * @param seed the study's seed
 * @param model the network
 * @param strategy the method
 * @param training what each site did in a round
 * @param rounds the rounds in order
 * @param modelFile where the selected model was saved
 * @param finalScores the selected round's model on TEST
 * @param baselines what was trained beside the study
 * @param resources what the run took
 * @param commit the program's commit
 */
record StudyReport(
        String command,
        String dataset,
        Data data,
        String partition,
        long seed,
        Model model,
        StrategyChoice strategy,
        Training training,
        List<Round> rounds,
        Optional<String> modelFile,
        Final finalScores,
        Baselines baselines,
        Resources resources,
        Optional<String> commit) {

    /** Copies. */
    StudyReport {
        rounds = List.copyOf(rounds);
    }

    /** Returns the same report with the place where the model was saved. */
    StudyReport withModelFile(Optional<String> file) {
        return new StudyReport(
                command,
                dataset,
                data,
                partition,
                seed,
                model,
                strategy,
                training,
                rounds,
                file,
                finalScores,
                baselines,
                resources,
                commit);
    }

    /**
     * @param source who made the images
     * @param licence what they may be used for
     * @param phantom whether this program drew them
     */
    record Data(String source, String licence, boolean phantom) {

        /** Returns what a data set says of itself. */
        static Data of(ImageDataset dataset) {
            return new Data(dataset.source(), dataset.licence(), dataset.generated());
        }
    }

    /**
     * @param name the architecture
     * @param parameters how many it has
     */
    record Model(String name, long parameters) {}

    /**
     * @param name of the method
     * @param settings its own settings
     */
    record StrategyChoice(String name, Map<String, String> settings) {
        /** Sorts, so that equal reports have equal bytes. */
        StrategyChoice {
            settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
        }
    }

    /**
     * @param localEpochs passes over its images
     * @param batch images in a batch
     * @param learningRate of stochastic gradient descent
     * @param momentum of stochastic gradient descent
     */
    record Training(int localEpochs, int batch, double learningRate, double momentum) {}

    /**
     * One round.
     *
     * @param round its number, from 1
     * @param globalModelSha256 digest of the model that it made
     * @param trainLoss mean over the sites, weighted by examples, in nats
     * @param valAccuracy of all sites' validation images together
     * @param valMacroF1 of all sites' validation images together
     * @param perSite by site, in the order of the site ids
     * @param trainSeconds of the slowest site
     * @param overheadSeconds from the round's opening to the new global model, less the training
     * @param aggregateSeconds of computing the new global model
     * @param evaluateSeconds from the new global model to the last site's scores
     * @param synthesiseSeconds of making impressions, 0 where the strategy makes none
     * @param bytesUp from all sites to the server
     * @param bytesDown from the server to all sites
     */
    record Round(
            int round,
            String globalModelSha256,
            double trainLoss,
            double valAccuracy,
            double valMacroF1,
            List<SiteRound> perSite,
            double trainSeconds,
            double overheadSeconds,
            double aggregateSeconds,
            double evaluateSeconds,
            double synthesiseSeconds,
            long bytesUp,
            long bytesDown) {
        /** Copies. */
        Round {
            perSite = List.copyOf(perSite);
        }

        /** Returns the site with the lowest validation accuracy; the first of them; none without validation images. */
        Optional<SiteRound> worstSite() {
            return perSite.stream()
                    .filter(site -> !Double.isNaN(site.valAccuracy()))
                    .min(Comparator.comparingDouble(SiteRound::valAccuracy));
        }
    }

    /**
     * One site in one round.
     *
     * @param site its id
     * @param examples its training images, which weigh its update
     * @param valAccuracy of the round's global model on its validation images
     */
    record SiteRound(String site, long examples, double valAccuracy) {}

    /**
     * The model that was selected on validation images, on test images.
     *
     * @param selectedRound the round with the best validation accuracy, the earliest of equals
     * @param testAccuracy of all sites' test images together
     * @param testMacroF1 of all sites' test images together
     * @param testAuc one-vs-rest, macro-averaged, of all sites' test images together
     * @param perSite by site, in the order of the site ids
     */
    record Final(int selectedRound, double testAccuracy, double testMacroF1, double testAuc, List<SiteTest> perSite) {
        /** Copies. */
        Final {
            perSite = List.copyOf(perSite);
        }

        /** Returns the lowest test accuracy of a site; NaN without test images. */
        double worstSiteTestAccuracy() {
            return perSite.stream()
                    .mapToDouble(SiteTest::testAccuracy)
                    .filter(accuracy -> !Double.isNaN(accuracy))
                    .min()
                    .orElse(Double.NaN);
        }
    }

    /**
     * One site's test.
     *
     * @param site its id
     * @param examples its test images
     * @param testAccuracy on them
     */
    record SiteTest(String site, long examples, double testAccuracy) {}

    /**
     * What was trained beside the study, to compare with.
     *
     * @param centralisedTestAccuracy of the same network trained on all images in one place
     * @param localOnlyTestAccuracy mean over the sites, weighted by test images, of models that each trained alone
     * @param localOnly by site, empty if not asked for
     */
    record Baselines(double centralisedTestAccuracy, double localOnlyTestAccuracy, List<SiteTest> localOnly) {
        /** Copies. */
        Baselines {
            localOnly = List.copyOf(localOnly);
        }

        /** Returns that nothing was asked for. */
        static Baselines none() {
            return new Baselines(Double.NaN, Double.NaN, List.of());
        }
    }

    /**
     * What the run took.
     *
     * @param wallSeconds from the command's start to the report
     * @param peakRssMb largest resident set in MiB: of this process for simulate, of all processes together for demo
     * @param threads how many sites train at once in this process; 0 where they are processes of their own
     */
    record Resources(double wallSeconds, double peakRssMb, int threads) {}
}
