package org.consilium.server.globalmodel;

import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Who may fetch which parameters; answered by the rounds, which know the participants and which this package must not. */
public interface ModelAudience {

    /** Returns whether the site takes part in a study that starts from these parameters or made them. */
    boolean includes(SiteId site, Sha256 model);

    /** Returns whether these parameters are known only as what one site has sent: they are nobody else's business. */
    boolean isOnlyUpdate(Sha256 model);

    /** Notes that a site has fetched so many bytes of these parameters. */
    void fetched(SiteId site, Sha256 model, long bytes);
}
