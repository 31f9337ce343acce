package org.consilium.server.portal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.consilium.contract.SiteId;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundFigures;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.StudyView;
import org.consilium.server.study.Study;

/** The figures of a study that are shown large, each with what it is read against. */
final class Readings {

    private Readings() {}

    /** Returns the figures of a study that are there. */
    static List<Reading> of(StudyView view, Optional<Round> present, Instant now) {
        Study study = view.study();
        List<Reading> readings = new ArrayList<>();
        present.ifPresent(round -> {
            int last = view.rounds().size();
            readings.add(new Reading(
                    "Round",
                    Figures.count(last),
                    "of " + Figures.count(study.protocol().schedule().rounds()),
                    study.endedAt()
                            .map(at -> "ended " + new Moment(at, now).text())
                            .orElseGet(() -> (study.isTesting()
                                            ? "testing"
                                            : RoundLine.status(round.state())
                                                    .text()
                                                    .toLowerCase(Locale.ROOT))
                                    + ", open since " + new Moment(round.openedAt(), now).text())));
            int answers = round.answers().size();
            int quorum = study.protocol().schedule().quorum();
            readings.add(new Reading(
                    "Answered",
                    Figures.count(answers),
                    "of " + Figures.count(round.shares().size()),
                    "quorum of " + Figures.count(quorum) + (answers >= quorum ? " reached" : " not reached")));
        });
        List<Round> scored = view.rounds().stream()
                .filter(round ->
                        RoundFigures.figure(round, RoundResult::accuracy).isPresent())
                .toList();
        readings.addAll(accuracies(scored));
        overhead(view).ifPresent(readings::add);
        return List.copyOf(readings);
    }

    private static List<Reading> accuracies(List<Round> scored) {
        if (scored.isEmpty()) {
            return List.of(
                    new Reading("Mean accuracy", Figures.NONE, "", "no round is scored yet"),
                    new Reading("Worst site", Figures.NONE, "", "no round is scored yet"));
        }
        Round last = scored.get(scored.size() - 1);
        OptionalDouble accuracy = RoundFigures.figure(last, RoundResult::accuracy);
        String change = scored.size() < 2
                ? ""
                : ", "
                        + Figures.signed(accuracy.getAsDouble()
                                - RoundFigures.figure(scored.get(scored.size() - 2), RoundResult::accuracy)
                                        .getAsDouble());
        return List.of(
                new Reading("Mean accuracy", Figures.share(accuracy), "", "after round " + last.number() + change),
                new Reading(
                        "Worst site",
                        Figures.share(RoundFigures.figure(last, RoundResult::worstAccuracy)),
                        "",
                        last.result()
                                .flatMap(RoundResult::worst)
                                .map(SiteId::value)
                                .orElse("")));
    }

    private static Optional<Reading> overhead(StudyView view) {
        return view.rounds().stream()
                .filter(round -> RoundFigures.overheadSeconds(round).isPresent())
                .reduce((one, later) -> later)
                .map(round -> new Reading(
                        "Overhead",
                        Figures.seconds(RoundFigures.overheadSeconds(round)),
                        "s",
                        "round " + round.number() + ", beyond the slowest site’s training"));
    }
}
