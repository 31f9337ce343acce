package org.consilium.contract;

/** Bytes that are no impressions, or not those that their header or an offer promises; the message names the next action. */
public final class InvalidImpressionsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong and what to do */
    public InvalidImpressionsException(String message) {
        super(message);
    }
}
