package org.consilium.site.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;
import org.consilium.model.images.IdxFiles;
import org.consilium.model.images.ImageDataException;

/** A folder of IDX files, one pair of images and labels a split; pixels are stored as they are. */
final class IdxSource implements ImageSource {

    private final Path folder;
    private final DatasetDescription description;
    private final SortedMap<Split, Integer> sizes;

    private IdxSource(Path folder, DatasetDescription description, SortedMap<Split, Integer> sizes) {
        this.folder = folder;
        this.description = description;
        this.sizes = sizes;
    }

    /** Returns whether the folder has an IDX file of any split. */
    static boolean isIn(Path folder) {
        return !splitsIn(folder).isEmpty();
    }

    /**
     * Looks at labels and sizes of all splits.
     *
     * @throws ImageDataException if a file is missing, truncated or does not fit the others, naming it
     */
    static IdxSource open(ImportRequest request) {
        Path folder = request.folder();
        if (request.keepFiles()) {
            throw new ImageDataException(
                    folder + " has IDX files, which hold many images each, so none can be kept as a"
                            + " path; leave \"store\":\"path\" away");
        }
        SortedMap<Split, Integer> sizes = new TreeMap<>();
        int highest = 0;
        Optional<ImageShape> shape = Optional.empty();
        for (Split split : splitsIn(folder)) {
            ImageShape own = IdxFiles.readShape(folder, split.label());
            PixelDecoder.requireShape("the " + split.label() + " split in " + folder, own, shape);
            shape = Optional.of(own);
            int[] labels = IdxFiles.readLabels(folder, split.label());
            if (labels.length > 0) {
                sizes.put(split, labels.length);
                highest = Math.max(highest, Arrays.stream(labels).max().getAsInt());
            }
        }
        if (sizes.isEmpty()) {
            throw new NoImagesException(folder);
        }
        DatasetFile file = DatasetFile.in(folder);
        int last = Math.max(1, highest);
        List<String> classes = file.classes()
                .orElseGet(() -> IntStream.rangeClosed(0, last)
                        .mapToObj(Integer::toString)
                        .toList());
        return new IdxSource(folder, file.describing(request, classes, shape.orElseThrow()), sizes);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public DatasetDescription description() {
        return description;
    }

    @Override
    public SortedMap<Split, Integer> sizes() {
        return Collections.unmodifiableSortedMap(sizes);
    }

    @Override
    public Iterable<ImportedImage> images(Split split) {
        return () -> {
            LabelledImages images =
                    IdxFiles.read(folder, split.label(), description.classes().size());
            Iterator<ImportedImage> each = IntStream.range(0, images.size())
                    .mapToObj(i -> image(split, images, i))
                    .iterator();
            return each;
        };
    }

    private ImportedImage image(Split split, LabelledImages images, int i) {
        byte[] pixels = images.pixels(i);
        return new ImportedImage(
                images.label(i),
                Encoding.RAW_HWC_U8,
                pixels,
                Optional.empty(),
                Sha256.of(pixels),
                description.name() + "/" + split.label() + "/" + i);
    }

    private static List<Split> splitsIn(Path folder) {
        return Arrays.stream(Split.values())
                .filter(split -> anyFile(folder, split.label() + "-images-idx", split.label() + "-labels-idx"))
                .toList();
    }

    private static boolean anyFile(Path folder, String... prefixes) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> Arrays.stream(prefixes).anyMatch(name::startsWith));
        } catch (IOException e) {
            throw new ImageDataException(
                    folder + " cannot be listed (" + e.getMessage() + "); give the node's user the right to read it",
                    e);
        }
    }
}
