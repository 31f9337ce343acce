package org.consilium.quickstart;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDataset;

/** Says which images a comparison uses, so that runs on other images are not taken for its own. */
final class ComparedImages {

    private ComparedImages() {}

    /**
     * Returns the name of the data set and a digest of all images and labels.
     *
     * @param dataset whose images are trained on and scored
     * @param start what impressions may start from
     */
    static String identity(ImageDataset dataset, Optional<LabelledImages> start) {
        MessageDigest digester = Sha256.digester();
        for (Split split : Split.values()) {
            add(digester, dataset.load(split.label()));
        }
        String name = dataset.name() + " " + Sha256.ofDigest(digester.digest()).hex();
        return start.map(images -> {
                    add(digester, images);
                    return name + " and public images "
                            + Sha256.ofDigest(digester.digest()).hex();
                })
                .orElse(name);
    }

    private static void add(MessageDigest digester, LabelledImages images) {
        for (int i = 0; i < images.size(); i++) {
            digester.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(images.label(i)).flip());
            digester.update(images.pixels(i));
        }
    }
}
