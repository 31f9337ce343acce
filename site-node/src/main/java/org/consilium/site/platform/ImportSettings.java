package org.consilium.site.platform;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What stewards may import.
 *
 * @param root the folder below which images to import must lie, {@code consilium.import.dir}; without it any folder
 *     that the node's user can read may be imported
 */
public record ImportSettings(Optional<Path> root) {

    /** Checks that the folder is absolute. */
    public ImportSettings {
        root.filter(path -> !path.isAbsolute()).ifPresent(path -> {
            throw new IllegalArgumentException(
                    "consilium.import.dir '" + path + "' is not valid: use an absolute path");
        });
    }
}
