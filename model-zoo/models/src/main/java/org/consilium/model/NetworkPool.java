package org.consilium.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks that rest between rounds, so that a round does not build its network anew. Each is lent to one thread at a
 * time; few are kept, since each holds its parameters, gradients and optimiser state outside the heap.
 */
final class NetworkPool {

    private static final int MOST_RESTING = 4;

    private record Resting(ArchitectureId id, Optimiser optimiser, Dl4jNetwork network) {}

    private final Deque<Resting> resting = new ArrayDeque<>();

    /** Lends a network with the given parameters and an optimiser in its first state. */
    Dl4jNetwork take(ArchitectureId id, Optimiser optimiser, float[] parameters) {
        Dl4jNetwork network = takeResting(id, optimiser);
        if (network == null) {
            network = built(id, optimiser, parameters);
        } else {
            INDArray view = network.model().params();
            try (INDArray values = Nd4j.createFromArray(parameters)) {
                view.assign(values);
            }
            network.forget();
        }
        return network;
    }

    /** Takes a network back, of which nothing is lent any more. */
    void giveBack(ArchitectureId id, Optimiser optimiser, Dl4jNetwork network) {
        Dl4jNetwork dropped = null;
        synchronized (resting) {
            resting.addFirst(new Resting(id, optimiser, network));
            if (resting.size() > MOST_RESTING) {
                dropped = resting.removeLast().network();
            }
        }
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Builds a network that belongs to the caller. */
    static Dl4jNetwork built(ArchitectureId id, Optimiser optimiser, float[] parameters) {
        Dl4jNetwork network = Architectures.blueprint(id, 0, optimiser).deeplearning4j();
        network.init(parameters);
        return network;
    }

    private Dl4jNetwork takeResting(ArchitectureId id, Optimiser optimiser) {
        synchronized (resting) {
            for (Iterator<Resting> each = resting.iterator(); each.hasNext(); ) {
                Resting candidate = each.next();
                if (candidate.id().equals(id) && candidate.optimiser().equals(optimiser)) {
                    each.remove();
                    return candidate.network();
                }
            }
            return null;
        }
    }
}
