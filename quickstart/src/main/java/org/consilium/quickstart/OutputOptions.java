package org.consilium.quickstart;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say where results go. */
final class OutputOptions {

    @Option(names = "--out", paramLabel = "FILE.json", description = "Write the report there as JSON.")
    private Path report;

    @Option(
            names = "--model-out",
            paramLabel = "FILE",
            description = "Write the selected global model there: a Deeplearning4j ModelSerializer file, which"
                    + " 'consilium evaluate' and Deeplearning4j itself read.")
    private Path model;

    @Option(
            names = "--plot",
            paramLabel = "FILE.png|svg",
            description = "Draw validation accuracy by round and site there; the name's ending chooses the format.")
    private Path plot;

    /**
     * Returns where results go.
     *
     * @throws BadOption if a file cannot be written there
     */
    Targets targets() {
        return new Targets(Optional.ofNullable(report), Optional.ofNullable(model), Optional.ofNullable(plot)).ready();
    }

    /**
     * Returns where results go, with a place for each that was not named: beside the report, or in a folder.
     *
     * @param folder where they go when no report was named
     */
    Targets targetsOr(Path folder) {
        Path out = report == null ? folder.resolve("report.json") : report;
        String name = out.getFileName().toString().replaceFirst("\\.json$", "");
        // What is written beside a device such as /dev/full would be written into /dev.
        Path beside = out.toAbsolutePath().startsWith("/dev") ? folder.resolve(name) : out;
        return new Targets(
                        Optional.of(out),
                        Optional.of(model == null ? beside.resolveSibling(name + "-model.zip") : model),
                        Optional.of(plot == null ? beside.resolveSibling(name + ".png") : plot))
                .ready();
    }

    /**
     * Where results go; empty where they are not wanted.
     *
     * @param report the report as JSON
     * @param model the selected model
     * @param plot the plot
     */
    record Targets(Optional<Path> report, Optional<Path> model, Optional<Path> plot) {

        /** Returns the folder of the first of them. */
        Optional<Path> folder() {
            return Stream.of(report, model, plot)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .map(file -> file.toAbsolutePath().getParent());
        }

        private Targets ready() {
            report.ifPresent(file -> OutputFile.prepare("--out", file));
            model.ifPresent(file -> OutputFile.prepare("--model-out", file));
            plot.ifPresent(file -> {
                if (!AccuracyPlot.knows(file)) {
                    throw new BadOption("--plot " + file, "the name must end in .png or .svg");
                }
                OutputFile.prepare("--plot", file);
            });
            return this;
        }
    }
}
