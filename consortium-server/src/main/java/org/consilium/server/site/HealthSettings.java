package org.consilium.server.site;

import java.time.Duration;
import java.time.Instant;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/**
 * When a site counts as stalled.
 *
 * @param patience how long it may give no sign of life, {@code consilium.site.stalled.seconds}; to be more than three
 *     times the {@code consilium.heartbeat.seconds} of the nodes
 */
public record HealthSettings(Duration patience) {

    static HealthSettings from(Config config) {
        return new HealthSettings(new Settings(config).seconds("consilium.site.stalled.seconds", 120, 15, 86_400));
    }

    /** Returns whether a sign of that time is too old. */
    boolean isOver(Instant sign, Instant now) {
        return Duration.between(sign, now).compareTo(patience) > 0;
    }
}
