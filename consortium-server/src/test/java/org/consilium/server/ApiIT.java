package org.consilium.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.Effort;
import org.consilium.contract.Enrolment;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.platform.Await;
import org.consilium.server.platform.IssuerForTests;
import org.consilium.server.platform.LibertyForTests;
import org.consilium.server.study.SignedStudies;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The packaged application on a real Open Liberty as its callers see it, over HTTP with signed tokens: what is refused
 * names the thing and the next action, and leaves nothing behind. Each test has sites and a study of its own.
 */
@ExtendWith(ArquillianExtension.class)
class ApiIT {

    private static final ArchitectureId NETWORK = new ArchitectureId("toy.1x1x1.2");
    private static final Parameters INITIAL = Parameters.of(NETWORK, new float[] {0, 0, 0});
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] ROLES = {"coordinator", "administrator", "auditor", "steward", "site-node"};
    private static final String SCORES = "{\"lossSum\":1,\"confusion\":[[1,0],[0,0]],\"histograms\":["
            + "{\"positives\":[],\"negatives\":[]},{\"positives\":[],\"negatives\":[]}]}";
    private static final String METRICS = "{\"examples\":10,\"loss\":0.5,\"seconds\":1}";

    private final IssuerForTests issuer = IssuerForTests.running();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final String coordinator = issuer.token("quickstart", "coordinator", "administrator");

    @ArquillianResource
    URI address;

    @Deployment(testable = false)
    static WebArchive application() {
        return LibertyForTests.application();
    }

    @BeforeEach
    void the_api_answers() {
        Await.until("the schema is there", () -> get("sites", coordinator).statusCode() == 200);
    }

    @Test
    void a_valid_token_opens_the_api_and_says_who_calls() {
        JsonObject me = json(get("me", issuer.token("reader", "auditor")));
        assertThat(me.getString("subject")).isEqualTo("subject-of-reader");
        assertThat(me.getString("name")).isEqualTo("service-account-reader");
    }

    @Test
    void a_token_that_is_missing_expired_forged_unsigned_or_of_another_audience_or_issuer_opens_nothing() {
        long now = Instant.now().getEpochSecond();
        List<String> tokens = List.of(
                issuer.token("quickstart", claims -> claims.add("exp", now - 10).add("iat", now - 400), "coordinator"),
                issuer.token("quickstart", claims -> claims.add("aud", "consilium-site-node"), "coordinator"),
                issuer.token("quickstart", claims -> claims.add("iss", "http://localhost/other"), "coordinator"),
                issuer.forged("quickstart", "coordinator"),
                issuer.unsigned("quickstart", "coordinator"),
                "nonsense");
        assertThat(get("studies", coordinator).statusCode()).isEqualTo(200);
        for (String token : tokens) {
            assertThat(get("studies", token).statusCode()).as(token).isEqualTo(401);
        }
        assertThat(send(request("studies").GET().build()).statusCode())
                .as("no token")
                .isEqualTo(401);
    }

    @Test
    void a_role_opens_only_what_is_its_own() {
        assertThat(get("studies", issuer.token("reader", "auditor")).statusCode())
                .isEqualTo(200);
        assertProblem(post("studies", issuer.token("reader", "auditor"), study("never", "s")), 403, "role-missing");
        assertProblem(put("sites/s/status", issuer.token("only", "coordinator"), "{}"), 403, "role-missing");
        assertProblem(get("offers/next?wait=0", coordinator), 403, "role-missing");
        assertProblem(get("studies", issuer.token("nobody")), 403, "role-missing");
    }

    @Test
    void a_site_that_is_not_known_or_suspended_is_refused_at_once_and_its_old_token_for_good() {
        long now = Instant.now().getEpochSecond();
        String token = issuer.token("api-susp", claims -> claims.add("iat", now - 1), "site-node");
        assertProblem(get("offers/next?wait=0", token), 403, "site-unknown");
        addSites("api-susp");
        String valid = token("api-susp");
        assertThat(get("offers/next?wait=0", valid).statusCode()).isEqualTo(204);

        put("sites/api-susp/status", coordinator, "{\"status\":\"SUSPENDED\"}");
        assertProblem(get("offers/next?wait=0", valid), 403, "site-suspended");
        put("sites/api-susp/status", coordinator, "{\"status\":\"ACTIVE\"}");
        assertProblem(get("offers/next?wait=0", valid), 401, "token-revoked");
        String fresh = issuer.token(
                "api-susp", claims -> claims.add("iat", Instant.now().getEpochSecond() + 2), "site-node");
        assertThat(get("offers/next?wait=0", fresh).statusCode()).isEqualTo(204);
        assertProblem(put("sites/nowhere/status", coordinator, "{\"status\":\"ACTIVE\"}"), 404, "site-unknown");
        assertProblem(put("sites/api-susp/status", coordinator, "{\"status\":\"GONE\"}"), 422, "site-invalid");
    }

    @Test
    void everyone_may_call_what_the_access_table_says_and_nothing_else() {
        assertThat(AccessTable.rows())
                .as("each address has a row in access.md, and each row an address")
                .extracting(AccessTable.Row::address)
                .containsExactlyInAnyOrderElementsOf(AccessTable.addresses());
        start("api-access", "api-access-1");
        addSites("api-access-2");
        List<String> wrong = new ArrayList<>();
        int calls = 0;
        for (AccessTable.Row row : AccessTable.rows()) {
            for (int i = 0; i < AccessTable.CALLERS.size(); i++) {
                String caller = AccessTable.CALLERS.get(i);
                String cell = row.cells().get(i);
                String token =
                        switch (caller) {
                            case "nobody" -> null;
                            case "any token" -> issuer.token("anyone");
                            case "site-node" -> token("api-access-1");
                            case "steward" -> steward("api-access-1");
                            default -> issuer.token("someone", caller);
                        };
                check(wrong, row, caller, call(row.address(), token), cell.equals("no"));
                calls++;
                if (cell.equals("own")) {
                    String other = caller.equals("steward") ? steward("api-access-2") : token("api-access-2");
                    check(wrong, row, "another site", call(row.address(), other), true);
                    calls++;
                }
            }
            boolean open = row.cells().get(0).equals("yes");
            long now = Instant.now().getEpochSecond();
            List<String> bad = List.of(
                    issuer.forged("someone", ROLES),
                    issuer.unsigned("someone", ROLES),
                    issuer.token(
                            "someone", claims -> claims.add("exp", now - 10).add("iat", now - 400), ROLES),
                    issuer.token("someone", claims -> claims.add("aud", "consilium-site-node"), ROLES),
                    issuer.token("someone", claims -> claims.add("iss", "https://localhost/other"), ROLES));
            for (String token : bad) {
                check(wrong, row, "a token that is none", call(row.address(), token), !open);
                calls++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(calls).isGreaterThan(AccessTable.rows().size() * 12 - 1);
    }

    private static void check(
            List<String> wrong, AccessTable.Row row, String caller, HttpResponse<String> answer, boolean refused) {
        boolean isRefused = answer.statusCode() == 401 || answer.statusCode() == 403;
        if (isRefused != refused || answer.statusCode() >= 500) {
            wrong.add(row.address() + " as " + caller + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Asks for something that, but for a refusal of the offered work, is let in and then refused for what it says. */
    private HttpResponse<String> call(AccessTable.Address address, String token) {
        String path = address.path()
                .replace("{study}", "api-access")
                .replace("studies/{id}", "studies/api-access")
                .replace("{site}", "api-access-1")
                .replace("{version}", "1")
                .replace("{round}", "1")
                .replaceAll("\\{[^}]*}", "none");
        boolean parameters = path.equals("models") || path.endsWith("/update");
        String query = path.equals("offers/next") ? "?wait=0" : path.endsWith("/evaluation") ? "?split=val" : "";
        HttpRequest.Builder request =
                request(path + query).header("Consilium-Node-Version", NodeVersion.CURRENT.toString());
        if (!address.method().equals("GET")) {
            request.header(
                    "Content-Type",
                    parameters
                            ? ParametersHeader.MEDIA_TYPE
                            : path.endsWith("/statistics") ? ClassStatistics.MEDIA_TYPE : "application/json");
        }
        if (path.endsWith("/update")) {
            request.header("Consilium-Training", METRICS);
        }
        byte[] body = parameters
                ? Parameters.of(new ArchitectureId("other.1x1x1.2"), new float[] {1})
                        .encode()
                : accessBody(path).getBytes(StandardCharsets.UTF_8);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request.method(
                        address.method(),
                        address.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build());
    }

    private static String accessBody(String path) {
        // Another site must get as far as the question whose study it is.
        if (path.endsWith("/refusal")) {
            return "{\"code\":\"busy\",\"reason\":\"Later.\"}";
        }
        if (path.endsWith("/statement")) {
            return "{\"decision\":\"APPROVE\"}";
        }
        if (path.endsWith("/signatures")) {
            return "{\"idToken\":\"none\"}";
        }
        return path.endsWith("/evaluation") ? SCORES : "{}";
    }

    @Test
    void a_steward_signs_by_a_log_in_for_that_version_alone() {
        addSites("api-sign-1", "api-sign-2");
        ok(post("studies", coordinator, study("api-sign", "api-sign-1", "api-sign-2")));
        assertProblem(
                post("studies/api-sign/protocols/1/statement", steward("api-sign-1"), "{\"decision\":\"APPROVE\"}"),
                403,
                "not-a-participant");
        ok(post("studies/api-sign/protocols/proposal", coordinator, ""));
        assertProblem(post("studies/api-sign/start", coordinator, ""), 409, "study-not-approved", "api-sign-1");

        JsonObject statement = statement("api-sign", 1, "api-sign-1");
        assertThat(statement.getString("meaning"))
                .isEqualTo("Approval: site api-sign-1 takes part as version 1 of the protocol of study api-sign says.");
        String nonce = statement.getString("nonce");
        long now = Instant.now().getEpochSecond();
        String person = "steward-api-sign-1";
        for (String bad : List.of(
                issuer.forgedIdToken(person, nonce),
                issuer.token(person, claims -> claims.add("nonce", nonce).add("auth_time", now), "steward"),
                issuer.idToken(person, nonce, claims -> claims.add("aud", "consilium-portal")),
                issuer.idToken(person, nonce, claims -> claims.add("iss", "https://localhost/other")),
                issuer.idToken(person, nonce, claims -> claims.add("exp", now - 10)),
                issuer.idToken(person, nonce, claims -> claims.addNull("auth_time")),
                "nonsense")) {
            assertProblem(signature("api-sign", 1, "api-sign-1", bad), 422, "log-in-invalid");
        }
        assertProblem(
                signature(
                        "api-sign",
                        1,
                        "api-sign-1",
                        issuer.idToken(person, nonce, claims -> claims.add("auth_time", now - 60))),
                403,
                "log-in-too-old",
                "not for the statement that was made out");
        assertProblem(
                signature("api-sign", 1, "api-sign-2", issuer.idToken(person, nonce, claims -> claims)),
                403,
                "signer-differs");
        assertProblem(
                signature("api-sign", 1, "api-sign-1", issuer.idToken("another", nonce, claims -> claims)),
                403,
                "signer-differs");

        // Another version, and the log-in for the first one replayed for it.
        ok(post(
                "studies/api-sign/protocols",
                coordinator,
                ProtocolJson.toJson(protocol("api-sign", 100, "api-sign-1", "api-sign-2"))
                        .toString()));
        ok(post("studies/api-sign/protocols/proposal", coordinator, ""));
        String first = issuer.idToken(person, nonce, claims -> claims);
        assertProblem(signature("api-sign", 2, "api-sign-1", first), 409, "version-differs", "signs version 1");
        assertProblem(signature("api-sign", 1, "api-sign-1", first), 409, "version-differs");

        String second =
                issuer.idToken(person, statement("api-sign", 2, "api-sign-1").getString("nonce"), claims -> claims);
        HttpResponse<String> signed = signature("api-sign", 2, "api-sign-1", second);
        assertThat(signed.statusCode()).as(signed.body()).isEqualTo(201);
        assertThat(json(signed).getString("name")).isEqualTo("Dr. steward-api-sign-1");
        assertThat(json(signed).getString("protocolSha256"))
                .isEqualTo(protocol("api-sign", 100, "api-sign-1", "api-sign-2")
                        .withVersion(2)
                        .digest()
                        .hex());
        assertProblem(signature("api-sign", 2, "api-sign-1", second), 409, "statement-unknown");
        ok(sign("api-sign", 2, "api-sign-2"));
        ok(post("studies/api-sign/start", coordinator, ""));
        assertThat(json(get("offers/next?wait=0", token("api-sign-1"))).getString("protocol"))
                .isEqualTo(json(signed).getString("protocolSha256"));
    }

    @Test
    void a_version_is_shown_as_json_page_text_and_bytes_to_those_whom_it_concerns() {
        addSites("api-text-1", "api-text-2");
        ok(post("studies", coordinator, study("api-text", "api-text-1")));
        assertThat(get("studies", steward("api-text-1")).body()).doesNotContain("api-text");
        ok(post("studies/api-text/protocols/proposal", coordinator, ""));
        assertThat(get("studies", steward("api-text-1")).body()).contains("api-text");
        assertThat(get("studies", steward("api-text-2")).body()).doesNotContain("api-text");
        assertProblem(get("studies/api-text", steward("api-text-2")), 403, "not-a-participant");
        String path = "studies/api-text/protocols/1";
        assertThat(json(get(path, steward("api-text-1"))).getString("state")).isEqualTo("PROPOSED");
        assertProblem(get(path + "7", coordinator), 404, "version-unknown", "no version 17");

        HttpResponse<String> page = send(authorised(path, coordinator)
                .header("Accept", "text/html")
                .GET()
                .build());
        assertThat(page.headers().firstValue("Content-Type")).get().asString().startsWith("text/html");
        assertThat(page.body())
                .contains("<h1>A &lt;b&gt;study&lt;/b&gt;</h1>", "Prof. Ada Example", "not signed")
                .doesNotContain("<b>study");
        HttpResponse<String> text = send(authorised(path, coordinator)
                .header("Accept", "text/markdown")
                .GET()
                .build());
        assertThat(text.body()).startsWith("# A \\<b\\>study\\<\\/b\\>").contains("**SHA\\-256**");

        StudyProtocol protocol = protocol("api-text", 1, "api-text-1");
        assertThat(bytes(authorised(path + "/canonical", steward("api-text-1"))).body())
                .isEqualTo(protocol.canonical());
        JsonObject byNode = json(get("protocols/" + protocol.digest(), token("api-text-1")));
        assertThat(ProtocolJson.protocol(byNode)).isEqualTo(protocol);
        assertProblem(get("protocols/" + protocol.digest(), token("api-text-2")), 404, "protocol-unknown");
    }

    @Test
    void a_steward_withdraws_the_own_site_and_no_other() {
        start("api-leave", "api-leave-1", "api-leave-2");
        String body = "{\"reason\":\"The board has changed its mind.\"}";
        assertProblem(
                post("studies/api-leave/sites/api-leave-2/withdrawal", steward("api-leave-1"), body),
                403,
                "steward-of-another");
        assertProblem(
                post("studies/api-leave/sites/api-leave-1/withdrawal", issuer.token("lost", "steward"), body),
                403,
                "steward-of-none",
                "names no site");
        assertThat(get("offers/next?wait=0", token("api-leave-1")).statusCode()).isEqualTo(200);
        HttpResponse<String> left =
                post("studies/api-leave/sites/api-leave-1/withdrawal", steward("api-leave-1"), body);
        ok(left);
        assertThat(json(left).getJsonArray("withdrawals").getJsonObject(0).getString("reason"))
                .isEqualTo("The board has changed its mind.");
        assertThat(get("offers/next?wait=0", token("api-leave-1")).statusCode()).isEqualTo(204);
        assertProblem(
                update("studies/api-leave/rounds/1/update", token("api-leave-1"), parameters(1, 2, 3)),
                403,
                "not-a-participant");
    }

    @Test
    void a_node_that_is_too_old_or_says_no_version_is_told_what_to_install() {
        addSites("api-old");
        HttpRequest.Builder poll = request("offers/next?wait=0").header("Authorization", "Bearer " + token("api-old"));
        assertProblem(send(poll.GET().build()), 403, "node-too-old", "no version");
        assertProblem(
                send(poll.header("Consilium-Node-Version", "0.0.9").GET().build()),
                403,
                "node-too-old",
                "'0.0.9'",
                "from " + NodeVersion.CURRENT + " on");
        assertThat(get("sites", coordinator).body()).as("which one it is").contains("\"nodeVersion\":\"0.0.9\"");
        assertThat(get("offers/next?wait=0", token("api-old")).statusCode()).isEqualTo(204);
        Es256KeyPair node = Es256KeyPair.generate();
        JsonObject invited = json(post("invitations", coordinator, invitation("api-old-2")));
        JsonObject old = new Enrolment(invited.getString("code"), node.publicKey(), "0.0.9").toJson(node::sign);
        assertProblem(enrol(old.toString()), 403, "node-too-old", "'0.0.9'");
    }

    @Test
    void a_sign_of_life_is_of_the_site_that_its_token_names_and_is_shown_with_the_sites() {
        addSites("api-beat", "api-beat-2");
        String said = "{\"activity\":\"TRAINING\",\"study\":\"api-beat\",\"round\":3,\"freeDiskBytes\":5368709121,"
                + "\"nodeVersion\":\"0.1.0\"}";
        assertThat(put("sites/self/heartbeat", token("api-beat"), said).statusCode())
                .isEqualTo(204);
        assertThat(health("api-beat").getString("state")).isEqualTo("ONLINE");
        assertThat(health("api-beat").getString("activity")).isEqualTo("TRAINING");
        assertThat(health("api-beat").getInt("round")).isEqualTo(3);
        assertThat(health("api-beat").getJsonNumber("freeDiskBytes").longValue())
                .as("whole GiB")
                .isEqualTo(5L << 30);
        assertThat(health("api-beat").isNull("leaseAgeSeconds"))
                .as("it holds no work")
                .isTrue();
        assertThat(health("api-beat-2").getString("state")).isEqualTo("NEVER_SEEN");
        assertProblem(
                put("sites/self/heartbeat", token("api-beat"), said.replace("TRAINING", "DREAMING")),
                422,
                "heartbeat-invalid",
                "'DREAMING'");
    }

    private JsonObject health(String site) {
        try (JsonReader reader =
                Json.createReader(new StringReader(get("sites", coordinator).body()))) {
            return reader.readArray().getValuesAs(JsonObject.class).stream()
                    .filter(one -> one.getString("id").equals(site))
                    .findFirst()
                    .orElseThrow()
                    .getJsonObject("health");
        }
    }

    @Test
    void a_json_body_over_the_limit_is_refused_with_and_without_a_length() {
        String large = "{\"reason\":\"" + "x".repeat(5_000_000) + "\"}";
        assertProblem(post("studies", coordinator, large), 413, "body-too-large", "4194304 bytes");
        byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
        for (String path : List.of("studies", "studies/api-large/stop", "invitations")) {
            HttpRequest chunked = authorised(path, coordinator)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                    .build();
            assertProblem(send(chunked), 413, "body-too-large", "4194304 bytes");
        }
        // A wildcard is compatible with everything, the media type of parameters included, which have another limit.
        for (String type : List.of("*/*", "application/*", "application/json;charset=utf-8")) {
            HttpRequest wild = authorised("studies", coordinator)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofByteArray(bytes))
                    .build();
            assertProblem(send(wild), 413, "body-too-large", "4194304 bytes");
        }
        start("api-large", "api-large-1");
        assertProblem(put("studies/api-large/rounds/1/refusal", token("api-large-1"), large), 413, "body-too-large");
    }

    @Test
    void scores_without_a_split_are_told_so() {
        start("api-split", "api-split-1");
        assertProblem(
                put("studies/api-split/rounds/1/evaluation", token("api-split-1"), "{}"),
                422,
                "evaluation-invalid",
                "query parameter split is missing",
                "val or test");
    }

    @Test
    void an_update_is_taken_once() {
        start("api-once", "api-once-1", "api-once-2");
        String path = "studies/api-once/rounds/1/update";
        String one = token("api-once-1");
        HttpResponse<String> first = update(path, one, parameters(1, 2, 3));
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(json(first).getBoolean("repeated")).isFalse();
        HttpResponse<String> again = update(path, one, parameters(1, 2, 3));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).getBoolean("repeated")).isTrue();
        assertProblem(update(path, one, parameters(3, 2, 1)), 409, "update-differs");
        assertThat(update(path, token("api-once-2"), parameters(1, 2, 3)).statusCode())
                .as("equal bytes of another site")
                .isEqualTo(201);
    }

    @Test
    void an_update_that_is_not_valid_is_refused_and_the_round_waits_for_a_valid_one() {
        start("api-bad", "api-bad-1", "api-bad-2");
        String path = "studies/api-bad/rounds/1/update";
        String one = token("api-bad-1");
        byte[] damaged = parameters(1, 2, 3);
        damaged[damaged.length - 1] ^= 1;
        assertProblem(update(path, one, damaged), 422, "update-invalid", "damaged on the way");
        assertProblem(update(path, one, body(1, Float.NaN, 3)), 422, "update-invalid", "parameter 1 is NaN");
        assertProblem(
                update(path, one, body(1, 2, Float.POSITIVE_INFINITY)),
                422,
                "update-invalid",
                "parameter 2 is Infinity");
        assertProblem(update(path, one, parameters(1, 2)), 422, "update-invalid", "2 parameters");
        assertProblem(
                update(path, one, Arrays.copyOf(parameters(1, 2, 3), 139)), 422, "update-invalid", "139 are there");
        assertProblem(update(path, one, Arrays.copyOf(parameters(1, 2, 3), 141)), 422, "update-invalid", "141 or more");
        assertProblem(update(path, one, "hello".getBytes(StandardCharsets.UTF_8)), 422, "update-invalid");
        assertProblem(
                update(path, one, new ParametersHeader(NETWORK, 30_000, Sha256.of(new byte[0])).encode()),
                413,
                "body-too-large",
                "120128 bytes");
        assertProblem(update("studies/api-bad/rounds/2/update", one, parameters(1, 2, 3)), 404, "round-unknown");
        assertProblem(update("studies/api-bad/rounds/x/update", one, parameters(1, 2, 3)), 404, "round-unknown");
        assertProblem(update("studies/nowhere/rounds/1/update", one, parameters(1, 2, 3)), 404, "study-unknown");
        addSites("api-bad-3");
        assertProblem(update(path, token("api-bad-3"), parameters(1, 2, 3)), 403, "not-a-participant");
        assertProblem(
                send(authorised(path, one)
                        .header("Content-Type", ParametersHeader.MEDIA_TYPE)
                        .PUT(BodyPublishers.ofByteArray(parameters(1, 2, 3)))
                        .build()),
                422,
                "update-invalid",
                "Consilium-Training");
        assertProblem(
                send(authorised(path, one)
                        .header("Content-Type", "text/plain")
                        .PUT(BodyPublishers.ofString("x"))
                        .build()),
                415,
                "media-type-unsupported");

        JsonObject site = json(get("studies/api-bad", coordinator))
                .getJsonArray("rounds")
                .getJsonObject(0)
                .getJsonArray("sites")
                .getJsonObject(0);
        assertThat(site.isNull("updateSha256")).isTrue();
        assertThat(site.getInt("bytesUp")).isZero();
        assertThat(update(path, one, parameters(4, 2, 9)).statusCode()).isEqualTo(201);
        String digest =
                ParametersHeader.decode(parameters(4, 2, 9)).payloadDigest().hex();
        assertProblem(get("models/" + digest, coordinator), 403, "update-private", "one hospital's update");
        assertProblem(
                post(
                        "studies",
                        coordinator,
                        study("api-bad-hoard", "api-bad-1")
                                .replace(INITIAL.digest().hex(), digest)),
                422,
                "protocol-invalid",
                "belongs to nobody else");
    }

    @Test
    void an_idle_poll_is_held_until_there_is_work() throws Exception {
        addSites("api-idle-1", "api-idle-2");
        String one = token("api-idle-1");
        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(authorised("offers/next?wait=50", one).GET().build(), BodyHandlers.ofString());
        // The poll has arrived when its site was seen.
        Await.until(
                "the poll has arrived",
                () -> get("sites", coordinator).body().matches("(?s).*\"api-idle-1\"[^}]*\"lastSeenAt\":\"2.*"));
        assertThat(held).isNotDone();
        startWith("api-idle", "api-idle-1", "api-idle-2");
        HttpResponse<String> answer = held.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).getString("kind")).isEqualTo("train");
        assertThat(json(answer).getString("study")).isEqualTo("api-idle");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void an_idle_poll_ends_with_no_content_when_its_wait_is_over() {
        addSites("api-quiet");
        assertThat(get("offers/next?wait=1", token("api-quiet")).statusCode()).isEqualTo(204);
    }

    @Test
    void a_poll_that_would_wait_too_long_or_for_no_number_is_refused() {
        addSites("api-wait");
        assertProblem(get("offers/next?wait=51", token("api-wait")), 400, "request-invalid", "wait is 51");
        assertProblem(get("offers/next?wait=-1", token("api-wait")), 400, "request-invalid", "wait is -1");
        assertProblem(get("offers/next?wait=soon", token("api-wait")), 400, "request-invalid", "wait is soon");
    }

    @Test
    void parameters_are_handed_out_whole_or_in_part_and_only_to_those_who_take_part() throws Exception {
        start("api-get", "api-get-1");
        addSites("api-get-2");
        String path = "models/" + INITIAL.digest();
        byte[] whole = INITIAL.encode();
        HttpResponse<byte[]> got = bytes(authorised(path, token("api-get-1")));
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(whole);
        String tag = got.headers().firstValue("ETag").orElseThrow();

        HttpResponse<byte[]> part = bytes(authorised(path, token("api-get-1")).header("Range", "bytes=100-"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 100, whole.length));
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 100-139/140");
        HttpResponse<byte[]> stale = bytes(authorised(path, token("api-get-1"))
                .header("Range", "bytes=100-")
                .header("If-Range", "\"other\""));
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(bytes(authorised(path, token("api-get-1")).header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(304);
        assertProblem(
                send(authorised(path, token("api-get-1"))
                        .header("Range", "bytes=140-")
                        .GET()
                        .build()),
                416,
                "range-unsatisfiable");
        assertProblem(get(path, token("api-get-2")), 403, "not-a-participant");
        assertProblem(get("models/" + "ab".repeat(32), coordinator), 404, "model-unknown");
        assertProblem(get("models/abc", coordinator), 404, "model-unknown");
    }

    @Test
    void scores_and_refusals_that_are_not_valid_are_refused_by_name() {
        start("api-score", "api-score-1");
        String one = token("api-score-1");
        String path = "studies/api-score/rounds/1/";
        String scores = SCORES;
        assertProblem(put(path + "evaluation?split=val", one, scores), 409, "round-not-open");
        assertProblem(put(path + "evaluation?split=train", one, scores), 422, "evaluation-invalid", "train");
        assertProblem(put(path + "evaluation", one, scores), 422, "evaluation-invalid");
        assertProblem(
                put(path + "evaluation?split=val", one, scores.replace("[1,0]", "[1.5,0]")), 422, "evaluation-invalid");
        assertProblem(put(path + "evaluation?split=val", one, "[]"), 400, "json-invalid");
        assertProblem(put(path + "refusal", one, "{\"code\":\"busy\"}"), 422, "refusal-invalid", "'reason'");
        assertThat(put(path + "refusal", one, "{\"code\":\"busy\",\"reason\":\"Later\\u0000.\"}")
                        .statusCode())
                .isEqualTo(201);
        Await.until(
                "the study has ended",
                () -> json(get("studies/api-score", coordinator))
                        .getString("state")
                        .equals("STOPPED"));
        assertThat(json(get("studies/api-score", coordinator)).getString("reason"))
                .contains("api-score-1 (busy: Later");
    }

    @Test
    void a_site_is_invited_and_asks_to_be_let_in_by_its_code_alone() {
        JsonObject invited = json(post("invitations", coordinator, invitation("api-invite")));
        assertThat(invited.getString("state")).isEqualTo("OPEN");
        assertProblem(post("invitations", coordinator, invitation("api-invite")), 409, "invitation-open");
        Es256KeyPair node = Es256KeyPair.generate();
        Es256Key key = node.publicKey();
        JsonObject asked = new Enrolment(invited.getString("code"), key, "0.1.0").toJson(node::sign);

        HttpResponse<String> answer = enrol(asked.toString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(json(answer).getString("fingerprint")).isEqualTo(key.kid());
        assertThat(enrol(asked.toString()).statusCode()).as("again").isEqualTo(202);
        JsonObject forged =
                Json.createObjectBuilder(asked).add("proof", "a.b.c").build();
        assertProblem(enrol(forged.toString()), 422, "enrolment-invalid", "'proof'");
        assertProblem(enrol("{"), 400, "json-invalid");
        assertThat(get("invitations", issuer.token("reader", "auditor")).body())
                .contains(key.kid())
                .doesNotContain(invited.getString("code"));
        String approval = "invitations/" + invited.getInt("id") + "/approval";
        assertProblem(put(approval, coordinator, "{\"fingerprint\":\"x\"}"), 409, "fingerprint-differs", key.kid());
        // The tests' issuer signs tokens and is no Keycloak: nobody is let in, and nothing is lost.
        assertProblem(put(approval, coordinator, "{\"fingerprint\":\"" + key.kid() + "\"}"), 502, "keycloak-refused");
        assertThat(get("sites", coordinator).body()).doesNotContain("api-invite");
        String only = issuer.token("only", "coordinator");
        assertProblem(put(approval, only, "{\"fingerprint\":\"" + key.kid() + "\"}"), 403, "role-missing");
        String rejection = "invitations/" + invited.getInt("id") + "/rejection";
        assertProblem(put(rejection, coordinator, "{\"reason\":\" \"}"), 422, "rejection-invalid", "'reason'");
        assertThat(put(rejection, coordinator, "{\"reason\":\"Not you.\"}").statusCode())
                .isEqualTo(200);
        HttpResponse<String> told = enrol(asked.toString());
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(json(told).getString("state")).isEqualTo("REJECTED");
        assertThat(json(told).getString("reason")).isEqualTo("Not you.");
    }

    @Test
    void an_invitation_is_refused_by_name() {
        assertProblem(post("invitations", coordinator, invitation("Bad")), 422, "invitation-invalid", "'Bad'");
        assertProblem(
                post("invitations", coordinator, invitation("good").replace("\"validDays\":7", "\"validDays\":91")),
                422,
                "invitation-invalid",
                "'validDays' must be 1 to 90");
        assertProblem(
                post("invitations", coordinator, invitation("good").replace("Hospital", "a\\u0000b")),
                422,
                "invitation-invalid",
                "'organisation'");
        assertProblem(put("invitations/9999/withdrawal", coordinator, ""), 404, "invitation-unknown", "9999");
        assertProblem(put("invitations/x/withdrawal", coordinator, ""), 404, "invitation-unknown", "'x'");
    }

    private static String invitation(String site) {
        return "{\"site\":\"" + site + "\",\"organisation\":\"Hospital\",\"contact\":\"Dr. Who\","
                + "\"expectedData\":\"cells\",\"validDays\":7}";
    }

    private HttpResponse<String> enrol(String body) {
        return send(request("enrolments")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void a_study_is_refused_by_name() {
        addSites("api-name-1");
        assertProblem(post("studies", coordinator, "{"), 400, "json-invalid");
        assertProblem(post("studies", coordinator, "{}"), 422, "protocol-invalid", "'method' is missing");
        assertProblem(post("studies", coordinator, study("api-name", "nowhere")), 422, "protocol-invalid", "[nowhere]");
        startWith("api-name", "api-name-1");
        assertProblem(post("studies", coordinator, study("api-name", "api-name-1")), 409, "study-exists");
        assertProblem(get("studies/nowhere", coordinator), 404, "study-unknown");
        assertProblem(get("studies/No-Id", coordinator), 404, "study-unknown");
    }

    @Test
    void a_study_is_stopped_for_a_reason_and_for_good() {
        start("api-stop", "api-stop-1");
        String stop = "studies/api-stop/stop";
        assertProblem(post(stop, issuer.token("reader", "auditor"), "{\"reason\":\"x\"}"), 403, "role-missing");
        assertProblem(post(stop, coordinator, "{\"reason\":\" \"}"), 422, "reason-invalid", "'reason'");
        assertProblem(post(stop, coordinator, "{}"), 422, "reason-invalid", "'reason' is missing");
        assertProblem(post("studies/nowhere/stop", coordinator, "{\"reason\":\"x\"}"), 404, "study-unknown");
        HttpResponse<String> stopped = post(stop, coordinator, "{\"reason\":\"The wrong\\u0000data.\"}");
        assertThat(stopped.statusCode()).as(stopped.body()).isEqualTo(200);
        assertThat(json(stopped).getString("state")).isEqualTo("STOPPED");
        assertThat(json(stopped).getString("reason")).isEqualTo("The wrong data.");
        assertProblem(
                update("studies/api-stop/rounds/1/update", token("api-stop-1"), parameters(1, 2, 3)),
                409,
                "round-closed");
    }

    @Test
    void an_address_or_a_method_that_the_api_does_not_have_is_refused_as_a_problem() {
        assertProblem(get("nothing/here", coordinator), 404, "not-found");
        assertProblem(send(authorised("studies", coordinator).DELETE().build()), 405, "method-not-allowed");
    }

    /** As if they had joined, which needs a Keycloak; the system tests show that. */
    private static void addSites(String... ids) {
        LibertyForTests.addMembers(ids);
    }

    private void start(String id, String... sites) {
        addSites(sites);
        startWith(id, sites);
    }

    private void startWith(String id, String... sites) {
        assertThat(send(authorised("models", coordinator)
                                .header("Content-Type", ParametersHeader.MEDIA_TYPE)
                                .POST(BodyPublishers.ofByteArray(INITIAL.encode()))
                                .build())
                        .statusCode())
                .isIn(200, 201);
        ok(post("studies", coordinator, study(id, sites)));
        ok(post("studies/" + id + "/protocols/proposal", coordinator, ""));
        Stream.of(sites).forEach(site -> ok(sign(id, 1, site)));
        ok(post("studies/" + id + "/start", coordinator, ""));
    }

    private static void ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    private HttpResponse<String> sign(String study, int version, String site) {
        String nonce = statement(study, version, site).getString("nonce");
        return signature(study, version, site, issuer.idToken("steward-" + site, nonce, claims -> claims));
    }

    /** Has the steward of a site ask for a statement of approval. */
    private JsonObject statement(String study, int version, String site) {
        HttpResponse<String> asked = post(
                "studies/" + study + "/protocols/" + version + "/statement",
                steward(site),
                "{\"decision\":\"APPROVE\"}");
        ok(asked);
        return json(asked);
    }

    private HttpResponse<String> signature(String study, int version, String site, String idToken) {
        return post(
                "studies/" + study + "/protocols/" + version + "/signatures",
                steward(site),
                Json.createObjectBuilder().add("idToken", idToken).build().toString());
    }

    private String steward(String site) {
        return issuer.token("steward-" + site, claims -> claims.add("site", site), "steward");
    }

    private static String study(String id, String... sites) {
        return ProtocolJson.toJson(protocol(id, 1, sites)).toString();
    }

    private static StudyProtocol protocol(String id, int rounds, String... sites) {
        return SignedStudies.protocol(
                new StudyId(id),
                "A <b>study</b>",
                "toy",
                NETWORK,
                INITIAL.digest(),
                new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.05, 0), 7),
                Stream.of(sites).map(SiteId::new).toList(),
                new Schedule(rounds, 1, Duration.ofHours(1), true));
    }

    private String token(String site) {
        return issuer.token(site, "site-node");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address.toString().replaceAll("/+$", "") + "/api/v1/" + path))
                .timeout(LIMIT);
    }

    private HttpRequest.Builder authorised(String path, String token) {
        return request(path)
                .header("Authorization", "Bearer " + token)
                .header("Consilium-Node-Version", NodeVersion.CURRENT.toString());
    }

    private HttpResponse<String> get(String path, String token) {
        return send(authorised(path, token).GET().build());
    }

    private HttpResponse<String> post(String path, String token, String json) {
        return send(authorised(path, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    private HttpResponse<String> put(String path, String token, String json) {
        return send(authorised(path, token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json))
                .build());
    }

    private HttpResponse<String> update(String path, String token, byte[] body) {
        return send(authorised(path, token)
                .header("Content-Type", ParametersHeader.MEDIA_TYPE)
                .header("Consilium-Training", METRICS)
                .PUT(BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        return send(request, BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
        return send(request.GET().build(), BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw new AssertionError(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(request + " was interrupted", e);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code, String... words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .as(response.body())
                .get()
                .asString()
                .startsWith(Problem.MEDIA_TYPE);
        Problem problem = Problem.fromJson(json(response), 0);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.action()).isNotBlank();
        Stream.of(words).forEach(word -> assertThat(problem.detail()).contains(word));
    }

    private static JsonObject json(HttpResponse<String> response) {
        try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
            return reader.readObject();
        }
    }

    private static byte[] parameters(float... values) {
        return Parameters.of(NETWORK, values).encode();
    }

    /** Parameters that the contract's own classes would not make. */
    private static byte[] body(float... values) {
        byte[] payload = Parameters.payload(values);
        byte[] body = Arrays.copyOf(
                new ParametersHeader(NETWORK, values.length, Sha256.of(payload)).encode(),
                ParametersHeader.BYTES + payload.length);
        System.arraycopy(payload, 0, body, ParametersHeader.BYTES, payload.length);
        return body;
    }
}
