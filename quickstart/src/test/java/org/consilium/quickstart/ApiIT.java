package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.PlatformException;
import org.consilium.quickstart.platform.ScriptedSite;
import org.consilium.quickstart.platform.SharedPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the consortium server takes and refuses, asked over HTTPS by a site that the test plays itself. */
@ExtendWith(SharedPlatform.class)
class ApiIT {

    private static final ArchitectureId ARCHITECTURE = new ArchitectureId("scripted.3");
    private static final Parameters MODEL = Parameters.of(ARCHITECTURE, new float[] {0.5f, -1, 2, 0});
    private static final Parameters UPDATE = Parameters.of(ARCHITECTURE, new float[] {1, 2, 3, 4});
    private static final String METRICS = "{\"examples\":10,\"loss\":0.7,\"seconds\":0.1}";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The platform's state outlives a test run, names do not. */
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

    private static final Screen SILENT = new Screen(new PrintWriter(Writer.nullWriter()), false);
    private static final AtomicInteger STUDIES = new AtomicInteger();

    @TempDir
    private static Path keys;

    private static Platform platform;
    private static ScriptedSite site;
    private static ScriptedSite stranger;

    private String study;

    @BeforeAll
    static void enrol(Platform shared) {
        platform = shared;
        site = enrolled("scripted-1");
        stranger = enrolled("scripted-2");
        assertThat(as(platform.bearerToken(), post("/models", MODEL.encode(), ParametersHeader.MEDIA_TYPE))
                        .statusCode())
                .isIn(200, 201);
    }

    @BeforeEach
    void open() {
        study = "scripted-" + RUN + "-" + STUDIES.incrementAndGet();
        start(study);
    }

    /** A site works off its offers by age: what a test leaves open would come first in the next. */
    @AfterEach
    void end() {
        as(platform.bearerToken(), post("/studies/" + study + "/stop", "{\"reason\":\"The test is over.\"}"));
    }

    private static void start(String id) {
        new ProtocolSigning(platform, coordinator()).start(protocol(id, 2, site.id()), SILENT);
    }

    private static StudyProtocol protocol(String id, int rounds, SiteId... participants) {
        return new StudyProtocol(
                new StudyId(id),
                1,
                "Played by a test",
                "To see what the server takes.",
                "A test",
                new DataSpecification("none", "numbers", List.of("a", "b", "c"), "None.", 1, 0),
                ARCHITECTURE,
                MODEL.digest(),
                new MethodSettings("fedavg", Strategies.named("fedavg").settings()),
                new TrainingPlan(new Effort.Epochs(1), 1, new Optimiser.Sgd(0.1, 0), 1),
                new PrivacySettings(1, false),
                List.of(participants),
                new Schedule(rounds, 1, Duration.ofMinutes(10), false),
                new PrimaryEndpoint(Measure.ACCURACY, "None."),
                List.of(),
                new Retention(1, Retention.OnWithdrawal.KEEP));
    }

    private static Api coordinator() {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
    }

    @Test
    void an_update_is_taken_once_the_same_bytes_again_are_fine_and_others_are_refused() {
        assertThat(as(site.token(), update(1, UPDATE.encode())).statusCode()).isEqualTo(201);

        HttpResponse<String> again = as(site.token(), update(1, UPDATE.encode()));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("\"repeated\":true");
        refused(as(site.token(), update(1, MODEL.encode())), 409, "update-differs", "The first update stays");
    }

    @Test
    void an_update_whose_bytes_do_not_have_their_digest_is_refused() {
        byte[] damaged = UPDATE.encode();
        damaged[damaged.length - 2] ^= 1;

        refused(as(site.token(), update(1, damaged)), 422, "update-invalid", "damaged on the way, send them again");
        assertThat(as(site.token(), update(1, UPDATE.encode())).statusCode()).isEqualTo(201);
    }

    @Test
    void an_update_of_another_length_or_network_is_refused() {
        byte[] longer = Parameters.of(ARCHITECTURE, new float[5]).encode();
        byte[] other =
                Parameters.of(new ArchitectureId("other.3"), new float[4]).encode();
        byte[] cut = Arrays.copyOf(UPDATE.encode(), UPDATE.encode().length - 3);

        refused(as(site.token(), update(1, longer)), 422, "update-invalid", "has 5 parameters");
        refused(as(site.token(), update(1, other)), 422, "update-invalid", "other.3");
        refused(as(site.token(), update(1, cut)), 422, "update-invalid", "send them again, whole");
    }

