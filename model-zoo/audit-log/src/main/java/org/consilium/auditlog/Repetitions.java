package org.consilium.auditlog;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts what is to be recorded and may happen very often, such as refused requests: the first of a kind is recorded at once,
 * equal ones within the next minute are counted, and recorded together when that is over. A log that is never shortened must
 * not grow as fast as a stranger can ask.
 *
 * <p>One who asks for ever other things is told apart in so many of them only, and so are all together; what is beyond that is
 * counted all the same, and said of nobody who has not done it. Thread-safe.
 *
 * @param <V> what is recorded
 */
public final class Repetitions<V> {

    private static final Duration TOGETHER = Duration.ofMinutes(1);

    private record Kind(String who, String what) {}

    private static final class Count<V> {
        private final Instant since;
        private final V value;
        private long more;

        Count(Instant since, V value) {
            this.since = since;
            this.value = value;
        }
    }

    private final int mostOfOne;
    private final int most;
    private final Map<Kind, Count<V>> counts = new HashMap<>();
    private final Map<String, Integer> kinds = new HashMap<>();

    /**
     * @param mostOfOne how many kinds of one who asks are told apart at a time
     * @param most how many of all together
     */
    public Repetitions(int mostOfOne, int most) {
        this.mostOfOne = mostOfOne;
        this.most = most;
    }

    /**
     * What has happened.
     *
     * @param who has done it
     * @param what is equal where it is the same again
     * @param exactly what is recorded of it
     * @param ofOne what is recorded of one who has done too many different things
     * @param ofAll what is recorded where too many have done too much, which names none of them
     */
    public record Seen<V>(String who, String what, V exactly, V ofOne, V ofAll) {}

    /**
     * What is to be recorded as having happened so many times.
     *
     * @param value what
     * @param times how often since it was recorded last
     */
    public record Due<V>(V value, long times, Object kind) {}

    /** Notes that something has happened; returns what is to be recorded at once. */
    public synchronized Optional<Due<V>> note(Seen<V> seen, Instant now) {
        Kind kind = new Kind(seen.who(), seen.what());
        V value = seen.exactly();
        if (isNewBeyond(kind, mostOfOne)) {
            kind = new Kind(seen.who(), "");
            value = seen.ofOne();
        }
        if (isNewBeyond(kind, mostOfOne + 1)) {
            kind = new Kind("", "");
            value = seen.ofAll();
        }
        Count<V> known = counts.get(kind);
        if (known != null) {
            known.more++;
            return Optional.empty();
        }
        counts.put(kind, new Count<>(now, value));
        kinds.merge(kind.who(), 1, Integer::sum);
        return Optional.of(new Due<>(value, 1, kind));
    }

    private boolean isNewBeyond(Kind kind, int mostOfThis) {
        return !counts.containsKey(kind) && (counts.size() >= most || kinds.getOrDefault(kind.who(), 0) >= mostOfThis);
    }

    /** Notes that what was to be recorded at once could not be: it comes with those that are counted. */
    public synchronized void missed(Due<V> due) {
        Count<V> known = counts.get(due.kind());
        if (known != null) {
            known.more += due.times();
        }
    }

    /** Returns what was counted, as far as its minute is over; it stays until it is {@link #done}. */
    public synchronized List<Due<V>> due(Instant now) {
        List<Due<V>> due = new ArrayList<>();
        for (Map.Entry<Kind, Count<V>> entry : List.copyOf(counts.entrySet())) {
            Count<V> count = entry.getValue();
            if (now.isBefore(count.since.plus(TOGETHER))) {
                continue;
            }
            if (count.more > 0) {
                due.add(new Due<>(count.value, count.more, entry.getKey()));
            } else {
                remove(entry.getKey());
            }
        }
        return due;
    }

    /** Notes that it is recorded. */
    public synchronized void done(Due<V> due) {
        Count<V> known = counts.get(due.kind());
        if (known != null) {
            known.more -= due.times();
            if (known.more == 0) {
                remove((Kind) due.kind());
            }
        }
    }

    private void remove(Kind kind) {
        counts.remove(kind);
        kinds.computeIfPresent(kind.who(), (who, many) -> many == 1 ? null : many - 1);
    }
}
