package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.consilium.contract.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsesTest {

    private final FailureMapper mapper = new FailureMapper();

    @Test
    void a_refusal_becomes_a_problem_with_its_status() {
        Response response = mapper.toResponse(
                new ProblemException(new Problem("dataset-exists", 409, "It exists", "It is here.", "Rename it.")));

        assertThat(response.getStatus()).isEqualTo(409);
        assertThat(response.getMediaType()).hasToString("application/problem+json");
        JsonObject body = body(response);
        assertThat(body.getString("type")).isEqualTo("urn:consilium:problem:dataset-exists");
        assertThat(body.getString("detail")).isEqualTo("It is here.");
        assertThat(body.getString("action")).isEqualTo("Rename it.");
    }

    @Test
    void a_body_is_read_up_to_its_limit_and_whatever_the_parser_makes_of_it() {
        byte[] small = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(Responses.object(new ByteArrayInputStream(small)).getInt("a"))
                .isEqualTo(1);
        byte[] large = ("{\"a\":\"" + "x".repeat(65_536) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Responses.object(new ByteArrayInputStream(large)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(413))
                .hasMessageContaining("more than 65536 bytes");
        String deep = "{\"a\":" + "[".repeat(60_000);
        assertThatThrownBy(() -> Responses.object(deep))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(400));
    }

    @Test
    void a_readiness_check_that_fails_itself_is_down() {
        ReadyCheck broken = new ReadyCheck("broken") {
            @Override
            Optional<String> trouble() {
                throw new IllegalStateException("no bean");
            }
        };
        assertThat(broken.guarded()).contains("the check itself failed: no bean; see the server's messages.log");
    }

    @Test
    void what_the_container_refuses_is_a_problem_with_a_next_action_as_well() {
        for (var known : new WebApplicationException[] {
            new NotFoundException(), new ForbiddenException(), new NotSupportedException()
        }) {
            Response response = mapper.toResponse(known);

            assertThat(response.getStatus()).isEqualTo(known.getResponse().getStatus());
            assertThat(body(response).getString("detail")).isNotBlank();
            assertThat(body(response).getString("action")).isNotBlank();
        }
    }

    @Test
    void a_fault_of_the_node_tells_its_kind_and_nothing_of_its_data() {
        Response response = mapper.toResponse(new IllegalStateException("/data/radiology/smith-john.png"));

        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(body(response).toString()).contains("IllegalStateException").doesNotContain("smith");
    }

    @Test
    void who_has_no_token_is_told_which_kind_is_needed() {
        assertThat(mapper.toResponse(new NotAuthorizedException("Bearer")).getHeaderString("WWW-Authenticate"))
                .isEqualTo("Bearer");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "[]", "7", "{", "<html>"})
    void a_body_that_is_no_object_is_the_callers_mistake(String body) {
        assertThatThrownBy(() -> Responses.object(body))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(400));
    }

    private static JsonObject body(Response response) {
        return Responses.object((String) response.getEntity());
    }
}
