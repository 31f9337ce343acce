package org.consilium.quickstart;

import static org.consilium.quickstart.RoundTable.decimals;

import java.util.ArrayList;
import java.util.List;

/** The end of a study in a few lines for people. */
final class StudySummary {

    private StudySummary() {}

    /** Returns the lines. */
    static List<String> lines(StudyReport report) {
        List<String> lines = new ArrayList<>();
        StudyReport.Final scores = report.finalScores();
        lines.add("");
        lines.add("Result on test images, scored once with the model of round " + scores.selectedRound()
                + ", which was best on validation images:");
        lines.add(Text.of(
                "  accuracy %s   macro-F1 %s   AUC %s   worst site's accuracy %s",
                decimals(scores.testAccuracy(), 4),
                decimals(scores.testMacroF1(), 4),
                decimals(scores.testAuc(), 4),
                decimals(scores.worstSiteTestAccuracy(), 4)));
        scores.perSite()
                .forEach(site -> lines.add(Text.of(
                        "  %-12s accuracy %s on %s",
                        site.site(), decimals(site.testAccuracy(), 4), Text.counted(site.examples(), "image"))));
        StudyReport.Baselines baselines = report.baselines();
        if (!Double.isNaN(baselines.centralisedTestAccuracy())) {
            lines.add("  all images in one place, as many passes: accuracy "
                    + decimals(baselines.centralisedTestAccuracy(), 4));
        }
        if (!Double.isNaN(baselines.localOnlyTestAccuracy())) {
            lines.add("  each site alone, as many passes: mean accuracy "
                    + decimals(baselines.localOnlyTestAccuracy(), 4) + " on its own test images");
        }
        lines.add(Text.of(
                "  %s with %,d parameters; %s s in all; at most %s MiB of memory",
                report.model().name(),
                report.model().parameters(),
                decimals(report.resources().wallSeconds(), 1),
                decimals(report.resources().peakRssMb(), 0)));
        if (report.data().phantom()) {
            lines.add("  GENERATED PHANTOMS: these figures say nothing about patients' images.");
        }
        return lines;
    }
}
