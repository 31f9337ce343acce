package org.consilium.site.images;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Messages;
import org.consilium.model.ImageShape;
import org.consilium.model.images.ImageDataException;

/**
 * The optional {@code dataset.json} in an import folder.
 *
 * @param classes names of the classes in label order, empty if it does not say
 * @param source who made the images, may be empty
 * @param licence what is allowed, may be empty
 */
record DatasetFile(Optional<List<String>> classes, String source, String licence) {

    static final String NAME = "dataset.json";

    /**
     * Reads it, if it is there.
     *
     * @throws ImageDataException if it is there but not of that form
     */
    static DatasetFile in(Path folder) {
        Path file = folder.resolve(NAME);
        if (Files.notExists(file)) {
            return new DatasetFile(Optional.empty(), "", "");
        }
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            JsonObject json = reader.readObject();
            Optional<List<String>> classes = json.containsKey("classes")
                    ? Optional.of(Messages.array(json, "classes").getValuesAs(JsonString.class).stream()
                            .map(JsonString::getString)
                            .toList())
                    : Optional.empty();
            return new DatasetFile(classes, json.getString("source", ""), json.getString("licence", ""));
        } catch (IOException | JsonException | IllegalArgumentException | ClassCastException e) {
            throw new ImageDataException(
                    file + " is not of the form {\"classes\":[names],\"source\":text,\"licence\":text} ("
                            + e.getMessage() + "); mend it or remove it",
                    e);
        }
    }

    /**
     * Returns what it says together with what was asked for.
     *
     * @throws ImageDataException if there are too few or too many classes
     */
    DatasetDescription describing(ImportRequest request, List<String> names, ImageShape shape) {
        try {
            return new DatasetDescription(request.dataset(), request.modality(), names, shape, source, licence);
        } catch (IllegalArgumentException e) {
            throw new ImageDataException(
                    request.folder() + " cannot be used: " + e.getMessage() + "; name each class once in " + NAME, e);
        }
    }
}
