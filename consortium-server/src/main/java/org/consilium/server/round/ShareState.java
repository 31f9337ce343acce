package org.consilium.server.round;

/** Where one site stands within a round. */
public enum ShareState {
    /** It has not fetched its work. */
    AWAITED,
    /** It has fetched its work; its update is awaited. */
    OFFERED,
    /** Its update is there; its validation scores are awaited once the model is there. */
    ANSWERED,
    /** Its validation scores are there. */
    EVALUATED,
    /** It will not or cannot go on in this round. */
    REFUSED,
    /** The round closed without its update. */
    MISSED,
    /** It has left the study while this round was going on; nothing of it is used. */
    WITHDRAWN
}
