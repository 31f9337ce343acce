package org.consilium.site.images;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.consilium.contract.Messages;

/**
 * What a steward asks for.
 *
 * @param dataset name of the data set, as study protocols will name it
 * @param folder absolute path on this node
 * @param modality how the images were made, such as {@code microscopy} or {@code MR}
 * @param replace whether other images of that name may be replaced
 * @param keepFiles whether images stay where they are and only their paths are stored; folders of files only
 */
record ImportRequest(String dataset, Path folder, String modality, boolean replace, boolean keepFiles) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,59}");

    ImportRequest {
        if (!NAME.matcher(dataset).matches()) {
            throw new IllegalArgumentException("'dataset' is '" + dataset
                    + "': use 1 to 60 lower-case letters, digits and hyphens, starting with a letter");
        }
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException(
                    "'folder' is '" + folder + "': use an absolute path on the machine of this node");
        }
        if (modality.isBlank() || modality.length() > 60) {
            throw new IllegalArgumentException("'modality' must be 1 to 60 characters");
        }
    }

    /**
     * Reads a request's body.
     *
     * @throws IllegalArgumentException naming the member that is wrong
     */
    static ImportRequest fromJson(JsonObject json) {
        String store = json.containsKey("store") ? Messages.text(json, "store") : "bytes";
        if (!store.equals("bytes") && !store.equals("path")) {
            throw new IllegalArgumentException("'store' is '" + store + "': use bytes or path");
        }
        JsonValue replace = json.getOrDefault("replace", JsonValue.FALSE);
        if (!replace.equals(JsonValue.TRUE) && !replace.equals(JsonValue.FALSE)) {
            throw new IllegalArgumentException("'replace' is " + replace + ": use true or false");
        }
        String dataset = Messages.text(json, "dataset");
        String folder = Messages.text(json, "folder");
        try {
            return new ImportRequest(
                    dataset,
                    Path.of(folder).normalize(),
                    Messages.text(json, "modality"),
                    replace.equals(JsonValue.TRUE),
                    store.equals("path"));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'folder' is '" + folder + "', which is no path: " + e.getReason(), e);
        }
    }
}
