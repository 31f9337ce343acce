package org.consilium.model.engine;

import java.util.List;

/**
 * One step of a network.
 *
 * @param name the layer's name, for messages
 * @param op what it computes
 * @param inputs indices of the nodes whose results it takes, all smaller than its own
 * @param shape of its result for one example
 */
record Node(String name, Op op, List<Integer> inputs, Shape shape) {}
