package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Trace;
import org.junit.jupiter.api.Test;

/** What is done later for somebody is said of that one, and nothing else is. */
class DeputyTest {

    private static final Actors.Acting NODE = new Actors.Acting(
            new Actor("n", "site-1", "site-1", "site-node", Kind.NODE, "token", Optional.of("10.0.0.1")),
            UUID.randomUUID());

    private final Actors actors = new Actors(new Caller(), new Trace());

    @Test
    void what_a_deputy_does_is_done_by_who_had_asked() {
        assertThat(new Deputy(NODE).does(actors::acting)).isEqualTo(NODE);
        assertThat(actors.acting().actor().kind()).as("afterwards").isEqualTo(Kind.SYSTEM);
    }

    @Test
    void a_deputy_that_fails_lets_go_of_the_name() {
        assertThatThrownBy(() -> new Deputy(NODE).does(() -> {
                    throw new IllegalStateException("no database");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(actors.acting().actor().kind()).isEqualTo(Kind.SYSTEM);
    }
}
