package org.consilium.server.study;

/** Where a study stands. */
public enum StudyState {
    /** Its protocol is being written. */
    DRAFT,
    /** Its protocol is before the participants' stewards. */
    PROPOSED,
    /** All participants have signed; it may start. */
    APPROVED,
    /** Rounds or the final test are going on. */
    RUNNING,
    /** Nothing new is asked of the sites until it goes on. */
    PAUSED,
    /** All rounds and the final test are done. */
    COMPLETED,
    /** It ended early; the study says why. */
    STOPPED,
    /** It was given up before it started; the study says why. */
    WITHDRAWN;

    /** Returns whether it has come to its end, good or bad. */
    public boolean isEnded() {
        return this == COMPLETED || this == STOPPED || this == WITHDRAWN;
    }

    /** Returns whether it has not been started yet. */
    public boolean isBeforeStart() {
        return this == DRAFT || this == PROPOSED || this == APPROVED;
    }
}
