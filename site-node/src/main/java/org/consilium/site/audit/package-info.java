/**
 * The node's own audit log, and what it has seen of the consortium's.
 *
 * <p>The log is the hospital's: it tells what this node did and who had it do so, in the same form and with the same tree and
 * checkpoints as the consortium's, signed with the site's key. Where there is a change in the database the record belongs to
 * its transaction; where something leaves the node the record is committed before. So each claim of the consortium that this
 * site has sent something can be matched with the site's own record, or is shown not to have one.
 *
 * <p>As a witness the node counter-signs a checkpoint of the consortium only if the log goes on from the last one that it
 * signed. A server that shows two histories to two sites is caught when they compare what they have signed, and one that
 * changes its history is caught by each site that has seen it.
 */
package org.consilium.site.audit;
