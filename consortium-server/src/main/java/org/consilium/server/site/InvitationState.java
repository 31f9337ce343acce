package org.consilium.server.site;

/** Where an invitation stands. */
public enum InvitationState {
    /** Its code may be used until it expires. */
    OPEN,
    /** A node has sent its key and waits for the administrator. */
    REQUESTED,
    /** The administrator has let the site in. */
    APPROVED,
    /** The administrator has not let the site in. */
    REJECTED,
    /** It was taken back before its code was used. */
    WITHDRAWN
}
