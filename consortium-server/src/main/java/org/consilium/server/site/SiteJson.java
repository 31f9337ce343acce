package org.consilium.server.site;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.Optional;
import org.consilium.contract.Es256Key;

/** The JSON form of sites; what is not known is null. */
final class SiteJson {

    private SiteJson() {}

    /**
     * Returns a site.
     *
     * @param keys by which it gets tokens, if they are known now
     */
    static JsonObject of(Site site, SiteHealth health, Optional<SiteKeys> keys) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", site.id().value())
                .add("name", site.name())
                .add("status", site.status().name());
        text(json, "lastSeenAt", site.lastSeenAt());
        text(json, "nodeVersion", site.nodeVersion());
        text(json, "keyFingerprint", keys.map(known -> known.present().kid()));
        text(json, "nextKeyFingerprint", keys.flatMap(SiteKeys::next).map(Es256Key::kid));
        return json.add("health", health(site, health)).build();
    }

    /** What a node does is told only while it says so: the last word of a silent one would read as if it went on. */
    private static JsonObjectBuilder health(Site site, SiteHealth health) {
        Optional<LastHeartbeat> doing = health.doing();
        Optional<Lease> work = doing.flatMap(LastHeartbeat::work);
        JsonObjectBuilder json = Json.createObjectBuilder().add("state", state(health));
        text(json, "since", health.awaySince());
        text(json, "lastSeenAt", site.lastSeenAt());
        text(json, "nodeVersion", site.nodeVersion());
        text(json, "heartbeatAt", site.heartbeat().map(LastHeartbeat::at));
        text(json, "activity", doing.map(LastHeartbeat::activity));
        text(json, "activitySince", doing.map(LastHeartbeat::since));
        text(json, "study", work.map(Lease::study));
        number(json, "round", work.map(lease -> (long) lease.round().value()));
        number(json, "freeDiskBytes", site.heartbeat().map(LastHeartbeat::freeDiskBytes));
        number(json, "leaseAgeSeconds", health.age().map(Duration::toSeconds));
        return json;
    }

    private static String state(SiteHealth health) {
        if (health instanceof SiteHealth.NeverSeen) {
            return "NEVER_SEEN";
        }
        if (health instanceof SiteHealth.Stalled) {
            return "STALLED";
        }
        return health instanceof SiteHealth.Offline ? "OFFLINE" : "ONLINE";
    }

    private static void text(JsonObjectBuilder json, String key, Optional<?> value) {
        value.ifPresentOrElse(one -> json.add(key, one.toString()), () -> json.addNull(key));
    }

    private static void number(JsonObjectBuilder json, String key, Optional<Long> value) {
        value.ifPresentOrElse(one -> json.add(key, one), () -> json.addNull(key));
    }
}
