package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.consilium.contract.Enrolment;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A steward has the node ask to be let in, over a real socket. */
class EnrolmentResourceTest {

    private static final String CODE = "7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ";

    @TempDir
    private Path folder;

    private final ConsortiumOnASocket server = new ConsortiumOnASocket();
    private final EnrolmentResource resource = new EnrolmentResource();
    private TestNode node;

    @BeforeEach
    void wire() {
        node = new TestNode(server, folder);
        resource.enrolments = node.enrolments(null);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void the_public_half_of_the_nodes_key_goes_out_with_the_code_and_a_proof_and_without_a_token() {
        server.uploads(Reply.json(202, answer("site-1")));

        JsonObject told = enrol("{\"code\":\"" + CODE + "\"}");

        assertThat(told.getString("state")).isEqualTo("REQUESTED");
        ConsortiumOnASocket.Received sent =
                server.received("POST", "/enrolments").get(0);
        assertThat(sent.header("Authorization")).isNull();
        Enrolment read = Enrolment.fromJson(Responses.object(sent.text()));
        assertThat(read.code()).isEqualTo(CODE);
        assertThat(read.key()).isEqualTo(node.key.publicKey());
    }

    @Test
    void a_code_that_invites_another_site_says_which_setting_to_change() {
        server.uploads(Reply.json(202, answer("site-9")));
        assertThatThrownBy(() -> enrol("{\"code\":\"" + CODE + "\"}"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo("site-differs");
                    assertThat(e.problem().action()).contains("consilium.site.id=site-9");
                });
    }

    @Test
    void what_the_consortium_refuses_the_steward_reads() {
        server.uploads(Reply.problem("code-expired", 410));
        assertThatThrownBy(() -> enrol("{\"code\":\"" + CODE + "\"}"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("code-expired"));
        assertThatThrownBy(() -> enrol("{}"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().text()).contains("'code' is missing"));
        assertThat(server.received("POST", "/enrolments"))
                .as("nothing more went out")
                .hasSize(1);
    }

    private JsonObject enrol(String body) {
        return Responses.object((String) resource.enrol(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                .getEntity());
    }

    private static String answer(String site) {
        return "{\"site\":\"" + site + "\",\"organisation\":\"Hospital\",\"state\":\"REQUESTED\","
                + "\"fingerprint\":\"f\",\"issuer\":\"https://keycloak.test/realms/consilium\"}";
    }
}
