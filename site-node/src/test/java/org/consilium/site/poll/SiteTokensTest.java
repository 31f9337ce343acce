package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.consilium.contract.Es256KeyPair;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SiteTokensTest {

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock();
    private ConsortiumOnASocket keycloak;
    private SiteTokens tokens;
    private TestNode node;

    @BeforeEach
    void start() {
        keycloak = new ConsortiumOnASocket();
        node = new TestNode(keycloak, folder.resolve("keys"), clock);
        tokens = node.tokens;
    }

    @AfterEach
    void stop() throws IOException {
        keycloak.close();
    }

    @Test
    void the_site_proves_who_it_is_by_a_signed_assertion() {
        tokens.forget(tokens.bearer());
        tokens.bearer();

        Map<String, String> form =
                form(keycloak.received("POST", "/realm/token").get(0));
        assertThat(form)
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .containsOnlyKeys("grant_type", "client_assertion_type", "client_assertion");
        String[] parts = form.get("client_assertion").split("\\.");
        assertThat(json(parts[0]).getString("kid")).isEqualTo(node.key.kid());
        JsonObject claims = json(parts[1]);
        assertThat(claims.keySet()).containsExactlyInAnyOrder("iss", "sub", "aud", "jti", "iat", "exp");
        assertThat(claims.getString("iss")).isEqualTo("site-1");
        assertThat(claims.getString("sub")).isEqualTo("site-1");
        assertThat(claims.getString("aud")).isEqualTo("https://keycloak.test/realms/consilium");
        assertThat(claims.getInt("iat")).isEqualTo((int) clock.instant().getEpochSecond());
        assertThat(claims.getInt("exp")).isEqualTo(claims.getInt("iat") + 30);
        String second = form(keycloak.received("POST", "/realm/token").get(1)).get("client_assertion");
        assertThat(json(second.split("\\.")[1]).getString("jti"))
                .as("an assertion is used once")
                .isNotEqualTo(claims.getString("jti"));
    }

    @Test
    void a_token_is_used_until_shortly_before_it_expires() {
        assertThat(tokens.bearer()).isEqualTo("Bearer token-1");
        clock.step(Duration.ofSeconds(269));
        assertThat(tokens.bearer()).isEqualTo("Bearer token-1");
        clock.step(Duration.ofSeconds(1));
        assertThat(tokens.bearer()).isEqualTo("Bearer token-2");
        assertThat(tokens.bearer()).isEqualTo("Bearer token-2");
        assertThat(keycloak.received("POST", "/realm/token")).hasSize(2);
    }

    @Test
    void what_keycloak_said_to_the_sites_key_is_remembered_and_an_outage_says_nothing() {
        assertThat(tokens.lastAnswer()).isEqualTo(SiteTokens.Answer.NONE);
        keycloak.tokens(Reply.of(503));
        assertThatThrownBy(tokens::bearer).isInstanceOf(ProblemException.class);
        assertThat(tokens.lastAnswer()).isEqualTo(SiteTokens.Answer.NONE);

        keycloak.tokens(Reply.json(401, "{\"error\":\"invalid_client\"}"));
        assertThatThrownBy(tokens::bearer).isInstanceOf(ProblemException.class);
        assertThat(tokens.lastAnswer()).isEqualTo(SiteTokens.Answer.REFUSED);

        String bearer = tokens.bearer();
        assertThat(tokens.lastAnswer()).isEqualTo(SiteTokens.Answer.GIVEN);

        tokens.forget(bearer);
        keycloak.tokens(Reply.of(503));
        assertThatThrownBy(tokens::bearer).isInstanceOf(ProblemException.class);
        assertThat(tokens.lastAnswer()).isEqualTo(SiteTokens.Answer.GIVEN);
    }

    @Test
    void a_forgotten_token_is_not_used_again() {
        tokens.forget(tokens.bearer());

        assertThat(tokens.bearer()).isEqualTo("Bearer token-2");
    }

    /** The poller and the heartbeats are refused with the same token, one of them later than the other. */
    @Test
    void a_token_that_was_got_since_is_not_forgotten_with_the_old_one() {
        String old = tokens.bearer();
        tokens.forget(old);
        String fresh = tokens.bearer();

        tokens.forget(old);

        assertThat(tokens.bearer()).isEqualTo(fresh).isEqualTo("Bearer token-2");
        assertThat(keycloak.received("POST", "/realm/token")).hasSize(2);
    }

    @Test
    void threads_that_ask_at_once_share_one_token() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CyclicBarrier together = new CyclicBarrier(4);
            List<Callable<String>> asking = Collections.nCopies(4, () -> {
                together.await();
                return tokens.bearer();
            });

            for (Future<String> token : threads.invokeAll(asking)) {
                assertThat(token.get()).isEqualTo("Bearer token-1");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(keycloak.received("POST", "/realm/token")).hasSize(1);
    }

    @Test
    void a_token_by_another_key_takes_the_place_of_the_one_in_hand_only_if_there_is_one() {
        tokens.bearer();
        keycloak.tokens(Reply.json(401, "{\"error\":\"invalid_client\"}"), Reply.json(200, "{\"access_token\":\"x\"}"));
        Es256KeyPair other = Es256KeyPair.generate();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> tokens.renew(other::sign)).isInstanceOf(ProblemException.class);
            assertThat(tokens.bearer()).isEqualTo("Bearer token-1");
        }

        tokens.renew(other::sign);

        assertThat(tokens.bearer()).isEqualTo("Bearer token-4");
        String assertion =
                form(keycloak.received("POST", "/realm/token").get(3)).get("client_assertion");
        assertThat(json(assertion.split("\\.")[0]).getString("kid"))
                .isEqualTo(other.publicKey().kid());
    }

    @Test
    void a_refused_site_is_told_what_keycloak_said_and_what_to_do() {
        keycloak.tokens(Reply.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown key\"}"));

        assertThatThrownBy(tokens::bearer).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo("token-refused");
            assertThat(refused.problem().detail())
                    .contains("https://keycloak.test/realms/consilium")
                    .contains("401")
                    .contains("site-1")
                    .contains("unknown key");
            assertThat(refused.problem().action())
                    .contains("public key")
                    .contains("/api/v1/identity")
                    .contains("clocks");
        });
        assertThat(tokens.bearer()).as("the next try asks again").isEqualTo("Bearer token-2");
    }

    @Test
    void an_endless_refusal_is_shortened() {
        keycloak.tokens(Reply.json(502, "x".repeat(100_000)));

        assertThatThrownBy(tokens::bearer)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(1_000));
    }

    @Test
    void an_answer_without_a_token_is_not_the_sites_mistake() {
        keycloak.tokens(Reply.json(200, "<html>log in to the guest network</html>"), Reply.json(200, "{}"));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(tokens::bearer).isInstanceOfSatisfying(ProblemException.class, refused -> {
                assertThat(refused.problem().status()).isEqualTo(502);
                assertThat(refused.getMessage()).contains("consilium.issuer").doesNotContain("/openapi");
            });
        }
        assertThat(tokens.bearer()).isEqualTo("Bearer token-3");
    }

    private static Map<String, String> form(Received request) {
        return Arrays.stream(request.text().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static JsonObject json(String part) {
        return Responses.object(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    private static final class SteppedClock extends Clock {

        private Instant now = TestNode.NOW;

        void step(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
