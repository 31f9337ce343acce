package org.consilium.quickstart;

import java.util.Optional;

/**
 * Says how far a study has come when the program is ended in the middle of it, as by Ctrl-C.
 *
 * <p>Nothing is written then: a report of some rounds looks like the report of a whole study. Equal seeds give equal
 * models, so the same command gives the same rounds again.
 */
final class StudyWatch implements AutoCloseable {

    private final int planned;
    private final StopNotice notice;
    private volatile Optional<StudyReport.Round> last = Optional.empty();

    /**
     * Watches until it is closed.
     *
     * @param planned how many rounds the study shall have
     * @param screen where it is said
     */
    StudyWatch(int planned, Screen screen) {
        this.planned = planned;
        this.notice = new StopNotice(screen, this::line);
    }

    /** Is told each round that has ended, in order; the same one twice is no harm. */
    void ended(StudyReport.Round round) {
        last = Optional.of(round);
    }

    /** Returns what is said. */
    String line() {
        String kept = "; no report was written. Run the same command again and let it end for the result.";
        return last.map(round -> Text.of("Stopped after %d of %s", round.round(), Text.counted(planned, "round"))
                        + ", validation accuracy " + RoundTable.decimals(round.valAccuracy(), 4) + kept)
                .orElseGet(() -> "Stopped before the first round had ended" + kept);
    }

    /** The study has ended, well or not. */
    @Override
    public void close() {
        notice.close();
    }
}
