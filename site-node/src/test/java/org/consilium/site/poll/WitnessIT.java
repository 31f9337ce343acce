package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Histories;
import org.consilium.contract.audit.NoteSigner;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.audit.WitnessedCheckpoints;
import org.consilium.site.audit.AuditOfNode;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.ledger.Ledger;
import org.consilium.site.ledger.LedgerStore;
import org.consilium.site.platform.KeyFolder;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteKey;
import org.consilium.site.platform.SiteSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two sites' nodes watch a consortium that may lie, each with its own database, over real sockets. */
@Timeout(120)
class WitnessIT {

    private static final Instant NOW = Instant.parse("2026-03-01T11:00:00Z");

    private static SiteDatabase first;
    private static SiteDatabase second;

    @TempDir
    Path folder;

    private ConsortiumOnASocket server;
    private LyingConsortium liar;
    private Node one;
    private Node two;

    /** What of a node has to do with the consortium's log. */
    private static final class Node {

        final SiteKey key;
        final Consortium consortium;
        final AuditOfNode audit;

        Node(String site, ConsortiumOnASocket server, SiteDatabase database, Path folder) {
            Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
            SiteSettings settings = new SiteSettings(
                    new SiteId(site),
                    URI.create("https://consortium.test"),
                    URI.create("https://keycloak.test/realms/consilium"),
                    folder.resolve(site),
                    URI.create("https://" + site + ".test"));
            key = new SiteKey(new KeyFolder(settings));
            consortium = new Consortium(server.api(), new SiteTokens(server.tokensApi(), key, settings, clock));
            audit = new AuditOfNode(database, key, settings, clock);
        }

        void looks() {
            audit.witness.look(consortium);
        }

        List<SignedCheckpoint> file() throws IOException {
            return WitnessedCheckpoints.read(audit.witnessFile()).toList();
        }
    }

