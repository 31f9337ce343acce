package org.consilium.server.round;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Objects;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Messages;

/**
 * One site's scores as the store keeps them, in the JSON form of the wire.
 *
 * @param json the text
 */
public record SiteScores(String json) {

    /** Checks that there is a text. */
    public SiteScores {
        Objects.requireNonNull(json, "json");
    }

    /** Returns the scores as they are kept. */
    public static SiteScores of(ClassificationScores scores) {
        return new SiteScores(Messages.toJson(scores).toString());
    }

    /** Returns the scores. */
    public ClassificationScores value() {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return Messages.scores(reader.readObject());
        }
    }
}
