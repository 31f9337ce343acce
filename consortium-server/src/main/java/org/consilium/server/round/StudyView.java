package org.consilium.server.round;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteHealth;
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
 * @param health how each of them is
 */
public record StudyView(
        Study study,
        List<ProtocolVersion> versions,
        List<Round> rounds,
        List<StoppingDecision> decisions,
        Map<SiteId, Site> sites,
        Map<SiteId, SiteHealth> health) {

    /** Returns what a site's steward may see of it: no version that was not laid before the site. */
    StudyView forSteward(SiteId site) {
        return new StudyView(
                study,
                versions.stream().filter(version -> version.concerns(site)).toList(),
                rounds,
                decisions,
                sites,
                health);
    }

    /** Returns the round whose model is the result of a study that has completed. */
    public Optional<Round> selected() {
        return study.state() == StudyState.COMPLETED
                ? study.selectedRound()
                        .flatMap(number -> rounds.stream()
                                .filter(round -> round.number().equals(number))
                                .findFirst())
                : Optional.empty();
    }

    /** Returns since when the site does not do the work of the round that it holds, where that is so. */
    public Optional<Instant> stalledSince(Round round, Share share) {
        return Offer.lease(share.site(), study, round)
                .flatMap(held -> Optional.ofNullable(health.get(share.site())))
                .flatMap(SiteHealth::stalledSince);
    }

    /** Returns since when all of the sites that the study waits for are stalled or silent, where that is so. */
    public Optional<Instant> stalledSince() {
        List<Share> awaited = rounds.stream()
                .flatMap(round -> round.shares().stream()
                        .filter(share -> Offer.to(share.site(), study, round).isPresent()))
                .toList();
        List<Instant> away = awaited.stream()
                .flatMap(share -> Optional.ofNullable(health.get(share.site()))
                        .filter(site -> !(site instanceof SiteHealth.Online))
                        .map(site -> later(site.awaySince().orElse(share.since()), share.since()))
                        .stream())
                .toList();
        return away.size() < awaited.size() ? Optional.empty() : away.stream().max(Comparator.naturalOrder());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
