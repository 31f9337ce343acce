package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.consilium.site.training.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node changes its key while it works, over a real socket, and goes on with that after a crash at any point. */
@Timeout(30)
class KeyRotationsTest {

    /** What fails here fails on purpose: tests look at the state instead of the log. */
    private static final Logger LOG = Logger.getLogger(KeyRotations.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    @TempDir
    private Path temporary;

    private Path folder;
    private ConsortiumOnASocket server;
    private RealmOnASocket realm;
    private TestNode node;
    private KeyRotations rotations;
    private Es256Key old;

    @BeforeEach
    void start() {
        folder = temporary.resolve("keys");
        server = new ConsortiumOnASocket();
        startNode();
        old = node.key.publicKey();
        realm(old);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        assertThat(realm.wrong).isEmpty();
    }

    @Test
    void the_next_key_is_offered_tried_made_the_present_one_and_confirmed() {
        JsonObject told = rotate(200);

        assertThat(node.key.publicKey()).isNotEqualTo(old);
        assertThat(told)
                .isEqualTo(Responses.object("{\"fingerprint\":\"" + node.key.kid()
                        + "\",\"next\":null,\"state\":\"SETTLED\",\"trouble\":\"\"}"));
        assertThat(realm.keys).containsExactly(node.key.publicKey());
        assertThat(server.received())
                .extracting(Received::path)
                .containsExactly(
                        "/realm/token",
                        "/api/v1/sites/self/keys/next",
                        "/realm/token",
                        "/api/v1/sites/self/keys/current");
        startNode();
        assertThat(realm.keys).as("after a restart").containsExactly(node.key.publicKey());
        assertThat(resource().get().getEntity()).hasToString(told.toString());
    }

    @Test
    void a_key_may_be_changed_again_and_again() {
        List<Es256Key> seen = new ArrayList<>(List.of(old));
        for (int i = 0; i < 3; i++) {
            rotate(200);
            assertThat(seen).doesNotContain(node.key.publicKey());
            seen.add(node.key.publicKey());
        }
        assertThat(realm.keys).containsExactly(node.key.publicKey());
    }

    /** The four requests: a token by the old key, the offer, a token by the new one, the confirmation. */
    @ParameterizedTest
    @CsvSource({
        "1, false, OFFERING", "1, true, OFFERING", "2, false, OFFERING", "2, true, OFFERING",
        "3, false, OFFERING", "3, true, OFFERING", "4, false, CONFIRMING", "4, true, CONFIRMING"
    })
    void whichever_request_or_answer_is_lost_the_change_goes_on_by_itself(
            int request, boolean doneNevertheless, SiteKey.State state) {
        for (boolean crashed : new boolean[] {false, true}) {
            startNode();
            realm(node.key.publicKey());
            realm.failing = request;
            realm.doneNevertheless = doneNevertheless;
            JsonObject told = rotate(202);
            assertThat(told.getString("state")).isEqualTo(state.name());
            assertThat(told.getString("trouble")).contains("away").isEqualTo(rotations.trouble());
            String next = state == SiteKey.State.OFFERING ? told.getString("next") : told.getString("fingerprint");
            if (crashed) {
                startNode();
            }

            rotations.run();

            assertThat(node.key.state()).isEqualTo(SiteKey.State.SETTLED);
            assertThat(node.key.kid()).as("the same key goes on").isEqualTo(next);
            assertThat(rotations.trouble()).isEmpty();
            assertThat(realm.keys).containsExactly(node.key.publicKey());
            assertThat(realm.wrong).isEmpty();
        }
    }

    /** Each folder that a crash can leave, with each set of keys that the consortium can have then. */
    @ParameterizedTest
    @CsvSource({
        "A, , , , A, A",
        "A, B, , , A, B",
        "A, B, , , A+B, B",
        "A, B, , , A+C, B",
        "B, B, , , A+B, B",
        "B, B, , , B, B",
        "B, , , , B, B",
        // The old key is kept before the new one is used, and removed first when that is confirmed.
        "A, B, A, , A+B, B",
        "B, B, A, , A+B, B",
        "B, B, A, , B, B",
        // The consortium has lost the key that it took: by a replay, or by somebody's hand.
        "B, B, A, , A, B",
        "B, B, A, , A+C, B",
        // The change was abandoned: before or after the consortium knew of the key, and of that.
        "A, B, , B, A, A",
        "A, B, , B, A+B, A",
        "A, , , B, A, A",
        "A, B, A, B, A+B, A",
    })
    void a_node_that_starts_with_any_folder_that_a_crash_can_leave_ends_with_one_key(
            String present, String next, String before, String withdrawn, String known, String end) throws IOException {
        List<Es256KeyPair> pairs = List.of(Es256KeyPair.generate(), Es256KeyPair.generate(), Es256KeyPair.generate());
        keep(SiteKey.FILE, pairs, present);
        keep(SiteKey.NEXT_FILE, pairs, next);
        keep(SiteKey.OLD_FILE, pairs, before);
        keep(SiteKey.WITHDRAWN_FILE, pairs, withdrawn);
        Es256Key[] keys = new Es256Key[known.split("\\+").length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = named(pairs, known.split("\\+")[i]).publicKey();
        }
        realm(keys);
        realm.hasLostOne = !List.of(known.split("\\+")).contains(present);
        startNode();

        rotations.run();

        assertThat(node.key.state()).isEqualTo(SiteKey.State.SETTLED);
        assertThat(node.key.publicKey()).isEqualTo(named(pairs, end).publicKey());
        assertThat(realm.keys).containsExactly(node.key.publicKey());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("site-key"))
                    .containsExactly(SiteKey.FILE);
        }
    }

    /** The three requests: a token by the present key, the offer, and the token by the new one, which is the last. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "2, true", "3, false", "3, true"})
    void a_change_that_has_begun_is_abandoned_and_the_consortium_forgets_the_next_key(
            int request, boolean doneNevertheless) {
        realm.failing = request;
        realm.doneNevertheless = doneNevertheless;
        rotate(202);
        assertThat(node.key.state()).isEqualTo(SiteKey.State.OFFERING);

        JsonObject told = abandon(200);

        assertThat(told.getString("state")).isEqualTo("SETTLED");
        assertThat(told.getString("fingerprint")).isEqualTo(old.kid());
        assertThat(told.isNull("next")).isTrue();
        assertThat(realm.keys).containsExactly(old);
        rotate(200);
        assertThat(realm.keys).containsExactly(node.key.publicKey()).doesNotContain(old);
    }

    @Test
    void what_is_abandoned_is_not_offered_again_though_the_consortium_cannot_be_told_and_is_told_by_itself_later() {
        realm.failing = 3;
        Es256Key next = next(rotate(202));
        for (boolean done : new boolean[] {false, true}) {
            realm.failing = realm.count() + 1;
            realm.doneNevertheless = done;
            JsonObject told = abandon(202);
            assertThat(told.getString("state")).isEqualTo("WITHDRAWING");
            assertThat(told.getString("trouble")).contains("away");
        }
        assertThat(realm.keys).as("only the last answer was lost").containsExactly(old);
        startNode();
        assertThat(node.key.withdrawn()).contains(next);

        rotations.run();

        assertThat(node.key.state()).isEqualTo(SiteKey.State.SETTLED);
        assertThat(node.key.publicKey()).isEqualTo(old);
        assertThat(realm.keys).containsExactly(old);
        assertThat(server.received())
                .extracting(Received::path)
                .filteredOn(path -> path.endsWith("/keys/next"))
                .hasSize(1);
    }

    @Test
    void a_new_key_that_is_in_use_is_not_abandoned_and_the_steward_reads_what_to_do() {
        realm.failing = 4;
        rotate(202);
        assertThatThrownBy(() -> resource().abandon()).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo("key-in-use");
            assertThat(refused.problem().status()).isEqualTo(409);
            assertThat(refused.problem().action()).contains("POST /api/v1/key/rotation");
        });
        rotations.run();
        assertThat(realm.keys).containsExactly(node.key.publicKey()).doesNotContain(old);
    }

    @Test
    void where_no_key_is_changed_there_is_nothing_to_abandon() {
        assertThat(abandon(200).getString("state")).isEqualTo("SETTLED");
        assertThat(server.received()).isEmpty();
    }

    @Test
    void a_node_that_changes_no_key_sends_nothing_for_it() {
        rotations.run();
        assertThat(server.received()).isEmpty();
    }

    @Test
    void a_change_in_the_middle_of_training_loses_neither_the_work_nor_a_request() {
        Parameters model = Parameters.of(new ArchitectureId("cnn.8x8x1.2"), new float[] {1});
        server.offers(Reply.offer(new WorkOffer.Train(
                        new StudyId("study"),
                        new RoundNumber(1),
                        new Sha256("cd".repeat(32)),
                        "cells",
                        model.digest(),
                        model.architecture(),
                        new TrainingPlan(new Effort.Epochs(1), 8, new Optimiser.Sgd(0.1, 0), 1),
                        Instant.parse("2026-03-01T11:00:00Z"))))
                .model(model);
        node.work.answers(() -> {
            rotate(200);
            return new Answer.Refusal("no-images", "there are none");
        });

        node.run();

        assertThat(server.uploaded())
                .singleElement()
                .satisfies(upload -> assertThat(upload.header("Authorization")).startsWith("Bearer " + node.key.kid()));
        assertThat(server.received("GET", "/offers/next"))
                .extracting(poll -> poll.header("Authorization").replaceAll("\\..*", ""))
                .containsExactly("Bearer " + old.kid(), "Bearer " + node.key.kid());
        assertThat(node.pauses).as("nothing was refused").isEmpty();
    }

    @Test
    void what_the_consortium_refuses_the_steward_reads_and_the_node_works_on_with_its_key() {
        server.first = request -> request.path().contains("/sites/self/keys/")
                ? Reply.problem("site-suspended", 403)
                : realm.apply(request);

        JsonObject told = rotate(202);

        assertThat(told.getString("state")).isEqualTo("OFFERING");
        assertThat(told.getString("fingerprint")).isEqualTo(old.kid());
        assertThat(told.getString("trouble")).contains("refused with site-suspended");
        node.run();
        assertThat(node.pauses).isEmpty();
        assertThat(realm.keys).containsExactly(old);
    }

    @Test
    void a_server_that_is_down_is_asked_again_later() {
        server.goDown();
        assertThat(rotate(202).getString("trouble")).isNotEmpty();
        server.comeBack();
        rotations.run();
        assertThat(realm.keys).containsExactly(node.key.publicKey()).doesNotContain(old);
    }

    @Test
    void a_key_that_cannot_be_kept_is_not_offered_and_the_steward_reads_why() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> resource().rotate()).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo("key-not-kept");
            assertThat(refused.problem().detail()).contains(folder.toString());
        });
        assertThat(server.received()).isEmpty();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        rotate(200);
    }

    private void keep(String file, List<Es256KeyPair> pairs, String name) throws IOException {
        if (name != null) {
            Files.writeString(folder.resolve(file), named(pairs, name).toPem());
        }
    }

    private Es256Key next(JsonObject told) {
        Es256Key next = node.key.next().orElseThrow();
        assertThat(told.getString("next")).isEqualTo(next.kid());
        return next;
    }

    private JsonObject abandon(int status) {
        Response response = resource().abandon();
        assertThat(response.getStatus()).as("%s", response.getEntity()).isEqualTo(status);
        return Responses.object((String) response.getEntity());
    }

    private JsonObject rotate(int status) {
        Response response = resource().rotate();
        assertThat(response.getStatus()).as("%s", response.getEntity()).isEqualTo(status);
        return Responses.object((String) response.getEntity());
    }

    private KeyResource resource() {
        KeyResource resource = new KeyResource();
        resource.audit = new RecordedAudit();
        resource.key = node.key;
        resource.rotations = rotations;
        return resource;
    }

    /** Also starts it again, as after a crash: only what is in the folder is left. */
    private void startNode() {
        node = new TestNode(server, folder);
        rotations = new KeyRotations(
                node.consortium,
                node.tokens,
                node.key,
                node.settings,
                Clock.fixed(TestNode.NOW, ZoneOffset.UTC),
                null,
                seconds -> true);
    }

    private void realm(Es256Key... keys) {
        realm = new RealmOnASocket(folder, keys);
        server.first = realm;
    }

    private static Es256KeyPair named(List<Es256KeyPair> pairs, String name) {
        return pairs.get(name.charAt(0) - 'A');
    }
}
