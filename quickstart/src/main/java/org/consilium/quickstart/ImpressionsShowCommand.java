package org.consilium.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.Impressions;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.model.Networks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium impressions show}: a contact sheet of a set. */
@Command(
        name = "show",
        header = "Make a contact sheet of a set of impressions.",
        description = {
            "",
            "Checks the set against its header, says what is in it, and draws a row for each class with the model's"
                    + " confidence below each image and a frame around those that sites have vetoed.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  consilium impressions show set.impressions --model model.zip --verdicts verdicts.json --out sheet.png"
        },
        sortOptions = false)
final class ImpressionsShowCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            description = "The set as the server gives it: " + ImpressionsHeader.MEDIA_TYPE + ".")
    private Path file;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "A model, as --model-out writes it, whose confidence is shown. Default: the probabilities that"
                            + " the images were made for.")
    private Path model;

    @Option(
            names = "--verdicts",
            paramLabel = "FILE",
            description =
                    "The sites' verdicts as JSON: {\"verdicts\": [{\"site\": ..., \"verdict\": {...}}]}, or a single"
                            + " one.")
    private Path verdicts;

    @Option(
            names = "--classes",
            paramLabel = "NAME",
            split = ",",
            description = "Names of the classes in their order. Default: class 0, class 1 and so on.")
    private List<String> classNames = List.of();

    @Option(
            names = "--columns",
            paramLabel = "N",
            defaultValue = "10",
            description = "Most images of a class on the sheet. Default: ${DEFAULT-VALUE}.")
    private int columns;

    @Option(names = "--out", paramLabel = "FILE.png", description = "Draw the sheet there.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StudyOptions.within("--columns", columns, 100);
        if (out != null) {
            if (!out.toString().endsWith(".png")) {
                throw new BadOption("--out " + out, "the name must end in .png");
            }
            OutputFile.prepare("--out", out);
        }
        ImpressionFiles files = ImpressionFiles.read(
                Networks.create(), file, Optional.ofNullable(verdicts), Optional.ofNullable(model));
        Impressions set = files.judged().set();
        if (!classNames.isEmpty() && classNames.size() != set.classes()) {
            throw new BadOption(
                    "--classes " + String.join(",", classNames),
                    "these are " + classNames.size() + " names, the set has " + set.classes() + " classes");
        }
        Screen screen = new Screen(spec.commandLine().getOut(), false);
        screen.say(lines(files));
        if (out != null) {
            byte[] png = files.sheet("Impressions of " + set.header().origin().architecture(), classNames, columns);
            OutputFile.write(out, path -> Files.write(path, png));
            screen.say("Sheet    " + out);
        }
        return 0;
    }

    private List<String> lines(ImpressionFiles files) {
        Impressions set = files.judged().set();
        List<String> lines = new ArrayList<>(List.of(
                "Set      " + Text.counted(set.size(), "image") + ", SHA-256 " + set.digest(),
                "Model    " + set.header().origin().architecture() + " of round "
                        + set.header().origin().round() + ", SHA-256 "
                        + set.header().origin().model(),
                "Classes  " + set.header().counts()));
        files.confidences()
                .ifPresent(all -> lines.add(Text.of(
                        "Seen     %.4f is the mean confidence in the images' classes",
                        IntStream.range(0, set.size())
                                .mapToDouble(i -> all[i][set.label(i)])
                                .average()
                                .orElseThrow())));
        for (JudgedImpressions.SiteVerdict said : files.judged().verdicts()) {
            ImpressionVerdict verdict = said.verdict();
            lines.add(Text.of(
                    "  %-12s vetoes %s; membership AUC %.3f by pixels, %.3f by features",
                    said.site(),
                    Text.counted(verdict.vetoes(), "image"),
                    verdict.pixels().auc(),
                    verdict.features().auc()));
        }
        return lines;
    }
}
