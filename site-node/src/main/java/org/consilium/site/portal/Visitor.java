package org.consilium.site.portal;

import java.util.Optional;
import org.consilium.contract.Problem;
import org.consilium.site.platform.SiteSettings;

/**
 * Who asks for a page.
 *
 * @param name of the user in Keycloak
 * @param steward whether the user has that role
 * @param site for which the user speaks, or empty
 */
record Visitor(String name, boolean steward, String site) {

    /** Returns why the visitor may not see this node's pages; nothing if it is the hospital's own steward. */
    Optional<Problem> refusal(SiteSettings node) {
        boolean own = node.isSpokenForBy(site);
        if (steward && own) {
            return Optional.empty();
        }
        String role = "the role 'steward' is missing";
        String place = site.isEmpty()
                ? "the attribute 'site' is missing"
                : "the attribute 'site' names '" + site + "' instead of '" + node.site() + "'";
        String missing = steward ? place : own ? role : role + ", and " + place;
        return Optional.of(new Problem(
                "not-the-steward",
                403,
                "This account is not a steward of this hospital",
                "You are logged in as '" + name + "', and this is the node of site '" + node.site() + "'. In Keycloak, "
                        + missing + ".",
                "Sign out and log in as this hospital's data steward, or ask the consortium's administrator to give this"
                        + " account the role 'steward' and the attribute 'site' with the value '" + node.site()
                        + "'."));
    }
}
