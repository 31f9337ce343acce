package org.consilium.server.site;

import org.consilium.contract.Es256Key;
import org.consilium.contract.SiteId;

/** Where sites get their tokens. */
public interface SiteClients {

    /**
     * Lets a site get tokens by that key and no other; doing it twice changes nothing.
     *
     * @param site also the name of the client
     * @param organisation for people
     * @param key with which the site signs
     * @throws org.consilium.server.platform.Refusal if that cannot be done now, saying what to do
     */
    void admit(SiteId site, String organisation, Es256Key key);

    /**
     * Returns the keys by which a site gets tokens.
     *
     * @throws org.consilium.server.platform.Refusal if they cannot be read now, saying what to do
     */
    SiteKeys keys(SiteId site);

    /**
     * Lets a site that was admitted get tokens by those keys and no others, from now on; tokens that it has stay good.
     *
     * @throws org.consilium.server.platform.Refusal if that cannot be done now, saying what to do
     */
    void give(SiteId site, SiteKeys keys);

    /**
     * Lets a site get no more tokens; nothing if it has no client.
     *
     * @throws org.consilium.server.platform.Refusal if that cannot be done now, saying what to do
     */
    void shut(SiteId site);
}
