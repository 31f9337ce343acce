package org.consilium.site.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.consilium.contract.Problem;
import org.consilium.contract.SiteId;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.junit.jupiter.api.Test;

/** The readiness checks that call out, with their real clients, while the ledger cannot be written. */
class UnlistedChecksTest {

    private static final SiteSettings SETTINGS = new SiteSettings(
            new SiteId("site-1"),
            URI.create("https://consortium.test"),
            URI.create("https://keycloak.test/realms/consilium"),
            Path.of("/keys"),
            URI.create("https://site-1.test"));

    @Test
    void a_check_that_could_not_ask_says_so_and_what_to_do_and_blames_nobody_else() throws IOException {
        KeysApi keys = client(KeysApi.class);
        SelfApi self = client(SelfApi.class);

        assertThat(new KeycloakReadiness(SETTINGS, keys).guarded())
                .contains("the keys of https://keycloak.test/realms/consilium are not asked for: It was not sent."
                        + " Start the database.");
        assertThat(new RestReadiness(SETTINGS, self).guarded())
                .contains("https://site-1.test is not asked: It was not sent. Start the database.");
        ((Closeable) keys).close();
        ((Closeable) self).close();
    }

    private static <T> T client(Class<T> api) {
        Outbound away = request -> {
            throw new ProblemException(new Problem("not-listed", 503, null, "It was not sent.", "Start the database."));
        };
        return RestClientBuilder.newBuilder()
                .baseUri(URI.create("http://127.0.0.1:1"))
                .property("microprofile.rest.client.disable.default.mapper", true)
                .property(OutboundListing.LEDGER, away)
                .build(api);
    }
}
