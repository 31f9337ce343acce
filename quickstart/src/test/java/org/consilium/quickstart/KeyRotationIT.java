package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.SiteId;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.PlatformException;
import org.consilium.quickstart.platform.ScriptedSite;
import org.consilium.quickstart.platform.SharedPlatform;
import org.consilium.quickstart.platform.SiteEnrolment;
import org.consilium.quickstart.platform.Steward;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A site changes its key without a pause, on a real node, server and Keycloak. */
@ExtendWith(SharedPlatform.class)
class KeyRotationIT {

    private static final JsonObject NOTHING = JsonValue.EMPTY_JSON_OBJECT;

    @TempDir
    private Path folder;

    private Platform platform;

    @BeforeEach
    void share(Platform shared) {
        platform = shared;
    }

    @Test
    void a_node_changes_its_key_while_it_polls_and_the_old_key_opens_nothing_any_more() throws IOException {
        Steward steward = platform.steward(new SiteId("site-1"));
        Api node = new Api("site-1", platform.httpClient(), platform.siteUrl(1), steward::token);
        ScriptedSite old = withTheKeyOfTheNode("old");
        String tokenInHand = old.token();
        assertThat(node.get("/key").getString("fingerprint")).isEqualTo(old.fingerprint());
        assertThat(node.get("/key").getString("state")).isEqualTo("SETTLED");

        JsonObject changed = node.post("/key/rotation", NOTHING);

        assertThat(changed.getString("state")).as(changed.toString()).isEqualTo("SETTLED");
        ScriptedSite renewed = withTheKeyOfTheNode("renewed");
        assertThat(changed.getString("fingerprint"))
                .isEqualTo(renewed.fingerprint())
                .isNotEqualTo(old.fingerprint());
        assertThat(node.get("/identity").getString("fingerprint")).isEqualTo(renewed.fingerprint());
        assertThat(renewed.token()).as("the new key opens at once").isNotBlank();
        old.renewToken();
        assertNoToken(old);
        assertThat(confirm(tokenInHand, renewed).getString("present"))
                .as("a token that was in hand is good until it expires")
                .isEqualTo(renewed.fingerprint());
        awaitContact(node, Instant.now());

        platform.site(1).kill();
        platform.site(1).restart();
        awaitContact(node, Instant.now());
        assertThat(node.get("/key").getString("fingerprint")).isEqualTo(renewed.fingerprint());
    }

    @Test
    void both_keys_open_until_the_new_one_is_confirmed_and_each_step_may_be_repeated() {
        ScriptedSite old = joined("rotating");
        ScriptedSite renewed = another(old);
        assertNoToken(renewed);

        for (int i = 0; i < 2; i++) {
            JsonObject offered = offer(old.token(), renewed, old);
            assertThat(offered.getString("present")).isEqualTo(old.fingerprint());
            assertThat(offered.getString("next")).isEqualTo(renewed.fingerprint());
        }
        old.renewToken();
        assertThat(old.token()).isNotBlank();
        String fresh = renewed.token();
        for (int i = 0; i < 2; i++) {
            JsonObject confirmed = confirm(fresh, renewed);
            assertThat(confirmed.getString("present")).isEqualTo(renewed.fingerprint());
            assertThat(confirmed.isNull("next")).isTrue();
        }

        old.renewToken();
        assertNoToken(old);
        renewed.renewToken();
        assertThat(renewed.token()).isNotBlank();
        assertRefused(() -> confirm(fresh, old), "key-not-offered");
        assertRefused(() -> offer(fresh, old, old), "key-rotation-invalid");
    }

    @Test
    void an_offered_key_that_is_taken_back_opens_nothing_and_no_copy_of_its_offer_puts_it_back() {
        ScriptedSite present = joined("undecided");
        ScriptedSite next = another(present);
        JsonObject captured = next.offer(present);
        put(present.token(), "next", captured);
        assertThat(next.token()).isNotBlank();

        for (int i = 0; i < 2; i++) {
            JsonObject left = put(present.token(), "next/withdrawal", next.withdrawal(present));
            assertThat(left.getString("present")).isEqualTo(present.fingerprint());
            assertThat(left.isNull("next")).isTrue();
        }

        next.renewToken();
        assertNoToken(next);
        assertRefused(() -> put(present.token(), "next", captured), "the site took back its offer");
        assertRefused(() -> put(present.token(), "next/withdrawal", next.withdrawal(next)), "'consent' does not show");
        assertRefused(() -> confirm(present.token(), next), "key-not-offered");
        present.renewToken();
        assertThat(present.token()).isNotBlank();
    }

    /** Within five minutes and with a live token it dropped the key that the site was changing to. */
    @Test
    void a_confirmation_that_is_replayed_drops_no_key() {
        ScriptedSite first = joined("replayed");
        ScriptedSite second = another(first);
        offer(first.token(), second, first);
        JsonObject captured = second.confirmation();
        put(second.token(), "current", captured);
        ScriptedSite third = new ScriptedSite(platform, first.id().value(), folder.resolve("third-" + first.id()));
        offer(second.token(), third, second);

        JsonObject replayed = put(second.token(), "current", captured);

        assertThat(replayed.getString("next")).isEqualTo(third.fingerprint());
        assertThat(confirm(third.token(), third).getString("present")).isEqualTo(third.fingerprint());
    }

