package org.consilium.quickstart;

import java.util.Optional;

/** The table of a study's rounds as people read it: one line a round, a dash where a number does not exist. */
final class RoundTable {

    /** The column heads. */
    static final String HEADER =
            "round  train loss  val accuracy  macro-F1  worst site           train s  overhead s" + "   MB up  MB down";

    private RoundTable() {}

    /** Returns a round's line. */
    static String line(StudyReport.Round round) {
        Optional<StudyReport.SiteRound> worst = round.worstSite();
        return Text.of(
                "%5d  %10s  %12s  %8s  %-19s  %7s  %10s  %6s  %7s",
                round.round(),
                decimals(round.trainLoss(), 4),
                decimals(round.valAccuracy(), 4),
                decimals(round.valMacroF1(), 4),
                worst.map(site -> site.site() + " " + decimals(site.valAccuracy(), 4))
                        .orElse("-"),
                decimals(round.trainSeconds(), 2),
                decimals(round.overheadSeconds(), 3),
                decimals(round.bytesUp() / 1e6, 2),
                decimals(round.bytesDown() / 1e6, 2));
    }

    /** Returns a number with so many decimals, a dash for NaN. */
    static String decimals(double value, int decimals) {
        return Double.isFinite(value) ? Text.of("%." + decimals + "f", value) : "-";
    }
}
