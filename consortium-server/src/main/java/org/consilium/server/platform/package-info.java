/**
 * What every feature of the consortium server stands on: settings, the schema, security, problems, health.
 *
 * <p>Decisions. Every refusal is a {@link org.consilium.server.platform.Refusal} and becomes a response in one mapper.
 * The schema is migrated over a plain connection after the start, again and again until the database is there, so that
 * the server can start before its database; until then the API answers 503. Hibernate asks the database nothing when it
 * starts, for the same reason. Liberty takes a driver from a library only, so the data source reads it from the
 * unpacked WAR's library folder.
 */
package org.consilium.server.platform;
