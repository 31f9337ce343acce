/**
 * The outbound ledger: every byte that leaves this node is listed here, for the hospital's data steward to read and
 * export.
 *
 * <p>Decisions. A request is listed before it is sent, in a transaction of its own, and one that cannot be listed is not
 * sent: while the database is away the node is silent, instead of speaking unlisted. An entry therefore says that a
 * request was about to leave, not that it arrived; one that failed on its way stands here as well. The entry is made at
 * the clients' edge ({@link org.consilium.site.platform.OutboundListing}), from the bytes that were written, not from
 * the objects that they were made of; it lives in the platform, since the platform has clients as well, and knows this
 * room by its port {@link org.consilium.site.platform.Outbound} only. Requests that equal the latest of their kind are
 * counted there instead of listed anew, so that a node that asks for work all day fills one row; the method belongs to
 * what must be equal. What {@link org.consilium.site.ledger.Kind} does not know is listed as {@code other}. An address
 * is kept without its query. Nothing is ever deleted. Plain JDBC with a commit of its own, no entity: an entry must not
 * wait for a transaction of its caller, nor go with it, and the lock that keeps two threads apart is one statement.
 *
 * <p>What stands here is size and digest of a body, and the metrics that an update says of its training in its header
 * ({@code Consilium-Training}), word by word. Other headers are not kept, and not counted: they hold the site's token, and of
 * an update the two by which it names the site's own record and its images' fingerprint, which the audit log has. A
 * request that the HTTP
 * library repeats by itself, on a connection that was closed before its answer, is counted once. Two things leave
 * without a client of ours: the server fetches Keycloak's signing keys to check tokens (a GET without a body), and the
 * node speaks to its own database.
 */
package org.consilium.site.ledger;
