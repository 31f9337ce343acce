/**
 * The node's own pages for the hospital's steward, behind the login of Keycloak: whether the site is a member, the
 * fingerprint of its key, and a form for the code of an invitation.
 *
 * <p>Decisions. The login is Open Liberty's: the steward's browser goes to Keycloak by itself, and the node fetches the
 * token outwards, so that nothing opens a connection to the hospital. Its client in Keycloak, consilium-site-portal, is
 * public and bound by PKCE (S256): a secret would have to be handed to every hospital, and one that all of them know
 * proves nothing, while a client for each hospital would have to be there before the hospital has joined. What remains is
 * that Keycloak sends a code only to addresses that the consortium's administrator has registered. A login opens pages
 * and nothing else: the API takes bearer tokens alone, as before. {@link org.consilium.site.portal.PageDoor} lets in whom
 * {@link org.consilium.site.platform.BearerOnly} lets in, everywhere but at the look and the page that says goodbye.
 *
 * <p>A page decides nothing: {@link org.consilium.site.poll.Enrolments} does, for the page as for REST, and {@link
 * org.consilium.site.portal.Standing} only finds the words. The page with the form has a Faces view state in the session,
 * which a page of somebody else cannot know; what keeps it up to date is fetched from a second page without one, so that
 * it does not push the form's state out. The look (style sheets, script, template, the pages of errors and of the end of a
 * login) is the consortium server's, copied from its folder when the WAR is made. Nothing imports this package.
 */
package org.consilium.site.portal;
