package org.consilium.contract;

/** What a site's node does, as its {@link Heartbeat} says it. */
public enum Activity {
    /** Nothing is to be done. */
    IDLE(false),
    /** Fetching a model. */
    FETCHING(true),
    /** Training on the site's images. */
    TRAINING(true),
    /** Scoring a model on the site's images. */
    EVALUATING(true),
    /** Sending an answer. */
    SENDING(true),
    /** Taking images into the site's database; said only while nothing else is done. */
    IMPORTING(false),
    /** The site's database is out of reach; it is tried again. */
    WAITING_FOR_DATABASE(false),
    /** Something failed; it is tried again. */
    FAILING(false);

    private final boolean work;

    Activity(boolean work) {
        this.work = work;
    }

    /** Returns whether it is part of the work that a round asks for. */
    public boolean isWork() {
        return work;
    }
}
