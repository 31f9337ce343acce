package org.consilium.server.round;

import java.time.Duration;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/**
 * How the server drives rounds.
 *
 * @param claim how long a replica may be silent while it aggregates, {@code consilium.aggregation.claim.seconds}; then
 *     another takes the round over
 * @param tick how often deadlines and held polls are looked at, {@code consilium.tick.seconds}
 */
record RoundSettings(Duration claim, Duration tick) {

    static RoundSettings from(Config config) {
        Settings settings = new Settings(config);
        return new RoundSettings(
                settings.seconds("consilium.aggregation.claim.seconds", 30, 2, 3_600),
                settings.seconds("consilium.tick.seconds", 2, 1, 60));
    }
}
