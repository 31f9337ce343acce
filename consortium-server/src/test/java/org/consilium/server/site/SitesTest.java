package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.RecordedEvents;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.SteppedClock;
import org.junit.jupiter.api.Test;

class SitesTest {

    private static final SiteId SITE = new SiteId("site-1");
    private static final Instant START = Instant.parse("2026-01-05T08:00:00.250Z");

    private final SteppedClock clock = new SteppedClock(START);
    private final SiteChanges changes = new SiteChanges();
    private final RecordedEvents audit = new RecordedEvents();
    private final Sites sites = new Sites(new MemorySiteStore(), clock, changes, audit);

    @Test
    void a_site_that_has_joined_is_admitted_with_a_token_of_the_same_second() {
        sites.enrolled(SITE, "Hospital");
        assertThatCode(() -> sites.admit(SITE, Instant.parse("2026-01-05T08:00:00Z")))
                .doesNotThrowAnyException();
        assertThat(sites.isActive(SITE)).isTrue();
    }

    @Test
    void a_member_that_joins_again_has_another_name_and_its_old_tokens_are_dead_while_a_suspension_stays() {
        sites.enrolled(SITE, "Hospital");
        sites.setStatus(SITE, SiteStatus.SUSPENDED);
        clock.advance(Duration.ofMinutes(1));
        Instant old = clock.instant();
        Site again = sites.enrolled(SITE, "Another name");
        assertThat(again.status()).isEqualTo(SiteStatus.SUSPENDED);
        assertThat(sites.all()).extracting(Site::name).containsExactly("Another name");
        sites.setStatus(SITE, SiteStatus.ACTIVE);
        assertRefused(() -> sites.admit(SITE, old), 401, "token-revoked");
        assertThatCode(() -> sites.admit(SITE, clock.instant().plusSeconds(1))).doesNotThrowAnyException();
    }

    @Test
    void a_site_that_is_not_known_is_refused() {
        assertRefused(() -> sites.admit(SITE, START), 403, "site-unknown");
        assertRefused(() -> sites.setStatus(SITE, SiteStatus.ACTIVE), 404, "site-unknown");
        assertThat(sites.isActive(SITE)).isFalse();
    }

    @Test
    void a_suspended_site_is_refused_at_once_and_its_old_tokens_stay_shut_out_for_good() {
        sites.enrolled(SITE, "Hospital");
        clock.advance(Duration.ofMinutes(1));
        Instant old = clock.instant();
        sites.setStatus(SITE, SiteStatus.SUSPENDED);
        assertRefused(() -> sites.admit(SITE, old), 403, "site-suspended");
        assertRefused(() -> sites.admit(SITE, old.plusSeconds(60)), 403, "site-suspended");

        sites.setStatus(SITE, SiteStatus.ACTIVE);
        assertRefused(() -> sites.admit(SITE, old), 401, "token-revoked");
        assertThatCode(() -> sites.admit(SITE, clock.instant().plusSeconds(1))).doesNotThrowAnyException();
        assertThat(changes.told()).containsExactly(new SiteChanged(SITE), new SiteChanged(SITE));
    }

    @Test
    void a_revoked_site_is_refused_at_once_and_nobody_lets_it_take_part_again() {
        sites.enrolled(SITE, "Hospital");
        sites.setStatus(SITE, SiteStatus.SUSPENDED);
        assertThat(sites.revoke(SITE, "It has closed.").status()).isEqualTo(SiteStatus.REVOKED);
        clock.advance(Duration.ofDays(1));
        assertRefused(() -> sites.admit(SITE, clock.instant()), 403, "site-revoked");
        assertRefused(() -> sites.setStatus(SITE, SiteStatus.ACTIVE), 409, "site-revoked");
        assertThat(sites.isActive(SITE)).isFalse();
        assertThat(sites.suspended()).containsExactly(SITE);

        sites.revoke(SITE, "Again.");
        assertThat(audit.codes()).containsExactly("site.suspended", "site.revoked");
        assertThat(audit.all().get(1).facts().reason()).contains("It has closed.");
        assertThat(changes.told()).hasSize(2);
        assertRefused(() -> sites.revoke(new SiteId("nowhere"), "None."), 404, "site-unknown");
    }

    @Test
    void setting_the_status_that_a_site_has_shuts_no_token_out() {
        sites.enrolled(SITE, "Hospital");
        clock.advance(Duration.ofMinutes(1));
        Instant token = clock.instant();
        clock.advance(Duration.ofMinutes(1));
        sites.setStatus(SITE, SiteStatus.ACTIVE);
        assertThatCode(() -> sites.admit(SITE, token)).doesNotThrowAnyException();
    }

    @Test
    void a_poll_is_noted_and_undoes_no_suspension() {
        sites.enrolled(SITE, "Hospital");
        sites.setStatus(SITE, SiteStatus.SUSPENDED);
        sites.seen(SITE, Optional.of("v".repeat(100)));
        Site seen = sites.all().get(0);
        assertThat(seen.status()).isEqualTo(SiteStatus.SUSPENDED);
        assertThat(seen.lastSeenAt()).contains(START);
        assertThat(seen.nodeVersion()).contains("v".repeat(80));
        sites.seen(SITE, Optional.empty());
        assertThat(sites.all().get(0).nodeVersion()).as("the last one known").contains("v".repeat(80));
    }

    @Test
    void a_name_is_text_for_people() {
        for (String name : new String[] {"", " ", "x".repeat(201), "a\u0000b"}) {
            assertThatThrownBy(() -> sites.enrolled(SITE, name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'name'");
        }
        assertThat(sites.all()).isEmpty();
    }

    private static void assertRefused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(code);
            assertThat(refusal.problem().status()).isEqualTo(status);
        });
    }
}
