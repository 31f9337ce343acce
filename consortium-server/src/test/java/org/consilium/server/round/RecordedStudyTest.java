package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.Texts;
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
                Samples.STUDY,
                new RoundNumber(1),
                Samples.ONE,
                Optional.empty(),
                "policy-hours",
                "Not before 20:00.\nCome later.");
        assertThat(last().facts().code()).isEqualTo("policy.refused");
        assertThat(last().facts().reason()).isEqualTo(Optional.of("Not before 20:00. Come later."));
        assertThat(consortium.audit.codes()).contains("round.offer-taken");
    }

    @Test
    void a_study_of_very_many_sites_with_long_names_is_recorded_like_any_other() {
        SiteId[] many = IntStream.range(0, 300)
                .mapToObj(number -> new SiteId("hospital-with-a-name-as-long-as-can-" + number))
                .toArray(SiteId[]::new);
        Stream.of(many).forEach(site -> consortium.sites.enrolled(site, "Hospital"));
        consortium.start(Samples.protocol(2, 2, false, many));
        assertThat(last().facts().code()).isEqualTo("round.opened");
        assertThat(last().facts().details().get("participants").split(" ")).hasSize(300);
    }

    @Test
    void a_round_that_many_sites_refuse_in_many_words_fails_and_its_record_says_why() {
        SiteId[] sites = IntStream.range(0, 8)
                .mapToObj(number -> new SiteId("talkative-" + number))
                .toArray(SiteId[]::new);
        Stream.of(sites).forEach(site -> consortium.sites.enrolled(site, "Hospital"));
        consortium.start(Samples.protocol(2, 8, false, sites));
        for (SiteId site : sites) {
            consortium.rounds.refuse(
                    Samples.STUDY,
                    new RoundNumber(1),
                    site,
                    Optional.empty(),
                    "policy-hours",
                    "Not before evening. ".repeat(25));
        }
        consortium.settle();
        assertThat(consortium.audit.codes()).endsWith("round.failed", "study.stopped");
        assertThat(last().facts().reason().orElseThrow()).contains("refused: talkative-0");
    }

    @Test
    void what_a_site_writes_is_recorded_whatever_characters_it_has() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        consortium.rounds.refuse(
                Samples.STUDY,
                new RoundNumber(1),
                Samples.ONE,
                Optional.empty(),
                "policy-hours",
                "later\u0085\uD800 \u009B31m");
        assertThat(last().facts().reason()).isEqualTo(Optional.of("later ?  31m"));
    }

    @Test
    void what_a_site_writes_is_not_cut_within_a_character() {
        consortium.start(Samples.protocol(2, 2, false, Samples.ONE, Samples.TWO));
        String faces = "x" + "\uD83D\uDE00".repeat(400);
        consortium.rounds.refuse(Samples.STUDY, new RoundNumber(1), Samples.ONE, Optional.empty(), "policy", faces);
        assertThat(consortium.audit.codes()).endsWith("policy.refused");
        assertThat(Texts.isEncodable(consortium.share(1, Samples.ONE).reason().orElseThrow()))
                .isTrue();
    }

    @Test
    void an_amendment_that_is_approved_because_the_last_awaited_site_leaves_is_recorded_as_approved() {
        consortium.start(Samples.protocol(2, 1, false, Samples.ONE, Samples.TWO));
        consortium.protocols.amend(Samples.STUDY, Samples.protocol(3, 1, false, Samples.ONE, Samples.TWO), "ada");
        consortium.protocols.propose(Samples.STUDY);
        consortium.sign(Samples.STUDY, Samples.ONE);
        consortium.course.leave(Samples.STUDY, Samples.TWO, "Bo", "The board has decided so.");
        assertThat(consortium.audit.codes()).endsWith("study.site-withdrawn", "protocol.approved");
        assertThat(last().facts().version()).hasValue(2);
    }

    @Test
    void a_rule_that_looks_at_a_thousand_sites_is_recorded_with_all_that_it_looked_at() {
        Map<String, String> inputs = new TreeMap<>();
        IntStream.range(0, 1000)
                .forEach(number -> inputs.put(
                        "hospital-with-a-name-as-long-as-can-" + number,
                        "0.12345678901234567 over its own 0.12345678901234567"));
        consortium.audit.append(
                new AuditEvent.StoppingRuleDecided(Samples.STUDY, 1, new RoundNumber(1), "harm", false, inputs));
        assertThat(last().facts().details().get("inputs").split("; ")).hasSize(1000);
    }

    @Test
    void the_quorum_counts_no_update_of_a_site_that_has_left() throws IOException {
        consortium.start(Samples.protocol(1, 2, false, Samples.ONE, Samples.TWO, Samples.THREE));
        consortium.send(Samples.TWO, 1, 10, Samples.parameters(2, 0, 0));
        consortium.course.leave(Samples.STUDY, Samples.TWO, "Bo", "The board has decided so.");
        consortium.send(Samples.ONE, 1, 10, Samples.parameters(1, 0, 0));
        consortium.send(Samples.THREE, 1, 10, Samples.parameters(3, 0, 0));
        consortium.settle();
        assertThat(consortium.audit.all().stream()
                        .filter(AuditEvent.QuorumReached.class::isInstance)
                        .map(event -> ((AuditEvent.QuorumReached) event).updates()))
                .containsExactly(2L);
    }

    @Test
    void the_data_of_a_site_are_recorded_when_they_are_seen_first_and_when_they_change() throws IOException {
        consortium.start(Samples.protocol(4, 1, false, Samples.ONE));
        send(1, 100, "a");
        send(2, 100, "a");
        send(3, 90, "a");
        send(4, 90, "b");
        List<AuditEvent.DataDeclared> told = consortium.audit.all().stream()
                .filter(AuditEvent.DataDeclared.class::isInstance)
                .map(AuditEvent.DataDeclared.class::cast)
                .toList();
        assertThat(told).extracting(one -> one.round().value()).containsExactly(1, 3, 4);
        assertThat(told)
                .extracting(one -> one.facts().code())
                .containsExactly("dataset.declared", "dataset.changed", "dataset.changed");
        assertThat(told.get(0).facts().details()).containsOnlyKeys("examples");
        assertThat(told.get(2).facts().entity().hash()).contains(fingerprint("b"));
        assertThat(told.get(2).facts().details())
                .containsEntry("fingerprintBefore", fingerprint("a").hex())
                .containsEntry("examplesBefore", "90");
        List<String> codes = consortium.audit.codes();
        assertThat(codes.get(codes.indexOf("dataset.declared") + 1)).isEqualTo("update.accepted");
    }

    private void send(int round, long examples, String data) throws IOException {
        consortium.poll(Samples.ONE);
        assertThat(consortium.send(
                        Samples.ONE,
                        round,
                        examples,
                        Samples.parameters(round, 0, 0).encode(),
                        Provenance.of(null, fingerprint(data).hex())))
                .isTrue();
        consortium.settle();
        consortium.poll(Samples.ONE);
        consortium.score(Samples.ONE, round, Split.VAL, Samples.scores(6, 4));
        consortium.settle();
    }

    private static Sha256 fingerprint(String data) {
        return Sha256.of(data.getBytes(StandardCharsets.UTF_8));
    }

    private AuditEvent last() {
        List<AuditEvent> all = consortium.audit.all();
        return all.get(all.size() - 1);
    }
}
