package org.consilium.server.site;

/** Whether a site may take part. */
public enum SiteStatus {
    /** It may. */
    ACTIVE,
    /** Every request of its node is refused. */
    SUSPENDED,
    /** The same, for good: it never takes part again. */
    REVOKED
}
