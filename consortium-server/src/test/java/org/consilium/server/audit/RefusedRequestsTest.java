package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.RefusedRequest;
import org.consilium.server.platform.SteppedClock;
import org.consilium.server.platform.Trace;
import org.junit.jupiter.api.Test;

/** What strangers ask for is recorded, whatever they ask for and however often. */
class RefusedRequestsTest {

    /** It tells what could not be recorded, which these tests bring about. */
    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-26T10:00:00Z"));
    private final Kept kept = new Kept();
    private final Strangers strangers = new Strangers();
    private final RefusedRequests refused = new RefusedRequests(kept, strangers, new Caller(), new Trace(), clock);

    @Test
    void an_address_with_odd_characters_is_recorded_like_any_other() {
        ask("GET", "/api/v1/\u0085sites");
        ask("GET", "/api/v1/" + "x".repeat(51) + "/123456789".repeat(24) + "\uD83D\uDE00");
        ask("GET", "/api/v1/\uD800");
        assertThat(kept.lines).hasSize(3).allMatch(line -> line.startsWith("10.0.0.1 GET /api/v1/"));
    }

    @Test
    void a_token_in_an_address_is_not_recorded() {
        ask(
                "GET",
                "/api/v1/sites/eyJhbGciOiJSUzI1NiIsInR5cCIgOiAiSldUIiwia2lkIiA6ICJGSjg2R2NGM2pUYk5MT2NvNE52WmtVQ0lVbWZ/x");
        assertThat(kept.lines).containsExactly("10.0.0.1 GET /api/v1/sites/.../x 401 1");
    }

    @Test
    void a_method_that_nobody_knows_is_recorded_however_long_it_is() {
        ask("A".repeat(5000), "/api/v1/sites");
        assertThat(kept.lines).hasSize(1);
        assertThat(kept.lines.get(0)).endsWith("/api/v1/sites 401 1");
    }

    @Test
    void what_cannot_be_recorded_now_is_recorded_later_and_holds_up_nothing_else() {
        kept.isAway = true;
        ask("GET", "/api/v1/sites");
        ask("GET", "/api/v1/studies");
        clock.advance(Duration.ofMinutes(1));
        refused.flush();
        kept.isAway = false;
        refused.flush();
        assertThat(kept.lines)
                .containsExactlyInAnyOrder("10.0.0.1 GET /api/v1/sites 401 1", "10.0.0.1 GET /api/v1/studies 401 1");
        refused.flush();
        assertThat(kept.lines).hasSize(2);
    }

    @Test
    void a_flood_is_counted_and_said_of_nobody_who_is_not_in_it() {
        for (int stranger = 0; stranger < 3000; stranger++) {
            strangers.address = "10.1." + stranger / 250 + "." + stranger % 250;
            ask("GET", "/api/v1/secrets/" + stranger);
        }
        clock.advance(Duration.ofMinutes(1));
        refused.flush();
        assertThat(kept.lines).hasSizeLessThan(500);
        assertThat(kept.lines.stream()
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".* ", "")))
                        .sum())
                .isEqualTo(3000);
        assertThat(kept.lines)
                .filteredOn(line -> !line.endsWith(" 1"))
                .allMatch(line -> line.startsWith("none other addresses 401 "));
    }

    @Test
    void one_who_tries_very_many_addresses_leaves_few_records_and_hides_nobody_else() {
        for (int number = 0; number < 3000; number++) {
            ask("GET", "/api/v1/secrets/" + number);
        }
        strangers.address = "10.0.0.2";
        ask("GET", "/api/v1/sites");
        clock.advance(Duration.ofMinutes(1));
        refused.flush();
        assertThat(kept.lines).hasSizeLessThan(50).contains("10.0.0.2 GET /api/v1/sites 401 1");
    }

    private void ask(String method, String path) {
        refused.refused(new RefusedRequest(method, path, 401, "token-missing"));
    }

    private final class Strangers extends Actors {

        private String address = "10.0.0.1";

        @Override
        Acting acting() {
            return new Acting(
                    new Actor("unknown", "Unknown", "none", "none", Kind.USER, "none", Optional.of(address)),
                    UUID.randomUUID());
        }
    }

    /** Keeps what is recorded; each event makes a record, as in the real log. */
    private final class Kept extends AuditTrail {

        private final RecordedEvents events = new RecordedEvents();
        private final List<String> lines = new ArrayList<>();
        private boolean isAway;

        @Override
        public long appendAlone(AuditEvent... recorded) {
            return appendFor(strangers.acting(), recorded[0]);
        }

        @Override
        public long appendFor(Actors.Acting acting, AuditEvent event) {
            if (isAway) {
                throw new IllegalStateException("the database is away");
            }
            events.append(event);
            AuditEvent.Facts facts = event.facts();
            lines.add(acting.actor().address().orElse("none") + " "
                    + facts.entity().id() + " " + facts.details().get("status") + " "
                    + facts.details().get("times"));
            return lines.size();
        }
    }
}
