package org.consilium.quickstart;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.IdxFiles;

/** A data set that is trained on in no time: grey images of 8 by 8 pixels, three of each of 8 classes in each split. */
final class TinyImages {

    private TinyImages() {}

    /** Writes it into a data folder as the data set {@code tiny}. */
    static void write(Path folder) {
        byte[] pixels = new byte[24 * 64];
        int[] labels = new int[24];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 8;
            Arrays.fill(pixels, i * 64, i * 64 + 64, (byte) (i % 8 * 30));
        }
        LabelledImages images = LabelledImages.of(new ImageShape(8, 8, 1), 8, pixels, labels, new int[0]);
        for (String split : List.of("train", "val", "test")) {
            IdxFiles.write(folder.resolve("tiny"), split, images);
        }
    }
}
