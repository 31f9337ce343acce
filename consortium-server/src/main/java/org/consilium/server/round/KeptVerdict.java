package org.consilium.server.round;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Objects;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Messages;

/**
 * One site's verdict on impressions as the store keeps it, in the JSON form of the wire.
 *
 * @param json the text
 */
public record KeptVerdict(String json) {

    /** Checks that there is a text. */
    public KeptVerdict {
        Objects.requireNonNull(json, "json");
    }

    /** Returns the verdict as it is kept. */
    public static KeptVerdict of(ImpressionVerdict verdict) {
        return new KeptVerdict(Messages.toJson(verdict).toString());
    }

    /** Returns the verdict. */
    public ImpressionVerdict value() {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return Messages.verdict(reader.readObject());
        }
    }
}
