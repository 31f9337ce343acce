/**
 * This hospital's images: how they get into its database, what is there, and how training reads them.
 *
 * <p>Decisions. An import is one transaction, so a folder that is bad in its last file changes nothing; each image is
 * read once before anything is written, and a folder that changes in between is refused. The digest of a
 * split's content (ordinals, labels, image digests) is kept beside it: it makes a repeated import a no-op, and lets
 * training keep pixels in memory between rounds without asking for each image. Images are rows of plain JDBC, since
 * tens of thousands of byte arrays gain nothing from an entity manager; import jobs are a JPA entity. Order is the
 * import order (IDX order; for folders by class, then by file name), because equal orders give equal models.
 */
package org.consilium.site.images;
