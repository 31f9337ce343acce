package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.SiteId;
import org.consilium.contract.WorkOffer;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.site.Lease;
import org.consilium.server.site.Leases;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

/** What a site is asked to do now, and which work it holds; asking again gives the same answer. */
@ApplicationScoped
class Offers implements Leases {

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Clock clock;
    private final Audit audit;

    @Inject
    Offers(StudyStore studies, RoundStore rounds, Clock clock, Audit audit) {
        this.studies = studies;
        this.rounds = rounds;
        this.clock = clock;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Offers() {
        this(null, null, null, null);
    }

    /** Returns the site's work, of the round that was opened first; notes the first time that a site has fetched it. */
    @Transactional
    public Optional<WorkOffer> next(SiteId site) {
        for (Round round : rounds.asking(site)) {
            Study study = studies.find(round.study()).orElseThrow();
            Optional<WorkOffer> offer = Offer.to(site, study, round);
            if (offer.isPresent()) {
                if (isFirst(round, site)) {
                    rounds.lock(round.study(), round.number())
                            .filter(locked -> isFirst(locked, site))
                            .ifPresent(locked -> {
                                rounds.save(locked.with(site, share -> share.in(ShareState.OFFERED, clock.instant())));
                                audit.append(new AuditEvent.OfferTaken(
                                        locked.study(), locked.protocolVersion(), locked.number(), site));
                            });
                }
                return offer;
            }
        }
        return Optional.empty();
    }

    @Override
    @Transactional
    public Map<SiteId, List<Lease>> held() {
        Map<SiteId, List<Lease>> held = new TreeMap<>();
        for (Round round : rounds.open()) {
            Study study = studies.find(round.study()).orElseThrow();
            for (Share share : round.shares()) {
                Offer.lease(share.site(), study, round)
                        .ifPresent(lease -> held.computeIfAbsent(share.site(), site -> new ArrayList<>())
                                .add(lease));
            }
        }
        return held;
    }

    private static boolean isFirst(Round round, SiteId site) {
        return round.state() == RoundState.TRAINING
                && round.share(site)
                        .filter(share -> share.state() == ShareState.AWAITED)
                        .isPresent();
    }
}
