package org.consilium.quickstart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code consilium bench}: measurements, each a command of its own. */
@Command(
        name = "bench",
        header = "Measure how fast training is, what a round costs beside it, and how fast audit bundles are verified.",
        synopsisSubcommandLabel = "COMMAND")
final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Says that one must be chosen. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "bench: name what to measure: training, overhead or audit-verify");
    }
}
