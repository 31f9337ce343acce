package org.consilium.site.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.consilium.site.poll.Membership;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final Instant AT = Instant.parse("2026-03-01T09:05:06.7Z");

    @Test
    void a_site_that_waits_says_since_when_and_what_to_tell_the_administrator() {
        Standing waiting = Standing.of(new Membership.Waiting("Hospital", AT, ""));

        assertThat(waiting.word()).isEqualTo("Waiting for approval since 1 March 2026 09:05:06 UTC");
        assertThat(waiting.detail()).contains("Hospital").contains("has not decided yet");
        assertThat(waiting.action()).contains("fingerprint").contains("telephone");
        assertThat(Standing.of(new Membership.Waiting("Hospital", AT, "No route.")))
                .satisfies(troubled ->
                        assertThat(troubled.detail()).contains("No route.").doesNotContain("has not decided yet"))
                .extracting(Standing::kind)
                .isEqualTo("warn");
    }

    @Test
    void a_site_that_is_no_member_reads_what_to_do() {
        assertThat(Standing.of(new Membership.NotEnrolled()).word()).isEqualTo("Not enrolled");
        assertThat(Standing.of(new Membership.NotEnrolled()).action()).contains("invitation");

        Standing refused = Standing.of(new Membership.Refused(AT, "No contract."));
        assertThat(refused.word()).isEqualTo("Not let in, 1 March 2026 09:05:06 UTC");
        assertThat(refused.detail()).contains("No contract.");
        assertThat(refused.action()).contains("new invitation");
    }

    @Test
    void a_member_that_cannot_work_is_not_shown_as_well() {
        assertThat(Standing.of(new Membership.Enrolled(Optional.of(AT), "")))
                .isEqualTo(new Standing(
                        "ok", "i-ok", "Enrolled", "The consortium answered last at 1 March 2026 09:05:06 UTC.", ""));

        Standing suspended = Standing.of(new Membership.Enrolled(Optional.empty(), "The site is suspended."));
        assertThat(suspended.kind()).isEqualTo("warn");
        assertThat(suspended.word()).isEqualTo("Enrolled, but not at work");
        assertThat(suspended.detail()).contains("The site is suspended.");

        assertThat(Standing.of(new Membership.Approved("Hospital", "")).kind()).isEqualTo("run");
        assertThat(Standing.of(new Membership.Approved("Hospital", "No token.")).kind())
                .isEqualTo("warn");
    }

    @Test
    void a_node_that_reached_nobody_says_that_it_does_not_know() {
        assertThat(Standing.of(new Membership.OutOfTouch("Connection refused.")).detail())
                .contains("not known")
                .contains("Connection refused.");
        assertThat(Standing.of(new Membership.OutOfTouch("")).detail()).contains("just been started");
    }
}
