package org.consilium.site.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.site.audit.Actors.Acting;
import org.consilium.site.platform.RefusedAccess;
import org.junit.jupiter.api.Test;

/** What strangers ask of a node is recorded however often they ask, and said of nobody else. */
class RefusedRequestsTest {

    /** It tells what could not be recorded, which these tests bring about. */
    private static final Logger LOG = Logger.getLogger(RefusedRequests.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    private final Minutes clock = new Minutes();
    private final Kept kept = new Kept();
    private final RefusedRequests refused = new RefusedRequests(kept, clock);

    @Test
    void a_flood_is_counted_and_said_of_nobody_who_is_not_in_it() {
        for (int stranger = 0; stranger < 3000; stranger++) {
            kept.address = "10.1." + stranger / 250 + "." + stranger % 250;
            ask();
        }
        clock.minutes++;
        refused.flush();
        assertThat(kept.lines).hasSizeLessThan(500);
        assertThat(kept.lines.stream()
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".* ", "")))
                        .sum())
                .isEqualTo(3000);
        assertThat(kept.lines)
                .filteredOn(line -> !line.endsWith(" 1"))
                .allMatch(line -> line.startsWith("none several 401 "));
    }

    @Test
    void what_cannot_be_recorded_now_is_recorded_later() {
        kept.isAway = true;
        ask();
        ask();
        clock.minutes++;
        refused.flush();
        kept.isAway = false;
        refused.flush();
        refused.flush();
        assertThat(kept.lines).containsExactly("10.0.0.1 GET policy 401 2");
    }

    private void ask() {
        refused.refused(new RefusedAccess("GET", "/api/v1/policy", 401));
    }

    private static final class Kept extends SiteAudit {

        private final List<String> lines = new ArrayList<>();
        private String address = "10.0.0.1";
        private boolean isAway;

        @Override
        public Acting acting() {
            return new Acting(
                    new Actor("unknown", "Unknown", "none", "none", Kind.USER, "none", Optional.of(address)),
                    UUID.randomUUID());
        }

        @Override
        AuditRecord append(Acting acting, SiteEvent event) {
            if (isAway) {
                throw new IllegalStateException("the database is away");
            }
            SiteEvent.Facts facts = event.facts();
            lines.add(acting.actor().address().orElse("none") + " "
                    + facts.entity().id() + " " + facts.details().get("status") + " "
                    + facts.details().get("times"));
            return null;
        }
    }

    private static final class Minutes extends Clock {

        private int minutes;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-11-26T10:00:00Z").plus(Duration.ofMinutes(minutes));
        }
    }
}
