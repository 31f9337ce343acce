/**
 * The sites of the consortium: how they join, and whether they may take part.
 *
 * <p>Decisions. A site joins by an invitation: its node makes a key pair, sends the public half with the invitation's code
 * and a signature that shows that it has the other half, and waits until an administrator, who compares fingerprints with
 * the hospital by telephone, approves; so nothing secret is ever shown or sent but the code, which works once, expires,
 * and lets nobody in by itself. There is no other way to become a member. A member that lost its key is invited again.
 * The server asks its own row on every request of a site node, because a token that was issued before stays valid on its
 * own until it expires. When a site is let in again, its old tokens stay shut out.
 *
 * <p>A site that still has its key changes to a new one by itself, in two steps, so that at each moment a key that its
 * node has opens what it needs: first both keys work, and once the node has got a token by the new one it says so, and the
 * old one opens nothing any more. A bearer token does not say by which key it was got, so both steps carry a signature of
 * the new key, and the first one the consent of the present key; a token that was found in a log changes nothing. Until the
 * second step the first can be taken back, with the same two signatures. Signatures are good for some minutes, so a step that
 * is replayed must do no harm: a confirmation drops no key that was offered since, a withdrawal none but the one that it
 * names, and no offer is taken that is not younger than the last withdrawal, which the site's row has.
 * Keycloak's client holds which keys there are, and nothing else does, so that there are no two answers; the site's row is
 * locked meanwhile, so that a rotation does not undo an approval, nor go on beside a suspension. Tokens got by the old key
 * stay good until they expire: the site is the same.
 *
 * <p>How a site is, is not kept but decided anew each time it is asked, by {@link org.consilium.server.site.SiteHealth},
 * from its last sign of life and the work that it holds: a state that is kept would go on saying RUNNING when nobody is
 * left to change it. Which work a site holds, the rounds know, and tell through {@link
 * org.consilium.server.site.Leases}.
 */
package org.consilium.server.site;
