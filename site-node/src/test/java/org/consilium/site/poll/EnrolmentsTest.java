package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a request to join goes on, over a real socket. */
class EnrolmentsTest {

    private static final String CODE = "7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ";

    @TempDir
    private Path folder;

    private final ConsortiumOnASocket server = new ConsortiumOnASocket();
    private TestNode node;

    @BeforeEach
    void wire() {
        server.first =
                request -> request.path().endsWith("/token") ? Reply.json(401, "{\"error\":\"invalid_client\"}") : null;
        node = new TestNode(server, folder);
        assertThatThrownBy(node.tokens::bearer).isInstanceOf(ProblemException.class);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void an_undecided_request_is_asked_about_until_it_is_decided_and_then_no_more() {
        server.uploads(answer(202, "REQUESTED", ""), answer(202, "REQUESTED", ""), answer(200, "APPROVED", ""));
        Enrolments enrolments = node.enrolments(pauses(4));
        assertThat(enrolments.membership()).isEqualTo(new Membership.NotEnrolled());

        enrolments.ask(" " + CODE + " ");
        assertThat(enrolments.membership()).isEqualTo(new Membership.Waiting("Hospital", TestNode.NOW, ""));
        enrolments.run();

        assertThat(enrolments.membership()).isEqualTo(new Membership.Approved("Hospital", ""));
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void a_node_that_was_started_again_goes_on_with_its_request_which_only_its_user_may_read() throws IOException {
        server.uploads(answer(202, "REQUESTED", ""));
        node.enrolments(null).ask(CODE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(Enrolments.FILE))))
                .isEqualTo("rw-------");

        server.uploads(answer(200, "REJECTED", "The contract is not signed."));
        Enrolments restarted = new TestNode(server, folder).enrolments(pauses(1));
        assertThat(restarted.membership()).isInstanceOf(Membership.Waiting.class);
        restarted.run();

        assertThat(restarted.membership())
                .isEqualTo(new Membership.Refused(TestNode.NOW, "The contract is not signed."));
    }

    @Test
    void an_outage_is_told_and_does_not_end_the_request() {
        server.uploads(answer(202, "REQUESTED", ""));
        Enrolments enrolments = node.enrolments(pauses(1));
        enrolments.ask(CODE);
        server.uploads(Reply.problem("database-unavailable", 503));

        enrolments.run();
        assertThat(enrolments.membership())
                .isEqualTo(new Membership.Waiting("Hospital", TestNode.NOW, "refused with database-unavailable."));

        server.uploads(answer(202, "REQUESTED", ""));
        enrolments.run();
        assertThat(enrolments.membership()).isEqualTo(new Membership.Waiting("Hospital", TestNode.NOW, ""));
    }

    @Test
    void a_code_that_opens_nothing_any_more_ends_the_request_with_the_reason() {
        server.uploads(answer(202, "REQUESTED", ""), Reply.problem("code-withdrawn", 410));
        Enrolments enrolments = node.enrolments(pauses(3));
        enrolments.ask(CODE);

        enrolments.run();

        assertThat(enrolments.membership())
                .isEqualTo(new Membership.Refused(TestNode.NOW, "refused with code-withdrawn."));
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void a_request_of_a_key_that_was_lost_is_forgotten_with_it() throws IOException {
        server.uploads(answer(202, "REQUESTED", ""));
        node.enrolments(null).ask(CODE);
        Files.delete(folder.resolve(SiteKey.FILE));

        TestNode anew = new TestNode(server, folder);
        assertThatThrownBy(anew.tokens::bearer).isInstanceOf(ProblemException.class);
        Enrolments enrolments = anew.enrolments(pauses(2));
        enrolments.run();

        assertThat(enrolments.membership()).isEqualTo(new Membership.NotEnrolled());
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void a_refused_code_changes_nothing_about_a_request_that_is_undecided() {
        server.uploads(answer(202, "REQUESTED", ""), Reply.problem("code-unknown", 404));
        Enrolments enrolments = node.enrolments(null);
        enrolments.ask(CODE);

        assertThatThrownBy(() -> enrolments.ask("another")).hasMessageContaining("code-unknown");
        assertThatThrownBy(() -> enrolments.ask("  ")).hasMessageContaining("code is empty");

        assertThat(enrolments.membership()).isInstanceOf(Membership.Waiting.class);
    }

    @Test
    void a_server_that_is_out_of_reach_is_named_by_its_setting() {
        server.goDown();
        assertThatThrownBy(() -> node.enrolments(null).ask(CODE))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("consilium.server.url")
                .hasMessageContaining("firewall");
    }

    @Test
    void an_answer_of_something_else_is_no_request() {
        server.uploads(Reply.json(200, "{\"site\":\"site-1\",\"organisation\":\"Hospital\",\"state\":\"WHATEVER\"}"));
        Enrolments enrolments = node.enrolments(null);

        assertThatThrownBy(() -> enrolments.ask(CODE)).hasMessageContaining("'WHATEVER'");

        assertThat(enrolments.membership()).isEqualTo(new Membership.NotEnrolled());
        assertThat(folder.resolve(Enrolments.FILE)).doesNotExist();
    }

    @Test
    void a_damaged_file_costs_the_request_and_not_the_start() throws IOException {
        Files.writeString(folder.resolve(Enrolments.FILE), "{\"code\":\"x\"}");
        assertThat(node.enrolments(null).membership()).isEqualTo(new Membership.NotEnrolled());
    }

    private long asked() {
        return server.received("POST", "/enrolments").size();
    }

    private static Poller.Pause pauses(int times) {
        int[] left = {times};
        return seconds -> --left[0] <= 0;
    }

    private static Reply answer(int status, String state, String reason) {
        return Reply.json(
                status,
                "{\"site\":\"site-1\",\"organisation\":\"Hospital\",\"state\":\"" + state + "\""
                        + (reason.isEmpty() ? "" : ",\"reason\":\"" + reason + "\"") + "}");
    }
}
