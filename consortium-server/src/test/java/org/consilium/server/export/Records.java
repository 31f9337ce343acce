package org.consilium.server.export;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;

/** Records for the tests of exports: of every code, and as many as are wanted. */
final class Records {

    /** What the two logs record: code, action, outcome and the type of the object. */
    private static final String CODES = """
            access.authenticated E 0 session
            access.refused E 8 endpoint
            access.log-in-failed E 8 user
            request.refused E 4 endpoint
            sensitive.read R 0 protocol
            system.started E 0 system
            configuration.changed U 0 configuration
            audit.key-used E 0 key
            clock.drift E 4 site
            site.invited C 0 invitation
            site.invitation-withdrawn U 0 invitation
            site.enrolment-claimed U 0 invitation
            site.rejected U 0 invitation
            site.approved U 0 site
            site.suspended U 0 site
            site.activated U 0 site
            site.key-rotation-begun U 0 site
            site.key-rotation-withdrawn U 0 site
            site.key-rotated U 0 site
            site.revoked U 0 site
            protocol.drafted C 0 protocol
            protocol.amended C 0 protocol
            protocol.proposed U 0 protocol
            protocol.signed C 0 protocol
            protocol.declined C 0 protocol
            protocol.approved U 0 protocol
            protocol.withdrawn U 0 protocol
            study.started U 0 study
            study.paused U 0 study
            study.resumed U 0 study
            study.completed U 0 study
            study.stopped U 0 study
            study.withdrawn U 0 study
            study.site-withdrawn U 0 study
            updates.erased D 0 study
            dataset.declared C 0 dataset
            dataset.changed U 0 dataset
            policy.refused E 4 offer
            round.opened C 0 round
            round.offer-taken R 0 offer
            update.accepted C 0 update
            update.refused E 4 update
            update.late E 4 update
            evaluation.accepted C 0 evaluation
            round.quorum-reached E 0 round
            round.aggregated C 0 model
            round.completed U 0 round
            round.failed U 12 round
            stopping-rule.decided E 0 study
            model.registered C 0 model
            model.released U 0 model
            model.downloaded R 0 model
            statistics.accepted C 0 statistics
            statistics.refused E 4 statistics
            impressions.judged C 0 impressions
            impressions.synthesised C 0 impressions
            impressions.failed E 4 model
            impressions.released U 0 impressions
            impressions.withheld U 0 impressions
            impressions.downloaded R 0 impressions
            model.recalibrated C 0 model
            model.not-recalibrated E 4 model
            export.made R 0 export
            verification.run E 0 bundle
            key.made C 0 key
            key.rotated U 0 key
            enrolment.sent E 0 invitation
            dataset.registered C 0 dataset
            policy.changed U 0 configuration
            offer.taken R 0 offer
            training.done E 0 update
            update.sent R 0 update
            evaluation.sent R 0 evaluation
            checkpoint.witnessed E 0 checkpoint
            checkpoint.refused E 8 checkpoint
            """;

    private static final Instant BEGIN = Instant.parse("2026-11-26T10:00:00Z");
    private static final StudyId STUDY = new StudyId("nodules");

    private Records() {}

    /** Returns a full and a bare record of each code. */
    static List<AuditRecord> ofEveryCode() {
        List<AuditRecord> all = new ArrayList<>();
        CODES.lines().map(line -> line.split(" ")).forEach(words -> {
            all.add(full(all.size(), words));
            all.add(bare(all.size(), words));
        });
        return all;
    }

    static long codes() {
        return CODES.lines().count();
    }

    /** Everything there, with all that quoting has to survive. */
    private static AuditRecord full(long seq, String[] words) {
        return new AuditRecord(
                seq,
                new UUID(3, seq),
                AuditRecord.CONSORTIUM,
                BEGIN.plusMillis(seq),
                BEGIN.plusMillis(seq + 7),
                new Actor(
                        "5f2c-" + seq,
                        "=Ada \"Süd\" <b>&amp; 🩺",
                        "Klinik Süd,  Haus 2",
                        "site-node",
                        Kind.values()[(int) (seq / 2 % 3)],
                        "OpenID Connect, bearer token",
                        Optional.of("10.1.2.3")),
                Action.valueOf(words[1]),
                words[0],
                new Outcome(Integer.parseInt(words[2]), "as it ended: <ok> & \"so\" \uFFFF"),
                new Entity(words[3], "nodules/3/site-1", Optional.of("2"), Optional.of(Sha256.of(new byte[] {(byte) seq
                }))),
                Optional.of(STUDY),
                OptionalLong.of(seq),
                OptionalInt.of(2),
                OptionalInt.of(3),
                Optional.of(new SiteId("site-1")),
                Optional.of("because\nof \"this\", that & <those>"),
                new UUID(1, seq),
                Optional.of(new Peer(new UUID(5, seq), Sha256.of(new byte[] {1, (byte) seq}))),
                Map.of("examples", "120", "text", "@two\nlines, \"quoted\" \\ ]]>", "version", "of the detail"));
    }

    /** Nothing there that may be missing. */
    private static AuditRecord bare(long seq, String[] words) {
        return new AuditRecord(
                seq,
                new UUID(3, seq),
                "site-1",
                BEGIN,
                BEGIN,
                new Actor("system", "Consilium", "Consortium", "system", Kind.SYSTEM, "none", Optional.empty()),
                Action.valueOf(words[1]),
                words[0],
                new Outcome(Integer.parseInt(words[2]), "Success"),
                Entity.of(words[3], "one"),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                new UUID(1, seq),
                Optional.empty(),
                Map.of());
    }

    /** Returns a record such as a log has most of. */
    static AuditRecord generated(long seq) {
        return new AuditRecord(
                seq,
                new UUID(seq, 3),
                AuditRecord.CONSORTIUM,
                BEGIN.plus(Duration.ofSeconds(seq)),
                BEGIN.plus(Duration.ofSeconds(seq)),
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
                Entity.of("update", "nodules/" + seq + "/site-1", Sha256.of(new byte[] {(byte) seq})),
                Optional.of(STUDY),
                OptionalLong.of(seq),
                OptionalInt.of(2),
                OptionalInt.of((int) (seq / 10)),
                Optional.of(new SiteId("site-1")),
                Optional.empty(),
                new UUID(1, seq),
                Optional.empty(),
                Map.of("examples", "120", "bytes", "81200"));
    }

    /** Returns what a format makes of records. */
    static byte[] exported(RecordFormat format, List<AuditRecord> records) {
        try (var out = new java.io.ByteArrayOutputStream()) {
            try (RecordExport export = format.to(out)) {
                for (AuditRecord one : records) {
                    export.write(one);
                }
            }
            return out.toByteArray();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Returns the lines of what a format makes of records. */
    static List<String> lines(RecordFormat format, List<AuditRecord> records) {
        String text = new String(exported(format, records), java.nio.charset.StandardCharsets.UTF_8);
        return List.of(text.split("\n"));
    }
}
