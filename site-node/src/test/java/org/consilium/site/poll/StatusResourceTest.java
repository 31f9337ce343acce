package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.poll.NodeStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusResourceTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    private final StatusResource resource = new StatusResource();
    private final StatusBoard board = new StatusBoard(Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void wire() {
        resource.board = board;
        resource.key = new SiteKey(new KeyFolder(folder));
        resource.settings = new SiteSettings(
                new SiteId("site-1"),
                URI.create("https://consortium.test"),
                URI.create("https://keycloak.test"),
                folder,
                URI.create("https://site-1.test"));
    }

    @Test
    void the_identity_is_the_name_and_the_public_key() {
        JsonObject identity = body(resource.identity());

        assertThat(identity.getString("site")).isEqualTo("site-1");
        assertThat(identity.getString("fingerprint")).isEqualTo(resource.key.kid());
        assertThat(identity.getJsonObject("jwks"))
                .isEqualTo(resource.key.publicKey().jwks());
    }

    @Test
    void a_node_that_was_never_in_touch_says_so() {
        JsonObject status = body(resource.status());

        assertThat(status)
                .isEqualTo(Responses.object("{\"site\":\"site-1\",\"state\":\"CONNECTING\",\"study\":null,"
                        + "\"round\":null,\"since\":\"2026-03-01T10:00:00Z\",\"detail\":\"\","
                        + "\"lastContactAt\":null,\"heartbeatAt\":null,\"heartbeatTrouble\":\"\"}"));
    }

    @Test
    void a_node_at_work_says_for_which_study_and_round() {
        board.contacted();
        board.working(State.TRAINING, new StudyId("study"), new RoundNumber(3));

        assertThat(body(resource.status()))
                .isEqualTo(Responses.object("{\"site\":\"site-1\",\"state\":\"TRAINING\",\"study\":\"study\","
                        + "\"round\":3,\"since\":\"2026-03-01T10:00:00Z\",\"detail\":\"\","
                        + "\"lastContactAt\":\"2026-03-01T10:00:00Z\",\"heartbeatAt\":null,"
                        + "\"heartbeatTrouble\":\"\"}"));
    }

    @Test
    void a_failure_names_its_reason_and_keeps_the_last_contact() {
        board.contacted();
        board.working(State.UPLOADING, new StudyId("study"), new RoundNumber(3));
        board.idle(State.ERROR, "connection refused");

        JsonObject status = body(resource.status());

        assertThat(status.getString("state")).isEqualTo("ERROR");
        assertThat(status.getString("detail")).isEqualTo("connection refused");
        assertThat(status.getString("lastContactAt")).isEqualTo(NOW.toString());
    }

    @Test
    void a_sign_of_life_that_did_not_arrive_is_shown_beside_what_the_node_does() {
        board.beaten("");
        board.working(State.TRAINING, new StudyId("study"), new RoundNumber(3));
        board.beaten("connection refused");

        JsonObject status = body(resource.status());

        assertThat(status.getString("state")).isEqualTo("TRAINING");
        assertThat(status.getString("detail")).isEmpty();
        assertThat(status.getString("heartbeatAt")).isEqualTo(NOW.toString());
        assertThat(status.getString("heartbeatTrouble")).isEqualTo("connection refused");

        board.beaten("");
        assertThat(body(resource.status()).getString("heartbeatTrouble")).isEmpty();
    }

    private static JsonObject body(Response response) {
        assertThat(response.getStatus()).isEqualTo(200);
        return Responses.object((String) response.getEntity());
    }
}
