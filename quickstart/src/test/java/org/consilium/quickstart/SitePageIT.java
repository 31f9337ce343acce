package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.Problem;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.consilium.quickstart.platform.SiteEnrolment;
import org.consilium.quickstart.platform.Strangers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page of a real node, behind the login form of a real Keycloak. */
@ExtendWith(SharedPlatform.class)
class SitePageIT {

    private static final SiteId SITE = new SiteId("site-2");
    private static final Pattern FINGERPRINT = Pattern.compile("Fingerprint</dt><dd><code[^>]*>([^<]+)<");
    private static final Pattern VIEW = Pattern.compile("name=\"jakarta.faces.ViewState\"[^>]* value=\"([^\"]+)\"");

    private Platform platform;
    private URI node;

    @BeforeEach
    void share(Platform shared) {
        platform = shared;
        node = platform.siteUrl(2);
    }

    /** The hospital has lost its key: its node starts with a new one, which nobody knows. */
    @Test
    void a_node_that_is_no_member_joins_by_a_code_at_its_page_and_the_page_says_when_it_is_let_in() throws Exception {
        loseKey();
        Browser steward = new Browser(platform);
        HttpResponse<String> first = login(steward, "page-steward", SITE, "steward");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.uri()).isEqualTo(node.resolve("/"));
        assertThat(first.body()).contains("page-steward", "as steward", platform.serverUrl() + "</code>");
        assertThat(first.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("frame-ancestors 'none'").doesNotContain("unsafe"));
        assertThat(first.headers().firstValue("Strict-Transport-Security")).isPresent();
        await(steward, "<span>Not enrolled</span>");
        HttpResponse<String> page = steward.get(node.resolve("/"));
        String fingerprint = found(FINGERPRINT, page);
        assertThat(fingerprint).isEqualTo(fingerprintByTheApi());

        assertThat(send(steward, page, "").body()).contains("The invitation code is empty.");
        assertThat(send(steward, page, "7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ").body())
                .contains(
                        "There is no invitation with that enrolment code.", "value=\"7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ\"");
        assertThat(send(steward, page, "\"><script>alert(1)</script>").body())
                .contains("25 letters and digits")
                .doesNotContain("<script>alert");

        JsonObject invited = invite();
        String code = invited.getString("code");
        for (String foreign : List.of("stateless", "YWEzZTQxMGY1ZGRjZGY4NDAwMDAwMDAy")) {
            assertThat(send(steward, foreign, code).statusCode()).as(foreign).isGreaterThanOrEqualTo(400);
        }
        assertThat(send(steward, found(VIEW, loggedIn("other-page-steward")), code)
                        .body())
                .as("a form that another person was given")
                .contains("The form has expired");
        assertThat(state(invited)).as("no form of somebody else was taken").isEqualTo("OPEN");

        HttpResponse<String> asked = send(steward, page, code);
        assertThat(records("enrolment.sent"))
                .as("who sent the code is the steward, not the node")
                .last()
                .satisfies(record -> assertThat(record.actor().kind()).isEqualTo(AuditRecord.Kind.USER))
                .satisfies(record -> assertThat(record.actor().name()).isEqualTo("page-steward"));
        assertThat(asked.uri().getPath()).isEqualTo("/index.xhtml");
        assertThat(asked.body()).contains("Waiting for approval since", "by telephone", "Another code");
        assertThat(state(invited)).isEqualTo("REQUESTED");
        assertThat(steward.get(node.resolve("/state.xhtml")).body()).contains("Waiting for approval since");

        platform.site(2).kill();
        platform.site(2).restart();
        assertThat(login(new Browser(platform), "page-steward", SITE, "steward").body())
                .as("after the node was started again")
                .contains("Waiting for approval since", fingerprint);

