package org.consilium.model.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who made a data set and what its licence allows: from the {@code ATTRIBUTION.txt} beside its files: the lines before
 * the one that starts with {@code Licence:}, and the first sentence of that line. A MedMNIST file has none beside it.
 *
 * @param source who made it
 * @param licence what is allowed
 */
record Attribution(String source, String licence) {

    private static final String LICENCE = "Licence:";
    private static final Pattern MEDMNIST = Pattern.compile(
            "(path|chest|derma|oct|pneumonia|retina|breast|blood|tissue|organ[acs])mnist([-_]\\d+)?\\.npz",
            Pattern.CASE_INSENSITIVE);

    static Attribution beside(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("ATTRIBUTION.txt"));
            String source = lines.stream()
                    .takeWhile(line -> !line.startsWith(LICENCE))
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(" "));
            String licence = lines.stream()
                    .filter(line -> line.startsWith(LICENCE))
                    .map(line -> line.substring(LICENCE.length()).strip().split("\\.(\\s|$)", 2)[0])
                    .findFirst()
                    .orElse("not stated");
            return new Attribution(source.isEmpty() ? unknown(folder) : source, licence);
        } catch (NoSuchFileException e) {
            return new Attribution(unknown(folder), "not stated");
        } catch (IOException e) {
            throw IdxFiles.unreadable(folder.resolve("ATTRIBUTION.txt"), e);
        }
    }

    /** Tells MedMNIST's own files by their names; of any other file nobody has said who made it. */
    static Attribution ofNpz(Path file) {
        if (MEDMNIST.matcher(file.getFileName().toString()).matches()) {
            return new Attribution(
                    "MedMNIST file " + file.getFileName() + ", by its name (Yang et al., Scientific Data 10 (2023) 41)",
                    "as MedMNIST states for this data set, see its home page");
        }
        return new Attribution("images in " + file + "; it is none of MedMNIST's files by its name", "not stated");
    }

    private static String unknown(Path folder) {
        return "images in " + folder + "; no ATTRIBUTION.txt beside them says who made them";
    }
}
