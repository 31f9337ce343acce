package org.consilium.server.round;

import java.util.Optional;
import java.util.SortedMap;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Where that is kept for a while of which a round's model is refined; all of it within the caller's transaction. */
interface RefinementStore {

    /** Keeps what a site says of its features. */
    void keepStatistics(StudyId study, RoundNumber round, SiteId site, byte[] bytes);

    /** Returns what sites said of their features, in the order of their ids. */
    SortedMap<SiteId, byte[]> statistics(StudyId study, RoundNumber round);

    /** Erases what a site that leaves the study has said. */
    void forget(StudyId study, SiteId site);

    /** Keeps a synthesis as it is after a step, instead of what was kept of the round before. */
    void keepSynthesis(StudyId study, RoundNumber round, Sha256 model, byte[] state);

    /** Returns the synthesis that was kept, if it is from that model. */
    Optional<byte[]> synthesis(StudyId study, RoundNumber round, Sha256 model);

    /** Erases all of a round. */
    void forget(StudyId study, RoundNumber round);
}
