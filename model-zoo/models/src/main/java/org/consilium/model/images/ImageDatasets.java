package org.consilium.model.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/** Opens data sets by name: those that Consilium draws itself, and those in a data folder or a MedMNIST file. */
public final class ImageDatasets {

    static final List<String> BLOOD_CELLS = List.of(
            "basophil",
            "eosinophil",
            "erythroblast",
            "immature granulocyte",
            "lymphocyte",
            "monocyte",
            "neutrophil",
            "platelet");

    private static final Map<String, List<String>> CLASS_NAMES = Map.of(
            "blood28",
            BLOOD_CELLS,
            "bloodmnist",
            BLOOD_CELLS,
            "pneumonia28",
            List.of("normal", "pneumonia"),
            "pneumoniamnist",
            List.of("normal", "pneumonia"));

    private ImageDatasets() {}

    /** Returns the names that are known without looking into a folder; the phantoms need none. */
    public static List<String> names() {
        return List.of("blood28", "pneumonia28", "phantom-cells", "phantom-brain");
    }

    /**
     * Opens a data set; no image is read yet.
     *
     * @param name {@code phantom-cells}, {@code phantom-brain}, or the name of a folder or {@code .npz} file
     * @param dataFolderOrNpz a folder that has {@code NAME/SPLIT-images-idx4-ubyte.gz} and so on, {@code
     *     NAME/SPLIT/CLASS/*.png}, or {@code NAME.npz}; or the folder with {@code SPLIT-images-idx4-ubyte.gz} itself; or
     *     a MedMNIST {@code .npz} file itself
     * @throws ImageDataException if there is no such data set, saying where it was looked for and what there is
     */
    public static ImageDataset open(String name, Optional<Path> dataFolderOrNpz) {
        Optional<ImageDataset> phantom = PhantomDatasets.open(name);
        if (phantom.isPresent()) {
            return phantom.get();
        }
        Path place = dataFolderOrNpz.orElseThrow(() -> new ImageDataException("data set " + name
                + " needs a data folder; name it with --data or CONSILIUM_DATA, or use phantom-cells or"
                + " phantom-brain, which need none"));
        if (Files.isRegularFile(place)) {
            return npz(name, place);
        }
        Path folder = place.resolve(name);
        Path npz = place.resolve(name + ".npz");
        if (Files.isRegularFile(npz)) {
            return npz(name, npz);
        }
        if (!Files.isDirectory(folder)) {
            if (isDataset(place)) {
                return idx(name, place, firstIdxSplit(place).orElseThrow());
            }
            throw new ImageDataException("data set " + name + " is not in " + place + "; it has "
                    + String.join(", ", foldersIn(place)) + "; name one of these, or phantom-cells or phantom-brain");
        }
        return firstIdxSplit(folder).map(split -> idx(name, folder, split)).orElseGet(() -> pictures(name, folder));
    }

    /**
     * Returns pictures that this program draws, of that size, for synthesis to start from; empty if it draws none of it.
     *
     * @param shape size of the pictures
     */
    public static Optional<LabelledImages> phantoms(ImageShape shape) {
        return names().stream()
                .flatMap(name -> PhantomDatasets.open(name).stream())
                .filter(dataset -> dataset.shape().equals(shape))
                .findFirst()
                .map(dataset -> dataset.load("train"));
    }

    /** Returns whether the files of a data set lie in this folder itself, so that its name may tell which it is. */
    public static boolean isDataset(Path folder) {
        return Files.isDirectory(folder) && firstIdxSplit(folder).isPresent();
    }

    private static ImageDataset idx(String name, Path folder, String split) {
        List<String> classes = classNames(name, () -> IdxFiles.readLabels(folder, split));
        return new Stored(
                name,
                classes,
                IdxFiles.readShape(folder, split),
                Attribution.beside(folder),
                other -> IdxFiles.read(folder, other, classes.size()));
    }

    private static ImageDataset npz(String name, Path file) {
        NpzFile arrays = new NpzFile(file);
        List<String> classes = classNames(name, () -> arrays.labels("train"));
        return new Stored(
                name,
                classes,
                arrays.shape("train"),
                Attribution.ofNpz(file),
                split -> arrays.read(split, classes.size()));
    }

    private static ImageDataset pictures(String name, Path folder) {
        String split = List.of("train", "val", "test").stream()
                .filter(each -> Files.isDirectory(folder.resolve(each)))
                .findFirst()
                .orElseThrow(() -> new ImageDataException(folder + " has neither SPLIT-images-idx4-ubyte.gz (or idx3)"
                        + " nor train/CLASS/*.png; copy images of one of these forms there"));
        List<String> classes = ImageFolder.classNames(folder, split);
        return new Stored(
                name,
                classes,
                ImageFolder.shape(folder, split),
                Attribution.beside(folder),
                other -> ImageFolder.read(folder, other, classes));
    }

    private static List<String> classNames(String name, java.util.function.Supplier<int[]> labels) {
        // MedMNIST's larger images are in files such as bloodmnist_64.npz.
        List<String> known = CLASS_NAMES.get(name.replaceFirst("mnist[-_]\\d+$", "mnist"));
        if (known != null) {
            return known;
        }
        int classes = Math.max(2, Arrays.stream(labels.get()).max().orElse(0) + 1);
        return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }

    private static Optional<String> firstIdxSplit(Path folder) {
        if (IdxFiles.has(folder, "train")) {
            return Optional.of("train");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(file -> file.matches(".+-images-idx[34]-ubyte(\\.gz)?"))
                    .map(file -> file.substring(0, file.lastIndexOf("-images-idx")))
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw IdxFiles.unreadable(folder, e);
        }
    }

    private static List<String> foldersIn(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of("no folder or .npz file of that name");
        }
        try (Stream<Path> entries = Files.list(place)) {
            List<String> names = entries.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
            return names.isEmpty() ? List.of("no folders") : names;
        } catch (IOException e) {
            throw IdxFiles.unreadable(place, e);
        }
    }

    @FunctionalInterface
    private interface Loader {
        LabelledImages load(String split);
    }

    private record Stored(
            String name, List<String> classNames, ImageShape shape, Attribution attribution, Loader loader)
            implements ImageDataset {

        @Override
        public String source() {
            return attribution.source();
        }

        @Override
        public String licence() {
            return attribution.licence();
        }

        @Override
        public boolean generated() {
            return false;
        }

        @Override
        public LabelledImages load(String splitName) {
            LabelledImages images = loader.load(splitName);
            if (!images.shape().equals(shape)) {
                throw new ImageDataException("the " + splitName + " images of " + name + " are " + images.shape()
                        + ", those of the first split are " + shape + "; bring all splits to one size");
            }
            return images;
        }
    }
}
