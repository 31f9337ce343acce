package org.consilium.site.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.consilium.contract.Problem;
import org.consilium.contract.SiteId;
import org.consilium.site.platform.SiteSettings;
import org.junit.jupiter.api.Test;

class VisitorTest {

    private static final SiteSettings NODE = new SiteSettings(
            new SiteId("site-1"),
            URI.create("https://consortium.test"),
            URI.create("https://keycloak.test/realms/consilium"),
            Path.of("/keys"),
            URI.create("https://site-1.test"));

    @Test
    void the_hospitals_own_steward_gets_in() {
        assertThat(new Visitor("ada", true, "site-1").refusal(NODE)).isEmpty();
    }

    @Test
    void anybody_else_reads_who_is_logged_in_what_is_missing_and_what_to_do() {
        Problem other = refusal(new Visitor("ada", true, "site-2"));
        assertThat(other.detail())
                .contains("'ada'")
                .contains("names 'site-2' instead of 'site-1'")
                .doesNotContain("role");
        assertThat(other.action()).contains("Sign out").contains("administrator");

        assertThat(refusal(new Visitor("ada", true, "")).detail()).contains("the attribute 'site' is missing");
        assertThat(refusal(new Visitor("ada", false, "site-1")).detail())
                .contains("the role 'steward' is missing")
                .doesNotContain("attribute");
        assertThat(refusal(new Visitor("ada", false, "")).detail())
                .contains("the role 'steward' is missing, and the attribute 'site' is missing");
    }

    @Test
    void the_site_is_the_one_that_the_logins_token_names() {
        assertThat(login("{\"site\":\"site-1\"}").site()).isEqualTo("site-1");
        assertThat(login("{}").site()).isEmpty();
        assertThat(login("{\"site\":[\"site-1\",\"site-2\"]}").site()).isEmpty();
        assertThat(login("no JSON").site()).isEmpty();
        assertThat(new LogIn("no token").site()).isEmpty();
    }

    private static Problem refusal(Visitor visitor) {
        Problem refusal = visitor.refusal(NODE).orElseThrow();
        assertThat(refusal.status()).isEqualTo(403);
        return refusal;
    }

    private static LogIn login(String claims) {
        return new LogIn("e30."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".sig");
    }
}
