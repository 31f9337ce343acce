package org.consilium.server.globalmodel;

import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Who may fetch which parameters; answered by the rounds, which know the participants and which this package must not. */
public interface ModelAudience {

    /** Returns whether the site takes part in a study that starts from these parameters or made them. */
    boolean includes(SiteId site, Sha256 model);

    /** Returns whether these parameters are known only as what one site has sent: they are nobody else's business. */
    boolean isOnlyUpdate(Sha256 model);

    /** Returns whether the site takes part in a study that trains on these impressions or has them judged. */
    boolean includesImpressions(SiteId site, Sha256 set);

    /** Notes that a site has fetched so many bytes of these impressions. */
    void fetchedImpressions(SiteId site, Sha256 set, long bytes);

    /** Notes that a site has fetched so many bytes of these parameters. */
    void fetched(SiteId site, Sha256 model, long bytes);
}
