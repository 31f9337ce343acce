/**
 * Images that the consortium synthesises, as this hospital has them: fetched, checked, judged, and looked at by its steward.
 *
 * <p>Decisions. A set is kept in the hospital's database with what this site's node has said of it, so that the steward sees
 * the images beside the verdict, and a restart fetches nothing anew. It is used only if it is what the offer says: of this
 * protocol and network, of the round and model that it may be of. A steward's veto is kept by an image's own digest: what
 * the consortium releases is a part of what the sites have judged, and so a set with another digest; whichever set brings
 * the image again, this site does not train on it. Images of a set leave the node to nobody but its own steward.
 */
package org.consilium.site.impression;
