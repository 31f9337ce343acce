package org.consilium.model;

import java.util.Optional;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Parameters;
import org.consilium.contract.SynthesisPlan;

/** Synthesises images from what a global model knows. */
public interface Synthesizer {

    /**
     * Begins a synthesis, which its caller drives step by step.
     *
     * @param origin what the result says of where it comes from; its architecture and model are those of the parameters
     * @param model the frozen model
     * @param plan how
     * @param start public images where the plan starts from such; of the architecture's shape
     * @param features what features are pulled to, needed where the plan's prior says so
     * @throws IllegalArgumentException if these do not go together, or this machine cannot synthesise from that network
     */
    Synthesis begin(
            ModelOrigin origin,
            Parameters model,
            SynthesisPlan plan,
            Optional<LabelledImages> start,
            Optional<FeatureTargets> features);
}
