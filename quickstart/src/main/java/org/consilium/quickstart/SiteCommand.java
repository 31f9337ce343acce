package org.consilium.quickstart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code consilium site}: what a hospital does at its own machine. */
@Command(
        name = "site",
        header = "What a hospital does at its own machine: join a consortium.",
        synopsisSubcommandLabel = "COMMAND")
final class SiteCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Says that one must be chosen. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "site: name what to do: enrol");
    }
}
