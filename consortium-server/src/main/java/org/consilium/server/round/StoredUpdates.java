package org.consilium.server.round;

import java.util.List;
import org.consilium.algorithm.Updates;
import org.consilium.contract.Sha256;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.StoredVector;

/** The updates of a round as the store keeps them; one chunk of one site is in use at a time. */
final class StoredUpdates implements Updates {

    private final Models models;
    private final List<Contribution> contributions;
    private final List<StoredVector> vectors;

    StoredUpdates(Models models, Round round) {
        this.models = models;
        List<Share> answers = round.answers();
        this.contributions = answers.stream()
                .map(share -> new Contribution(
                        share.site(), share.update().orElseThrow().metrics().examples()))
                .toList();
        this.vectors = answers.stream()
                .map(share -> models.get(share.update().orElseThrow().digest()))
                .toList();
    }

    @Override
    public List<Contribution> contributions() {
        return contributions;
    }

    @Override
    public int chunks() {
        return vectors.get(0).chunks();
    }

    @Override
    public float[] chunk(int contribution, int chunk) {
        return models.values(vectors.get(contribution), chunk);
    }

    /**
     * Gives up the room that the updates take in memory; they stay in the store.
     *
     * @param start the model that they started from: an update that is equal to it is the next global model as well
     */
    void release(Sha256 start) {
        vectors.stream().filter(vector -> !vector.digest().equals(start)).forEach(models::release);
    }

    long count() {
        return vectors.get(0).count();
    }
}
