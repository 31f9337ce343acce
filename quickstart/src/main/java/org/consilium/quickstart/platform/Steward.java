package org.consilium.quickstart.platform;

import java.net.URI;
import java.time.Clock;
import org.consilium.contract.SiteId;

/** A hospital's data steward. */
public final class Steward extends Person {

    private final SiteId site;

    Steward(Https https, URI issuer, SiteId site, String user, String password, Clock clock) {
        super(https, issuer, user, password, clock);
        this.site = site;
    }

    /** Returns the user name of a site's steward. */
    static String user(SiteId site) {
        return "steward-of-" + site;
    }

    /** Returns the hospital. */
    public SiteId site() {
        return site;
    }
}
