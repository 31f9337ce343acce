package org.consilium.quickstart.audit;

import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.consilium.contract.Sha256;

/**
 * A JSON object of which nothing is overlooked: no member is there twice, and none that is not known. Whatever is missing or
 * wrong is refused with an {@link IllegalArgumentException} that names it.
 */
final class StrictJson {

    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    private final JsonObject json;

    private StrictJson(JsonObject json) {
        this.json = json;
    }

    /** Reads an object, with nothing after it. */
    static StrictJson parse(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return new StrictJson(reader.readObject());
        } catch (RuntimeException e) {
            // Besides JsonException, numbers beyond all bounds come as others.
            throw new IllegalArgumentException("it is no JSON object (" + firstLine(e) + ")", e);
        }
    }

    /** Refuses members of other names. */
    StrictJson only(String... names) {
        Set<String> strange = new TreeSet<>(json.keySet());
        strange.removeAll(Set.of(names));
        if (!strange.isEmpty()) {
            throw new IllegalArgumentException("it has members that do not belong there: " + strange);
        }
        return this;
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    Set<String> names() {
        return json.keySet();
    }

    String text(String name) {
        if (json.get(name) instanceof JsonString text) {
            return text.getString();
        }
        throw wrong(name, "a text");
    }

    Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    Sha256 digest(String name) {
        return new Sha256(text(name));
    }

    Optional<Sha256> optionalDigest(String name) {
        return optionalText(name).map(Sha256::new);
    }

    Instant instant(String name) {
        try {
            return Instant.parse(text(name));
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' must be a time in UTC such as 2026-11-26T10:00:00Z", e);
        }
    }

    Optional<Instant> optionalInstant(String name) {
        return has(name) ? Optional.of(instant(name)) : Optional.empty();
    }

    long whole(String name) {
        if (json.get(name) instanceof JsonNumber number) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                throw wrong(name, "a whole number");
            }
        }
        throw wrong(name, "a whole number");
    }

    int small(String name) {
        long number = whole(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw wrong(name, "a number of 0 to 2,147,483,647");
        }
        return (int) number;
    }

    double number(String name) {
        if (json.get(name) instanceof JsonNumber number) {
            return number.doubleValue();
        }
        throw wrong(name, "a number");
    }

    boolean flag(String name) {
        JsonValue value = json.get(name);
        if (value == JsonValue.TRUE || value == JsonValue.FALSE) {
            return value == JsonValue.TRUE;
        }
        throw wrong(name, "true or false");
    }

    StrictJson object(String name) {
        if (json.get(name) instanceof JsonObject object) {
            return new StrictJson(object);
        }
        throw wrong(name, "an object");
    }

    List<StrictJson> objects(String name) {
        return values(name).stream()
                .map(value -> {
                    if (value instanceof JsonObject object) {
                        return new StrictJson(object);
                    }
                    throw wrong(name, "an array of objects");
                })
                .toList();
    }

    List<String> texts(String name) {
        return values(name).stream()
                .map(value -> {
                    if (value instanceof JsonString text) {
                        return text.getString();
                    }
                    throw wrong(name, "an array of texts");
                })
                .toList();
    }

    /** Returns whether this is a text, or an array that has it. */
    boolean says(String name, String text) {
        return json.get(name) instanceof JsonString one
                ? one.getString().equals(text)
                : texts(name).contains(text);
    }

    JsonObject json() {
        return json;
    }

    private List<? extends JsonValue> values(String name) {
        if (json.get(name) instanceof jakarta.json.JsonArray array) {
            return array;
        }
        throw wrong(name, "an array");
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("'" + name + "' must be there and be " + what);
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
