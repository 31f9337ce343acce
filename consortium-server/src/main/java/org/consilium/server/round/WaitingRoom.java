package org.consilium.server.round;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consilium.contract.SiteId;
import org.consilium.contract.WorkOffer;

/** The polls that are held until there is work, by site; no thread waits in it. Thread-safe. */
final class WaitingRoom {

    private final Map<SiteId, List<Poll>> polls = new HashMap<>();

    /** Does something in the name of who polls. */
    @FunctionalInterface
    interface InName {
        /** Returns what it gives. */
        Optional<WorkOffer> does(Supplier<Optional<WorkOffer>> work);
    }

    /** One held poll; answered once. */
    static final class Poll {

        private final SiteId site;
        private final Consumer<Optional<WorkOffer>> answer;
        private final InName inName;
        private final AtomicBoolean answered = new AtomicBoolean();

        /**
         * @param answer called at most once
         * @param inName has work looked for in the name of who polls
         */
        Poll(SiteId site, Consumer<Optional<WorkOffer>> answer, InName inName) {
            this.site = site;
            this.answer = answer;
            this.inName = inName;
        }

        boolean isAnswered() {
            return answered.get();
        }

        void answer(Optional<WorkOffer> offer) {
            if (answered.compareAndSet(false, true)) {
                answer.accept(offer);
            }
        }
    }

    synchronized void enter(Poll poll) {
        polls.computeIfAbsent(poll.site, site -> new ArrayList<>()).add(poll);
    }

    synchronized void leave(Poll poll) {
        polls.computeIfPresent(poll.site, (site, held) -> {
            held.remove(poll);
            return held.isEmpty() ? null : held;
        });
    }

    synchronized Set<SiteId> sites() {
        return Set.copyOf(polls.keySet());
    }

    synchronized int size() {
        return polls.values().stream().mapToInt(List::size).sum();
    }

    private static void answer(List<Poll> held, Optional<WorkOffer> offer) {
        RuntimeException failed = null;
        for (Poll poll : held) {
            try {
                poll.answer(offer);
            } catch (RuntimeException e) {
                // Its connection is broken; those of the others are not.
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Answers all polls with nothing. */
    void empty() {
        List<Poll> held;
        synchronized (this) {
            held = polls.values().stream().flatMap(List::stream).toList();
            polls.clear();
        }
        answer(held, Optional.empty());
    }

    /** Answers the site's polls if there is work for it now; one that cannot be answered does not hold up the others. */
    void wake(SiteId site, Function<SiteId, Optional<WorkOffer>> work) {
        List<Poll> held;
        synchronized (this) {
            held = List.copyOf(polls.getOrDefault(site, List.of()));
        }
        if (held.isEmpty()) {
            return;
        }
        Optional<WorkOffer> offer = held.get(0).inName.does(() -> work.apply(site));
        if (offer.isPresent()) {
            held.forEach(this::leave);
            answer(held, offer);
        }
    }
}
