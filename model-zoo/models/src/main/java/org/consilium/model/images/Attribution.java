package org.consilium.model.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who made a data set and what its licence allows, from the {@code ATTRIBUTION.txt} beside its files: the lines before
 * the one that starts with {@code Licence:}, and the first sentence of that line.
 *
 * @param source who made it
 * @param licence what is allowed
 */
record Attribution(String source, String licence) {

    private static final String LICENCE = "Licence:";

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

    private static String unknown(Path folder) {
        return "images in " + folder + "; no ATTRIBUTION.txt beside them says who made them";
    }
}
