package org.consilium.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks that rest between rounds, so that a round does not build its network anew. Each is lent to one thread at a
 * time; few are kept, since each holds its parameters, gradients and optimiser state outside the heap.
 */
final class NetworkPool {

    private static final int MOST_RESTING = 4;

    private record Resting(ArchitectureId id, Optimiser optimiser, MultiLayerNetwork network) {}

    private final Deque<Resting> resting = new ArrayDeque<>();

    /** Lends a network with the given parameters and an optimiser in its first state. */
    MultiLayerNetwork take(ArchitectureId id, Optimiser optimiser, float[] parameters) {
        MultiLayerNetwork network = takeResting(id, optimiser);
        if (network == null) {
            network = built(id, optimiser, parameters);
        } else {
            INDArray view = network.params();
            try (INDArray values = Nd4j.createFromArray(parameters)) {
                view.assign(values);
            }
            reset(network);
        }
        return network;
    }

    /** Takes a network back, of which nothing is lent any more. */
    void giveBack(ArchitectureId id, Optimiser optimiser, MultiLayerNetwork network) {
        MultiLayerNetwork dropped = null;
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
    static MultiLayerNetwork built(ArchitectureId id, Optimiser optimiser, float[] parameters) {
        MultiLayerConfiguration configuration = Architectures.configuration(id, 0, optimiser);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init(Nd4j.createFromArray(parameters).reshape(1, parameters.length), false);
        return network;
    }

    private MultiLayerNetwork takeResting(ArchitectureId id, Optimiser optimiser) {
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

    /** Forgets momentum, moments and the count of steps that Adam's bias correction depends on. */
    private static void reset(MultiLayerNetwork network) {
        network.getLayerWiseConfigurations().setIterationCount(0);
        network.getLayerWiseConfigurations().setEpochCount(0);
        INDArray state = network.getUpdater().getStateViewArray();
        if (state != null) {
            state.assign(0);
        }
    }
}
