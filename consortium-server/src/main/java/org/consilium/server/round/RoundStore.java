package org.consilium.server.round;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Where rounds are kept. */
interface RoundStore {

    /** Adds a round that is not there. */
    void add(Round round);

    /** Returns the round and keeps all others from it until the transaction ends. */
    Optional<Round> lock(StudyId study, RoundNumber number);

    /** Returns all rounds of a study, in their order. */
    List<Round> of(StudyId study);

    /** Returns what came of all rounds of a study, in their order. */
    List<Outcome> outcomes(StudyId study);

    /** Keeps what the stopping rules said after a round that is there; saying it again changes nothing. */
    void record(StudyId study, List<StoppingDecision> decisions, Instant decidedAt);

    /** Returns what the stopping rules of a study said, by round and position. */
    List<StoppingDecision> decisions(StudyId study);

    /**
     * Marks updates of a study, of one site or of all, as erased; their digests stay on record.
     *
     * @return how many were marked now
     */
    int erase(StudyId study, Optional<SiteId> site);

    /**
     * Deletes the bytes of some updates that are marked as erased, unless they are also a model's or another live update.
     *
     * @return whether there may be more
     */
    boolean deleteErased();

    /** Returns whether those parameters are an update of some site and no model. */
    boolean isOnlyUpdate(Sha256 digest);

    /** Returns the number of the study's last round that was opened. */
    Optional<RoundNumber> last(StudyId study);

    /** Replaces a round that is there and locked. */
    void save(Round round);

    /** Returns the rounds of running studies that ask something of the site now, the one opened first first. */
    List<Round> asking(SiteId site);

    /** Returns the rounds of running studies that are trained, described, scored or tested now, the one opened first first. */
    List<Round> open();

    /** Returns whether the site takes part in a round that starts from the model or made it, of a study that it has not left. */
    boolean uses(SiteId site, Sha256 model);

    /** Returns whether the site takes part in a round that trains on the set, made or released it, of such a study. */
    boolean usesImpressions(SiteId site, Sha256 set);
}