    @Test
    void an_update_with_a_value_that_is_no_number_is_refused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            byte[] bytes = UPDATE.encode();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(ParametersHeader.BYTES + 8, bad);
            refused(as(site.token(), update(1, bytes)), 422, "update-invalid", "parameter 2 is " + bad);
        }
    }

    @Test
    void an_update_of_another_round_is_refused() {
        refused(as(site.token(), update(2, UPDATE.encode())), 409, "round-not-open", "Round 2");
        refused(as(site.token(), update(9, UPDATE.encode())), 404, "round-unknown", "has no round 9");
    }

    @Test
    void a_body_over_the_limit_is_refused() throws IOException {
        String answer = promised(4_000_000_000L);
        assertThat(answer)
                .startsWith("HTTP/1.1 413 ")
                .containsIgnoringCase("Content-Type: " + Problem.MEDIA_TYPE)
                .contains("body-too-large", "4000000000 bytes, at most", "consilium.upload.max.bytes");

        String reason = "{\"code\":\"x\",\"reason\":\"" + "y".repeat(5_000_000) + "\"}";
        refused(
                as(
                        site.token(),
                        put(
                                "/studies/" + study + "/rounds/1/refusal",
                                reason.getBytes(StandardCharsets.UTF_8),
                                "application/json")),
                413,
                "body-too-large",
                "4194304");
    }

    @Test
    void another_site_cannot_answer_for_this_one_nor_read_its_model() {
        refused(as(stranger.token(), update(1, UPDATE.encode())), 403, "not-a-participant", "scripted-2");
        refused(as(stranger.token(), get("/models/" + MODEL.digest())), 403, "not-a-participant", "scripted-2");
        refused(as(site.token(), get("/studies")), 403, "role-missing", "coordinator");
    }

    @Test
    void a_request_without_a_good_token_is_told_what_is_wrong_with_it() {
        String token = site.token();
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("scripted-1-", "scripted-2-");
        String forged = parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2];

        refused(send(get("/offers/next?wait=0")), 401, "token-missing", "token");
        refused(as("nonsense", get("/offers/next?wait=0")), 401, "token-malformed", "token");
        refused(as(forged, get("/offers/next?wait=0")), 401, "token-forged", "sign");
    }

    @Test
    void a_node_refuses_requests_without_a_stewards_token_in_the_same_words() {
        refused(send(node("/identity").GET()), 401, "token-missing", "no bearer token");
        refused(as("nonsense", node("/identity").GET()), 401, "token-malformed", "is not a JSON Web Token");
        refused(
                as(site.token(), node("/imports").GET()),
                401,
                "token-audience",
                "for another audience than consilium-site-node");
        refused(
                as(
                        platform.steward(new SiteId("site-2")).token(),
                        node("/identity").GET()),
                403,
                "steward-of-another",
                "speaks for site 'site-2'");
        assertThat(as(
                                platform.steward(new SiteId("site-1")).token(),
                                node("/identity").GET())
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(node("/alive").GET()).statusCode()).isEqualTo(200);
    }

    private static HttpRequest.Builder node(String path) {
        return HttpRequest.newBuilder(platform.siteUrl(1).resolve("/api/v1" + path))
                .timeout(LIMIT);
    }

    @Test
    void an_expired_token_is_refused() {
        ScriptedSite brief = enrolled("scripted-3");
        brief.shortenTokens();
        String token = brief.token();

        HttpResponse<String> answer = as(token, get("/offers/next?wait=0"));
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!answer.body().contains("token-expired")) {
            assertThat(System.nanoTime()).as("still taken: " + answer.body()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            answer = as(token, get("/offers/next?wait=0"));
        }
        refused(answer, 401, "token-expired", "expired");
    }

    @Test
    void a_token_for_another_audience_is_refused() {
        ScriptedSite foreign = enrolled("scripted-4");
        foreign.dropAudience();

        refused(as(foreign.token(), get("/offers/next?wait=0")), 401, "token-audience", "consilium-api");
    }

    @Test
    void a_site_is_nobody_until_an_administrator_has_approved_its_key_and_a_new_key_ends_the_old_one() {
        ScriptedSite joining = client("scripted-6");
        assertThatThrownBy(joining::token).isInstanceOf(PlatformException.class).hasMessageContaining("invalid_client");
        joining.join();
        String old = joining.token();
        assertThat(as(old, get("/offers/next?wait=0")).statusCode()).isEqualTo(204);

        ScriptedSite renewed = new ScriptedSite(platform, joining.id().value(), keys.resolve("scripted-6-renewed"));
        assertThatThrownBy(renewed::token).isInstanceOf(PlatformException.class);
        renewed.join();

        refused(as(old, get("/offers/next?wait=0")), 401, "token-revoked", "Get a fresh token");
        joining.renewToken();
        assertThatThrownBy(joining::token).isInstanceOf(PlatformException.class);
        // Tokens are dated to the second: one of the second of the approval counts as an old one.
        await(
                () -> {
                    renewed.renewToken();
                    return as(renewed.token(), get("/offers/next?wait=0"));
                },
                204);
        HttpResponse<String> known = as(platform.bearerToken(), get("/invitations"));
        assertThat(known.body()).contains(joining.fingerprint(), renewed.fingerprint(), "\"APPROVED\"");
    }

    @Test
    void no_site_takes_over_a_client_of_keycloak_that_is_none() {
        for (String id : List.of("consilium-portal", "consilium-server", "realm-management")) {
            ScriptedSite robber = new ScriptedSite(platform, id, keys.resolve("robber-" + id));
            assertThatThrownBy(robber::join)
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("client-taken")
                    .hasMessageContaining("invite the site under another id");
            assertThatThrownBy(robber::token).isInstanceOf(PlatformException.class);
            assertThat(as(platform.bearerToken(), get("/sites")).body()).doesNotContain(id);
            // What the refusal says to do next; without it the site could not be invited in the next run.
            assertThat(as(
                                    platform.bearerToken(),
                                    put(
                                            "/invitations/" + undecided(id) + "/rejection",
                                            "{\"reason\":\"It is no site.\"}".getBytes(StandardCharsets.UTF_8),
                                            "application/json"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static int undecided(String site) {
        try (JsonReader json = Json.createReader(
                new StringReader(as(platform.bearerToken(), get("/invitations")).body()))) {
            return json.readArray().getValuesAs(JsonObject.class).stream()
                    .filter(one -> one.getString("site").equals(site)
                            && one.getString("state").equals("REQUESTED"))
                    .findFirst()
                    .orElseThrow()
                    .getInt("id");
        }
    }

    @Test
    void an_old_node_is_refused_until_it_is_replaced() {
        HttpRequest.Builder old = get("/offers/next?wait=0")
                .header("Authorization", "Bearer " + site.token())
                .header("Consilium-Node-Version", "0.0.9");
        refused(send(old), 403, "node-too-old", "Install site-node.war");
        assertThat(as(site.token(), get("/offers/next?wait=0")).statusCode()).isIn(200, 204);
    }

    @Test
    void a_suspended_site_is_refused_at_once_with_a_token_that_is_still_good() throws Exception {
        String token = site.token();
        CompletableFuture<HttpResponse<String>> held = platform.httpClient()
                .sendAsync(
                        authorised(stranger.token(), get("/offers/next?wait=40"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        setStatus(site, "SUSPENDED");
        try {
            refused(as(token, update(1, UPDATE.encode())), 403, "site-suspended", "scripted-1");
            refused(as(token, get("/offers/next?wait=0")), 403, "site-suspended", "scripted-1");
        } finally {
            setStatus(site, "ACTIVE");
        }
        refused(as(token, update(1, UPDATE.encode())), 401, "token-revoked", "Get a fresh token");
        // Tokens are dated to the second: one of the second of the suspension counts as an old one.
        await(
                () -> {
                    site.renewToken();
                    return as(site.token(), update(1, UPDATE.encode()));
                },
                201);

        setStatus(stranger, "SUSPENDED");
        try {
            assertThat(held.get(60, TimeUnit.SECONDS).statusCode()).isIn(204, 403);
        } finally {
            setStatus(stranger, "ACTIVE");
            await(
                    () -> {
                        stranger.renewToken();
                        return as(stranger.token(), get("/offers/next?wait=0"));
                    },
                    204);
        }
    }

    /** Keycloak's own token of the site stays good for minutes; the round goes on at once. */
    @Test
    void a_site_that_is_revoked_in_the_middle_of_a_round_does_not_hold_up_the_others() {
        ScriptedSite revoked = enrolled("scripted-5");
        end();
        study = study + "-both";
        new ProtocolSigning(platform, coordinator()).start(protocol(study, 1, site.id(), revoked.id()), SILENT);
        String token = revoked.token();
        assertThat(as(token, get("/offers/next?wait=0")).body()).contains(study);
        assertThat(as(site.token(), update(1, UPDATE.encode())).statusCode()).isEqualTo(201);
        assertThat(round()).contains("\"TRAINING\"");

        setStatus(revoked, "SUSPENDED");
        try {
            await(() -> as(site.token(), get("/offers/next?wait=20")), 200);
            assertThat(round()).contains("\"EVALUATING\"");
            refused(as(token, get("/offers/next?wait=0")), 403, "site-suspended", "scripted-5");
            refused(as(token, update(1, UPDATE.encode())), 403, "site-suspended", "scripted-5");
        } finally {
            setStatus(revoked, "ACTIVE");
        }
        refused(as(token, get("/offers/next?wait=0")), 401, "token-revoked", "Get a fresh token");
        await(
                () -> {
                    revoked.renewToken();
                    return as(revoked.token(), get("/offers/next?wait=0"));
                },
                204);
    }

    @Test
    void a_site_that_is_out_for_good_gets_no_token_opens_nothing_and_is_not_let_in_again() {
        ScriptedSite gone = enrolled("scripted-gone-" + RUN);
        String token = gone.token();
        await(() -> as(token, get("/offers/next?wait=0")), 204);
        byte[] reason = "{\"reason\":\"The hospital has closed.\"}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer =
                    as(platform.bearerToken(), put("/sites/" + gone.id() + "/revocation", reason, "application/json"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"REVOKED\"");
        }

        refused(
                as(token, get("/offers/next?wait=0")),
                403,
                "site-revoked",
                gone.id().value());
        gone.renewToken();
        assertThatThrownBy(gone::token).hasMessageContaining("invalid_client");
        byte[] active = "{\"status\":\"ACTIVE\"}".getBytes(StandardCharsets.UTF_8);
        refused(
                as(platform.bearerToken(), put("/sites/" + gone.id() + "/status", active, "application/json")),
                409,
                "site-revoked",
                "another id");
        refused(
                as(
                        platform.bearerToken(),
                        post(
                                "/invitations",
                                "{\"site\":\"" + gone.id() + "\",\"organisation\":\"A\",\"contact\":\"B\","
                                        + "\"expectedData\":\"C\",\"validDays\":1}")),
                409,
                "site-revoked",
                "another id");
        String log = as(platform.bearerToken(), get("/audit/records?type=site.revoked&site=" + gone.id()))
                .body();
        assertThat(log.lines()).hasSize(1);
        assertThat(log).contains("The hospital has closed.");
    }

    /** The state of the study's first round, within the whole study. */
    private String round() {
        return as(platform.bearerToken(), get("/studies/" + study)).body().replaceFirst("(?s).*\"rounds\":", "");
    }

    @Test
    void a_held_poll_is_answered_when_work_comes() throws Exception {
        assertThat(as(site.token(), update(1, UPDATE.encode())).statusCode()).isEqualTo(201);
        HttpResponse<String> scoring = as(site.token(), get("/offers/next?wait=30"));
        assertThat(scoring.body()).contains(study).contains("\"evaluate\"");
        end();

        CompletableFuture<HttpResponse<String>> held = platform.httpClient()
                .sendAsync(
                        authorised(site.token(), get("/offers/next?wait=40")).build(),
                        HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> nothing = as(site.token(), get("/offers/next?wait=1"));
        assertThat(nothing.statusCode()).isEqualTo(204);
        assertThat(held).isNotDone();
        study = study + "-next";
        start(study);
        assertThat(held.get(30, TimeUnit.SECONDS).body()).contains(study).contains("\"train\"");
    }

    @Test
    void a_stopped_study_takes_no_answers_and_keeps_its_reason() {
        String stop = "/studies/" + study + "/stop";
        refused(as(platform.bearerToken(), post(stop, "{\"reason\":\" \"}")), 422, "reason-invalid", "1 to 500");
        refused(as(site.token(), post(stop, "{\"reason\":\"no\"}")), 403, "role-missing", "coordinator");

        HttpResponse<String> stopped = as(platform.bearerToken(), post(stop, "{\"reason\":\"A mistake.\"}"));
        assertThat(stopped.statusCode()).isEqualTo(200);
        assertThat(stopped.body()).contains("\"STOPPED\"").contains("A mistake.");
        refused(as(site.token(), update(1, UPDATE.encode())), 409, "round-closed", "takes no updates");
        assertThat(as(platform.bearerToken(), post(stop, "{\"reason\":\"Again.\"}"))
                        .body())
                .contains("A mistake.");
    }

    @Test
    void readiness_and_api_say_that_the_database_is_away_and_recover_by_themselves() {
        platform.database().kill();
        try {
            HttpResponse<String> health = send(request("/health/ready").GET());
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("database").contains("DOWN");
            refused(as(platform.bearerToken(), get("/studies")), 503, "database-unavailable", "database");

            platform.server().kill();
            CompletableFuture<Void> started =
                    CompletableFuture.runAsync(() -> platform.server().restart());
            await(() -> send(request("/health/ready").GET()), 503);
            assertThat(started).as("a server without its database is not ready").isNotDone();
            platform.database().restart();
            started.orTimeout(180, TimeUnit.SECONDS).join();
        } finally {
            platform.database().restart();
        }
        assertThat(as(platform.bearerToken(), get("/studies")).statusCode()).isEqualTo(200);
        for (int i = 0; i < 10; i++) {
            // Keycloak must not hand out the connections of before, one error each.
            site.renewToken();
            assertThat(site.token()).isNotBlank();
        }
    }

    @Test
    void readiness_says_that_the_keys_of_keycloak_are_out_of_reach() {
        platform.keycloak().kill();
        try {
            HttpResponse<String> health = send(request("/health/ready").GET());
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("keycloak").contains("DOWN");
            HttpResponse<String> node =
                    send(HttpRequest.newBuilder(platform.siteUrl(1).resolve("/health/ready"))
                            .GET());
            assertThat(node.statusCode()).isEqualTo(503);
            assertThat(node.body()).contains("keycloak").contains("cannot be fetched");
        } finally {
            platform.keycloak().restart();
        }
        assertThat(send(request("/health/ready").GET()).statusCode()).isEqualTo(200);
    }

    /** Sends the head of a request with a body of so many bytes, and returns the answer that comes before the body. */
    private static String promised(long bytes) throws IOException {
        try (Socket socket = platform.sslContext()
                .getSocketFactory()
                .createSocket("localhost", platform.serverUrl().getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            String head = String.join(
                    "\r\n",
                    "POST /api/v1/models HTTP/1.1",
                    "Host: localhost:" + platform.serverUrl().getPort(),
                    "Authorization: Bearer " + platform.bearerToken(),
                    "Content-Type: " + ParametersHeader.MEDIA_TYPE,
                    "Content-Length: " + bytes,
                    "",
                    "");
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            var in = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
            for (int c = in.read(); c >= 0; c = in.read()) {
                answer.append((char) c);
                if (answer.indexOf("}") >= 0) {
                    break;
                }
            }
            return answer.toString();
        }
    }

    private static ScriptedSite client(String name) {
        return new ScriptedSite(platform, name + "-" + RUN, keys.resolve(name));
    }

    private static ScriptedSite enrolled(String id) {
        ScriptedSite made = client(id);
        made.join();
        return made;
    }

    private static void setStatus(ScriptedSite site, String status) {
        byte[] body = ("{\"status\":\"" + status + "\"}").getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer =
                as(platform.bearerToken(), put("/sites/" + site.id() + "/status", body, "application/json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Waits until a server that starts answers with the status. */
    private static void await(java.util.function.Supplier<HttpResponse<String>> request, int status) {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (true) {
            try {
                if (request.get().statusCode() == status) {
                    return;
                }
            } catch (java.io.UncheckedIOException notYet) {
                // It does not listen yet.
            }
            assertThat(System.nanoTime()).as("never answered " + status).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static void refused(HttpResponse<String> answer, int status, String code, String said) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(Problem.MEDIA_TYPE));
        Problem problem;
        try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
            problem = Problem.fromJson(reader.readObject(), answer.statusCode());
        }
        assertThat(problem.code()).as(answer.body()).isEqualTo(code);
        assertThat(problem.text()).contains(said);
        assertThat(problem.action()).as("the next action").isNotBlank();
    }

    private HttpRequest.Builder update(int round, byte[] body) {
        return put("/studies/" + study + "/rounds/" + round + "/update", body, ParametersHeader.MEDIA_TYPE)
                .header("Consilium-Training", METRICS);
    }

    private static HttpRequest.Builder get(String path) {
        return request("/api/v1" + path).GET();
    }

    private static HttpRequest.Builder post(String path, String json) {
        return post(path, json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private static HttpRequest.Builder post(String path, byte[] body, String type) {
        return request("/api/v1" + path)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static HttpRequest.Builder put(String path, byte[] body, String type) {
        return request("/api/v1" + path).header("Content-Type", type).PUT(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(platform.serverUrl().resolve(path)).timeout(LIMIT);
    }

    private static HttpRequest.Builder authorised(String token, HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + token)
                .header("Consilium-Node-Version", NodeVersion.CURRENT.toString());
    }

    private static HttpResponse<String> as(String token, HttpRequest.Builder request) {
        return send(authorised(token, request));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return platform.httpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
