package org.consilium.server.round;

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

    /** Returns the number of the study's last round that was opened. */
    Optional<RoundNumber> last(StudyId study);

    /** Replaces a round that is there and locked. */
    void save(Round round);

    /** Returns the rounds of running studies that ask something of the site now, the one opened first first. */
    List<Round> asking(SiteId site);

    /** Returns whether the site takes part in a study that starts from the model or whose rounds made it. */
    boolean uses(SiteId site, Sha256 model);
}
