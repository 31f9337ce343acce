package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.junit.jupiter.api.Test;

class AuditRecordTest {

    /** Written down whole: whoever changes it changes every hash that has ever been signed. */
    private static final String LINE =
            "{\"action\":\"C\",\"actor\":{\"address\":\"10.1.2.3\",\"authentication\":\"OpenID"
                    + " Connect, bearer token\",\"kind\":\"node\",\"name\":\"site-1\",\"organisation\":\"Klinik Süd\","
                    + "\"role\":\"site-node\",\"subject\":\"5f2c\"},\"code\":\"update.accepted\","
                    + "\"correlation\":\"00000000-0000-0001-0000-000000000002\",\"details\":{\"examples\":\"120\","
                    + "\"text\":\"two\\nlines, \\\"quoted\\\" \\\\\"},\"id\":\"00000000-0000-0003-0000-000000000004\","
                    + "\"object\":{\"hash\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
                    + "\"id\":\"nodules/3/site-1\",\"type\":\"update\",\"version\":\"2\"},"
                    + "\"occurred\":\"2026-11-26T10:00:00.120Z\",\"outcome\":{\"code\":0,\"text\":\"Success\"},"
                    + "\"peer\":{\"event\":\"00000000-0000-0005-0000-000000000006\","
                    + "\"hash\":\"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\"},\"protocolVersion\":2,"
                    + "\"reason\":\"asked\",\"recorded\":\"2026-11-26T10:00:01.000Z\",\"round\":3,\"seq\":17,\"site\":\"site-1\","
                    + "\"stream\":\"consortium\",\"study\":\"nodules\",\"studySeq\":5}";

    private static final AuditRecord RECORD = new AuditRecord(
            17,
            new UUID(3, 4),
            AuditRecord.CONSORTIUM,
            Instant.parse("2026-11-26T10:00:00.120999Z"),
            Instant.parse("2026-11-26T10:00:01Z"),
            new Actor(
                    "5f2c",
                    "site-1",
                    "Klinik Süd",
                    "site-node",
                    Kind.NODE,
                    "OpenID Connect, bearer token",
                    Optional.of("10.1.2.3")),
            Action.C,
            "update.accepted",
            Outcome.success(),
            new Entity("update", "nodules/3/site-1", Optional.of("2"), Optional.of(Sha256.of(new byte[0]))),
            Optional.of(new StudyId("nodules")),
            OptionalLong.of(5),
            OptionalInt.of(2),
            OptionalInt.of(3),
            Optional.of(new SiteId("site-1")),
            Optional.of("asked"),
            new UUID(1, 2),
            Optional.of(new Peer(
                    new UUID(5, 6), new Sha256("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"))),
            Map.of("examples", "120", "text", "two\nlines, \"quoted\" \\"));

    @Test
    void the_line_is_as_it_was_written_down() {
        assertThat(RECORD.line()).isEqualTo(LINE);
    }

    @Test
    void the_leaf_is_the_hash_of_a_zero_byte_and_the_line() {
        // printf '\0%s' "$line" | sha256sum
        assertThat(RECORD.leafHash().hex())
                .isEqualTo(Sha256.of(("\0" + LINE).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .hex());
    }

    @Test
    void what_is_written_can_be_read() {
        assertThat(AuditRecord.fromLine(LINE)).isEqualTo(RECORD);
        AuditRecord bare = bare("system.started", Map.of());
        assertThat(AuditRecord.fromLine(bare.line())).isEqualTo(bare);
    }

    @Test
    void another_spelling_of_the_same_record_is_refused() {
        for (String other : new String[] {
            LINE.replace("\"seq\":17", "\"seq\": 17"),
            LINE.replace("\"round\":3", "\"round\":3.0"),
            LINE.replace("\"round\":3,", "\"round\":4,\"round\":3,"),
            LINE.replace("\"studySeq\":5}", "\"studySeq\":5,\"zero\":0}"),
            LINE.replace("Süd", "S\\u00fcd"),
            LINE.replace(".000Z", "Z"),
            LINE.replace("-000000000002", "-00000000000002"),
            LINE.replace("\"kind\":\"node\"", "\"kind\":\"Node\""),
            LINE + " ",
            LINE + LINE
        }) {
            assertThat(other).isNotEqualTo(LINE);
            assertThatIllegalArgumentException().isThrownBy(() -> AuditRecord.fromLine(other));
        }
    }

    @Test
    void what_is_missing_or_wrong_is_refused() {
        for (String other : new String[] {
            "",
            "[]",
            "{}",
            LINE.replace("\"code\":0", "\"code\":3"),
            LINE.replace("\"stream\":\"consortium\"", "\"stream\":\"No Site\""),
            LINE.replace(",\"studySeq\":5", ""),
            LINE.replace("update.accepted", "Update"),
            LINE.replace("\"examples\":", "\"Examples\":"),
            LINE.replace("\"asked\"", "\"\""),
            LINE.replace("\"action\":\"C\"", "\"action\":\"X\"")
        }) {
            assertThat(other).isNotEqualTo(LINE);
            assertThatIllegalArgumentException().isThrownBy(() -> AuditRecord.fromLine(other));
        }
    }

    @Test
    void half_of_a_surrogate_pair_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> bare("system.started", Map.of("text", "\ud800")).line());
    }

    @Test
    void a_whole_surrogate_pair_and_control_characters_are_kept() {
        AuditRecord record = bare("system.started", Map.of("text", "\ud83d\ude00\nnext"));
        assertThat(AuditRecord.fromLine(record.line()).details()).containsEntry("text", "\ud83d\ude00\nnext");
    }

    private static AuditRecord bare(String code, Map<String, String> details) {
        return new AuditRecord(
                0,
                new UUID(0, 1),
                "site-1",
                Instant.EPOCH,
                Instant.EPOCH,
                new Actor("node", "Site node", "site-1", "system", Kind.SYSTEM, "none", Optional.empty()),
                Action.E,
                code,
                Outcome.success(),
                Entity.of("system", "site-1"),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                new UUID(0, 2),
                Optional.empty(),
                details);
    }
}
