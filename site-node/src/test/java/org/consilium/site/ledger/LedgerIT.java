package org.consilium.site.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.OutboundRequest;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is listed, and what a steward reads and exports, on a real database. */
@Timeout(60)
class LedgerIT {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Sha256 EMPTY = Sha256.of(new byte[0]);
    private static final OutboundRequest POLL = request("GET", "https://server/api/v1/offers/next?wait=25", "");
    private static final OutboundRequest UPDATE =
            request("PUT", "https://server/api/v1/studies/s/rounds/1/update", "u");
    private static SiteDatabase database;

    private final LedgerResource resource = new LedgerResource();

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void wire() throws SQLException {
        database.empty();
        resource.ledger = ledger(NOON);
        resource.settings = new SiteSettings(
                new SiteId("site-1"),
                URI.create("https://consortium.test"),
                URI.create("https://keycloak.test/realms/consilium"),
                Path.of("/keys"),
                URI.create("https://site-1.test"));
    }

    @Test
    void a_request_is_listed_with_when_what_to_whom_size_digest_and_protocol() {
        Sha256 protocol = Sha256.of(new byte[] {1});
        ledger(NOON)
                .list(new OutboundRequest(
                        "PUT",
                        URI.create("https://server:9443/api/v1/studies/cells/rounds/3/evaluation?split=val"),
                        Optional.of(protocol),
                        Optional.of("{\"loss\":0.5}"),
                        2,
                        Sha256.of("{}".getBytes(StandardCharsets.UTF_8))));

        assertThat(read(null, null))
                .singleElement()
                .satisfies(entry -> assertThat(entry)
                        .isEqualTo(Json.createObjectBuilder()
                                .add("id", 1)
                                .add("at", "2026-03-01T12:00:00Z")
                                .add("lastAt", "2026-03-01T12:00:00Z")
                                .add("times", 1)
                                .add("kind", "evaluation")
                                .add("to", "https://server:9443/api/v1/studies/cells/rounds/3/evaluation")
                                .add("study", "cells")
                                .add("round", 3)
                                .add("bytes", 2)
                                .add(
                                        "sha256",
                                        Sha256.of("{}".getBytes(StandardCharsets.UTF_8))
                                                .hex())
                                .add("protocol", protocol.hex())
                                .add("metrics", "{\"loss\":0.5}")
                                .add("httpMethod", "PUT")
                                .build()));
    }

    @Test
    void what_a_request_does_not_have_is_null_and_a_request_without_a_body_has_the_digest_of_no_bytes() {
        ledger(NOON).list(POLL);

        assertThat(read(null, null)).singleElement().satisfies(entry -> {
            assertThat(entry.get("study")).isEqualTo(JsonValue.NULL);
            assertThat(entry.get("round")).isEqualTo(JsonValue.NULL);
            assertThat(entry.get("protocol")).isEqualTo(JsonValue.NULL);
            assertThat(entry.getInt("bytes")).isZero();
            assertThat(entry.getString("sha256")).isEqualTo(EMPTY.hex());
        });
    }

