/**
 * The node's only link to the consortium: it asks for work, fetches model and impressions, and sends the answer, always
 * outwards.
 *
 * <p>Decisions. One thread does one thing at a time, since a node has one trainer; a second one only says at short
 * intervals what the first does, so that hours of training are not taken for a dead node, nor the other way round. An
 * answer that does not arrive stays in memory and is sent when the server offers the same work again, so a broken link
 * costs no training; it is not stored, since after a restart the same seed gives the same bytes. An answer that the
 * server calls invalid becomes a refusal, or the node would make the same bytes for ever. After a failure the node waits
 * longer each time, up to twenty seconds.
 *
 * <p>Whether the site is a member is nobody's word but Keycloak's: the site is one when its key gets a token. A request to
 * join is kept beside the key, not in the database, since it is of that key and its code is a secret until it is used; it
 * is asked about until it is decided, or a rejection would stay unknown to the hospital.
 *
 * <p>The site's key is changed beside all that, without a pause: the consortium takes both keys until the node has got a
 * token by the new one, and a token that another thread has in hand stays good until it expires. What was begun goes on by
 * itself after a failure or a restart, since a rotation that waits for somebody to look would leave the old key valid. A
 * steward can abandon it until the new key is in use, and not after: by then it may be the only one that opens. The old key
 * is kept until the end, and consents once more should the consortium have lost the new one.
 */
package org.consilium.site.poll;
