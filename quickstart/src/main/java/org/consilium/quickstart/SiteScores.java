package org.consilium.quickstart;

import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Split;

/** Sites' scores, together and one by one. */
final class SiteScores {

    private SiteScores() {}

    /**
     * Returns the scores of all sites' images together.
     *
     * @param scores by site, in the order of the site ids, at least one
     * @param split named in the failure when no site scored an image of it
     */
    static ClassificationScores merged(List<ClassificationScores> scores, Split split) {
        ClassificationScores merged =
                scores.stream().reduce(ClassificationScores::plus).orElseThrow();
        if (merged.examples() == 0) {
            throw new CommandFailure("No site has " + DemoProtocol.FEWEST_EXAMPLES + " " + split.label()
                    + " images of a label, the fewest that are scored, so models cannot be compared. Add "
                    + split.label() + " images to the data set.");
        }
        return merged;
    }

    /** Returns each site's line of a round. */
    static List<StudyReport.SiteRound> perSite(List<DealtImages.SiteImages> sites, List<ClassificationScores> scores) {
        return IntStream.range(0, sites.size())
                .mapToObj(i -> new StudyReport.SiteRound(
                        sites.get(i).site().value(),
                        sites.get(i).of(Split.TRAIN).size(),
                        scores.get(i).accuracy()))
                .toList();
    }

    /** Returns each site's line of the test. */
    static List<StudyReport.SiteTest> tests(List<DealtImages.SiteImages> sites, List<ClassificationScores> scores) {
        return IntStream.range(0, sites.size())
                .mapToObj(i -> new StudyReport.SiteTest(
                        sites.get(i).site().value(),
                        scores.get(i).examples(),
                        scores.get(i).accuracy()))
                .toList();
    }
}
