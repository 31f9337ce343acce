package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.IdxFiles;
import org.consilium.model.images.ImageDataset;

/** One hospital's images as files, as its own archive might hand them over. */
final class SiteShare {

    private SiteShare() {}

    /**
     * Writes a site's images and their description, replacing what an earlier run left.
     *
     * @param share whose images
     * @param dataset names the classes, the source and the licence
     * @param folder below which the site has its own folder
     * @return the site's folder, absolute
     */
    static Path write(DealtImages.SiteImages share, ImageDataset dataset, Path folder) {
        Path own = folder.toAbsolutePath().resolve(share.site().value()).resolve(dataset.name());
        try {
            Files.createDirectories(own);
            deleteFilesIn(own);
            for (Split split : Split.values()) {
                LabelledImages images = share.of(split);
                // A split without images is a split that is not there.
                if (images.size() > 0) {
                    IdxFiles.write(own, split.label(), images);
                }
            }
            JsonArrayBuilder classes = Json.createArrayBuilder();
            dataset.classNames().forEach(classes::add);
            Files.writeString(
                    own.resolve("dataset.json"),
                    ReportJson.text(Json.createObjectBuilder()
                            .add("classes", classes)
                            .add("source", dataset.source())
                            .add("licence", dataset.licence())
                            .build()));
            return own;
        } catch (UncheckedIOException e) {
            throw unwritable(own, e.getCause());
        } catch (IOException e) {
            throw unwritable(own, e);
        }
    }

    /** Returns how the data set's images were made, in the words of the site's catalogue. */
    static String modality(ImageDataset dataset) {
        return switch (dataset.name()) {
            case "pneumonia28" -> "DX";
            case "phantom-brain" -> "MR";
            default -> "microscopy";
        };
    }

    private static void deleteFilesIn(Path folder) throws IOException {
        List<Path> left;
        try (var files = Files.list(folder)) {
            left = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : left) {
            Files.delete(file);
        }
    }

    private static CommandFailure unwritable(Path folder, IOException e) {
        return new CommandFailure(
                "The images for a site could not be written into " + folder + " (" + e.getMessage()
                        + "). Free some space there and start again.",
                e);
    }
}
