package org.consilium.quickstart;

import java.util.List;

/** Tells a person how far a comparison has come, and how to go on when it is stopped. */
final class ComparisonProgress implements AutoCloseable {

    private final int planned;
    private final RunFolder folder;
    private final Screen screen;
    private final StopNotice notice;
    private volatile int done;
    private int kept;
    private double seconds;

    /**
     * Watches until it is closed.
     *
     * @param planned how many runs there are
     * @param folder where they are kept
     * @param screen where it is said
     */
    ComparisonProgress(int planned, RunFolder folder, Screen screen) {
        this.planned = planned;
        this.folder = folder;
        this.screen = screen;
        this.notice = new StopNotice(screen, this::stopped);
    }

    /** Is told that a run was finished by an earlier command. */
    void kept(ComparisonPlan.Candidate candidate, long seed, ComparedRun run) {
        kept++;
        ended(candidate, seed, run, "kept");
    }

    /** Is told of a round that has ended; shown on a terminal. */
    void round(ComparisonPlan.Candidate candidate, long seed, StudyReport.Round round) {
        if (screen.terminal()) {
            screen.redraw(List.of(Text.of(
                    "run %d of %d  %s, seed %d: round %d of %d, validation accuracy %s%s",
                    done + 1,
                    planned,
                    candidate,
                    seed,
                    round.round(),
                    candidate.work().rounds(),
                    RoundTable.decimals(round.valAccuracy(), 4),
                    left())));
        }
    }

    /** Is told of a run that has ended. */
    void ended(ComparisonPlan.Candidate candidate, long seed, ComparedRun run) {
        seconds += run.seconds();
        ended(candidate, seed, run, Text.of("%.1f s", run.seconds()));
    }

    private void ended(ComparisonPlan.Candidate candidate, long seed, ComparedRun run, String end) {
        done++;
        if (screen.terminal()) {
            screen.redraw(List.of());
        }
        String result = run.diverged()
                .map(why -> "diverged")
                .orElseGet(() -> "validation accuracy " + RoundTable.decimals(run.valAccuracy(), 4)
                        + (run.selectedRound() > 0 ? " in round " + run.selectedRound() : ""));
        screen.say(Text.of("run %d of %d  %s, seed %d: %s, %s", done, planned, candidate, seed, result, end));
    }

    private String left() {
        int own = done - kept;
        if (own == 0) {
            return "";
        }
        return Text.of("; about %.0f min left", Math.ceil(seconds / own * (planned - done) / 60));
    }

    /** Returns what is said when the program is stopped. */
    String stopped() {
        return Text.of("Stopped after %d of %s", done, Text.counted(planned, "run"))
                + (done < planned ? "; no table was written. Finished runs are kept in " : "; runs are kept in ")
                + folder.path() + ". Go on with the same command and --resume.";
    }

    @Override
    public void close() {
        notice.close();
    }
}
