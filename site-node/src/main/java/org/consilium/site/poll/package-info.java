/**
 * The node's only link to the consortium: it asks for work, fetches the model, and sends the answer, always outwards.
 *
 * <p>Decisions. One thread does one thing at a time, since a node has one trainer. What cannot be sent is not stored:
 * the server offers unanswered work again, and the same seed gives the same bytes. After a failure the node waits
 * longer each time, up to a minute.
 */
package org.consilium.site.poll;
