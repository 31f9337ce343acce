/**
 * What every room of the node stands on: settings, the database and its migrations, the site's keys, errors as
 * problems, health.
 *
 * <p>Decisions. The node starts without a database and without the consortium, and keeps trying: a hospital's machines
 * are not restarted in an order that suits us. Ready means able to work locally, that is, the database is migrated and
 * REST answers; whether the consortium can be reached is shown as data of the readiness check and in the status, since
 * taking the steward's view away does not mend the link. Everything is refused that web.xml does not open by name. The
 * private key and the pseudonymisation key are files of this machine, not rows, so that a copy of the database neither
 * speaks for the hospital nor leads from a pseudonym to a patient. A change to a new key is kept in the key folder alone, as
 * which files are there and whether they hold the same ({@link org.consilium.site.platform.SiteKey}): there is no
 * third place that a crash could leave behind, and the present key is at each moment one that opens what the node needs. Each REST client of the node has its requests listed
 * by {@link org.consilium.site.platform.OutboundListing}, also those of the readiness checks: without a database these
 * send nothing and say so.
 */
package org.consilium.site.platform;
