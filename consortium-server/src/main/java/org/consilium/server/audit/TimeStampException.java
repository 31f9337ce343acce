package org.consilium.server.audit;

/** A time-stamp token, or an answer that should bring one, is not to be trusted; says what is wrong and what to do. */
class TimeStampException extends Exception {

    private static final long serialVersionUID = 1L;

    TimeStampException(String what, String action) {
        this(what, action, null);
    }

    TimeStampException(String what, String action, Throwable cause) {
        // What other software says may end with a full stop of its own.
        super(what.replaceAll("[.\\s]+$", "") + ". " + action + ".", cause);
    }
}
