package org.consilium.server.study;

/** Where a study stands. */
public enum StudyState {
    /** Rounds or the final test are going on. */
    RUNNING,
    /** All rounds and the final test are done. */
    COMPLETED,
    /** It ended early; the study says why. */
    FAILED
}
