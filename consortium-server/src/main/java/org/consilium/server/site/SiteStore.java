package org.consilium.server.site;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.SiteId;

/** Where sites are kept. */
public interface SiteStore {

    /** Adds a site; returns false, changing nothing, if its id is taken. */
    boolean add(Site site);

    /** Returns the site of that id. */
    Optional<Site> find(SiteId id);

    /** Returns the site of that id; until the transaction ends nobody else locks or changes it. */
    Optional<Site> lock(SiteId id);

    /** Returns all sites by their ids. */
    List<Site> all();

    /** Replaces name, status and validity of tokens of a site that exists. */
    void save(Site site);

    /** Returns when the site last took back a key that it had offered, by its own clock. */
    Optional<Instant> keyWithdrawnAt(SiteId id);

    /** Notes that; an earlier time changes nothing. */
    void keyWithdrawn(SiteId id, Instant at);

    /** Notes that a site's node has polled; touches nothing else, so that it never undoes a suspension. */
    void seen(SiteId id, Instant at, Optional<String> nodeVersion);

    /** Notes what a site's node said of itself, which is seen by that; touches nothing else. */
    void beaten(SiteId id, LastHeartbeat heartbeat, String nodeVersion);
}
