package org.consilium.server.platform;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.function.Function;

/** Reads what a request says and refuses it by name. */
public final class Requests {

    private Requests() {}

    /**
     * Returns the value of a JSON object.
     *
     * @param body the text
     * @param code code of the refusal, status 422, where the value is not valid
     * @param reader makes the value, refusing with an {@link IllegalArgumentException} that names the member
     */
    public static <T> T read(String body, String code, Function<JsonObject, T> reader) {
        return value(code, 422, () -> reader.apply(json(body)));
    }

    /** Returns the text as a JSON object. */
    public static JsonObject json(String body) {
        try (JsonReader json = Json.createReader(new StringReader(body == null ? "" : body))) {
            return json.readObject();
        } catch (RuntimeException e) {
            // Not JsonException alone: the parser refuses depth with another one.
            throw Refusal.of(
                    400,
                    "json-invalid",
                    "The text is not a JSON object: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Send one JSON object, UTF-8.");
        }
    }

    /** Returns the value, or refuses with that code and status what is not valid. */
    public static <T> T value(String code, int status, java.util.function.Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw Refusal.of(status, code, sentence(e.getMessage()), "Correct it and send the request again.");
        }
    }

    private static String sentence(String text) {
        return text == null || text.isEmpty()
                ? "The request is not valid."
                : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
