package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.export.ReportExample.record;
import static org.consilium.server.export.ReportExample.site;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.consilium.contract.SiteId;
import org.consilium.server.export.ReportFacts.Amount;
import org.consilium.server.export.ReportFacts.Entry;
import org.consilium.server.export.ReportFacts.Kind;
import org.consilium.server.export.ReportFacts.Tally;
import org.junit.jupiter.api.Test;

class ReportFactsTest {

    private final ReportFacts facts = new ReportFacts();

    @Test
    void what_left_a_hospital_is_summed_by_kind() {
        sent(0, "update.accepted", 0, Map.of("bytes", "100"));
        sent(1, "update.accepted", 0, Map.of("bytes", "23"));
        sent(2, "update.late", 4, Map.of("bytes", "7"));
        sent(3, "update.refused", 4, Map.of());
        sent(4, "evaluation.accepted", 0, Map.of("bytes", "many"));
        ReportFacts.Summary summary = facts.summary();
        assertThat(summary.left(site(1), Kind.PARAMETERS)).isEqualTo(new Amount(2, 123, 0));
        assertThat(summary.left(site(1), Kind.NOT_TAKEN)).isEqualTo(new Amount(2, 7, 1));
        assertThat(summary.left(site(1), Kind.SCORES)).isEqualTo(new Amount(1, 0, 1));
        assertThat(summary.left(site(2), Kind.SCORES)).isEqualTo(Amount.NONE);
        assertThat(summary.records()).isEqualTo(5);
    }

    @Test
    void what_did_not_succeed_is_counted_by_code_and_told_one_by_one() {
        sent(5, "access.refused", 8, Map.of("times", "40", "status", "403"));
        sent(6, "access.refused", 8, Map.of("times", "2"));
        sent(7, "clock.drift", 4, Map.of("seconds", "9"));
        ReportFacts.Summary summary = facts.summary();
        assertThat(summary.tallies())
                .containsExactly(
                        new Tally("access.refused", 8, 2, 42, at(5), at(6)),
                        new Tally("clock.drift", 4, 1, 1, at(7), at(7)));
        assertThat(summary.anomalies().shown()).extracting(Entry::seq).containsExactly(5L, 6L, 7L);
        assertThat(summary.anomalies().shown().get(0).text()).isEqualTo("Not done; status: 403; times: 40");
        assertThat(summary.anomalies().more()).isZero();
    }

    @Test
    void of_many_anomalies_the_most_serious_stay_and_the_rest_is_counted() {
        for (int i = 0; i < 3_000; i++) {
            sent(i, "update.late", i % 100 == 50 ? 8 : 4, Map.of());
        }
        ReportFacts.Listed anomalies = facts.summary().anomalies();
        assertThat(anomalies.shown())
                .hasSize(ReportFacts.LONGEST)
                .isSortedAccordingTo(java.util.Comparator.comparingLong(Entry::seq));
        assertThat(anomalies.more()).isEqualTo(3_000 - ReportFacts.LONGEST);
        assertThat(anomalies.shown()).filteredOn(one -> one.outcome() == 8).hasSize(30);
        assertThat(anomalies.shown())
                .filteredOn(one -> one.outcome() == 4)
                .extracting(Entry::seq)
                .as("of equally serious ones the first")
                .allMatch(seq -> seq <= 172);
    }

    @Test
    void the_course_of_a_study_has_its_steps_and_not_its_rounds() {
        sent(0, "protocol.signed", 0, Map.of("decision", "APPROVE"));
        sent(1, "round.opened", 0, Map.of());
        sent(2, "study.started", 0, Map.of());
        for (int i = 3; i < 1_000; i++) {
            sent(i, "study.paused", 0, Map.of());
        }
        ReportFacts.Listed timeline = facts.summary().timeline();
        assertThat(timeline.shown().subList(0, 3))
                .extracting(Entry::code)
                .containsExactly("protocol.signed", "study.started", "study.paused");
        assertThat(timeline.shown()).hasSize(ReportFacts.LONGEST);
        assertThat(timeline.more()).isEqualTo(999 - ReportFacts.LONGEST);
    }

    @Test
    void a_signature_is_one_line_in_the_course_of_a_study() {
        Map<String, String> details = Map.of(
                "decision",
                "APPROVE",
                "meaning",
                "Approval: site site-1 takes part",
                "signerName",
                "Dr. Bo Example",
                "idTokenHash",
                "ab".repeat(32),
                "idTokenKeyHash",
                "cd".repeat(32));
        sent(0, "protocol.signed", 0, details);
        facts.add(record(1, "protocol.declined", 0, "Success", Optional.of(site(2)), OptionalInt.empty(), details));
        assertThat(facts.summary().timeline().shown()).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.actor()).isEqualTo("Dr. Bo Example");
            assertThat(entry.text()).isEqualTo("version 1");
        });
    }

    @Test
    void memory_does_not_grow_with_sites_codes_or_texts() {
        String text = "\uD83D\uDE00".repeat(900);
        for (int i = 0; i < 20_000; i++) {
            SiteId site = new SiteId("s" + i);
            facts.add(record(i, "update.late", 4, text, Optional.of(site), OptionalInt.empty(), Map.of("bytes", "1")));
            facts.add(record(i, "code.c" + i, 8, "x", Optional.of(site), OptionalInt.empty(), Map.of()));
        }
        ReportFacts.Summary summary = facts.summary();
        assertThat(summary.left()).hasSize(ReportFacts.MOST_KINDS);
        assertThat(summary.tallies()).hasSize(ReportFacts.MOST_KINDS);
        assertThat(summary.anomalies().more()).isEqualTo(40_000 - ReportFacts.LONGEST);
        ReportFacts few = new ReportFacts();
        few.add(record(0, "update.late", 4, text, Optional.empty(), OptionalInt.empty(), Map.of()));
        assertThat(few.summary().anomalies().shown().get(0).text())
                .as("cut between characters")
                .isEqualTo("\uD83D\uDE00".repeat(ReportFacts.MOST_CHARACTERS) + "…");
    }

    private static java.time.Instant at(long seq) {
        return ReportExample.BEGIN.plusSeconds(60 * seq);
    }

    private void sent(long seq, String code, int outcome, Map<String, String> details) {
        facts.add(record(seq, code, outcome, "Not done", Optional.of(site(1)), OptionalInt.of(1), details));
    }
}
