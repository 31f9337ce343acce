package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RefusedTokenTest {

    private static final String ISSUER = "https://localhost:9444/realms/consilium";
    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
    private static final long SECOND = NOW.getEpochSecond();

    @Test
    void a_request_without_a_bearer_token_is_told_so() {
        assertThat(refused(null)).isEqualTo("token-missing");
        assertThat(refused("Basic dXNlcjpwYXNz")).isEqualTo("token-missing");
    }

    @Test
    void what_is_no_token_is_called_that() {
        assertThat(refused("Bearer ")).isEqualTo("token-malformed");
        assertThat(refused("Bearer abc")).isEqualTo("token-malformed");
        assertThat(refused("Bearer a.%%%.c")).isEqualTo("token-malformed");
        assertThat(refused("Bearer a." + base64("[1]") + ".c")).isEqualTo("token-malformed");
        assertThat(refused("Bearer a." + base64("{\"exp\"") + ".c")).isEqualTo("token-malformed");
    }

    @Test
    void an_expired_token_is_told_when_it_expired() {
        Problem problem = RefusedToken.problem(
                bearer(SECOND - 1, SECOND - 300, ISSUER, "\"consilium-api\""), ISSUER, "consilium-api", NOW);

        assertThat(problem.code()).isEqualTo("token-expired");
        assertThat(problem.detail()).contains("2026-11-25T08:59:59Z").contains("2026-11-25T09:00:00Z");
        assertThat(problem.action()).contains("fresh token");
    }

    @Test
    void a_token_from_the_future_points_at_the_clocks() {
        assertThat(refused(bearer(SECOND + 900, SECOND + 600, ISSUER, "\"consilium-api\"")))
                .isEqualTo("token-early");
    }

    @Test
    void a_token_of_another_issuer_or_audience_is_told_whose_is_taken() {
        assertThat(refused(bearer(SECOND + 60, SECOND, "https://elsewhere/realms/x", "\"consilium-api\"")))
                .isEqualTo("token-issuer");
        assertThat(refused(bearer(SECOND + 60, SECOND, ISSUER, "\"consilium-site-node\"")))
                .isEqualTo("token-audience");
        assertThat(refused(bearer(SECOND + 60, SECOND, ISSUER, "[\"account\", 7]")))
                .isEqualTo("token-audience");
    }

    @Test
    void a_token_that_says_all_the_right_things_and_was_refused_is_not_genuine() {
        assertThat(refused(bearer(SECOND + 60, SECOND, ISSUER, "[\"account\", \"consilium-api\"]")))
                .isEqualTo("token-forged");
    }

    @Test
    void a_token_with_claims_of_the_wrong_kind_is_refused_and_fails_nothing() {
        assertThat(refused("Bearer a." + base64("{\"exp\":\"soon\",\"iss\":7,\"aud\":{}}") + ".c"))
                .isEqualTo("token-issuer");
    }

    @Test
    void every_refusal_is_a_401_that_says_what_to_do_next() {
        Problem problem = RefusedToken.problem(null, ISSUER, "consilium-api", NOW);

        assertThat(problem.status()).isEqualTo(401);
        assertThat(problem.action()).isNotBlank();
    }

    private static String refused(String header) {
        return RefusedToken.problem(header, ISSUER, "consilium-api", NOW).code();
    }

    private static String bearer(long expires, long issued, String issuer, String audience) {
        return "Bearer a."
                + base64("{\"exp\":" + expires + ",\"iat\":" + issued + ",\"iss\":\"" + issuer + "\",\"aud\":"
                        + audience + "}")
                + ".c";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
