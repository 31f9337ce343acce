package org.consilium.quickstart;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.consilium.quickstart.platform.Progress;

/** Shows the slow steps of starting the real parts, with what each waits for. Thread-safe. */
final class StartProgress implements Progress {

    private static final int TENTHS = 10;

    private final Screen screen;
    private final Map<String, Long> shown = new LinkedHashMap<>();

    /**
     * @param screen where it is shown; nobody else uses it meanwhile
     */
    StartProgress(Screen screen) {
        this.screen = screen;
    }

    @Override
    public synchronized void starting(String what, String waitingFor) {
        screen.say(Text.of("  ...   %s: %s", what, waitingFor));
    }

    @Override
    public synchronized void done(String what, Duration took) {
        shown.remove(what);
        screen.say(Text.of("  done  %s, %.1f s", what, took.toMillis() / 1e3));
    }

    @Override
    public synchronized void progress(String what, long n, long total) {
        long tenths = total == 0 ? TENTHS : n * TENTHS / total;
        Long before = shown.put(what, tenths);
        // Each tenth once: this may be called for every file of a distribution.
        if (tenths > 0 && tenths < TENTHS && (before == null || before < tenths)) {
            screen.say(Text.of("  %3d %% %s", tenths * TENTHS, what));
        }
    }
}
