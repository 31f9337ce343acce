package org.consilium.quickstart.audit;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code consilium audit}: what an auditor does. */
@Command(
        name = "audit",
        header = "What an auditor does: export a consortium's audit log, and verify it.",
        synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Says that one must be chosen. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "audit: name what to do: export, verify or key");
    }
}