    /** Suspended: the server takes neither the offer nor that it is taken back. */
    @Test
    void a_steward_abandons_a_change_that_does_not_get_on_and_the_node_keeps_its_key() {
        Steward steward = platform.steward(new SiteId("site-1"));
        Api node = new Api("site-1", platform.httpClient(), platform.siteUrl(1), steward::token);
        String before = node.get("/key").getString("fingerprint");
        assertThat(node.delete("/key/rotation").getString("state")).isEqualTo("SETTLED");
        suspend("site-1", "SUSPENDED");
        try {
            assertThat(node.post("/key/rotation", NOTHING).getString("state")).isEqualTo("OFFERING");
            JsonObject abandoned = node.delete("/key/rotation");
            assertThat(abandoned.getString("state")).as(abandoned.toString()).isEqualTo("WITHDRAWING");
            assertThat(abandoned.getString("trouble")).contains("suspended");
        } finally {
            suspend("site-1", "ACTIVE");
        }

        JsonObject settled = awaitSettled(node);

        assertThat(settled.getString("fingerprint")).isEqualTo(before);
        awaitContact(node, Instant.now());
    }

    @Test
    void what_is_not_in_order_is_refused_and_changes_no_key() {
        ScriptedSite site = joined("orderly");
        ScriptedSite next = another(site);
        ScriptedSite stranger = joined("stranger");
        String token = site.token();
        assertRefused(() -> offer(token, next, next), "'consent' does not show");
        assertRefused(() -> offer(stranger.token(), next, site), "made by site " + site.id());
        assertRefused(() -> confirm(token, next), "key-not-offered");
        assertRefused(() -> put(token, "next", next.confirmation()), "'consent' is missing");
        assertRefused(() -> put(token, "next", NOTHING), "'jwk' is missing");
        assertRefused(() -> offer(platform.bearerToken(), next, site), "role-missing");

        suspend(site, "SUSPENDED");
        assertRefused(() -> offer(token, next, site), "site-suspended");
        suspend(site, "ACTIVE");
        assertNoToken(next);

        stranger.disown();
        assertRefused(() -> offer(stranger.token(), another(stranger), stranger), "client-taken");
    }

    /** The node's key as it lies in its folder now, for a test that speaks in its place. */
    private ScriptedSite withTheKeyOfTheNode(String name) throws IOException {
        Path kept = SharedPlatform.ROOT.resolve("quickstart/target/system/keys/site-1");
        Path copy = Files.createDirectories(folder.resolve(name));
        Files.copy(kept.resolve(SiteEnrolment.KEY_FILE), copy.resolve(SiteEnrolment.KEY_FILE));
        return new ScriptedSite(platform, "site-1", copy);
    }

    private ScriptedSite joined(String name) {
        ScriptedSite site =
                new ScriptedSite(platform, name + "-" + Long.toString(System.nanoTime(), 36), folder.resolve(name));
        site.join();
        return site;
    }

    /** The same site with another key, which nobody knows yet. */
    private ScriptedSite another(ScriptedSite site) {
        return new ScriptedSite(platform, site.id().value(), folder.resolve("another-" + site.id()));
    }

    private JsonObject offer(String token, ScriptedSite next, ScriptedSite present) {
        return put(token, "next", next.offer(present));
    }

    private JsonObject confirm(String token, ScriptedSite key) {
        return put(token, "current", key.confirmation());
    }

    private JsonObject put(String token, String step, JsonObject body) {
        return server(token).put("/sites/self/keys/" + step, body);
    }

    private void suspend(ScriptedSite site, String status) {
        suspend(site.id().value(), status);
    }

    private void suspend(String site, String status) {
        server(platform.bearerToken())
                .put(
                        "/sites/" + site + "/status",
                        Json.createObjectBuilder().add("status", status).build());
    }

    private Api server(String token) {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), () -> token);
    }

    /** Waits until the node has heard of the consortium after that moment; a poll is held for 25 seconds. */
    /** Tokens of the second in which a site was let in again are dead too, so that the first try may be refused. */
    private static JsonObject awaitSettled(Api node) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            JsonObject key = node.delete("/key/rotation");
            if (key.getString("state").equals("SETTLED")) {
                return key;
            }
            assertThat(System.nanoTime()).as(key.toString()).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static void awaitContact(Api node, Instant after) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            JsonObject status = node.get("/status");
            if (!status.isNull("lastContactAt")
                    && Instant.parse(status.getString("lastContactAt")).isAfter(after)) {
                assertThat(status.getString("state")).as(status.toString()).isNotEqualTo("ERROR");
                return;
            }
            assertThat(System.nanoTime()).as(status.toString()).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static void assertNoToken(ScriptedSite site) {
        assertThatThrownBy(site::token).isInstanceOf(PlatformException.class).hasMessageContaining("invalid_client");
    }

    private static void assertRefused(ThrowingCallable request, String said) {
        assertThatThrownBy(request).isInstanceOf(ApiRefusal.class).hasMessageContaining(said);
    }
}
