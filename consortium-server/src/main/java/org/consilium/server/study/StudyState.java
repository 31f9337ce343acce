package org.consilium.server.study;

/** Where a study stands. */
public enum StudyState {
    /** Rounds or the final test are going on. */
    RUNNING,
    /** All rounds and the final test are done. */
    COMPLETED,
    /** It could not go on; the study says why. */
    FAILED,
    /** A coordinator stopped it; the study says why. */
    STOPPED
}
