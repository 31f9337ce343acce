/**
 * Parameters in the store: updates and global models alike, addressed by their digest.
 *
 * <p>Decisions. Parameters are cut into chunks of 262,144 values (1 MiB), one row each, and pass through the server
 * chunk by chunk, so heap grows neither with the size of a model nor with the number of sites; a bounded cache keeps
 * the updates of a round until they are added up and the new model while the sites fetch it, which saves the database
 * most reads. Chunks are written
 * outside any transaction, because a hospital's line may need minutes for a body and a transaction must not wait for
 * it; a vector appears, whole and checked, in the transaction that uses it. What was begun and never completed is
 * swept away after a day. Equal bytes are kept once.
 *
 * <p>Synthesised images are kept beside them in a table of their own: they are small, come whole from this server, and their
 * header says for which study they were made, so equal images of two studies have one payload and two headers.
 */
package org.consilium.server.globalmodel;
