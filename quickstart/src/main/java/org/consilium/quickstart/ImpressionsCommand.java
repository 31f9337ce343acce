package org.consilium.quickstart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code consilium impressions}: what can be done with synthesised images. */
@Command(
        name = "impressions",
        header = "Look at images that were synthesised from a global model.",
        synopsisSubcommandLabel = "COMMAND")
final class ImpressionsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Says that one must be chosen. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "impressions: name what to do: show");
    }
}
