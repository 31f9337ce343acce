package org.consilium.server.round;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.Impressions;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.globalmodel.Pending;

/**
 * What came of refining a round's aggregate.
 *
 * @param model the round's global model
 * @param written its parameters, where it is not the aggregate
 * @param recalibration what became of the head
 * @param synthesis what became of impressions, empty where none were due
 */
record Refined(Sha256 model, Optional<Pending> written, Recalibration recalibration, Optional<Synthesised> synthesis) {

    /**
     * What became of a model's head.
     *
     * @param sites whose statistics it was recalibrated on; none where it was not
     * @param reason why it was not, where the method would have it
     */
    record Recalibration(List<SiteId> sites, Optional<String> reason) {
        /** The method does not recalibrate. */
        static final Recalibration NONE = new Recalibration(List.of(), Optional.empty());
    }

    /**
     * What became of a synthesis.
     *
     * @param set the images, empty if it failed
     * @param failure why it failed
     * @param seconds how long it took this replica
     */
    record Synthesised(Optional<Impressions> set, Optional<String> failure, double seconds) {}
}
