package org.consilium.server.portal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Effort;
import org.consilium.contract.Sha256;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.Share;
import org.consilium.server.round.StudyView;
import org.consilium.server.study.Study;

/**
 * A study with its rounds, as a page shows it.
 *
 * @param id its id
 * @param title its title
 * @param status where it stands
 * @param since since when it stands there
 * @param summary what it does, in a sentence
 * @param model the model that it has come to: first characters of its SHA-256
 * @param reason why it ended early, or empty
 * @param result what came of it, or empty
 * @param progress share of its rounds that are done, in per cent of the scale
 * @param progressText the same in words
 * @param readings the figures that are shown large
 * @param shares who has answered the present round
 * @param sharesTitle which round that is
 * @param sharesNote what it waits for
 * @param chart accuracy by round, as a list of none or one
 * @param rounds the last rounds, the present one first
 * @param roundsNote how many of them there are
 */
public record StudyPanel(
        String id,
        String title,
        Status status,
        Moment since,
        String summary,
        String model,
        String reason,
        String result,
        String progress,
        String progressText,
        List<Reading> readings,
        List<ShareLine> shares,
        String sharesTitle,
        String sharesNote,
        List<AccuracyChart> chart,
        List<RoundLine> rounds,
        String roundsNote) {

    /** More than these would make a page long; the API has all. */
    private static final int MOST_ROUNDS = 12;

    /** Returns the panel of a study. */
    static StudyPanel of(StudyView view, Instant now) {
        Study study = view.study();
        StudyProtocol protocol = study.protocol();
        Optional<Round> present = SiteLine.present(view);
        Optional<Round> selected = view.selected();
        Optional<Instant> stalled = view.stalledSince();
        int done = (int) view.rounds().stream()
                .filter(round -> round.state() == RoundState.COMPLETED)
                .count();
        return new StudyPanel(
                study.id().value(),
                protocol.title(),
                stalled.map(at -> Status.warn("Stalled")).orElseGet(() -> status(study)),
                new Moment(stalled.or(study::endedAt).orElse(study.createdAt()), now),
                protocol.data().dataset() + " at "
                        + Figures.several(protocol.participants().size(), "site") + ", network "
                        + protocol.architecture().value() + ", strategy "
                        + protocol.method().strategy() + ", "
                        + effort(protocol) + " a round.",
                selected.or(() -> lastWithModel(view))
                        .flatMap(Round::globalModel)
                        .map(Sha256::brief)
                        .orElse(protocol.initialModel().brief()),
                study.reason().orElse(""),
                selected.map(StudyPanel::result).orElse(""),
                Figures.percent(100.0 * done / protocol.schedule().rounds()),
                Figures.count(done) + " of "
                        + Figures.several(protocol.schedule().rounds(), "round") + " done",
                Readings.of(view, present, now),
                present.map(round -> round.shares().stream()
                                .map(share -> ShareLine.of(view, round, share, now))
                                .sorted((one, other) -> Boolean.compare(other.awaited(), one.awaited()))
                                .toList())
                        .orElse(List.of()),
                present.map(round -> sharesTitle(study, round)).orElse("No round has been opened"),
                present.map(round -> sharesNote(study, round, now)).orElse(""),
                AccuracyChart.of(view.rounds(), protocol.schedule().rounds()).stream()
                        .toList(),
                lines(view, stalled.map(at -> new Moment(at, now))),
                view.rounds().size() > MOST_ROUNDS
                        ? "The last " + MOST_ROUNDS + " of " + view.rounds().size() + "; the API has all"
                        : "The latest first");
    }

    private static String effort(StudyProtocol protocol) {
        Effort effort = protocol.plan().effort();
        return effort instanceof Effort.Epochs epochs
                ? Figures.several(epochs.count(), "local epoch")
                : Figures.several(((Effort.Steps) effort).count(), "local step");
    }

    /** Returns where a study stands, in a word. */
    static Status status(Study study) {
        return switch (study.state()) {
            case RUNNING ->
                study.isTesting()
                        ? Status.run("Testing")
                        : study.awaitsSignatures() ? Status.warn("Awaits signatures") : Status.run("Running");
            case COMPLETED -> Status.ok("Completed");
            case DRAFT -> Status.idle("Draft");
            case PROPOSED -> Status.warn(study.current().isDeclined() ? "Declined" : "Awaits signatures");
            case APPROVED -> Status.ok("Approved");
            case PAUSED -> Status.warn("Paused");
            case WITHDRAWN -> new Status("idle", "i-x", "Withdrawn");
            case STOPPED -> Status.warn("Stopped");
        };
    }

    private static Optional<Round> lastWithModel(StudyView view) {
        return view.rounds().stream()
                .filter(round -> round.globalModel().isPresent())
                .reduce((one, later) -> later);
    }

    private static List<RoundLine> lines(StudyView view, Optional<Moment> stalled) {
        Optional<Round> selected = view.selected();
        List<RoundLine> lines = new ArrayList<>();
        view.rounds().forEach(round -> lines.add(RoundLine.of(round, selected.equals(Optional.of(round)), stalled)));
        Collections.reverse(lines);
        return List.copyOf(lines.subList(0, Math.min(MOST_ROUNDS, lines.size())));
    }

    private static String result(Round selected) {
        Optional<RoundResult> test = RoundResult.of(selected.shares(), Share::test);
        String model = "Round " + selected.number() + " has the best validation accuracy, its model is the result.";
        return test.map(scores -> model + " On test images, scored once: accuracy " + Figures.share(scores.accuracy())
                        + ", macro-F1 " + Figures.share(scores.macroF1()) + ", AUC " + Figures.share(scores.auc())
                        + ", worst site " + Figures.share(scores.worstAccuracy())
                        + scores.worst().map(site -> " (" + site + ")").orElse("") + ".")
                .orElse(model + " It was not scored on test images.");
    }

    private static String sharesTitle(Study study, Round round) {
        if (study.isTesting()) {
            return "Who has scored the test";
        }
        return study.isRunning() ? "Who has answered round " + round.number() : "Round " + round.number();
    }

    private static String steps(Round round) {
        int steps = round.refinement().steps();
        return steps == 0 ? "" : "; step " + round.refinement().done() + " of " + steps + " of its impressions is done";
    }

    private static String sharesNote(Study study, Round round, Instant now) {
        if (!study.isRunning()) {
            return "Nothing is awaited any more";
        }
        if (study.isTesting()) {
            return "The model of round " + round.number() + " is scored once on each site’s test images";
        }
        String closes = new Moment(round.deadline(), now).text() + " UTC";
        return switch (round.state()) {
            case TRAINING -> "At " + closes + " it goes on with the updates it has, if they reach the quorum";
            case AGGREGATING -> "All updates are in; the new model is being computed";
            case DESCRIBING ->
                "The mean of the updates is there; at " + closes + " it goes on with the features it has";
            case REFINING -> "The new model is being refined" + steps(round);
            case EVALUATING -> "The new model is there; at " + closes + " it goes on with the scores it has";
            case COMPLETED, FAILED -> "Nothing is awaited any more";
        };
    }
}
