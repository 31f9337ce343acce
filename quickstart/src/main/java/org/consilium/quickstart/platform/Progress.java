package org.consilium.quickstart.platform;

import java.time.Duration;

/** Is told what a slow start is doing; called from several threads at once, so implementations must be thread-safe. */
public interface Progress {

    /** Says nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void starting(String what, String waitingFor) {}

        @Override
        public void done(String what, Duration took) {}

        @Override
        public void progress(String what, long n, long total) {}
    };

    /**
     * A step begins.
     *
     * @param what the step, such as {@code Keycloak}; the same text names it in the other calls
     * @param waitingFor what it waits for, in a few words
     */
    void starting(String what, String waitingFor);

    /** A step that began has ended well; a step that fails ends in a {@link PlatformException} instead. */
    void done(String what, Duration took);

    /**
     * A step that began has come some way.
     *
     * @param n units done, 0 to {@code total}
     * @param total units in all
     */
    void progress(String what, long n, long total);
}
