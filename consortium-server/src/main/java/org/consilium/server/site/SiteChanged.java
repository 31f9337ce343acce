package org.consilium.server.site;

import org.consilium.contract.SiteId;

/**
 * A site's status has changed.
 *
 * @param site the site
 */
public record SiteChanged(SiteId site) {}