    @Test
    void polls_that_repeat_fill_one_entry_also_when_other_kinds_come_in_between_and_after_a_restart() {
        ledger(NOON).list(POLL);
        ledger(NOON.plusSeconds(25)).list(POLL);
        ledger(NOON.plusSeconds(30)).list(UPDATE);
        ledger(NOON.plusSeconds(50)).list(POLL);

        List<JsonObject> entries = read(null, null);
        assertThat(entries).extracting(entry -> entry.getString("kind")).containsExactly("poll", "update");
        assertThat(entries.get(0).getInt("times")).isEqualTo(3);
        assertThat(entries.get(0).getString("at")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(entries.get(0).getString("lastAt")).isEqualTo("2026-03-01T12:00:50Z");
        assertThat(entries.get(1).getInt("times")).isEqualTo(1);
    }

    @Test
    void only_what_equals_the_latest_of_its_kind_is_counted_there() {
        OutboundRequest other = request("PUT", "https://server/api/v1/studies/s/rounds/1/update", "v");
        OutboundRequest elsewhere = request("PUT", "https://server/api/v1/studies/s/rounds/2/update", "v");
        OutboundRequest signed = new OutboundRequest(
                "PUT", elsewhere.to(), Optional.of(EMPTY), Optional.empty(), elsewhere.bytes(), elsewhere.sha256());
        for (OutboundRequest one : List.of(UPDATE, UPDATE, other, UPDATE, elsewhere, elsewhere, signed, signed)) {
            ledger(NOON).list(one);
        }
        assertThat(read(null, null)).extracting(entry -> entry.getInt("times")).containsExactly(2, 1, 1, 2, 2);

        for (String method : List.of("GET", "DELETE", "GET")) {
            ledger(NOON).list(request(method, "https://server/api/v1/new", ""));
        }
        assertThat(read("5", null))
                .extracting(entry -> entry.getString("kind") + " " + entry.getString("httpMethod"))
                .containsExactly("other GET", "other DELETE", "other GET");
    }

    @Test
    void a_clock_that_is_set_back_makes_no_entry_end_before_it_began() {
        ledger(NOON).list(POLL);
        ledger(NOON.minusSeconds(3600)).list(POLL);

        assertThat(read(null, null)).singleElement().satisfies(entry -> {
            assertThat(entry.getInt("times")).isEqualTo(2);
            assertThat(entry.getString("lastAt")).isEqualTo("2026-03-01T12:00:00Z");
        });
    }

    @Test
    void threads_that_send_the_same_at_once_fill_one_entry_and_lose_none() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                work.add(() -> {
                    ledger(NOON).list(POLL);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(read(null, null))
                .singleElement()
                .satisfies(entry -> assertThat(entry.getInt("times")).isEqualTo(40));
    }

    @Test
    void a_database_that_is_not_migrated_or_away_or_broken_refuses_the_request_with_the_next_action() throws Exception {
        Ledger unmigrated = new Ledger(new LedgerStore(database.source()), database.unmigrated(), Clock.systemUTC());
        assertNotListed(unmigrated);
        database.run("DROP TABLE imaging.outbound");
        assertNotListed(ledger(NOON));
        try (SiteDatabase own = new SiteDatabase()) {
            own.empty();
            Ledger away = new Ledger(new LedgerStore(own.source()), own.database, Clock.systemUTC());
            away.list(POLL);
            own.goDown();

            assertNotListed(away);
            resource.ledger = away;
            assertThatThrownBy(() -> resource.entries(null, null)).satisfies(LedgerIT::isUnavailable);
            assertThatThrownBy(() -> resource.export(null, null))
                    .as("instead of half a file")
                    .satisfies(LedgerIT::isUnavailable);
        }
    }

    private static void assertNotListed(Ledger ledger) {
        assertThatThrownBy(() -> ledger.list(UPDATE)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo("not-listed");
            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused.problem().detail())
                    .contains("PUT https://server:443/api/v1/studies/s/rounds/1/update was not sent")
                    .contains("localhost:");
            assertThat(refused.problem().action()).contains("consilium.db.");
        });
    }

    private static void isUnavailable(Throwable refused) {
        assertThat(((ProblemException) refused).problem().code()).isEqualTo("database-unavailable");
    }

    @Test
    void a_failed_entry_leaves_nothing_behind_and_no_lock() throws Exception {
        database.run("ALTER TABLE imaging.outbound ADD CHECK (kind <> 'update')");
        assertNotListed(ledger(NOON));

        ledger(NOON).list(POLL);

        assertThat(read(null, null))
                .extracting(entry -> entry.getString("kind"))
                .containsExactly("poll");
    }

    @Test
    void the_steward_reads_by_pages_from_the_oldest_on() {
        for (int i = 1; i <= 105; i++) {
            ledger(NOON).list(request("PUT", "https://server/api/v1/studies/s/rounds/" + i + "/update", "u"));
        }

        assertThat(read(null, null)).hasSize(100);
        assertThat(read(null, "3")).extracting(entry -> entry.getInt("id")).containsExactly(1, 2, 3);
        assertThat(read("3", "2")).extracting(entry -> entry.getInt("id")).containsExactly(4, 5);
        assertThat(read("103", "1000"))
                .extracting(entry -> entry.getInt("round"))
                .containsExactly(104, 105);
        assertThat(read("105", null)).isEmpty();
    }

