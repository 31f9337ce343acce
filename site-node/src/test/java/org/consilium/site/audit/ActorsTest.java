package org.consilium.site.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ContextNotActiveException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.platform.Trace;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

class ActorsTest {

    private static final UUID REQUEST = new UUID(3, 4);

    @Test
    void a_steward_is_named_as_the_token_names_him_and_the_token_is_not_kept() {
        Actors.Acting acting = actors(
                        new Token(Map.of(
                                "raw_token",
                                "eyJ",
                                "sub",
                                "u-1",
                                "upn",
                                "ada",
                                "azp",
                                "consilium-portal",
                                "site",
                                "site-1")),
                        from("10.0.0.7", true))
                .acting();

        assertThat(acting.correlation()).isEqualTo(REQUEST);
        assertThat(acting.actor())
                .isEqualTo(new Actor(
                        "u-1",
                        "ada",
                        "site-1",
                        "steward",
                        Kind.USER,
                        "OpenID Connect bearer token of client consilium-portal",
                        Optional.of("10.0.0.7")));
    }

    @Test
    void a_name_that_no_record_takes_hides_nobody() {
        Actor actor = actors(
                        new Token(Map.of("sub", "u-1", "upn", "x\u0085".repeat(2000), "azp", "portal", "site", " \n")),
                        from("10.0.0.7", true))
                .acting()
                .actor();
        assertThat(actor.subject()).isEqualTo("u-1");
        assertThat(actor.name()).startsWith("x x x");
        assertThat(actor.organisation()).isEqualTo("none");
    }

    @Test
    void who_is_logged_in_at_the_pages_is_named_and_not_taken_for_the_node() {
        Trace trace = new Trace();
        trace.fromPage("10.0.0.7", new Trace.Person("u-1", "ada", "site-1", "steward"));
        assertThat(actors(null, trace).acting().actor())
                .isEqualTo(new Actor(
                        "u-1",
                        "ada",
                        "site-1",
                        "steward",
                        Kind.USER,
                        "OpenID Connect log-in at this node's pages",
                        Optional.of("10.0.0.7")));
    }

    @Test
    void who_came_without_a_token_is_unknown_but_for_the_address() {
        Actor actor = actors(null, from("10.0.0.7", false)).acting().actor();
        assertThat(actor.subject()).isEqualTo("unknown");
        assertThat(actor.address()).contains("10.0.0.7");
    }

    @Test
    void the_nodes_own_threads_act_for_the_node() {
        Trace none = new Trace() {
            @Override
            public Optional<String> address() {
                throw new ContextNotActiveException();
            }
        };
        Actor actor = actors(null, none).acting().actor();
        assertThat(actor.kind()).isEqualTo(Kind.SYSTEM);
        assertThat(actor.organisation()).isEqualTo("site-1");
    }

    private static Actors actors(JsonWebToken token, Trace trace) {
        return new Actors(
                token,
                trace,
                new SiteSettings(
                        new SiteId("site-1"),
                        URI.create("https://consortium.test"),
                        URI.create("https://keycloak.test/realms/consilium"),
                        Path.of("/keys"),
                        URI.create("https://site-1.test")));
    }

    private static Trace from(String address, boolean hasToken) {
        return new Trace() {
            @Override
            public Optional<String> address() {
                return Optional.of(address);
            }

            @Override
            public boolean hasToken() {
                return hasToken;
            }

            @Override
            public UUID correlation() {
                return REQUEST;
            }
        };
    }

    private record Token(Map<String, String> claims) implements JsonWebToken {

        @Override
        public String getName() {
            return claims.get("upn");
        }

        @Override
        public Set<String> getClaimNames() {
            return claims.keySet();
        }

        @Override
        public Set<String> getGroups() {
            return Set.of("steward");
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getClaim(String name) {
            return (T) claims.get(name);
        }
    }
}
