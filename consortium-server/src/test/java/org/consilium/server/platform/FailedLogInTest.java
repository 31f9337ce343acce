package org.consilium.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.representations.idm.EventRepresentation;

/** What is taken of Keycloak's events, into which strangers write. */
class FailedLogInTest {

    @Test
    void what_was_typed_as_the_name_is_left_out_and_what_keycloak_knows_is_kept() {
        EventRepresentation event = event("invalid_user_credentials");
        event.setUserId("c0ffee");
        FailedLogIn taken = FailedLogIn.of(event);
        assertThat(taken.toString()).doesNotContain("hunter2");
        assertThat(taken.client()).contains("consilium-portal");
        assertThat(taken.user()).contains("c0ffee");
        assertThat(taken.address()).contains("192.0.2.7");
        assertThat(taken.at()).isEqualTo(Instant.parse("2026-11-26T10:00:00.123Z"));
    }

    @Test
    void a_client_that_there_is_not_is_a_strangers_text_and_one_with_a_wrong_key_is_named() {
        assertThat(FailedLogIn.of(event("client_not_found")).client()).isEmpty();
        assertThat(FailedLogIn.of(event("invalid_client_credentials")).client()).contains("consilium-portal");
    }

    @Test
    void nothing_is_too_long_or_has_lines_of_its_own() {
        EventRepresentation event = event("a\nb".repeat(100));
        event.setIpAddress("x".repeat(99) + "\uD83D\uDE00");
        event.setUserId("a\u0085b");
        FailedLogIn taken = FailedLogIn.of(event);
        assertThat(taken.user().orElse("")).doesNotContain("\u0085");
        assertThat(taken.error()).hasSize(100).doesNotContain("\n");
        assertThat(taken.address()).contains("x".repeat(99));
    }

    private static EventRepresentation event(String error) {
        EventRepresentation event = new EventRepresentation();
        event.setId("id");
        event.setTime(Instant.parse("2026-11-26T10:00:00.123Z").toEpochMilli());
        event.setType("LOGIN_ERROR");
        event.setClientId("consilium-portal");
        event.setIpAddress("192.0.2.7");
        event.setError(error);
        event.setDetails(Map.of("username", "hunter2"));
        return event;
    }
}