    @Test
    void a_bad_parameter_is_refused_with_its_name_and_what_to_use() {
        assertRefused(() -> resource.entries("x", null), "'after' is 'x': use the id of an entry, or 0.");
        assertRefused(() -> resource.entries("-1", null), "'after' is '-1'");
        assertRefused(() -> resource.entries(null, "0"), "'limit' is '0': use 1 to 1000.");
        assertRefused(() -> resource.entries(null, "1001"), "'limit' is '1001'");
        assertRefused(() -> resource.entries(null, "4294967297"), "'limit' is '4294967297'");
        assertRefused(() -> resource.export("yesterday", null), "'from' is 'yesterday'", "YYYY-MM-DD");
        assertRefused(() -> resource.export(null, "2026-02-30"), "'to' is '2026-02-30'");
        assertRefused(() -> resource.export("+999999999-12-31", null), "'from'");
        assertRefused(() -> resource.export(null, "+999999999-12-31"), "'to'");
        assertRefused(() -> resource.export("2026-03-02", "2026-03-01"), "'from' is 2026-03-02", "not before 'from'");
    }

    private static void assertRefused(Runnable request, String... words) {
        assertThatThrownBy(request::run).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(refused.problem().detail()).contains(words);
            assertThat(refused.problem().action()).isNotBlank();
        });
    }

    @Test
    void an_export_is_a_csv_file_with_all_entries_of_whole_days_whatever_their_number() throws Exception {
        database.run(
                "INSERT INTO imaging.outbound (first_at, last_at, times, kind, recipient, bytes, sha256, http_method)"
                        + " SELECT '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z', 1, 'token', 'https://k:443/token', n, '"
                        + EMPTY
                        + "', 'POST' FROM generate_series(1, 2500) n");

        Response export = resource.export("2026-03-02", "2026-03-02");

        assertThat(export.getMediaType().toString()).startsWith("text/csv");
        assertThat(export.getHeaderString("Content-Disposition"))
                .isEqualTo("attachment; filename=\"consilium-ledger-site-1.csv\"");
        String[] lines = text(export).split("\r\n");
        assertThat(lines).hasSize(2501);
        assertThat(lines[0])
                .isEqualTo("id,at,lastAt,times,kind,to,study,round,bytes,sha256,protocol,metrics,httpMethod");
        assertThat(lines[1])
                .isEqualTo("1,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,1,token,https://k:443/token,,,1," + EMPTY
                        + ",,,POST");
        assertThat(lines[2500]).startsWith("2500,").contains(",2500,");
    }

    @Test
    void an_export_has_the_entries_that_were_sent_within_its_days_be_it_the_first_time_or_the_last() throws Exception {
        ledger(Instant.parse("2026-03-01T23:59:59.999Z")).list(POLL);
        ledger(Instant.parse("2026-03-03T00:00:00Z")).list(POLL);
        ledger(Instant.parse("2026-03-03T10:00:00Z")).list(UPDATE);

        assertThat(kinds("2026-03-01", "2026-03-01")).containsExactly("poll");
        assertThat(kinds("2026-03-02", "2026-03-02"))
                .as("it went on through that day")
                .containsExactly("poll");
        assertThat(kinds("2026-03-03", null)).containsExactly("poll", "update");
        assertThat(kinds("2026-03-04", null)).isEmpty();
        assertThat(kinds(null, "2026-02-28")).isEmpty();
        assertThat(kinds(null, null)).containsExactly("poll", "update");
    }

    private List<String> kinds(String from, String to) throws IOException {
        return text(resource.export(from, to))
                .lines()
                .skip(1)
                .map(line -> line.split(",")[4])
                .toList();
    }

    private static String text(Response export) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ((StreamingOutput) export.getEntity()).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<JsonObject> read(String after, String limit) {
        JsonArray read = Json.createReader(
                        new StringReader((String) resource.entries(after, limit).getEntity()))
                .readArray();
        return read.getValuesAs(JsonObject.class);
    }

    private static Ledger ledger(Instant now) {
        return new Ledger(new LedgerStore(database.source()), database.database, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static OutboundRequest request(String method, String to, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new OutboundRequest(
                method, URI.create(to), Optional.empty(), Optional.empty(), bytes.length, Sha256.of(bytes));
    }
}
