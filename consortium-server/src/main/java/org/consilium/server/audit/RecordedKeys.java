package org.consilium.server.audit;

import org.consilium.contract.SiteId;
import org.consilium.contract.audit.NoteKey;

/** What the log says of the keys of sites. Keycloak keeps the keys, and no transaction is over both. */
public interface RecordedKeys {

    /**
     * Returns whether the last that the log says of a site's keys is this.
     *
     * @param key the site's newest key
     * @param alone whether it works alone, or beside an older one
     */
    boolean sayLast(SiteId site, NoteKey key, boolean alone);
}
