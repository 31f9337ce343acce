package org.consilium.server.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.AuditRecord;

/**
 * Folds the records of a study, one at a time and in their order, into what its report says of them. A log may have
 * millions: sums are kept for each site and code, and of the rest at most {@link #LONGEST} entries a list, with a count of
 * all, so that memory does not grow with the log. Of refusals and anomalies those stay that are the most serious, and of
 * equally serious ones the first.
 */
public final class ReportFacts {

    /** Most entries of a list. */
    public static final int LONGEST = 200;

    /** Most different codes and sites that are counted; the log has some sixty codes. */
    static final int MOST_KINDS = 1_000;

    /** Most characters that are kept of a text. */
    static final int MOST_CHARACTERS = 500;

    /** What a report calls by name in the course of a study. */
    private static final List<String> TIMELINE = List.of(
            "protocol.",
            "study.",
            "stopping-rule.",
            "dataset.",
            "model.released",
            "impressions.released",
            "impressions.withheld",
            "impressions.failed",
            "updates.erased",
            "site.");

    private static final Set<String> SIGNING = Set.of("protocol.signed", "protocol.declined");

    private static final Map<String, Kind> LEAVING = Map.of(
            "update.accepted", Kind.PARAMETERS,
            "update.refused", Kind.NOT_TAKEN,
            "update.late", Kind.NOT_TAKEN,
            "statistics.refused", Kind.NOT_TAKEN,
            "evaluation.accepted", Kind.SCORES,
            "statistics.accepted", Kind.SCORES,
            "impressions.judged", Kind.SCORES);

    /** What it was that left a hospital. */
    public enum Kind {
        /** Model parameters that were taken. */
        PARAMETERS,
        /** Scores and counts, sums of features, verdicts on impressions. */
        SCORES,
        /** Answers that were refused or came too late, and were not used. */
        NOT_TAKEN
    }

    /**
     * How much of one kind left one hospital.
     *
     * @param times how often
     * @param bytes how many bytes, of those records that say it
     * @param untold how many records do not say it
     */
    public record Amount(long times, long bytes, long untold) {

        /** Nothing. */
        public static final Amount NONE = new Amount(0, 0, 0);

        Amount plus(OptionalLong more) {
            return new Amount(times + 1, bytes + more.orElse(0), untold + (more.isPresent() ? 0 : 1));
        }
    }

    /**
     * One record, as far as it is shown.
     *
     * @param seq its place in the log
     * @param at when it happened
     * @param code what
     * @param outcome 0, 4, 8 or 12
     * @param actor printed name of who did it
     * @param site the hospital that it concerns
     * @param round the round
     * @param text how it ended and why
     */
    public record Entry(
            long seq,
            Instant at,
            String code,
            int outcome,
            String actor,
            Optional<SiteId> site,
            OptionalInt round,
            String text) {}

    /**
     * How often something did not succeed.
     *
     * @param code what
     * @param outcome 4, 8 or 12
     * @param records how many records say so
     * @param times how often, where a record stands for several
     * @param first when first
     * @param last when last
     */
    public record Tally(String code, int outcome, long records, long times, Instant first, Instant last) {}

    /**
     * A list that may have been cut.
     *
     * @param shown what is shown
     * @param more how many there are beside
     */
    public record Listed(List<Entry> shown, long more) {

        /** Copies. */
        public Listed {
            shown = List.copyOf(shown);
        }
    }

    /**
     * What the records say.
     *
     * @param records how many there were
     * @param first when the first happened
     * @param last when the last happened
     * @param left what left each hospital
     * @param tallies what did not succeed, by code
     * @param anomalies the same one by one
     * @param timeline the course of the study
     */
    public record Summary(
            long records,
            Optional<Instant> first,
            Optional<Instant> last,
            Map<SiteId, Map<Kind, Amount>> left,
            List<Tally> tallies,
            Listed anomalies,
            Listed timeline) {

        /** Returns how much of a kind left a hospital. */
        public Amount left(SiteId site, Kind kind) {
            return left.getOrDefault(site, Map.of()).getOrDefault(kind, Amount.NONE);
        }
    }

    private record TallyKey(String code, int outcome) {}

    private static final Comparator<Entry> LEAST_WORTH_KEEPING = Comparator.comparingInt(Entry::outcome)
            .thenComparing(Comparator.comparingLong(Entry::seq).reversed());

