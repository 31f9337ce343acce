/**
 * Pages for people, behind the login of Keycloak: the consortium's state now, and what is said when a page cannot be
 * shown.
 *
 * <p>Decisions. A page is Facelets over values that are made anew for each request ({@link
 * org.consilium.server.portal.StudyPanel}, {@link org.consilium.server.portal.SiteLine}); nothing is kept in a session,
 * so any replica answers any request. Values hold texts and figures as they are shown, so that a page decides nothing
 * and a test needs no page. Charts are SVG written by the server: they print, and they need no script. The one script
 * exchanges what has changed on the page; without it the page reloads itself. Nothing imports this package.
 */
package org.consilium.server.portal;
