package org.consilium.server.audit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/**
 * Which time-stamping authority stamps checkpoints.
 *
 * @param authority its address, {@code consilium.audit.tsa.url}; http will do, since tokens are signed
 * @param trust by which certificates its tokens are believed, PEM file {@code consilium.audit.tsa.ca}
 * @param patience how long its answer may take, {@code consilium.audit.tsa.timeout.seconds}
 */
record TimeStampSettings(URI authority, TimeStampTrust trust, Duration patience) {

    static final String URL = "consilium.audit.tsa.url";
    static final String CA = "consilium.audit.tsa.ca";
    static final String TIMEOUT = "consilium.audit.tsa.timeout.seconds";

    /** Returns nothing if no authority is named. */
    static Optional<TimeStampSettings> from(Config config) {
        Settings settings = new Settings(config);
        if (settings.text(URL, "").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TimeStampSettings(
                settings.web(URL), trust(Path.of(settings.text(CA))), settings.seconds(TIMEOUT, 10, 1, 60)));
    }

    private static TimeStampTrust trust(Path file) {
        try {
            return TimeStampTrust.fromPem(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "setting " + CA + " names " + file + ", which cannot be read; put the authority's root certificate"
                            + " there as PEM, or correct the path",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "setting " + CA + " names " + file + ", which " + e.getMessage()
                            + "; put the authority's root certificate there as PEM",
                    e);
        }
    }
}
