package org.consilium.site.images;

import java.util.Locale;
import java.util.Optional;

/** How an image's bytes are to be read. */
enum Encoding {
    /** Unsigned bytes, row by row, channels innermost. */
    RAW_HWC_U8,
    /** A PNG file. */
    PNG,
    /** A JPEG file. */
    JPEG;

    /** Returns the encoding that a file name's ending promises, nothing for other files. */
    static Optional<Encoding> ofFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".png")) {
            return Optional.of(PNG);
        }
        return lower.endsWith(".jpg") || lower.endsWith(".jpeg") ? Optional.of(JPEG) : Optional.empty();
    }
}
