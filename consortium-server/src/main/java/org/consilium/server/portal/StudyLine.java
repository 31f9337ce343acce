package org.consilium.server.portal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.server.study.Study;

/**
 * One study in the list of all.
 *
 * @param id its id
 * @param title its title
 * @param status where it stands
 * @param dataset name of its data set
 * @param sites number of its participants
 * @param rounds number of rounds that it has planned
 * @param started when it was started
 * @param ended when it ended, as a list of none or one
 */
public record StudyLine(
        String id,
        String title,
        Status status,
        String dataset,
        int sites,
        int rounds,
        Moment started,
        List<Moment> ended) {

    /** @param stalled since when all sites that it waits for are stalled or silent, if they are */
    static StudyLine of(Study study, Optional<Instant> stalled, Instant now) {
        return new StudyLine(
                study.id().value(),
                study.protocol().title(),
                stalled.map(at -> Status.stalled(new Moment(at, now))).orElseGet(() -> StudyPanel.status(study)),
                study.protocol().data().dataset(),
                study.protocol().participants().size(),
                study.protocol().schedule().rounds(),
                new Moment(study.createdAt(), now),
                study.endedAt().map(at -> new Moment(at, now)).stream().toList());
    }
}
