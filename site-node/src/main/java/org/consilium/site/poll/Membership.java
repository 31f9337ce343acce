package org.consilium.site.poll;

import java.time.Instant;
import java.util.Optional;
import org.consilium.site.poll.EnrolmentRequest.State;

/** Whether the site is a member of the consortium, as far as its node knows. */
public sealed interface Membership {

    /**
     * Neither Keycloak nor the consortium has been reached since the node was started.
     *
     * @param trouble why, empty while it is tried for the first time
     */
    record OutOfTouch(String trouble) implements Membership {}

    /** Keycloak does not know the site's key, and no request of the node is undecided. */
    record NotEnrolled() implements Membership {}

    /**
     * The node has sent its key, and the administrator has not decided yet.
     *
     * @param organisation the hospital's name in the invitation
     * @param since when it was sent
     * @param trouble why it is not known how the request stands now, empty if it is
     */
    record Waiting(String organisation, Instant since, String trouble) implements Membership {}

    /**
     * The administrator has let the site in, and Keycloak has given it no token yet.
     *
     * @param organisation the hospital's name in the invitation
     * @param trouble why there is no token, empty while the first one is on its way
     */
    record Approved(String organisation, String trouble) implements Membership {}

    /**
     * Keycloak gives the site tokens by its key.
     *
     * @param lastContact when the consortium answered last, since the node was started
     * @param trouble what keeps the node from its work, empty if nothing does
     */
    record Enrolled(Optional<Instant> lastContact, String trouble) implements Membership {}

    /**
     * The consortium did not let the site in.
     *
     * @param at when the node learnt that
     * @param reason as the consortium gave it
     */
    record Refused(Instant at, String reason) implements Membership {}

    /**
     * Decides.
     *
     * @param keycloak what it said to the site's key when it was asked last
     * @param request the node's latest, if it was made with the present key
     * @param trouble why it is not known how the request stands now, empty if it is
     * @param now what the node is doing
     */
    static Membership of(
            SiteTokens.Answer keycloak, Optional<EnrolmentRequest> request, String trouble, NodeStatus now) {
        String link = now.state() == NodeStatus.State.ERROR || now.state() == NodeStatus.State.WAITING_FOR_DATABASE
                ? now.detail()
                : "";
        if (keycloak == SiteTokens.Answer.GIVEN) {
            return new Enrolled(now.lastContact(), link);
        }
        if (request.isEmpty()) {
            return keycloak == SiteTokens.Answer.REFUSED ? new NotEnrolled() : new OutOfTouch(link);
        }
        EnrolmentRequest made = request.get();
        if (made.state() == State.REQUESTED) {
            return new Waiting(made.organisation(), made.since(), trouble);
        }
        return made.state() == State.APPROVED
                ? new Approved(made.organisation(), link)
                : new Refused(made.since(), made.reason().orElse("No reason was given."));
    }
}
