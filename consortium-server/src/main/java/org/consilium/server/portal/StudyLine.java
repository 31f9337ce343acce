package org.consilium.server.portal;

import java.time.Instant;
import java.util.List;
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

    static StudyLine of(Study study, Instant now) {
        return new StudyLine(
                study.id().value(),
                study.protocol().title(),
                StudyPanel.status(study),
                study.protocol().data().dataset(),
                study.protocol().participants().size(),
                study.protocol().schedule().rounds(),
                new Moment(study.createdAt(), now),
                study.endedAt().map(at -> new Moment(at, now)).stream().toList());
    }
}
