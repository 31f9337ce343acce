package org.consilium.server.platform;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.consilium.contract.Texts;
import org.keycloak.representations.idm.EventRepresentation;

/**
 * A log-in that Keycloak refused. What was typed as the user's name is left out: people type passwords there.
 *
 * @param id Keycloak's id of the event
 * @param at when
 * @param client that was logged in to, or that tried to, if it is one of the realm's
 * @param user Keycloak's id of the user, if there is such a user
 * @param address that it came from
 * @param error why, in Keycloak's word
 */
public record FailedLogIn(
        String id, Instant at, Optional<String> client, Optional<String> user, Optional<String> address, String error) {

    private static final int LONGEST = 100;

    /** Errors of clients that there are not. */
    private static final Set<String> STRANGERS = Set.of("client_not_found", "invalid_client");

    static FailedLogIn of(EventRepresentation event) {
        String error = text(event.getError()).orElse("unknown");
        return new FailedLogIn(
                event.getId(),
                Instant.ofEpochMilli(event.getTime()),
                // A client that there is not is a stranger's text.
                STRANGERS.contains(error) ? Optional.empty() : text(event.getClientId()),
                text(event.getUserId()),
                text(event.getIpAddress()),
                error);
    }

    /** Text that a record takes: one that it refused would keep all others out. */
    private static Optional<String> text(String text) {
        return Optional.of(Texts.fitting(text, LONGEST, "")).filter(one -> !one.isEmpty());
    }
}
