package org.consilium.site.portal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.consilium.site.poll.Membership;

/**
 * Whether the site is a member, in words.
 *
 * @param kind {@code ok}, {@code run}, {@code warn}, {@code bad} or {@code idle}: the class of the style sheet
 * @param icon id of the shape that says the same without colour
 * @param word the state
 * @param detail what to know about it
 * @param action what to do next, may be empty
 */
public record Standing(String kind, String icon, String word, String detail, String action) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    static Standing of(Membership membership) {
        if (membership instanceof Membership.Enrolled member) {
            return enrolled(member);
        }
        if (membership instanceof Membership.Waiting waiting) {
            return new Standing(
                    waiting.trouble().isEmpty() ? "run" : "warn",
                    "i-wait",
                    "Waiting for approval since " + time(waiting.since()),
                    "The public half of this node's key was sent for " + waiting.organisation() + ". "
                            + (waiting.trouble().isEmpty()
                                    ? "A consortium administrator has not decided yet."
                                    : "How the request stands cannot be asked now: " + waiting.trouble()),
                    "Read the fingerprint below to the administrator by telephone, so that the administrator approves this"
                            + " key and no other. This page changes by itself.");
        }
        if (membership instanceof Membership.Approved approved) {
            return new Standing(
                    approved.trouble().isEmpty() ? "run" : "warn",
                    "i-wait",
                    "Approved",
                    approved.organisation() + " was let in. "
                            + (approved.trouble().isEmpty()
                                    ? "The node is getting its first token."
                                    : "The node cannot work yet: " + approved.trouble()),
                    "");
        }
        if (membership instanceof Membership.Refused refused) {
            return new Standing(
                    "bad",
                    "i-bad",
                    "Not let in, " + time(refused.at()),
                    "The consortium gave this reason: " + refused.reason(),
                    "Settle that with the consortium's coordinator, ask for a new invitation, and enter its code below.");
        }
        if (membership instanceof Membership.OutOfTouch away) {
            return new Standing(
                    "warn",
                    "i-stall",
                    "Not in touch with the consortium",
                    away.trouble().isEmpty()
                            ? "The node has just been started and is trying for the first time."
                            : "Whether the site is a member is not known. " + away.trouble(),
                    away.trouble().isEmpty() ? "This page changes by itself." : "The node tries again by itself.");
        }
        return new Standing(
                "idle",
                "i-idle",
                "Not enrolled",
                "This site is no member of the consortium: Keycloak does not know the key of this node.",
                "Ask the consortium's coordinator for an invitation, and enter its code below.");
    }

    private static Standing enrolled(Membership.Enrolled member) {
        String contact = member.lastContact()
                .map(at -> "The consortium answered last at " + time(at) + ".")
                .orElse("The consortium takes this node's key.");
        return member.trouble().isEmpty()
                ? new Standing("ok", "i-ok", "Enrolled", contact, "")
                : new Standing(
                        "warn",
                        "i-stall",
                        "Enrolled, but not at work",
                        contact + " The node's last attempt failed: " + member.trouble(),
                        "The node tries again by itself.");
    }

    private static String time(Instant at) {
        return TIME.format(at);
    }
}
