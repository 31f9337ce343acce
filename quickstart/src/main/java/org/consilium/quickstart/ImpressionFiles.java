package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Impressions;
import org.consilium.contract.Parameters;
import org.consilium.model.ImageShape;
import org.consilium.model.ModelFile;
import org.consilium.model.Networks;

/**
 * Impressions, verdicts and a model as files, and the contact sheet of them.
 *
 * @param judged the images and the sites' verdicts
 * @param confidences a model's probabilities of the classes: {@code [images][classes]}
 */
record ImpressionFiles(JudgedImpressions judged, Optional<double[][]> confidences) {

    private static final Pattern SHAPE = Pattern.compile(".*\\.(\\d{1,4})x(\\d{1,4})x([13])\\.\\d{1,4}");

    /**
     * Reads them.
     *
     * @param networks applies the model
     * @param set file of the impressions
     * @param verdicts file of the verdicts, if there is one
     * @param model file of the model, if there is one
     * @throws BadOption naming the file that cannot be used
     */
    static ImpressionFiles read(Networks networks, Path set, Optional<Path> verdicts, Optional<Path> model) {
        Impressions impressions =
                StudyOptions.valid(set.toString(), () -> Impressions.decode(bytes(set.toString(), set)));
        List<JudgedImpressions.SiteVerdict> said =
                verdicts.map(ImpressionFiles::verdicts).orElse(List.of());
        JudgedImpressions judged = StudyOptions.valid(
                "--verdicts " + verdicts.map(Path::toString).orElse(""),
                () -> new JudgedImpressions(impressions, said));
        return new ImpressionFiles(judged, model.map(file -> confidences(networks, impressions, file)));
    }

    private static double[][] confidences(Networks networks, Impressions set, Path file) {
        String option = "--model " + file;
        if (!Files.isRegularFile(file)) {
            throw new BadOption(option, "there is no such file; name a model that was written with --model-out");
        }
        Parameters model = StudyOptions.valid(option, () -> ModelFile.read(file));
        ArchitectureId made = set.header().origin().architecture();
        if (!model.architecture().equals(made)) {
            throw new BadOption(
                    option, "this is a model " + model.architecture() + ", the impressions are of a model " + made);
        }
        return Confidences.of(networks, model, set);
    }

    private static List<JudgedImpressions.SiteVerdict> verdicts(Path file) {
        String option = "--verdicts " + file;
        String text = new String(bytes(option, file), java.nio.charset.StandardCharsets.UTF_8);
        try (var reader = Json.createReader(new StringReader(text))) {
            return StudyOptions.valid(option, () -> JudgedImpressions.verdicts(reader.readObject()));
        } catch (JsonException e) {
            throw new BadOption(option, "this is no JSON object: " + e.getMessage());
        }
    }

    private static byte[] bytes(String option, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadOption(option, "there is no such file that can be read; name one that exists");
        }
    }

    /** Returns the round whose model the set is of. */
    int round() {
        return judged.set().header().origin().round().value();
    }

    /**
     * Returns the contact sheet as PNG.
     *
     * @param title its first line
     * @param classNames in the order of the classes, empty where they are not known
     * @param columns most images of a class that are shown
     */
    byte[] sheet(String title, List<String> classNames, int columns) {
        String architecture = judged.set().header().origin().architecture().value();
        Matcher shape = SHAPE.matcher(architecture);
        if (!shape.matches()) {
            throw new CommandFailure("The impressions are of a model " + architecture
                    + ", whose name does not say the size of an image, so they cannot be drawn.");
        }
        List<String> names = classNames.isEmpty()
                ? IntStream.range(0, judged.set().classes())
                        .mapToObj(k -> "class " + k)
                        .toList()
                : classNames;
        return new ContactSheet(
                        judged,
                        new ImageShape(
                                Integer.parseInt(shape.group(1)),
                                Integer.parseInt(shape.group(2)),
                                Integer.parseInt(shape.group(3))),
                        names,
                        confidences,
                        columns)
                .png(title);
    }
}
