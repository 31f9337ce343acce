package org.consilium.contract.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what several witnesses of one log have been shown: a log that shows each another history is caught here. */
public final class Histories {

    private Histories() {}

    /**
     * Two checkpoints that cannot both be of one history, although the log's owner has signed both.
     *
     * @param one shown to the one witness
     * @param other shown to the other
     */
    public record Contradiction(SignedCheckpoint one, SignedCheckpoint other) {}

    /**
     * Returns the checkpoints of equal size whose roots differ. Others prove nothing: who could make them up is not the
     * log's owner alone, or a proof is needed that only the owner can give.
     *
     * @param owner the key of the log's owner; what it has not signed does not count
     */
    public static List<Contradiction> contradictions(
            Collection<SignedCheckpoint> these, Collection<SignedCheckpoint> those, NoteKey owner) {
        Map<String, List<SignedCheckpoint>> bySize = new HashMap<>();
        for (SignedCheckpoint one : these) {
            if (one.isSignedBy(owner)) {
                bySize.computeIfAbsent(place(one), size -> new ArrayList<>()).add(one);
            }
        }
        List<Contradiction> found = new ArrayList<>();
        for (SignedCheckpoint other : those) {
            if (other.isSignedBy(owner)) {
                bySize.getOrDefault(place(other), List.of()).stream()
                        .filter(one -> !one.checkpoint()
                                .root()
                                .equals(other.checkpoint().root()))
                        .forEach(one -> found.add(new Contradiction(one, other)));
            }
        }
        return found;
    }

    private static String place(SignedCheckpoint signed) {
        return signed.checkpoint().size() + " " + signed.checkpoint().origin();
    }
}
