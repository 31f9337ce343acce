package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Head;
import org.consilium.contract.SynthesisPlan;
import org.consilium.model.Architectures;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.Networks;
import org.consilium.model.images.ImageDatasets;

/** The model zoo's networks, of which this server trains none: it finds their heads, and synthesises from them. */
@ApplicationScoped
class Zoo {

    private final Networks networks = Networks.create();
    private final Map<ImageShape, Optional<LabelledImages>> phantoms = new ConcurrentHashMap<>();

    /**
     * Returns where the last layer of a network lies.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public Head head(ArchitectureId architecture) {
        return networks.head(architecture);
    }

    /**
     * Returns the images that synthesis starts from; empty where it starts from noise, or this server has none of that kind
     * and of the network's size.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public Optional<LabelledImages> start(SynthesisPlan.Initial initial, ArchitectureId architecture) {
        return initial == SynthesisPlan.Initial.PHANTOMS
                ? phantoms.computeIfAbsent(Architectures.shape(architecture), ImageDatasets::phantoms)
                : Optional.empty();
    }

    /**
     * Returns whether synthesis can start from such images here; not where there is no such network.
     *
     * @param init as a method's setting says it: noise, phantoms or public
     */
    public boolean canStart(String init, ArchitectureId architecture) {
        SynthesisPlan.Initial initial = SynthesisPlan.Initial.valueOf(init.toUpperCase(Locale.ROOT));
        try {
            return initial == SynthesisPlan.Initial.NOISE
                    || start(initial, architecture).isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns all of it. */
    public Networks networks() {
        return networks;
    }
}
