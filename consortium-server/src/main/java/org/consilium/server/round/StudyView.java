package org.consilium.server.round;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.server.site.Site;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;

/**
 * A study with all that is shown of it.
 *
 * @param study the study
 * @param versions all versions of its protocol, in the order of their numbers
 * @param rounds its rounds so far, in their order
 * @param decisions what its stopping rules have said
 * @param sites all sites
 */
public record StudyView(
        Study study,
        List<ProtocolVersion> versions,
        List<Round> rounds,
        List<StoppingDecision> decisions,
        Map<SiteId, Site> sites) {

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
