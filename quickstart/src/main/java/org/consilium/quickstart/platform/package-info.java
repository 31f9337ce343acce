/**
 * Starts, watches and stops the real parts of a consortium on one machine, without containers: PostgreSQL, Keycloak, the
 * consortium server and the site nodes.
 *
 * <p>Decisions. Every process is started directly, never through its vendor's script, so that its pid is known and it
 * can be stopped by pid even after a crash of this program. Everything that is made lies below
 * {@code target/consilium} (data, keys, passwords, logs) or in the user's cache folder (unpacked distributions). State
 * is kept: the next start uses the same authority, databases and realm. Everything that depends on a port is written
 * anew at each start. Only {@code Platform}, {@code PlatformOptions}, {@code PlatformException}, {@code Progress},
 * {@code Part} and {@code ProcessInfo} are for others.
 */
package org.consilium.quickstart.platform;
