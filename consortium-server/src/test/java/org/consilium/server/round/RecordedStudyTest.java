package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.platform.Refusal;
import org.junit.jupiter.api.Test;

/** What the audit log says of a study's course. */
class RecordedStudyTest {

    private final Consortium consortium = new Consortium();

    @Test
    void a_study_is_recorded_from_its_draft_to_its_first_round() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        assertThat(consortium.audit.codes())
                .endsWith(
                        "protocol.drafted",
                        "protocol.proposed",
                        "protocol.signed",
                        "protocol.signed",
                        "protocol.approved",
                        "study.started",
                        "round.opened");
    }

    @Test
    void a_signature_is_recorded_with_its_meaning_and_the_digest_of_its_evidence() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        AuditEvent.ProtocolSigned signed = consortium.audit.all().stream()
                .filter(AuditEvent.ProtocolSigned.class::isInstance)
                .map(AuditEvent.ProtocolSigned.class::cast)
                .filter(event -> event.site().equals(Samples.ONE))
                .findFirst()
                .orElseThrow();
        assertThat(signed.name()).isEqualTo("Steward site-1");
        assertThat(signed.meaning()).startsWith("Approval: site site-1 takes part");
        assertThat(signed.facts().details()).containsKeys("idTokenHash", "idTokenKeyHash", "authenticatedAt");
        assertThat(signed.facts().details().values()).doesNotContain("token");
    }

    @Test
    void what_changes_nothing_is_not_recorded_again() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        consortium.course.pause(Samples.STUDY);
        int before = consortium.audit.all().size();
        consortium.offers.next(Samples.ONE);
        consortium.offers.next(Samples.ONE);
        assertThat(consortium.audit.all().size() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void a_refused_step_leaves_no_record_of_its_success() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        List<String> before = consortium.audit.codes();
        assertThatThrownBy(() -> consortium.course.leave(Samples.STUDY, new SiteId("stranger"), "eve", "why not"))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> consortium.course.start(Samples.STUDY)).isInstanceOf(Refusal.class);
        assertThat(consortium.audit.codes()).isEqualTo(before);
    }

    @Test
    void pause_withdrawal_and_stop_are_recorded_with_their_reasons() {
        consortium.start(Samples.protocol(2, 1, false, Samples.ONE, Samples.TWO));
        consortium.course.pause(Samples.STUDY);
        consortium.course.resume(Samples.STUDY);
        consortium.course.leave(Samples.STUDY, Samples.TWO, "Bo", "The board has decided so.");
        consortium.course.stop(Samples.STUDY, "No money left.");
        assertThat(consortium.audit.codes())
                .endsWith(
                        "round.opened",
                        "study.paused",
                        "study.resumed",
                        "study.site-withdrawn",
                        "round.failed",
                        "study.stopped");
        assertThat(last().facts().reason()).isEqualTo(Optional.of("No money left."));
    }

    @Test
    void a_refusal_of_the_sites_policy_is_recorded_with_its_code() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        consortium.offers.next(Samples.ONE);
        consortium.rounds.refuse(
                Samples.STUDY, new RoundNumber(1), Samples.ONE, "policy-hours", "Not before 20:00.\nCome later.");
        assertThat(last().facts().code()).isEqualTo("policy.refused");
        assertThat(last().facts().reason()).isEqualTo(Optional.of("Not before 20:00. Come later."));
        assertThat(consortium.audit.codes()).contains("round.offer-taken");
    }

    private AuditEvent last() {
        List<AuditEvent> all = consortium.audit.all();
        return all.get(all.size() - 1);
    }
}
