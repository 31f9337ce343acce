package org.consilium.server.site;

import java.util.List;
import java.util.Map;
import org.consilium.contract.SiteId;

/** Which work sites hold now; known by the rounds. */
public interface Leases {

    /** Returns the leases by site, each since the site has the work; a site that holds nothing has no entry. */
    Map<SiteId, List<Lease>> held();
}
