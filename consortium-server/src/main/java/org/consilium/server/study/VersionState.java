package org.consilium.server.study;

/** Where one version of a protocol stands. */
public enum VersionState {
    /** It is being written. */
    DRAFT,
    /** It is before the participants' stewards and cannot be changed any more. */
    PROPOSED,
    /** All participants have signed. */
    APPROVED,
    /** It was in force, or about to be, and a later version has taken its place. */
    SUPERSEDED,
    /** It was taken back before it came into force. */
    WITHDRAWN
}
