package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.Merkle;
import org.consilium.contract.audit.NoteKey;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.server.platform.Await;
import org.consilium.server.platform.IssuerForTests;
import org.consilium.server.platform.LibertyForTests;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The audit log of the packaged application on a real Open Liberty, as its callers see it. */
@ExtendWith(ArquillianExtension.class)
class AuditIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final IssuerForTests issuer = IssuerForTests.running();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String auditor = issuer.token("reader", "auditor");
    private final String coordinator = issuer.token("quickstart", "coordinator", "administrator");

    @ArquillianResource
    URI address;

    @Deployment(testable = false)
    static WebArchive application() {
        return LibertyForTests.application();
    }

    @BeforeEach
    void the_log_has_begun() {
        Await.until(
                "the start is recorded",
                () -> get("audit/records", auditor).statusCode() == 200
                        && records().anyMatch(record -> record.code().equals("system.started")));
    }

    @Test
    void the_start_is_recorded_with_the_key_that_signs() {
        AuditRecord key = first(record -> record.code().equals("audit.key-used"));
        NoteKey used = NoteKey.fromText(key.details().get("key"));
        assertThat(used.text()).isEqualTo(get("audit/key", auditor).body().strip());
        assertThat(key.details().get("keyFingerprint"))
                .isEqualTo(used.fingerprint().hex());
        assertThat(key.actor().kind()).isEqualTo(AuditRecord.Kind.SYSTEM);
        assertThat(records().map(AuditRecord::code)).contains("configuration.known");
    }

    @Test
    void a_request_without_the_right_is_recorded_with_who_asked_for_what() {
        String steward = issuer.token("curious", "steward");
        assertThat(send("POST", "invitations", steward, "{}").statusCode()).isEqualTo(403);
        AuditRecord refused = first(record -> record.code().equals("access.refused")
                && record.actor().subject().equals("subject-of-curious"));
        assertThat(refused.entity().id()).isEqualTo("POST /api/v1/invitations");
        assertThat(refused.outcome().code()).isEqualTo(8);
        assertThat(refused.details()).containsEntry("problem", "role-missing").containsEntry("status", "403");
        assertThat(refused.actor().role()).isEqualTo("steward");
        assertThat(refused.actor().address()).isPresent();
        // The session was recorded before it was refused.
        assertThat(first(record -> record.code().equals("access.authenticated")
                                && record.actor().subject().equals("subject-of-curious"))
                        .seq())
                .isLessThan(refused.seq());
    }

    @Test
    void requests_without_a_token_are_counted_and_not_recorded_one_by_one() {
        for (int i = 0; i < 20; i++) {
            assertThat(get("sites?number=" + i, "nonsense").statusCode()).isEqualTo(401);
        }
        Predicate<AuditRecord> those = record -> record.code().equals("access.refused")
                && record.entity().id().equals("GET /api/v1/sites")
                && record.details().get("problem").equals("token-malformed");
        first(those);
        assertThat(records().filter(those)).hasSizeLessThanOrEqualTo(2);
        assertThat(records().filter(those).findFirst().orElseThrow().actor().subject())
                .isEqualTo("unknown");
    }

    @Test
    void a_request_that_is_not_valid_is_recorded_and_names_no_content() {
        assertThat(send("POST", "invitations", coordinator, "{\"site\":\"No Site at all\"}")
                        .statusCode())
                .isEqualTo(422);
        AuditRecord refused = first(record ->
                record.code().equals("request.refused") && record.entity().id().equals("POST /api/v1/invitations"));
        assertThat(refused.outcome().code()).isEqualTo(4);
        assertThat(refused.line()).doesNotContain("No Site at all");
    }

    @Test
    void a_model_is_recorded_when_it_comes_and_when_it_is_fetched_but_not_its_weights() {
        Parameters model = Parameters.of(new ArchitectureId("toy.1x1x1.2"), new float[] {0.125f, 7, 3});
        HttpResponse<String> sent = send(HttpRequest.newBuilder(uri("models"))
                .header("Authorization", "Bearer " + coordinator)
                .header("Content-Type", ParametersHeader.MEDIA_TYPE)
                .POST(BodyPublishers.ofByteArray(model.encode())));
        assertThat(sent.statusCode()).as(sent.body()).isIn(200, 201);
        assertThat(first(record -> record.code().equals("model.registered")
                                && record.entity().id().equals(model.digest().hex()))
                        .actor()
                        .role())
                .contains("coordinator");
        assertThat(get("models/" + model.digest(), auditor).statusCode()).isEqualTo(200);
        first(record -> record.code().equals("model.downloaded")
                && record.entity().id().equals(model.digest().hex())
                && record.actor().subject().equals("subject-of-reader"));

        // All but the first byte is the model as well.
        assertThat(send(HttpRequest.newBuilder(uri("models/" + model.digest()))
                                .header("Authorization", "Bearer " + coordinator)
                                .header("Range", "bytes=1-"))
                        .statusCode())
                .isEqualTo(206);
        AuditRecord part = first(record -> record.code().equals("model.downloaded")
                && record.entity().id().equals(model.digest().hex())
                && record.actor().subject().equals("subject-of-quickstart"));
        assertThat(part.details()).containsEntry("fromByte", "1");
    }

    @Test
    void an_address_with_a_control_character_hides_nobody_and_keeps_nothing_from_being_signed() {
        assertThat(get("sites/%C2%85/" + "%F0%9F%98%80".repeat(80), "nonsense").statusCode())
                .isEqualTo(401);
        AuditRecord refused = first(record ->
                record.code().equals("access.refused") && record.entity().id().startsWith("GET /api/v1/sites/ /"));
        assertThat(awaitCheckpoint(refused.seq() + 1).checkpoint().size()).isGreaterThan(refused.seq());
    }

    @Test
    void what_was_appended_is_signed_soon_and_every_record_is_proved_to_be_in_it() {
        send("POST", "invitations", coordinator, "{}");
        long count = records().count();
        SignedCheckpoint signed = awaitCheckpoint(count);
        NoteKey key = NoteKey.fromText(get("audit/key", auditor).body().strip());
        assertThat(signed.isSignedBy(key)).isTrue();
        long size = signed.checkpoint().size();
        byte[] root = signed.checkpoint().root().bytes();
        List<AuditRecord> records = records().limit(Math.min(size, 20)).toList();
        for (AuditRecord record : records) {
            assertThat(Merkle.isIncluded(
                            record.leafHash().bytes(),
                            record.seq(),
                            size,
                            hashes("audit/records/" + record.seq() + "/proof?size=" + size),
                            root))
                    .as("record %d", record.seq())
                    .isTrue();
        }
        send("POST", "invitations", coordinator, "{\"again\":1}");
        SignedCheckpoint later = awaitCheckpoint(size + 1);
        assertThat(Merkle.isConsistent(
                        size,
                        root,
                        later.checkpoint().size(),
                        later.checkpoint().root().bytes(),
                        hashes("audit/consistency?first=" + size + "&second="
                                + later.checkpoint().size())))
                .isTrue();
    }

    @Test
    void reading_the_log_is_recorded_and_a_choice_that_is_not_valid_is_named() {
        get("audit/records?type=site", auditor);
        first(record -> record.code().equals("sensitive.read")
                && record.actor().subject().equals("subject-of-reader"));
        HttpResponse<String> refused = get("audit/records?from=yesterday", auditor);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("'from'", "2026-11-26T10:00:00Z");
        assertThat(get("audit/checkpoints/987654321", auditor).statusCode()).isEqualTo(404);
        assertThat(get("audit/consistency?first=5&second=987654321", auditor).body())
                .contains("proof-unknown");
    }

    @Test
    void a_verification_is_recorded_with_what_was_found_and_whether_this_log_has_the_root() {
        send("POST", "invitations", coordinator, "{}");
        SignedCheckpoint signed = awaitCheckpoint(1);
        long size = signed.checkpoint().size();
        String root = signed.checkpoint().root().hex();
        assertThat(verified("11", size, root, 0)).contains("\"rootIsOurs\":true");
        assertThat(verified("22", size, root, 3)).contains("\"rootIsOurs\":true");
        assertThat(verified("33", size, "44".repeat(32), 0)).contains("\"rootIsOurs\":false");
        assertThat(verified("55", 987654321, root, 0)).contains("\"rootIsOurs\":false");

        List<AuditRecord> told = records()
                .filter(record -> record.code().equals("verification.run"))
                .toList();
        assertThat(told).extracting(record -> record.outcome().code()).containsExactly(0, 8, 8, 8);
        assertThat(told.get(0).entity().hash().orElseThrow().hex()).isEqualTo("11".repeat(32));
        assertThat(told.get(1).details())
                .containsEntry("findings", "3")
                .containsEntry("root", root)
                .containsEntry("verifier", "a test");
        assertThat(told.get(0).actor().subject()).isEqualTo("subject-of-reader");

        String study = verification("66", size, root, 0).replace("{", "{\"study\":\"no-such-study\",");
        assertThat(send("POST", "audit/verifications", auditor, study).body())
                .contains("verification-invalid", "no-such-study");
        assertThat(send("POST", "audit/verifications", auditor, verification("77", 0, root, 0))
                        .statusCode())
                .isEqualTo(422);
        assertThat(get("ping", auditor).body()).contains(issuer.address());
    }

    private String verified(String bundle, long size, String root, long findings) {
        HttpResponse<String> answer =
                send("POST", "audit/verifications", auditor, verification(bundle, size, root, findings));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    private static String verification(String bundle, long size, String root, long findings) {
        return Json.createObjectBuilder()
                .add("bundle", bundle.repeat(32))
                .add("size", size)
                .add("root", root)
                .add("findings", findings)
                .add("verifier", "a test")
                .build()
                .toString();
    }

    private SignedCheckpoint awaitCheckpoint(long size) {
        Await.until("a checkpoint over " + size + " records", () -> {
            HttpResponse<String> latest = get("audit/checkpoints/latest", auditor);
            return latest.statusCode() == 200
                    && SignedCheckpoint.fromNote(latest.body()).checkpoint().size() >= size;
        });
        return SignedCheckpoint.fromNote(
                get("audit/checkpoints/latest", auditor).body());
    }

    private AuditRecord first(Predicate<AuditRecord> wanted) {
        Await.until("the record", () -> records().anyMatch(wanted));
        return records().filter(wanted).findFirst().orElseThrow();
    }

    /** All records, page after page: the log of this server is longer than one page when all tests have run. */
    private Stream<AuditRecord> records() {
        Stream<AuditRecord> all = Stream.empty();
        long next = 0;
        while (true) {
            List<AuditRecord> page = get("audit/records?first=" + next, auditor)
                    .body()
                    .lines()
                    .map(AuditRecord::fromLine)
                    .toList();
            if (page.isEmpty()) {
                return all;
            }
            all = Stream.concat(all, page.stream());
            if (page.size() < 1000) {
                return all;
            }
            next = page.get(page.size() - 1).seq() + 1;
        }
    }

    private List<byte[]> hashes(String path) {
        try (JsonReader reader =
                Json.createReader(new StringReader(get(path, auditor).body()))) {
            return reader.readObject().getJsonArray("hashes").getValuesAs(JsonString.class).stream()
                    .map(hash -> HexFormat.of().parseHex(hash.getString()))
                    .toList();
        }
    }

    private HttpResponse<String> get(String path, String token) {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> send(String method, String path, String token, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    private URI uri(String path) {
        return URI.create(address.toString().replaceAll("/*$", "/")).resolve("api/v1/" + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the request failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
