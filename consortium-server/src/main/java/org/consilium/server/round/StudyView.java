package org.consilium.server.round;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.server.site.Site;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;

/**
 * A study with all that is shown of it.
 *
 * @param study the study
 * @param rounds its rounds so far, in their order
 * @param sites all sites
 */
public record StudyView(Study study, List<Round> rounds, Map<SiteId, Site> sites) {

    /** Returns the round whose model is the result of a study that has completed. */
    public Optional<Round> selected() {
        return study.state() == StudyState.COMPLETED
                ? study.selectedRound()
                        .flatMap(number -> rounds.stream()
                                .filter(round -> round.number().equals(number))
                                .findFirst())
                : Optional.empty();
    }
}
