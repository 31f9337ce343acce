package org.consilium.server.export;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;

/** A made-up study of any size, with its records. */
final class ReportExample {

    static final StudyId STUDY = new StudyId("cs-2026-014");
    static final Instant BEGIN = Instant.parse("2026-11-02T08:00:00Z");
    private static final String[] PEOPLE = {
        "Dr Mireille Lefèvre", "佐藤 健一 (Sato Kenichi)", "Łucja Żółkiewska", "Jörg Straße", "髙橋 﨑子", "Ólafur Þórðarson"
    };
    private static final String[] HOSPITALS = {
        "Centre hospitalier de la Côte", "青葉大学病院 Aoba University Hospital", "Szpital Świętego Łukasza", "Klinikum Süd"
    };

    private ReportExample() {}

    static Sha256 hash(String of) {
        return Sha256.of(of.getBytes(StandardCharsets.UTF_8));
    }

    static SiteId site(int number) {
        return new SiteId("site-" + number);
    }

    static StudyReport of(int sites, int rounds) {
        return of(sites, rounds, facts(sites, rounds).summary());
    }

    static StudyReport of(int sites, int rounds, ReportFacts.Summary facts) {
        return of(sites, rounds, facts, "Blood cell morphology in " + sites + " hospitals");
    }

    static StudyReport of(int sites, int rounds, ReportFacts.Summary facts, String title) {
        Random random = new Random(7);
        Instant end = BEGIN.plus(Duration.ofHours(rounds + 40L));
        List<SiteId> ids =
                IntStream.rangeClosed(1, sites).mapToObj(ReportExample::site).toList();
        return new StudyReport(
                new StudyReport.Made(end, "Hanna Berg", "0.9.0", Optional.empty(), Optional.empty()),
                new StudyReport.Subject(
                        STUDY,
                        title,
                        "Prof. Ida Nørgaard",
                        "COMPLETED",
                        Optional.empty(),
                        Optional.of(BEGIN.plus(Duration.ofHours(30))),
                        Optional.of(end.minus(Duration.ofHours(2)))),
                List.of(version(1, "SUPERSEDED", ids), version(2, "APPROVED", ids)),
                IntStream.range(0, sites)
                        .mapToObj(i -> new StudyReport.Participant(
                                ids.get(i),
                                HOSPITALS[i % HOSPITALS.length],
                                "ACTIVE",
                                i == 5
                                        ? Optional.of(new StudyReport.Departure(
                                                end.minus(Duration.ofHours(9)),
                                                PEOPLE[0],
                                                "The hospital merges with another one",
                                                3))
                                        : Optional.empty()))
                        .toList(),
                IntStream.rangeClosed(1, rounds)
                        .mapToObj(number -> round(number, ids, random))
                        .toList(),
                facts,
                new StudyReport.Integrity(
                        "consortium.example/audit",
                        48_201 + rounds,
                        hash("root" + rounds),
                        hash("key"),
                        IntStream.rangeClosed(1, rounds)
                                .mapToObj(i -> new StudyReport.CheckpointSeen(
                                        BEGIN.plus(Duration.ofHours(30L + i)), 160L * i, Math.max(0, sites - i % 3)))
                                .toList(),
                        ids.stream()
                                .map(site -> new StudyReport.Witness(
                                        site, end.minus(Duration.ofMinutes(4)), hash("key of " + site)))
                                .toList()));
    }

    private static StudyReport.Version version(int number, String state, List<SiteId> sites) {
        Instant at = BEGIN.plus(Duration.ofDays(number));
        Sha256 hash = hash("protocol " + number);
        List<StudyReport.Signature> signatures = new ArrayList<>();
        for (int i = 0; i < sites.size(); i++) {
            boolean approves = number == 2 || i != 1;
            signatures.add(new StudyReport.Signature(
                    sites.get(i),
                    PEOPLE[i % PEOPLE.length],
                    new UUID(number, i).toString(),
                    at.plusSeconds(60L * i),
                    at.plusSeconds(60L * i + 9),
                    approves,
                    (approves ? "Approval: site " : "Refusal: site ") + sites.get(i)
                            + (approves ? " takes part as" : " does not take part by")
                            + " version " + number + " of the protocol of study " + STUDY
                            + (approves ? " says." : "."),
                    approves ? Optional.empty() : Optional.of("The retention time is too long for us")));
        }
        return new StudyReport.Version(
                number,
                state,
                "Hanna Berg",
                at.minusSeconds(9000),
                Optional.of(at.plusSeconds(9000)),
                hash,
                text(number),
                sites,
                signatures);
    }

