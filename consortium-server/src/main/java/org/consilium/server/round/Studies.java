package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.site.Heartbeats;
import org.consilium.server.site.Site;
import org.consilium.server.site.Sites;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

/** Studies to look at. */
@ApplicationScoped
public class Studies {

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Sites sites;
    private final Heartbeats heartbeats;

    @Inject
    Studies(StudyStore studies, RoundStore rounds, Sites sites, Heartbeats heartbeats) {
        this.studies = studies;
        this.rounds = rounds;
        this.sites = sites;
        this.heartbeats = heartbeats;
    }

    /** For the container's proxy. */
    Studies() {
        this(null, null, null, null);
    }

    /** Returns a study with its rounds. */
    @Transactional
    public StudyView view(StudyId id) {
        Study study = studies.find(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
        return new StudyView(
                study, studies.versions(id), rounds.of(id), rounds.decisions(id), sitesById(), heartbeats.health());
    }

    /** Returns all studies, the youngest first. */
    @Transactional
    public List<Study> all() {
        return studies.all();
    }

    private Map<SiteId, Site> sitesById() {
        return sites.all().stream().collect(Collectors.toMap(Site::id, Function.identity()));
    }
}
