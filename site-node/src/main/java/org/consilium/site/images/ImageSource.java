package org.consilium.site.images;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.consilium.contract.Split;

/** A folder of images that was looked at and may be imported. */
interface ImageSource {

    /** Returns where its images lie. */
    Path folder();

    /** Returns what is true of all of its images. */
    DatasetDescription description();

    /** Returns how many images each of its splits has; splits without images are left out. */
    SortedMap<Split, Integer> sizes();

    /**
     * Returns the images of a split in their order, each read when it is asked for.
     *
     * @throws org.consilium.model.images.ImageDataException while iterating, naming the file
     */
    Iterable<ImportedImage> images(Split split);

    /** Returns how many images there are in all. */
    default int total() {
        return sizes().entrySet().stream().mapToInt(Map.Entry::getValue).sum();
    }
}
