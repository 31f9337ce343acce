package org.consilium.quickstart;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose the images. */
final class DataOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Folder with the data sets, or a MedMNIST .npz file.",
                "Default: the environment variable CONSILIUM_DATA, else ../shared/data beside the project if it exists."
            })
    private Path data;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = {
                "blood28: stained blood cells, 8 classes; pneumonia28: chest X-rays, 2 classes (both need --data);"
                        + " phantom-cells, phantom-brain: drawn by this program, for trying it out.",
                "Default: the name of DIR where it is one data set itself, blood28 where there is a data folder, else"
                        + " phantom-cells."
            })
    private String dataset;

    /** Returns what was chosen. */
    DataChoice choice(Surroundings surroundings) {
        return DataChoice.of(Optional.ofNullable(data), Optional.ofNullable(dataset), surroundings);
    }
}
