package org.consilium.site.policy;

import java.util.Optional;
import org.consilium.contract.GatePlan;
import org.consilium.contract.StatisticsPlan;

/**
 * On which terms the node does what an offer asks for, by the hospital's policy and the protocol together.
 *
 * @param impressions whether it trains on synthesised images and judges them
 * @param statistics what it says of its features, and of classes of how many images at least; empty if the method wants none
 * @param noise that is added to that, see {@link StatisticsPolicy}
 * @param gate by what it judges synthesised images, empty if the method has none
 */
public record Terms(boolean impressions, Optional<StatisticsPlan> statistics, double noise, Optional<GatePlan> gate) {}
