package org.consilium.site.poll;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.consilium.contract.Messages;

/**
 * The node's request to be let into the consortium, and how it stood when the consortium was asked last.
 *
 * @param code of the invitation
 * @param fingerprint of the key that was sent with it
 * @param state how it stands
 * @param organisation the hospital's name, as the consortium wrote it into the invitation
 * @param since when it was made, or decided
 * @param reason why the site was not let in
 */
record EnrolmentRequest(
        String code, String fingerprint, State state, String organisation, Instant since, Optional<String> reason) {

    /** How a request can stand. */
    enum State {
        /** The administrator has not decided yet. */
        REQUESTED,
        /** The site was let in. */
        APPROVED,
        /** It was not. */
        REJECTED
    }

    /**
     * Returns the request as the consortium's answer says it stands.
     *
     * @throws IllegalArgumentException if the answer is none, naming the member that is wrong
     */
    static EnrolmentRequest answered(String code, String fingerprint, JsonObject answer, Instant now) {
        return new EnrolmentRequest(
                code,
                fingerprint,
                state(answer),
                Messages.text(answer, "organisation"),
                now,
                Optional.ofNullable(answer.getString("reason", null)));
    }

    /** Returns it refused, when the consortium no longer knows it as one that can be decided. */
    EnrolmentRequest refused(String why, Instant now) {
        return new EnrolmentRequest(code, fingerprint, State.REJECTED, organisation, now, Optional.of(why));
    }

    /** Returns this, with the time of an earlier one that stands the same. */
    EnrolmentRequest after(EnrolmentRequest earlier) {
        boolean same = code.equals(earlier.code)
                && fingerprint.equals(earlier.fingerprint)
                && state == earlier.state
                && reason.equals(earlier.reason);
        return same ? new EnrolmentRequest(code, fingerprint, state, organisation, earlier.since, reason) : this;
    }

    /** Returns the form in which it is kept. */
    JsonObject toJson() {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("code", code)
                .add("fingerprint", fingerprint)
                .add("state", state.name())
                .add("organisation", organisation)
                .add("since", since.toString());
        reason.ifPresent(why -> json.add("reason", why));
        return json.build();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static EnrolmentRequest fromJson(JsonObject json) {
        try {
            return new EnrolmentRequest(
                    Messages.text(json, "code"),
                    Messages.text(json, "fingerprint"),
                    state(json),
                    Messages.text(json, "organisation"),
                    Instant.parse(Messages.text(json, "since")),
                    Optional.ofNullable(json.getString("reason", null)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'since' is no time", e);
        }
    }

    private static State state(JsonObject json) {
        String text = Messages.text(json, "state");
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("'state' is '" + text + "', which this node does not know"));
    }
}
