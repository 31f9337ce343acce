package org.consilium.server.round;

/** Another replica works on the round by now: what is under way here is of no use any more. */
final class LostClaimException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
