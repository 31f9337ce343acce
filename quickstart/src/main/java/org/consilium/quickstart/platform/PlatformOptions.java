package org.consilium.quickstart.platform;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a person may choose about a {@link Platform}.
 *
 * @param home root folder of the project: holds the built WARs
 * @param state folder in which data, keys and logs are kept, made when it is not there
 * @param sites number of site nodes, 1 to 50
 * @param jdbcUrl URL of an existing PostgreSQL with a user that may create databases and roles, such as {@code
 *     jdbc:postgresql://db.example:5432/postgres?user=postgres&password=...}; empty: an own one is started
 * @param serverPort port of the consortium server, 1 to 65535; empty: a free one
 */
public record PlatformOptions(Path home, Path state, int sites, Optional<String> jdbcUrl, OptionalInt serverPort) {

    /** Checks the ranges. */
    public PlatformOptions {
        home = home.toAbsolutePath().normalize();
        state = state.toAbsolutePath().normalize();
        if (sites < 1 || sites > 50) {
            throw new IllegalArgumentException("--sites must be 1 to 50, not " + sites);
        }
        if (jdbcUrl.isPresent() && !jdbcUrl.get().startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "--jdbc-url must start with jdbc:postgresql: (Consilium needs PostgreSQL), not '" + jdbcUrl.get()
                            + "'");
        }
        if (serverPort.isPresent() && (serverPort.getAsInt() < 1 || serverPort.getAsInt() > 65535)) {
            throw new IllegalArgumentException("--server-port must be 1 to 65535, not " + serverPort.getAsInt());
        }
    }

    /** Returns options with an own PostgreSQL and free ports. */
    public static PlatformOptions of(Path home, Path state, int sites) {
        return new PlatformOptions(home, state, sites, Optional.empty(), OptionalInt.empty());
    }
}