    @BeforeAll
    static void start() throws IOException {
        first = new SiteDatabase();
        second = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        first.close();
        second.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        first.empty();
        second.empty();
        server = new ConsortiumOnASocket();
        liar = new LyingConsortium(server);
        one = new Node("site-1", server, first, folder);
        two = new Node("site-2", server, second, folder);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void a_log_that_goes_on_is_counter_signed_at_each_look_and_recorded() throws IOException {
        for (String[] history : new String[][] {{"a"}, {"a", "b", "c"}, {"a", "b", "c", "d", "e", "f", "g"}}) {
            liar.shows("site-1", history);
            one.looks();
            one.looks();
        }

        assertThat(one.file()).hasSize(3).allSatisfy(seen -> {
            assertThat(seen.isSignedBy(liar.key.key())).isTrue();
            assertThat(seen.checkpoint()
                            .witnessed(
                                    seen.witnesses().get(seen.witnesses().size() - 1),
                                    one.key.notes("site-1").key()))
                    .contains(NOW);
        });
        assertThat(liar.witnessesOf("site-1"))
                .isEqualTo(one.file().stream()
                        .map(seen -> seen.witnesses().get(seen.witnesses().size() - 1))
                        .toList());
        assertThat(one.audit.records("checkpoint.witnessed"))
                .extracting(record -> record.details().get("size"))
                .containsExactly("1", "3", "7");
        assertThat(one.audit.alarm().getBoolean("alarm")).isFalse();
    }

    @Test
    void who_takes_the_log_or_the_checkpoints_along_is_recorded_with_how_many_there_were()
            throws IOException, SQLException {
        liar.shows("site-1", "a");
        one.looks();
        first.run("INSERT INTO imaging.consortium_checkpoint (epoch, size, note, seen_at, signed)"
                + " SELECT epoch, size, note, seen_at, signed FROM imaging.consortium_checkpoint,"
                + " generate_series(1, 1500)");
        assertThat(one.file()).hasSize(1501);
        assertThat(one.audit.records("export.made"))
                .extracting(
                        record -> record.entity().id() + " " + record.details().get("records"))
                .containsExactly("witness 1501");
        assertThat(one.audit.records("export.made"))
                .as("reading the log is recorded after what was read")
                .extracting(record -> record.entity().id())
                .containsExactly("witness", "lines");
    }

    @Test
    void a_lie_is_an_alarm_even_where_no_record_takes_its_words() throws IOException {
        liar.shows("site-1", "a", "b");
        one.looks();
        liar.shows("site-1", "a", "x");
        liar.origin = "x\u0080".repeat(100);
        one.looks();
        assertThat(one.audit.alarm().getBoolean("alarm")).isTrue();
        assertThat(one.audit.records("checkpoint.refused")).hasSize(1);
    }

    @Test
    void two_histories_satisfy_each_site_alone_and_are_caught_when_their_files_are_compared() throws IOException {
        liar.shows("site-1", "a", "b");
        liar.shows("site-2", "a", "b");
        one.looks();
        two.looks();
        liar.shows("site-1", "a", "b", "update of site-2 accepted", "d");
        liar.shows("site-2", "a", "b", "update of site-2 refused", "d");
        one.looks();
        two.looks();

        assertThat(liar.witnessesOf("site-1")).hasSize(2);
        assertThat(liar.witnessesOf("site-2")).hasSize(2);
        assertThat(Histories.contradictions(one.file(), two.file(), liar.key.key()))
                .singleElement()
                .satisfies(caught -> {
                    assertThat(caught.one().checkpoint().size()).isEqualTo(4);
                    assertThat(caught.one().checkpoint().root())
                            .isNotEqualTo(caught.other().checkpoint().root());
                });
    }

    @Test
    void a_site_that_is_shown_anothers_history_signs_nothing_and_sounds_an_alarm() throws IOException {
        liar.shows("site-1", "a", "b", "c");
        liar.shows("site-2", "a", "B", "c");
        one.looks();
        two.looks();

        liar.shows("site-1", "a", "B", "c", "d", "e");
        one.looks();
        one.looks();

        assertThat(liar.witnessesOf("site-1")).hasSize(1);
        assertRefused("does not agree with that of size 3");
        // The refused one is evidence: the consortium has signed it.
        assertThat(one.file()).extracting(seen -> seen.checkpoint().size()).containsExactly(3L, 5L);
        two.looks();
        assertThat(two.audit.alarm().getBoolean("alarm")).isFalse();
    }

    @Test
    void of_one_size_a_log_has_one_root() {
        liar.shows("site-1", "a", "b", "c");
        one.looks();
        liar.shows("site-1", "a", "b", "C");
        one.looks();

        assertRefused("does not agree with that of size 3");
    }

    @Test
    void a_log_that_has_lost_records_is_refused() {
        liar.shows("site-1", "a", "b", "c");
        one.looks();
        liar.shows("site-1", "a", "b");
        one.looks();

        assertRefused("its checkpoint of size 2");
    }

    @Test
    void a_log_that_has_lost_all_is_refused() {
        liar.shows("site-1", "a", "b", "c");
        one.looks();
        liar.shows("site-1");
        one.looks();

        assertRefused("shows no checkpoint any more");
    }

    @Test
    void the_key_that_was_seen_first_is_the_only_one() {
        liar.shows("site-1", "a");
        one.looks();
        liar.key = NoteSigner.generate(LyingConsortium.ORIGIN);
        liar.signsWith = liar.key;
        liar.shows("site-1", "a", "b");
        one.looks();

        assertRefused("its key is " + liar.key.key().fingerprint());
    }

    @Test
    void what_the_consortiums_key_has_not_signed_is_refused_from_the_first_on() throws IOException {
        liar.signsWith = NoteSigner.generate(LyingConsortium.ORIGIN);
        liar.shows("site-1", "a");
        one.looks();

        assertRefused("is not signed by its key");
        assertThat(one.audit.witnessFile()).isEmpty();
    }

    @Test
    void an_alarm_stays_until_it_is_acknowledged_and_then_the_site_begins_anew_and_keeps_what_it_had_seen()
            throws IOException {
        liar.shows("site-1", "a", "b", "c");
        one.looks();
        liar.shows("site-1", "x", "y");
        one.looks();
        assertThat(new Node("site-1", server, first, folder).audit.alarm().getBoolean("alarm"))
                .isTrue();

        assertThat(one.audit.acknowledge().getBoolean("alarm")).isFalse();

        AuditRecord refused = one.audit.records("checkpoint.refused").get(0);
        assertThat(one.audit.records("checkpoint.acknowledged"))
                .singleElement()
                .satisfies(record ->
                        assertThat(record.details()).containsEntry("refusedAt", Long.toString(refused.seq())));
        one.looks();
        assertThat(liar.witnessesOf("site-1")).hasSize(2);
        assertThat(one.file()).extracting(seen -> seen.checkpoint().size()).containsExactly(3L, 2L, 2L);
        liar.shows("site-1", "a", "b", "c");
        one.looks();
        assertRefused("does not agree with that of size 2");
    }

    @Test
    void a_counter_signature_that_did_not_arrive_is_handed_over_again_the_same_one() throws IOException {
        liar.losesWitnesses = true;
        liar.shows("site-1", "a", "b");
        assertThatThrownBy(one::looks).isInstanceOf(ProblemException.class);
        assertThat(one.audit.records("checkpoint.witnessed")).hasSize(1);

        liar.losesWitnesses = false;
        one.looks();

        assertThat(liar.witnessesOf("site-1")).isEqualTo(one.file().get(0).witnesses());
        assertThat(one.audit.records("checkpoint.witnessed")).hasSize(1);
    }

    @Test
    void a_server_that_fails_is_no_contradiction() {
        liar.shows("site-1", "a", "b");
        one.looks();
        liar.shows("site-1", "a", "b", "c");
        var honest = server.first;
        server.first = request -> request.path().endsWith("/consistency")
                ? ConsortiumOnASocket.Reply.problem("overloaded", 503)
                : honest.apply(request);

        assertThatThrownBy(one::looks).isInstanceOf(ProblemException.class);

        assertThat(one.audit.alarm().getBoolean("alarm")).isFalse();
        server.first = honest;
        one.looks();
        assertThat(liar.witnessesOf("site-1")).hasSize(2);
    }

    @Test
    void each_request_of_a_witness_is_listed_by_a_kind_of_its_own() throws SQLException {
        server.ledger = new Ledger(new LedgerStore(first.source()), first.database, Clock.fixed(NOW, ZoneOffset.UTC));
        liar.shows("site-1", "a");
        one.looks();
        liar.shows("site-1", "a", "b");
        one.looks();

        assertThat(first.column("SELECT DISTINCT kind FROM imaging.outbound ORDER BY kind"))
                .containsExactly(
                        "audit-key", "checkpoint-request", "checkpoint-witness", "consistency-request", "token");
        assertThat(first.column("SELECT sha256 FROM imaging.outbound WHERE kind = 'checkpoint-witness' ORDER BY id"))
                .isEqualTo(liar.witnessesOf("site-1").stream()
                        .map(signature -> Sha256.of(signature.line().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .hex())
                        .toList());
    }

    private void assertRefused(String why) {
        assertThat(one.audit.alarm().getString("why")).contains(why);
        List<AuditRecord> refused = one.audit.records("checkpoint.refused");
        assertThat(refused).isNotEmpty();
        assertThat(refused.get(refused.size() - 1).outcome().code()).isEqualTo(8);
    }
}
