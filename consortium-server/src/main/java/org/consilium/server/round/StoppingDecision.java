package org.consilium.server.round;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.consilium.contract.RoundNumber;

/**
 * What one stopping rule said after one round.
 *
 * @param round the round
 * @param position the rule's place in the protocol, from 0; the number of planned rounds comes last
 * @param rule its kind
 * @param fires whether it ends the study's rounds
 * @param inputs all that it looked at, by name
 */
public record StoppingDecision(
        RoundNumber round, int position, String rule, boolean fires, Map<String, String> inputs) {

    /** Takes the inputs in the order of their names. */
    public StoppingDecision {
        inputs = Collections.unmodifiableMap(new TreeMap<>(inputs));
    }
}
