package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.StoredVector;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.Site;
import org.consilium.server.site.Sites;
import org.consilium.server.study.Protocol;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

/** What a coordinator does with studies: start one, look at them. */
@ApplicationScoped
public class Studies {

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Sites sites;
    private final Models models;
    private final Wakeups wakeups;
    private final Clock clock;

    @Inject
    Studies(StudyStore studies, RoundStore rounds, Sites sites, Models models, Wakeups wakeups, Clock clock) {
        this.studies = studies;
        this.rounds = rounds;
        this.sites = sites;
        this.models = models;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Studies() {
        this(null, null, null, null, null, null);
    }

    /** Creates a study and opens its first round, in one commit. */
    @Transactional
    public StudyView start(Protocol protocol) {
        checkReferences(protocol);
        Instant now = clock.instant();
        Study study = Study.started(protocol, now);
        if (!studies.add(study)) {
            throw Refusal.of(
                    409, "study-exists", "There is already a study '" + study.id() + "'.", "Choose another id.");
        }
        Round first = Round.open(
                study.id(),
                new RoundNumber(1),
                protocol.initialModel(),
                protocol.participants(),
                protocol.roundDeadline(),
                now);
        rounds.add(first);
        wakeups.sites(protocol.participants());
        return new StudyView(study, List.of(first), sitesById());
    }

    /** Returns a study with its rounds. */
    @Transactional
    public StudyView view(StudyId id) {
        Study study = studies.find(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
        return new StudyView(study, rounds.of(id), sitesById());
    }

    /** Returns all studies, the youngest first. */
    @Transactional
    public List<Study> all() {
        return studies.all();
    }

    private void checkReferences(Protocol protocol) {
        StoredVector model = models.find(protocol.initialModel())
                .orElseThrow(() -> invalid("'initialModel' names the parameters " + protocol.initialModel()
                        + ", which are not there; send them first with POST /api/v1/models"));
        if (!model.architecture().equals(protocol.architecture())) {
            throw invalid("'initialModel' names parameters of architecture " + model.architecture()
                    + ", 'architecture' is " + protocol.architecture());
        }
        Set<SiteId> known = sitesById().keySet();
        List<SiteId> strangers = protocol.participants().stream()
                .filter(site -> !known.contains(site))
                .toList();
        if (!strangers.isEmpty()) {
            throw invalid("'participants' names sites that are not there: " + strangers + "; invite them first");
        }
    }

    private static Refusal invalid(String detail) {
        return Refusal.of(422, "study-invalid", detail + ".", "Correct it and send the request again.");
    }

    private Map<SiteId, Site> sitesById() {
        return sites.all().stream().collect(Collectors.toMap(Site::id, Function.identity()));
    }
}