    private final Map<SiteId, Map<Kind, Amount>> left = new TreeMap<>();
    private final Map<TallyKey, Tally> tallies =
            new TreeMap<>(Comparator.comparing(TallyKey::code).thenComparingInt(TallyKey::outcome));
    private final PriorityQueue<Entry> anomalies = new PriorityQueue<>(LEAST_WORTH_KEEPING);
    private final List<Entry> timeline = new ArrayList<>();
    private long moreTimeline;
    private long allAnomalies;
    private long records;
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();

    /** Takes the next record. */
    public void add(AuditRecord record) {
        records++;
        first = Optional.of(first.filter(at -> at.isBefore(record.occurred())).orElse(record.occurred()));
        last = Optional.of(last.filter(at -> at.isAfter(record.occurred())).orElse(record.occurred()));
        Optional.ofNullable(LEAVING.get(record.code())).ifPresent(kind -> leave(record, kind));
        if (record.outcome().code() != 0) {
            fail(record);
        } else if (TIMELINE.stream().anyMatch(record.code()::startsWith)) {
            if (timeline.size() < LONGEST) {
                timeline.add(entry(record));
            } else {
                moreTimeline++;
            }
        }
    }

    /** Returns what the records so far say. */
    public Summary summary() {
        Map<SiteId, Map<Kind, Amount>> copied = new TreeMap<>();
        left.forEach((site, kinds) -> copied.put(site, Map.copyOf(kinds)));
        return new Summary(
                records,
                first,
                last,
                java.util.Collections.unmodifiableMap(copied),
                List.copyOf(tallies.values()),
                new Listed(
                        anomalies.stream()
                                .sorted(Comparator.comparingLong(Entry::seq))
                                .toList(),
                        allAnomalies - anomalies.size()),
                new Listed(timeline, moreTimeline));
    }

    private void leave(AuditRecord record, Kind kind) {
        record.site()
                .filter(site -> left.containsKey(site) || left.size() < MOST_KINDS)
                .ifPresent(site -> left.computeIfAbsent(site, any -> new TreeMap<>())
                        .merge(
                                kind,
                                Amount.NONE.plus(whole(record, "bytes")),
                                (sum, one) -> sum.plus(whole(record, "bytes"))));
    }

    private void fail(AuditRecord record) {
        allAnomalies++;
        anomalies.add(entry(record));
        if (anomalies.size() > LONGEST) {
            anomalies.remove();
        }
        TallyKey key = new TallyKey(record.code(), record.outcome().code());
        if (tallies.containsKey(key) || tallies.size() < MOST_KINDS) {
            long times = Math.max(1, whole(record, "times").orElse(1));
            tallies.merge(
                    key,
                    new Tally(key.code(), key.outcome(), 1, times, record.occurred(), record.occurred()),
                    ReportFacts::sum);
        }
    }

    private static Tally sum(Tally one, Tally other) {
        return new Tally(
                one.code(),
                one.outcome(),
                one.records() + other.records(),
                one.times() + other.times(),
                one.first().isBefore(other.first()) ? one.first() : other.first(),
                one.last().isAfter(other.last()) ? one.last() : other.last());
    }

    private static Entry entry(AuditRecord record) {
        StringBuilder text = new StringBuilder();
        if (record.outcome().code() != 0) {
            text.append(record.outcome().text());
        }
        record.reason().ifPresent(why -> append(text, why));
        String actor = record.actor().name();
        if (SIGNING.contains(record.code()) && record.outcome().code() == 0) {
            // The report has a chapter of signatures with all that belongs to one.
            record.protocolVersion().ifPresent(version -> append(text, "version " + version));
            actor = record.details().getOrDefault("signerName", actor);
        } else {
            record.details().forEach((name, value) -> append(text, name + ": " + value));
        }
        return new Entry(
                record.seq(),
                record.occurred(),
                record.code(),
                record.outcome().code(),
                shortened(actor),
                record.site(),
                record.round(),
                shortened(text.toString()));
    }

    private static void append(StringBuilder text, String more) {
        text.append(text.length() > 0 ? "; " : "").append(more);
    }

    private static String shortened(String text) {
        int points = text.codePointCount(0, text.length());
        return points <= MOST_CHARACTERS ? text : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
    }

    /** A detail is text; one that is no number says nothing. */
    private static OptionalLong whole(AuditRecord record, String detail) {
        String text = record.details().getOrDefault(detail, "");
        return text.matches("[0-9]{1,15}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
