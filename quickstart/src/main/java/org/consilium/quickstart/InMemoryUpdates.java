package org.consilium.quickstart;

import java.util.Arrays;
import java.util.List;
import org.consilium.algorithm.Strategy;
import org.consilium.algorithm.Updates;
import org.consilium.contract.Parameters;

/** One round's updates as arrays in memory, cut as the consortium server's store cuts them. */
final class InMemoryUpdates implements Updates {

    /** Values in a chunk: 1 MiB. */
    static final int CHUNK = 262_144;

    private final List<Contribution> contributions;
    private final List<float[]> vectors;

    /**
     * @param contributions who sent them, in the order of the site ids
     * @param updates the parameters, in the same order, of one length
     */
    InMemoryUpdates(List<Contribution> contributions, List<Parameters> updates) {
        this.contributions = List.copyOf(contributions);
        this.vectors = updates.stream().map(Parameters::toArray).toList();
    }

    /** Returns what a strategy makes of the updates: the next global model. */
    Parameters aggregatedBy(Strategy strategy, Parameters start) {
        float[] model = new float[start.count()];
        strategy.aggregateTrain(
                this, (chunk, values) -> System.arraycopy(values, 0, model, chunk * CHUNK, values.length));
        return Parameters.of(start.architecture(), model);
    }

    @Override
    public List<Contribution> contributions() {
        return contributions;
    }

    @Override
    public int chunks() {
        return (vectors.get(0).length + CHUNK - 1) / CHUNK;
    }

    @Override
    public float[] chunk(int contribution, int chunk) {
        float[] vector = vectors.get(contribution);
        return Arrays.copyOfRange(vector, chunk * CHUNK, Math.min(vector.length, (chunk + 1) * CHUNK));
    }
}
