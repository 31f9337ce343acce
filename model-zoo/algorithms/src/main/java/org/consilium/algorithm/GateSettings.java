package org.consilium.algorithm;

import org.consilium.contract.GatePlan;

/** Reads the privacy gate's thresholds. */
final class GateSettings {

    private GateSettings() {}

    static GatePlan of(Settings read) {
        return new GatePlan(
                read.number("gate_nearest", 0.01, 0, 1),
                read.number("gate_duplicate", 0.25, 0, 1),
                read.number("gate_auc", 0.6, 0.5, 1),
                read.whole("gate_least", 16, 1, 100_000));
    }
}
