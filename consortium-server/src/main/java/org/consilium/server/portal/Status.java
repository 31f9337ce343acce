package org.consilium.server.portal;

/**
 * A state as a shape and a word; the colour only helps.
 *
 * @param kind {@code ok}, {@code run}, {@code warn}, {@code bad} or {@code idle}: the class of the style sheet
 * @param icon id of the shape
 * @param text the word
 */
public record Status(String kind, String icon, String text) {

    static Status ok(String text) {
        return new Status("ok", "i-ok", text);
    }

    static Status run(String text) {
        return new Status("run", "i-run", text);
    }

    static Status warn(String text) {
        return new Status("warn", "i-stall", text);
    }

    /** Nothing happens since then, though something should. */
    static Status stalled(Moment since) {
        return warn("Stalled since " + since.minute());
    }

    static Status bad(String text) {
        return new Status("bad", "i-bad", text);
    }

    static Status idle(String text) {
        return new Status("idle", "i-idle", text);
    }
}
