package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.regex.Pattern;

/**
 * What went wrong, for a person and for a program: the body of every refusal, {@code application/problem+json} (RFC
 * 9457).
 *
 * @param code stable name in kebab case, such as {@code update-differs}; becomes {@code type} as
 *     {@code urn:consilium:problem:CODE}
 * @param status HTTP status, 400 to 599
 * @param title the code in a few words
 * @param detail names the thing and what is wrong with it; what it quotes may be anything that a caller sent, so words of
 *     more than 120 characters and texts of more than 2,000 are cut
 * @param action what to do next, one sentence
 */
public record Problem(String code, int status, String title, String detail, String action) {

    /** Media type of the JSON form. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE = "urn:consilium:problem:";
    private static final int LONGEST_DETAIL = 2_000;

    /** Longer than a SHA-256, an id or an address of ours. */
    private static final Pattern LONG_WORD = Pattern.compile("(\\S{120})\\S+");

    /** Checks that it says something. */
    public Problem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a problem has an HTTP status of 400 to 599, not " + status);
        }
        if (code == null || code.isBlank() || detail == null || detail.isBlank()) {
            throw new IllegalArgumentException("a problem needs a code and a detail");
        }
        title = title == null ? code : title;
        detail = brief(detail);
        action = action == null ? "" : action;
    }

    private static String brief(String detail) {
        String cut = LONG_WORD.matcher(detail).replaceAll("$1…");
        return cut.length() <= LONGEST_DETAIL ? cut : cut.substring(0, LONGEST_DETAIL) + "…";
    }

    /** Returns the JSON form. */
    public JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("type", TYPE + code)
                .add("title", title)
                .add("status", status)
                .add("detail", detail)
                .add("action", action)
                .build();
    }

    /** Reads the JSON form; members that are missing are filled, since a proxy may have answered instead of us. */
    public static Problem fromJson(JsonObject json, int httpStatus) {
        String type = json.getString("type", TYPE + "unknown");
        return new Problem(
                type.startsWith(TYPE) ? type.substring(TYPE.length()) : type,
                json.getInt("status", httpStatus),
                json.getString("title", null),
                json.getString("detail", "no detail was given"),
                json.getString("action", ""));
    }

    /** Returns detail and action in one line, for people. */
    public String text() {
        return action.isBlank() ? detail : detail + " " + action;
    }
}
