package org.consilium.server.round;

import java.util.List;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Told within a transaction what its commit makes possible, and acts on it after the commit. */
interface Wakeups {

    /** Something is due in the study, perhaps. */
    void study(StudyId study);

    /** So many updates were marked as erased, whose bytes are to be deleted. */
    void erased(int updates);

    /** There is work for the sites, perhaps. */
    void sites(List<SiteId> sites);
}
