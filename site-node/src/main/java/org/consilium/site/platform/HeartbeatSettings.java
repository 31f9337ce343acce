package org.consilium.site.platform;

import java.time.Duration;

/**
 * How often the node gives a sign of life.
 *
 * @param every 5 to 300 s, {@code consilium.heartbeat.seconds}
 */
public record HeartbeatSettings(Duration every) {

    /** Checks the range. */
    public HeartbeatSettings {
        if (every.toSeconds() < 5 || every.toSeconds() > 300) {
            throw new IllegalArgumentException(
                    "consilium.heartbeat.seconds " + every.toSeconds() + " is not valid: use 5 to 300");
        }
    }
}