        server().put(
                        "/invitations/" + invited.getInt("id") + "/approval",
                        Json.createObjectBuilder()
                                .add("fingerprint", fingerprint)
                                .build());
        steward = new Browser(platform);
        login(steward, "page-steward", SITE, "steward");
        await(steward, "<span>Enrolled</span>");
        // The first poll is held for 25 seconds.
        await(steward, "The consortium answered last at");
        assertThat(steward.get(node.resolve("/")).body())
                .contains("<span>Enrolled</span>", fingerprint)
                .doesNotContain("name=\"code\"");
        assertThat(server().array("/sites").getValuesAs(JsonObject.class))
                .as("what an administrator sees of it")
                .filteredOn(site -> site.getString("id").equals(SITE.value()))
                .extracting(site -> site.getString("keyFingerprint"))
                .containsExactly(fingerprint);
    }

    @Test
    void without_a_login_the_browser_is_sent_to_keycloak_and_only_the_look_is_shown() throws Exception {
        for (String path : List.of("/", "/index.xhtml", "/state.xhtml", "/sign-out", "/nosuch")) {
            HttpResponse<Void> answer = platform.httpClient()
                    .send(HttpRequest.newBuilder(node.resolve(path)).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).as(path).isEqualTo(302);
            assertThat(answer.headers().firstValue("Location").orElse(""))
                    .as(path)
                    .startsWith(platform.issuer() + "/protocol/openid-connect/auth?")
                    .contains("client_id=consilium-site-portal", "code_challenge_method=S256");
        }
        for (String path : List.of("/portal/live.js", "/portal/portal.css", "/signed-out.xhtml")) {
            assertThat(new Browser(platform).get(node.resolve(path)).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @Test
    void whoever_is_not_this_hospitals_steward_reads_what_is_missing_and_sees_nothing_of_it() throws Exception {
        Browser other = new Browser(platform);
        assertRefused(
                other,
                login(other, "page-steward-of-site-1", new SiteId("site-1"), "steward"),
                "names 'site-1' instead");
        Browser auditor = new Browser(platform);
        assertRefused(auditor, login(auditor, "page-auditor", SITE, "auditor"), "the role 'steward' is missing");
        Browser coordinator = new Browser(platform);
        assertRefused(
                coordinator,
                coordinator.login(node.resolve("/"), platform.coordinatorUser(), platform.coordinatorPassword()),
                "the role 'steward' is missing");
        assertThat(records("access.refused"))
                .as("who was refused a page is recorded")
                .filteredOn(record -> record.entity().id().equals("GET page"))
                .extracting(record -> record.actor().name())
                .contains("page-steward-of-site-1", "page-auditor", platform.coordinatorUser());
    }

    @Test
    void a_login_alone_opens_no_api_and_ends_at_keycloak_too() throws Exception {
        Browser steward = new Browser(platform);
        login(steward, "page-steward", SITE, "steward");
        assertThat(steward.get(node.resolve("/nosuch")).statusCode()).isEqualTo(404);
        for (String path : List.of("/api/v1/status", "//api/v1/key", "/%61pi/v1/identity", "/index.xhtml?x=/api/v1/")) {
            HttpResponse<String> answer = steward.get(URI.create(node + path));
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
        }
        assertThat(steward.get(node.resolve("/api/v1/status"))
                        .headers()
                        .firstValue("Content-Type")
                        .orElse(""))
                .startsWith(Problem.MEDIA_TYPE);

        assertThat(steward.post(node.resolve("/sign-out"), Map.of()).body()).contains("You are signed out");
        assertThat(steward.get(node.resolve("/")).uri().getPort())
                .isEqualTo(platform.issuer().getPort());
    }

    private void loseKey() throws IOException {
        platform.site(2).kill();
        Path keys = SharedPlatform.ROOT.resolve("quickstart/target/system/keys/" + SITE);
        Files.delete(keys.resolve(SiteEnrolment.KEY_FILE));
        platform.site(2).restart();
    }

    private HttpResponse<String> loggedIn(String user) throws IOException, InterruptedException {
        return login(new Browser(platform), user, SITE, "steward");
    }

    private HttpResponse<String> login(Browser browser, String user, SiteId site, String role)
            throws IOException, InterruptedException {
        return browser.login(node.resolve("/"), user, Strangers.person(platform, user, site, role));
    }

    private HttpResponse<String> send(Browser browser, HttpResponse<String> page, String code)
            throws IOException, InterruptedException {
        return send(browser, found(VIEW, page), code);
    }

    private HttpResponse<String> send(Browser browser, String view, String code)
            throws IOException, InterruptedException {
        return browser.post(
                node.resolve("/index.xhtml"),
                Map.of("enrol_SUBMIT", "1", "send", "Ask", "code", code, "jakarta.faces.ViewState", view));
    }

    private void assertRefused(Browser browser, HttpResponse<String> page, String missing) throws Exception {
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body())
                .contains("You are logged in as", missing, "Sign out")
                .doesNotContain("Fingerprint");
        for (String path : List.of("/index.xhtml", "/state.xhtml", "/nosuch")) {
            HttpResponse<String> answer = browser.get(node.resolve(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.body()).as(path).doesNotContain("Fingerprint");
        }
        assertThat(send(browser, "stateless", "7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ").statusCode())
                .isEqualTo(403);
    }

    /** The node's own records of a code, by the API. */
    private List<AuditRecord> records(String code) throws IOException, InterruptedException {
        HttpResponse<String> lines = platform.httpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(node + "/api/v1/audit/records"))
                                .header(
                                        "Authorization",
                                        "Bearer " + platform.steward(SITE).token())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(lines.statusCode()).isEqualTo(200);
        return lines.body()
                .lines()
                .map(AuditRecord::fromLine)
                .filter(record -> record.code().equals(code))
                .toList();
    }

    private String fingerprintByTheApi() {
        return new Api("site-2", platform.httpClient(), node, platform.steward(SITE)::token)
                .get("/identity")
                .getString("fingerprint");
    }

    private JsonObject invite() {
        return server().post(
                        "/invitations",
                        Json.createObjectBuilder()
                                .add("site", SITE.value())
                                .add("organisation", "Hospital 2")
                                .add("contact", "IT")
                                .add("expectedData", "none")
                                .add("validDays", 1)
                                .build());
    }

    private String state(JsonObject invited) {
        return server().array("/invitations").getValuesAs(JsonObject.class).stream()
                .filter(one -> one.getInt("id") == invited.getInt("id"))
                .findFirst()
                .orElseThrow()
                .getString("state");
    }

    private Api server() {
        return new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform::bearerToken);
    }

    private void await(Browser browser, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            HttpResponse<String> page = browser.get(node.resolve("/state.xhtml"));
            if (page.body().contains(text)) {
                return;
            }
            assertThat(System.nanoTime()).as(page.body()).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static String found(Pattern pattern, HttpResponse<String> page) {
        Matcher matcher = pattern.matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        return matcher.group(1);
    }
}
