package org.consilium.server.portal;

/**
 * One of the figures of a study that are shown large.
 *
 * @param name what it is
 * @param value the figure
 * @param unit after it, small, or empty
 * @param note what it is read against
 */
public record Reading(String name, String value, String unit, String note) {}
