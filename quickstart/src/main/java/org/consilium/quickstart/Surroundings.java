package org.consilium.quickstart;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What the program finds around itself; an argument, so that tests can be somewhere else.
 *
 * @param environment environment variables
 * @param home the project's folder, absolute: results go to its {@code target} folder
 * @param terminal whether a person watches: then tables are redrawn in place
 * @param commit the commit that the program was built from, if known
 * @param clock tells the time of day
 */
record Surroundings(
        Map<String, String> environment, Path home, boolean terminal, Optional<String> commit, Clock clock) {

    /** Normalises the folder. */
    Surroundings {
        environment = Map.copyOf(environment);
        home = home.toAbsolutePath().normalize();
    }

    /** Returns what this process finds: the script {@code consilium} names home and commit as system properties. */
    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        boolean terminal = System.console() != null && !"dumb".equals(environment.get("TERM"));
        return new Surroundings(
                environment,
                Path.of(System.getProperty("consilium.home", ".")),
                terminal,
                Optional.ofNullable(System.getProperty("consilium.commit")).filter(commit -> !commit.isBlank()),
                Clock.systemDefaultZone());
    }

    /** Returns whether this process is being ended, as by Ctrl-C: its shutdown hooks run. */
    static boolean ending() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** Returns the folder for everything that the program makes. */
    Path workFolder() {
        return home.resolve("target").resolve("consilium");
    }
}
