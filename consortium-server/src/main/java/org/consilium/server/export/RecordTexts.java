package org.consilium.server.export;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** How times and texts are written in all the forms. */
final class RecordTexts {

    /** Asking for a builder without it looks up the library each time. */
    static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private RecordTexts() {}

    /** Returns a time to the millisecond, also where that is zero. */
    static String time(Instant time) {
        return MILLISECONDS.format(time);
    }

    /** Returns texts as a JSON object, in the order of their names. */
    static String json(Map<String, String> texts) {
        JsonObjectBuilder json = JSON.createObjectBuilder();
        texts.forEach(json::add);
        return json.build().toString();
    }

    static Writer utf8(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }
}
