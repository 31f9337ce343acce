package org.consilium.quickstart;

import java.nio.file.Path;
import java.util.Optional;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.ImageDatasets;
import picocli.CommandLine.Option;

/** The option that names public images for impressions to start from. */
final class PublicImageOption {

    @Option(
            names = "--public-images",
            paramLabel = "DIR",
            description = "Folder with one public data set, in any of the forms of --data, whose training images"
                    + " impressions start from where the strategy says init=public. Their labels are not looked at.")
    private Path publicImages;

    /** Returns the public images, empty where none were named. */
    Optional<LabelledImages> images() {
        return Optional.ofNullable(publicImages).map(folder -> {
            Path name = folder.toAbsolutePath().normalize().getFileName();
            return ImageDatasets.open(name == null ? "public" : name.toString(), Optional.of(folder))
                    .load(Split.TRAIN.label());
        });
    }
}