    private static String text(int number) {
        return """
                # Blood cell morphology

                - **Study**: cs\\-2026\\-014
                - **Version**: %d
                - **SHA\\-256**: %s

                ## Purpose

                To find out whether a network that several hospitals train together tells eight classes of blood cells apart
                as well as one that has seen all images\\.

                ## Privacy

                - **Fewest images that a figure may be over**: 20
                - **Images synthesised from the global model**: are not used

                ## Retention and withdrawal

                - **When a site withdraws**: its past updates are erased at once; its update of a round whose model is not computed yet is not used
                """.formatted(number, hash("protocol " + number));
    }

    private static StudyReport.Round round(int number, List<SiteId> sites, Random random) {
        Instant opened = BEGIN.plus(Duration.ofHours(30L + number));
        double level = 0.9 - 0.55 * Math.exp(-number / 8.0);
        List<StudyReport.Share> shares = new ArrayList<>();
        for (int i = 0; i < sites.size(); i++) {
            boolean missed = (number + i) % 11 == 0 && sites.size() > 1;
            double accuracy = Math.min(1, level - 0.02 * (i % 5) + 0.01 * random.nextGaussian());
            shares.add(new StudyReport.Share(
                    sites.get(i),
                    missed ? "MISSED" : "EVALUATED",
                    missed ? Optional.empty() : Optional.of(hash(number + "/" + i)),
                    missed ? OptionalLong.empty() : OptionalLong.of(700 + 131L * i),
                    missed ? Optional.empty() : Optional.of(hash("data" + i)),
                    missed ? 0 : 1_689_244 + 17L * i,
                    missed
                            ? StudyReport.Scores.NONE
                            : new StudyReport.Scores(
                                    OptionalDouble.of(accuracy), OptionalDouble.of(2 - 1.8 * accuracy))));
        }
        return new StudyReport.Round(
                number,
                number < 3 ? 1 : 2,
                "COMPLETED",
                opened,
                Optional.of(opened.plusSeconds(2400 + random.nextInt(1500))),
                hash("model" + (number - 1)),
                Optional.of(hash("model" + number)),
                new StudyReport.Scores(OptionalDouble.of(level - 0.03), OptionalDouble.of(0.4)),
                shares);
    }

    static ReportFacts facts(int sites, int rounds) {
        ReportFacts facts = new ReportFacts();
        long seq = 0;
        for (int i = 1; i <= sites; i++) {
            facts.add(record(
                    seq++,
                    "protocol.signed",
                    0,
                    "Success",
                    Optional.of(site(i)),
                    OptionalInt.empty(),
                    Map.of(
                            "decision",
                            "APPROVE",
                            "meaning",
                            "Approval: the site takes part under this version",
                            "signerName",
                            "Steward of " + site(i),
                            "idTokenHash",
                            hash("token" + i).hex(),
                            "idTokenKeyHash",
                            hash("key").hex())));
        }
        facts.add(record(seq++, "study.started", 0, "Success", Optional.empty(), OptionalInt.empty(), Map.of()));
        for (int round = 1; round <= rounds; round++) {
            for (int i = 1; i <= sites; i++) {
                boolean late = (round + i) % 11 == 1;
                facts.add(record(
                        seq++,
                        late ? "update.late" : "update.accepted",
                        late ? 4 : 0,
                        late ? "The round was closed before the update came" : "Success",
                        Optional.of(site(i)),
                        OptionalInt.of(round),
                        Map.of("bytes", "1689244", "examples", "700")));
                facts.add(record(
                        seq++,
                        "evaluation.accepted",
                        0,
                        "Success",
                        Optional.of(site(i)),
                        OptionalInt.of(round),
                        Map.of()));
            }
        }
        facts.add(record(
                seq++,
                "clock.drift",
                4,
                "The clock of the node differs by 9 s",
                Optional.of(site(1)),
                OptionalInt.empty(),
                Map.of("seconds", "9")));
        facts.add(record(seq++, "study.completed", 0, "Success", Optional.empty(), OptionalInt.empty(), Map.of()));
        return facts;
    }

    static AuditRecord record(
            long seq,
            String code,
            int outcome,
            String text,
            Optional<SiteId> site,
            OptionalInt round,
            Map<String, String> details) {
        Instant at = BEGIN.plusSeconds(60 * seq);
        return new AuditRecord(
                seq,
                new UUID(1, seq),
                AuditRecord.CONSORTIUM,
                at,
                at,
                new AuditRecord.Actor(
                        "s",
                        "Consortium server",
                        "Consilium",
                        "server",
                        AuditRecord.Kind.SYSTEM,
                        "none",
                        Optional.empty()),
                AuditRecord.Action.E,
                code,
                new AuditRecord.Outcome(outcome, text),
                AuditRecord.Entity.of("update", "x"),
                Optional.of(STUDY),
                OptionalLong.of(seq),
                OptionalInt.of(1),
                round,
                site,
                Optional.empty(),
                new UUID(2, seq),
                Optional.empty(),
                details);
    }
}
