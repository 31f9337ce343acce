package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.consilium.model.images.ImageDataset;
import org.consilium.model.images.ImageDatasets;

/**
 * Which images are used: the data folder (or MedMNIST file) and the data set, from the options, the environment and what
 * lies beside the project.
 *
 * @param dataset name of the data set
 * @param data the data folder or file, if there is one
 */
record DataChoice(String dataset, Optional<Path> data) {

    /** The environment variable that names the data folder. */
    static final String VARIABLE = "CONSILIUM_DATA";

    /** What is used when there is a data folder. */
    static final String DEFAULT = "blood28";

    /** What is used when there is none. */
    static final String PHANTOM = "phantom-cells";

    private static final String PHANTOM_PREFIX = "phantom-";

    /** What the sites take as a data set's name. */
    private static final String NAME = "[a-z][a-z0-9-]{0,59}";

    /**
     * Chooses.
     *
     * @param dataOption {@code --data} as given
     * @param datasetOption {@code --dataset} as given
     * @param surroundings whose environment and home count where an option was not given
     * @throws BadOption if the data set is not known, or needs a folder that is not there
     */
    static DataChoice of(Optional<Path> dataOption, Optional<String> datasetOption, Surroundings surroundings) {
        Optional<Path> data = folder(dataOption, surroundings);
        String dataset = datasetOption.orElseGet(() -> usual(data));
        checkKnown(dataset, data);
        if (data.isEmpty() && !dataset.startsWith(PHANTOM_PREFIX)) {
            throw new BadOption(
                    "--dataset " + dataset,
                    "these images are needed on disk and no data folder was found. Name it with --data DIR or the"
                            + " environment variable " + VARIABLE + ", or use --dataset " + PHANTOM
                            + ", which needs no files");
        }
        return new DataChoice(dataset, data);
    }

    /** Opens the data set. */
    ImageDataset open() {
        return ImageDatasets.open(dataset, data);
    }

    /** Returns what a user must know of the data set: its source, its licence, and loudly whether it is made up. */
    static List<String> notice(ImageDataset dataset) {
        List<String> lines = new ArrayList<>();
        if (dataset.generated()) {
            String stars = "*".repeat(100);
            lines.add(stars);
            lines.add(
                    "*  GENERATED PHANTOMS, NOT PATIENTS' IMAGES. This program drew them; no figure below says anything");
            lines.add("*  about real images. For real ones: --data DIR (or " + VARIABLE + ") with --dataset " + DEFAULT
                    + ".");
            lines.add(stars);
        }
        lines.add(Text.of(
                "Images   %s, %s, %d classes: %s",
                dataset.name(), dataset.shape(), dataset.classNames().size(), String.join(", ", dataset.classNames())));
        lines.add("Source   " + dataset.source());
        lines.add("Licence  " + dataset.licence());
        return lines;
    }

    /** Returns the data set that is meant where none was named: one that is given itself has its own name. */
    private static String usual(Optional<Path> data) {
        if (data.isEmpty()) {
            return PHANTOM;
        }
        Path place = data.get();
        boolean file = Files.isRegularFile(place);
        if (!file && !ImageDatasets.isDataset(place)) {
            return DEFAULT;
        }
        String name = String.valueOf(place.toAbsolutePath().normalize().getFileName())
                .toLowerCase(Locale.ROOT)
                .replaceFirst("\\.npz$", "")
                .replace('_', '-');
        if (!name.matches(NAME) || name.startsWith(PHANTOM_PREFIX)) {
            String what = file
                    ? "this is no folder and no .npz file with the name of a data set; give the folder with the data sets"
                            + " or a MedMNIST .npz file (a zip archive with train_images.npy and so on). If this is one,"
                    : "this folder does not have the name of a data set;";
            throw new BadOption(
                    "--data " + place, what + " name it with --dataset NAME, in small letters, digits and hyphens");
        }
        return name;
    }

    /** A data folder may hold data sets of other names; without one, only those that are known can be meant. */
    private static void checkKnown(String dataset, Optional<Path> data) {
        boolean inFolder = data.filter(place -> !dataset.isBlank()
                        && (Files.isDirectory(place.resolve(dataset))
                                || Files.exists(place.resolve(dataset + ".npz"))
                                || Files.isRegularFile(place)
                                || ImageDatasets.isDataset(place)))
                .isPresent();
        if (!inFolder && !ImageDatasets.names().contains(dataset)) {
            throw new BadOption(
                    "--dataset " + dataset,
                    "this data set is not known; use one of " + String.join(", ", ImageDatasets.names())
                            + ", or the name of a folder or .npz file within --data DIR");
        }
    }

    private static Optional<Path> folder(Optional<Path> option, Surroundings surroundings) {
        if (option.isPresent()) {
            if (!Files.exists(option.get())) {
                throw new BadOption("--data " + option.get(), "there is no such folder or file; name one that exists");
            }
            return option;
        }
        String variable = surroundings.environment().get(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            if (!Files.exists(Path.of(variable))) {
                throw new BadOption(
                        VARIABLE + "=" + variable,
                        "there is no such folder or file; correct the environment variable or unset it");
            }
            return Optional.of(Path.of(variable));
        }
        Path beside = surroundings.home().resolve("../shared/data").normalize();
        return Files.isDirectory(beside) ? Optional.of(beside) : Optional.empty();
    }
}
