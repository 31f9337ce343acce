/**
 * The sites of the consortium and whether they may take part.
 *
 * <p>Decisions. The server asks its own row on every request of a site node, because a token that was issued before
 * stays valid on its own until it expires. When a site is let in again, its old tokens stay shut out.
 */
package org.consilium.server.site;
