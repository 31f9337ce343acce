package org.consilium.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.consilium.contract.Problem;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.quickstart.platform.Platform;
import org.consilium.quickstart.platform.SharedPlatform;
import org.consilium.quickstart.platform.Strangers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The portal as a browser sees it: Keycloak's login, the page behind it, and the door to the API that stays shut. */
@ExtendWith(SharedPlatform.class)
class PortalIT {

    private Browser browser;
    private URI server;

    @BeforeEach
    void open(Platform platform) {
        server = platform.serverUrl();
        browser = new Browser(platform);
    }

    @Test
    void the_overview_is_behind_the_login_and_shows_the_sites(Platform platform) throws Exception {
        HttpResponse<String> page = login(platform.coordinatorUser(), platform.coordinatorPassword());

        assertThat(page.uri()).isEqualTo(server.resolve("/"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<h1>Overview</h1>", "site-1", "site-2", "Sign out", "Database ready", "Keycloak ready");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).doesNotContain("unsafe"));
    }

    /** The overview names studies and sites: who has looked at it is on record, and so is who was refused. */
    @Test
    void who_logs_in_and_who_is_refused_is_on_record(Platform platform, @TempDir Path folder) throws Exception {
        login(platform.coordinatorUser(), platform.coordinatorPassword());
        String password = Strangers.person(platform, "portal-steward", new SiteId("site-1"), "steward");
        HttpResponse<String> refused = new Browser(platform).login(server.resolve("/"), "portal-steward", password);
        assertThat(refused.statusCode()).isEqualTo(403);

        assertThat(records(platform, folder, "access.authenticated")).anySatisfy(record -> {
            assertThat(record.actor().name()).isEqualTo(platform.coordinatorUser());
            assertThat(record.actor().role()).contains("coordinator");
            assertThat(record.actor().authentication()).isEqualTo("OpenID Connect log-in at the portal");
        });
        assertThat(records(platform, folder, "access.refused")).anySatisfy(record -> {
            assertThat(record.actor().name()).isEqualTo("portal-steward");
            assertThat(record.outcome().text()).contains("403");
        });
    }

    private List<AuditRecord> records(Platform platform, Path folder, String type) throws IOException {
        Path file = folder.resolve(type + ".jsonl");
        new Api("the consortium server", platform.httpClient(), platform.serverUrl(), platform.auditor()::token)
                .download("/audit/records?type=" + type, file);
        return Files.readAllLines(file).stream().map(AuditRecord::fromLine).toList();
    }

    @Test
    void an_address_without_a_page_says_so(Platform platform) throws Exception {
        login(platform.coordinatorUser(), platform.coordinatorPassword());

        for (String path : new String[] {"/nosuch", "/favicon.ico", "/portal/nosuch.css", "/index.xhtml"}) {
            HttpResponse<String> page = get(server.resolve(path));
            assertThat(page.statusCode()).as(path).isEqualTo(404);
            assertThat(page.body()).as(path).contains("There is nothing at this address", "Go to the overview");
        }
    }

    @Test
    void a_wrong_password_opens_nothing(Platform platform) throws Exception {
        HttpResponse<String> page = login(platform.coordinatorUser(), "not the password");

        assertThat(page.uri().getHost() + ":" + page.uri().getPort())
                .isEqualTo(platform.issuer().getHost() + ":" + platform.issuer().getPort());
        assertThat(page.body()).contains("Invalid username or password").doesNotContain("<h1>Overview</h1>");
    }

    @Test
    void a_login_alone_opens_no_api(Platform platform) throws Exception {
        login(platform.coordinatorUser(), platform.coordinatorPassword());

        for (String path : new String[] {"/api/v1/studies", "/api/v1/me", "/api/v1/sites;x=1", "//api/v1/studies"}) {
            HttpResponse<String> answer = get(URI.create(server + path));
            assertThat(answer.statusCode()).as(path).isIn(400, 401, 404);
            assertThat(answer.body()).as(path).doesNotContain("demo-");
        }
        HttpResponse<String> refused = get(server.resolve("/api/v1/studies"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith(Problem.MEDIA_TYPE);
        assertThat(refused.body()).contains("token-missing");
    }

    @Test
    void after_signing_out_the_password_is_asked_for_again(Platform platform) throws Exception {
        login(platform.coordinatorUser(), platform.coordinatorPassword());
        HttpResponse<String> out = browser.post(server.resolve("/sign-out"), Map.of());

        assertThat(out.body()).contains("You are signed out");
        assertThat(get(server.resolve("/")).uri().getPort())
                .isEqualTo(platform.issuer().getPort());
    }

    private HttpResponse<String> login(String user, String password) throws IOException, InterruptedException {
        return browser.login(server.resolve("/"), user, password);
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return browser.get(address);
    }
}
