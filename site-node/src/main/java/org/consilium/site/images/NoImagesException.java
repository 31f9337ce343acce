package org.consilium.site.images;

import java.nio.file.Path;

/** A folder without a single image in it. */
final class NoImagesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoImagesException(Path folder) {
        super(folder + " has no images: put SPLIT-images-idx4-ubyte.gz and SPLIT-labels-idx1-ubyte.gz there, or"
                + " SPLIT/CLASS/*.png, where SPLIT is train, val or test");
    }
}
