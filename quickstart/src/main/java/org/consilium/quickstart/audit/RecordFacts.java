package org.consilium.quickstart.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.AuditRecord;

/** What the other files of a bundle are compared with, gathered from the records as they pass. */
final class RecordFacts {

    /** A version of a protocol, by its study and number. */
    record Version(String study, int number) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            int byStudy = study.compareTo(other.study);
            return byStudy != 0 ? byStudy : Integer.compare(number, other.number);
        }

        @Override
        public String toString() {
            return "version " + number + " of study " + study;
        }
    }

    /** A digest that a record gives. */
    record Said(long seq, Sha256 digest) {}

    /** When a log had how many records. */
    record Moment(long size, Instant time) {}

    private static final Set<String> SIGNING = Set.of("protocol.signed", "protocol.declined");

    private final KeyHistory keys = new KeyHistory();
    private final Claims signatures = new Claims();
    private final Claims updates = new Claims();
    private final Claims rounds = new Claims();
    private final Map<Version, List<Said>> protocols = new TreeMap<>();

    /** Versions that count as approved, with the sites that had left the study by then. */
    private final Map<Version, Set<SiteId>> approved = new TreeMap<>();

    private final Map<String, Set<SiteId>> left = new TreeMap<>();
    private final Set<String> streams = new HashSet<>();

    void see(AuditRecord record) {
        streams.add(record.stream());
        if (KeyHistory.CODES.contains(record.code())) {
            keys.see(record);
        }
        if (record.code().startsWith("protocol.") && record.entity().type().equals("protocol")) {
            seeProtocol(record);
        }
        switch (record.code()) {
            case "update.accepted" -> updates.add(record.seq(), update(record));
            case "round.aggregated" ->
                rounds.add(
                        record.seq(),
                        aggregated(
                                round(record),
                                record.entity().hash().map(Sha256::hex).orElse("")));
            case "model.recalibrated" ->
                rounds.add(
                        record.seq(),
                        recalibrated(
                                round(record),
                                record.details().getOrDefault("aggregate", ""),
                                record.entity().hash().map(Sha256::hex).orElse("")));
            case "impressions.released" ->
                rounds.add(
                        record.seq(),
                        released(
                                round(record),
                                record.entity().hash().map(Sha256::hex).orElse("")));
            case "round.completed" -> rounds.add(record.seq(), ended(round(record), "COMPLETED"));
            case "round.failed" -> rounds.add(record.seq(), ended(round(record), "FAILED"));
            case "study.site-withdrawn" ->
                record.site()
                        .ifPresent(site -> left.computeIfAbsent(study(record), none -> new TreeSet<>())
                                .add(site));
            default -> {
                // No other file tells of it.
            }
        }
    }

    private void seeProtocol(AuditRecord record) {
        Optional<Version> version = version(record);
        if (version.isEmpty()) {
            return;
        }
        // A version may be known by its record alone, such as one that is withdrawn.
        List<Said> said = protocols.computeIfAbsent(version.get(), none -> new ArrayList<>());
        record.entity().hash().ifPresent(hash -> said.add(new Said(record.seq(), hash)));
        if (record.code().equals("protocol.approved")) {
            approved.putIfAbsent(version.get(), Set.copyOf(left.getOrDefault(study(record), Set.of())));
        }
        if (SIGNING.contains(record.code())) {
            signatures.add(
                    record.seq(),
                    signature(
                            version.get(),
                            record.entity().hash().map(Sha256::hex).orElse(""),
                            record.site().map(SiteId::value).orElse(""),
                            record.code().equals("protocol.signed") ? "APPROVE" : "DECLINE",
                            record.details()));
        }
    }

    private static Optional<Version> version(AuditRecord record) {
        try {
            return record.entity()
                    .version()
                    .map(number -> new Version(record.entity().id(), Integer.parseInt(number)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What a signature claims; {@code details} as in the records {@code protocol.signed} and {@code protocol.declined}. */
    static String signature(
            Version version, String protocol, String site, String decision, Map<String, String> details) {
        return String.join(
                "\n",
                version.study(),
                Integer.toString(version.number()),
                protocol,
                site,
                decision,
                details.getOrDefault("decision", decision),
                details.getOrDefault("signer", ""),
                details.getOrDefault("meaning", ""),
                details.getOrDefault("idTokenHash", ""),
                details.getOrDefault("idTokenKeyHash", ""));
    }

    private static String update(AuditRecord record) {
        return update(
                round(record),
                record.site().map(SiteId::value).orElse(""),
                record.entity().hash().map(Sha256::hex).orElse(""),
                record.details().getOrDefault("examples", ""),
                record.details().getOrDefault("dataset", ""),
                record.peer().map(peer -> peer.event() + " " + peer.hash()).orElse(""));
    }

    /** What an update that was taken claims. */
    static String update(String round, String site, String hash, String examples, String dataset, String peer) {
        return String.join("\n", round, site, hash, examples, dataset, peer);
    }

    /** What a new global model claims. */
    static String aggregated(String round, String hash) {
        return "aggregate\n" + round + "\n" + hash;
    }

    /** What a recalibrated model claims. */
    static String recalibrated(String round, String aggregate, String hash) {
        return "recalibrated\n" + round + "\n" + aggregate + "\n" + hash;
    }

    /** What a released set of synthesised images claims. */
    static String released(String round, String hash) {
        return "released\n" + round + "\n" + hash;
    }

    /** What a round's end claims. */
    static String ended(String round, String state) {
        return "end\n" + round + "\n" + state;
    }

    private static String round(AuditRecord record) {
        return study(record) + "/"
                + (record.round().isPresent() ? Integer.toString(record.round().getAsInt()) : "");
    }

    private static String study(AuditRecord record) {
        return record.study().map(StudyId::value).orElse("");
    }

    KeyHistory keys() {
        return keys;
    }

    Claims signatures() {
        return signatures;
    }

    Claims updates() {
        return updates;
    }

    Claims rounds() {
        return rounds;
    }

    Map<Version, List<Said>> protocols() {
        return protocols;
    }

    boolean isApproved(Version version) {
        return approved.containsKey(version);
    }

    /** Returns the versions that count as approved, with the sites that had left the study by then. */
    Map<Version, Set<SiteId>> approved() {
        return approved;
    }

    Set<String> streams() {
        return streams;
    }
}
