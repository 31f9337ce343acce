package org.consilium.server.globalmodel;

import java.time.Duration;
import org.consilium.server.platform.Settings;
import org.eclipse.microprofile.config.Config;

/**
 * Limits of parameters.
 *
 * @param largestBody most bytes of one upload, {@code consilium.upload.max.bytes}
 * @param cacheChunks most chunks of 1 MiB kept in memory for the aggregation and the downloads that follow at once, {@code
 *     consilium.model.cache.mib}; where a round has more, the rest is read from the database
 * @param unfinishedFor how long an upload that was broken off is kept
 */
record GlobalModelSettings(long largestBody, int cacheChunks, Duration unfinishedFor) {

    private static final long DEFAULT_BODY = 2_147_483_648L;
    private static final long LARGEST_BODY = 4_000_000_000L;
    private static final int DEFAULT_CACHE = 192;

    static GlobalModelSettings from(Config config) {
        Settings settings = new Settings(config);
        return new GlobalModelSettings(
                settings.whole("consilium.upload.max.bytes", DEFAULT_BODY, 1_024, LARGEST_BODY),
                (int) settings.whole("consilium.model.cache.mib", DEFAULT_CACHE, 0, 65_536),
                settings.seconds("consilium.upload.unfinished.seconds", 86_400, 60, 31_536_000));
    }
}
