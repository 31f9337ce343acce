package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Head;
import org.consilium.model.Networks;

/** The model zoo's networks, of which this server trains none: it finds their heads, and synthesises from them. */
@ApplicationScoped
class Zoo {

    private final Networks networks = Networks.create();

    /**
     * Returns where the last layer of a network lies.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public Head head(ArchitectureId architecture) {
        return networks.head(architecture);
    }

    /** Returns all of it. */
    public Networks networks() {
        return networks;
    }
}
